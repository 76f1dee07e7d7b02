namespace Crm.Sdk.Web;

/// <summary>One tab.</summary>
/// <param name="Key">Unique among the tabs.</param>
/// <param name="Text">Its name.</param>
/// <param name="Href">Its address.</param>
/// <param name="Count">How many things are in it, or null.</param>
/// <param name="Icon">A Tabler icon, or null.</param>
public sealed record TabItem(string Key, string Text, string Href, long? Count = null, string? Icon = null);

/// <summary>Marks used by several blocks.</summary>
internal static class Blocks
{
    public static Microsoft.AspNetCore.Components.MarkupString Back { get; } = Icon.Of("chevron-left");
}
