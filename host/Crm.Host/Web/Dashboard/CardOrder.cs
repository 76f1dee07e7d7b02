using Crm.Platform.Identity.Account;
using Crm.Sdk.Messaging;

namespace Crm.Host.Web.Dashboard;

/// <summary>Figures, charts and lists in the order of the page: as their user put them, the others as their modules place them.</summary>
internal static class CardOrder
{
    public static bool IsFigure(Widget widget) => widget.Rows.Count == 0 && widget.Chart is null;

    public static IEnumerable<Widget> Of(IEnumerable<Widget> widgets, HomeCards mine) => widgets
        .OrderBy(w => IsFigure(w) ? 0 : 1)
        .ThenBy(w => mine.PlaceOf(w.Key))
        .ThenBy(w => w.Chart is null ? 1 : 0).ThenBy(w => w.Order).ThenBy(w => w.Key, StringComparer.Ordinal);
}
