// What the menu shows: record types and screens of the modules that are on, as far as the user may see them.
using Crm.Platform.Catalog;
using Crm.Sdk;
using Crm.Sdk.Records;
using Crm.Sdk.Users;
using Crm.Sdk.Web;

namespace Crm.Host.Web.Shell;

/// <summary>A group of the menu: a module.</summary>
internal sealed record MenuGroup(string Key, string Title, string Icon, IReadOnlyList<MenuItem> Items);

/// <summary>An entry of the menu.</summary>
/// <param name="Title">Its name.</param>
/// <param name="Href">Where it leads.</param>
/// <param name="Icon">A Tabler icon.</param>
/// <param name="RecordType">Key of the record type it lists, if it does.</param>
internal sealed record MenuItem(string Title, string Href, string Icon, string? RecordType = null)
{
    /// <summary>Whether the page at <paramref name="path"/> belongs to this entry.</summary>
    public bool IsAt(string path) => path == Href || path.StartsWith(Href + "/", StringComparison.Ordinal);
}

internal static class Menu
{
    public static IReadOnlyList<MenuGroup> Of(TenantCatalog catalog, IUser user)
    {
        var groups = new List<MenuGroup>();
        foreach (var module in catalog.Modules)
        {
            List<MenuItem> items =
            [
                .. module.RecordTypes.Where(t => t.InMenu && MayRead(user, t)).Select(t => Item(catalog, t)),
                .. module.Screens.Where(s => s.InMenu && (s.Permission is null || user.May(s.Permission)))
                    .Select(s => new MenuItem(s.Name.ToString(), s.Path, s.Icon)),
            ];
            if (items.Count > 0) groups.Add(new(module.Key, module.Module.Name.ToString(), module.Module.Icon, items));
        }

        List<MenuItem> own = [.. catalog.RecordTypes.Where(t => t.IsCustom && t.InMenu && MayRead(user, t)).OrderBy(t => t.Key, StringComparer.Ordinal).Select(t => Item(catalog, t))];
        if (own.Count > 0) groups.Add(new("custom", Texts.L("独自の台帳", "Our own"), "table", own));
        return groups;
    }

    private static bool MayRead(IUser user, RecordType type) => user.Reach(type.Key, RecordAction.Read) != Reach.None;

    private static MenuItem Item(TenantCatalog catalog, RecordType described)
    {
        // The tenant may call it by another name.
        var type = catalog.TryGet(described.Key, out var own) ? own : described;
        return new(type.Plural.ToString(), Routes.List(type.Key), type.Icon, type.Key);
    }
}
