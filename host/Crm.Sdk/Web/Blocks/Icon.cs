using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;

namespace Crm.Sdk.Web;

/// <summary>An icon by its Tabler name: <c>&lt;Icon Name="building" /&gt;</c>. Decoration unless it has a <see cref="Label"/>.</summary>
public sealed class Icon : IComponent
{
    private RenderHandle handle;

    /// <summary>Name at tabler.io/icons; an unknown name shows a point.</summary>
    [Parameter]
    public string Name { get; set; } = "point";

    /// <summary>Read aloud in place of the picture; null for decoration.</summary>
    [Parameter]
    public string? Label { get; set; }

    /// <summary>More CSS classes.</summary>
    [Parameter]
    public string? Class { get; set; }

    /// <summary>The icon as markup, for code that writes many.</summary>
    public static MarkupString Of(string name, string? cssClass = null) => IconSet.Markup(name, cssClass);

    void IComponent.Attach(RenderHandle renderHandle) => handle = renderHandle;

    Task IComponent.SetParametersAsync(ParameterView parameters)
    {
        parameters.SetParameterProperties(this);
        handle.Render(Write);
        return Task.CompletedTask;
    }

    private void Write(RenderTreeBuilder page)
    {
        if (Label is null)
        {
            page.AddContent(0, Of(Name, Class));
            return;
        }

        page.OpenElement(1, "svg");
        page.AddAttribute(2, "class", Class is null ? "icon" : "icon " + Class);
        page.AddAttribute(3, "viewBox", "0 0 24 24");
        page.AddAttribute(4, "role", "img");
        page.AddAttribute(5, "aria-label", Label);
        page.AddMarkupContent(6, IconSet.Shape(Name));
        page.CloseElement();
    }
}
