using Crm.Sdk.Jobs;
using Crm.Sdk.Records;
using Crm.Sdk.Storage;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace Crm.Sdk.Modules;

/// <summary>Collects what a module or plugin says about itself.</summary>
public sealed class ModuleBuilder
{
    private readonly ModuleDescription description;

    internal ModuleBuilder(ModuleDescription description) => this.description = description;

    /// <summary>Record types and fields.</summary>
    public RecordsBuilder Records => new(description);

    /// <summary>Screens, at <c>/x/{module}/{screen}</c>.</summary>
    public ScreensBuilder Screens => new(description);

    /// <summary>Parts of other screens.</summary>
    public SlotsBuilder Slots => new(description);

    /// <summary>Rights that roles can hold.</summary>
    public PermissionsBuilder Permissions => new(description);

    /// <summary>Work on the clock or on demand.</summary>
    public JobsBuilder Jobs => new(description);

    /// <summary>Services of its own; seen by its own handlers, screens and jobs.</summary>
    public IServiceCollection Services => description.Services;

    /// <summary>It works only where another module is on.</summary>
    public void Requires(string moduleKey) => description.Requires.Add(moduleKey);

    /// <summary>It keeps data in tables of its own.</summary>
    public void Database<TDb>() where TDb : ModuleDb => description.Database = typeof(TDb);

    /// <summary>Sample data for demonstrations.</summary>
    public void Demo<TDemo>() where TDemo : class, IDemoData => description.Demo = typeof(TDemo);
}

/// <summary>Adds record types and fields.</summary>
public sealed class RecordsBuilder
{
    private readonly ModuleDescription description;

    internal RecordsBuilder(ModuleDescription description) => this.description = description;

    /// <summary>Adds a record type; its key begins with the module's.</summary>
    public void Add(RecordType type)
    {
        if (!type.Key.StartsWith(description.Key + ".", StringComparison.Ordinal))
        {
            throw new InvalidOperationException($"The record type {type.Key} of the module {description.Key} must be called {description.Key}.{type.Key}.");
        }

        description.RecordTypes.Add(type.Frozen());
    }

    /// <summary>Adds fields to a record type of another module; keys of sections and fields begin with the module's key.</summary>
    public void Extend(string recordType, Action<ExtensionBuilder> describe)
    {
        var extension = new RecordExtension(recordType, description.Key);
        describe(new ExtensionBuilder(extension));
        description.Extensions.Add(extension.Frozen());
    }
}

/// <summary>Adds sections of fields to a record type of another module.</summary>
public sealed class ExtensionBuilder
{
    private readonly RecordExtension extension;

    internal ExtensionBuilder(RecordExtension extension) => this.extension = extension;

    /// <summary>Adds a section; or fields to a section that is there.</summary>
    public ExtensionBuilder Section(string key, string ja, string en, Action<FieldsBuilder<Record>> describe)
    {
        var section = new FieldsBuilder<Record>(key, extension.Owner, prefixed: true);
        describe(section);
        var (fields, computed) = section.Described();
        if (extension.Sections.All(s => s.Key != key)) extension.Sections.Add(new Section(key, new(ja, en)));
        extension.Fields.AddRange(fields);
        extension.Computed.AddRange(computed);
        return this;
    }

    /// <summary>Adds a rule over the whole record; it runs for every way of saving. One that throws refuses the save.</summary>
    public ExtensionBuilder Rule(RecordRule rule)
    {
        extension.Rules.Add(rule);
        return this;
    }
}

/// <summary>Adds screens.</summary>
public sealed class ScreensBuilder
{
    private readonly ModuleDescription description;

    internal ScreensBuilder(ModuleDescription description) => this.description = description;

    /// <summary>Adds a screen at <c>/x/{module}/{key}</c>.</summary>
    /// <param name="key">Lower case with dashes.</param>
    /// <param name="ja">Name in Japanese.</param>
    /// <param name="en">Name in English.</param>
    /// <param name="icon">A Tabler icon.</param>
    /// <param name="permission">The right it needs; null for all users.</param>
    /// <param name="inMenu">Whether the menu lists it.</param>
    public void Add<TScreen>(string key, string ja, string en, string icon = "layout", string? permission = null, bool inMenu = true)
        where TScreen : IComponent =>
        description.Screens.Add(new(description.Key, key, new(ja, en), icon, permission, inMenu, typeof(TScreen)));
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
    /// <param name="order">Lower comes first.</param>
    public void Add<TComponent>(string slot, string key, string ja, string en, int order = 100) where TComponent : IComponent =>
        description.Slots.Add(new(description.Key, slot, $"{description.Key}.{key}", new(ja, en), order, typeof(TComponent)));
}

/// <summary>Adds rights.</summary>
public sealed class PermissionsBuilder
{
    private readonly ModuleDescription description;

    internal PermissionsBuilder(ModuleDescription description) => this.description = description;

    /// <summary>Adds a right; its key begins with the module's.</summary>
    public void Add(string key, string ja, string en) => description.Permissions.Add(new(key, new(ja, en)));
}

/// <summary>Adds jobs.</summary>
public sealed class JobsBuilder
{
    private readonly ModuleDescription description;

    internal JobsBuilder(ModuleDescription description) => this.description = description;

    /// <summary>A job that runs when started.</summary>
    public void OnDemand<TJob>(string key, string ja, string en) where TJob : class, IJob => Add(key, new(ja, en), null, typeof(TJob));

    /// <summary>A job that runs each day at a time of the tenant's day.</summary>
    public void Daily<TJob>(string key, string ja, string en, TimeOnly at = default) where TJob : class, IJob =>
        Add(key, new(ja, en), new JobSchedule.Daily(at), typeof(TJob));

    /// <summary>A job that runs again and again.</summary>
    public void Every<TJob>(string key, string ja, string en, TimeSpan interval) where TJob : class, IJob =>
        Add(key, new(ja, en), new JobSchedule.Every(interval), typeof(TJob));

    private void Add(string key, Label name, JobSchedule? schedule, Type job) =>
        description.Jobs.Add(new($"{description.Key}.{key}", description.Key, name, schedule, job));
}

/// <summary>Makes sample data for a demonstration tenant, the same for the same seed.</summary>
public interface IDemoData
{
    /// <summary>Fills the current tenant.</summary>
    /// <param name="scenario">Which demonstration: <c>trading</c>, <c>waste</c>, <c>inn</c>.</param>
    /// <param name="seed">For the random numbers.</param>
    /// <param name="cancellation">Stops it.</param>
    Task Fill(string scenario, int seed, CancellationToken cancellation);
}
