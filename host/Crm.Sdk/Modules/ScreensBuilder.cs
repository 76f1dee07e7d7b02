using Microsoft.AspNetCore.Components;

namespace Crm.Sdk.Modules;

/// <summary>Adds screens.</summary>
public sealed class ScreensBuilder
{
    private readonly ModuleDescription description;

    internal ScreensBuilder(ModuleDescription description) => this.description = description;

    /// <summary>Adds a screen at <c>/x/{module}/{key}</c>; for all users and in the menu, unless said otherwise.</summary>
    /// <param name="key">Lower case with dashes.</param>
    /// <param name="ja">Name in Japanese.</param>
    /// <param name="en">Name in English.</param>
    public ScreenBuilder Add<TScreen>(string key, string ja, string en) where TScreen : IComponent =>
        new(new(description, description.Screens, new(description.Key, key, new(ja, en), typeof(TScreen))));
}

/// <summary>Says more of a screen.</summary>
public sealed class ScreenBuilder
{
    private readonly Described<ScreenDescription> screen;

    internal ScreenBuilder(Described<ScreenDescription> screen) => this.screen = screen;

    /// <summary>Name of a Tabler icon.</summary>
    public ScreenBuilder Icon(string icon) => With(s => s with { Icon = icon });

    /// <summary>The right it needs.</summary>
    public ScreenBuilder Requires(string permission) => With(s => s with { Permission = permission });

    /// <summary>Keeps it out of the menu: it is reached from other pages.</summary>
    public ScreenBuilder NotInMenu() => With(s => s with { InMenu = false });

    /// <summary>
    /// Shows itself to strangers, at <see cref="Web.Routes.Public"/> and only there, without menu: a form of a web site, a page to leave a
    /// mailing list. What it asks for is answered with the rights of the system.
    /// </summary>
    public ScreenBuilder Public() => With(s => s with { Public = true, InMenu = false });

    private ScreenBuilder With(Func<ScreenDescription, ScreenDescription> change)
    {
        screen.Change(change);
        return this;
    }
}

/// <summary>Adds parts to screens of others.</summary>
public sealed class SlotsBuilder
{
    private readonly ModuleDescription description;

    internal SlotsBuilder(ModuleDescription description) => this.description = description;

    /// <summary>Adds a component to a slot.</summary>
    /// <param name="slot">Key of the slot, from the contracts of who offers it; <see cref="Web.Slots"/> makes those of record pages.</param>
    /// <param name="key">Unique in the slot; begins with the module's key by itself.</param>
    /// <param name="ja">Heading in Japanese.</param>
    /// <param name="en">Heading in English.</param>
    public SlotBuilder Add<TComponent>(string slot, string key, string ja, string en) where TComponent : IComponent =>
        new(new(description, description.Slots, new(description.Key, slot, $"{description.Key}.{key}", new(ja, en), typeof(TComponent))));
}

/// <summary>Says more of a part of a screen.</summary>
public sealed class SlotBuilder
{
    private readonly Described<SlotDescription> part;

    internal SlotBuilder(Described<SlotDescription> part) => this.part = part;

    /// <summary>Where it stands in the slot; lower comes first, 100 when not said.</summary>
    public SlotBuilder Order(int order)
    {
        part.Change(p => p with { Order = order });
        return this;
    }

    /// <summary>Of a record's tabs: the one the page opens with, in place of the timeline. For records of which little is told and much is to be done.</summary>
    public SlotBuilder Opens()
    {
        part.Change(p => p with { Opens = true });
        return this;
    }
}
