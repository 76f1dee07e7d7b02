using Crm.Plugins.WasteDisposal.Law;
using Crm.Sdk;

namespace Crm.Plugins.WasteDisposal.Agreements;

/// <summary>How the state of an item is called and coloured.</summary>
internal static class ClauseTexts
{
    public static Label Of(ClauseState state) => state switch
    {
        ClauseState.Stated => ("記載あり", "Stated"),
        ClauseState.Missing => ("記載なし", "Missing"),
        ClauseState.Unanswered => ("未回答", "Not answered"),
        ClauseState.NotNeeded => ("該当なし", "Not needed"),
        _ => ("施行前", "Not yet law"),
    };

    public static string? Color(ClauseState state) => state switch
    {
        ClauseState.Stated => "green",
        ClauseState.Missing => "red",
        ClauseState.Unanswered => "orange",
        _ => null,
    };
}
