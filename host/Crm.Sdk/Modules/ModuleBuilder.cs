using Crm.Sdk.Records;
using Crm.Sdk.Storage;
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

    /// <summary>What the roles every tenant begins with may do with the module's records.</summary>
    public RolesBuilder Roles => new(description);

    /// <summary>Work on the clock or on demand.</summary>
    public JobsBuilder Jobs => new(description);

    /// <summary>Layouts for paper.</summary>
    public PrintsBuilder Prints => new(description);

    /// <summary>Formats in which files of others come.</summary>
    public ImportsBuilder Imports => new(description);

    /// <summary>Addresses that programs call, at <c>/api/v1/x/{module}/{key}</c>.</summary>
    public ApiBuilder Api => new(description);

    /// <summary>Texts that programs outside fetch by a secret address.</summary>
    public FeedsBuilder Feeds => new(description);

    /// <summary>Conditions of segments.</summary>
    public ConditionsBuilder Conditions => new(description);

    /// <summary>Services of its own; seen by its own handlers, screens and jobs.</summary>
    public IServiceCollection Services => description.Services;

    /// <summary>What a tenant's administrator sets for it, at 設定 → モジュール; read with <see cref="Tenancy.ISettings"/>.</summary>
    /// <typeparam name="TSettings">A plain class: one property for each field, with its default.</typeparam>
    public void Settings<TSettings>(Action<SettingsBuilder> describe) where TSettings : class, new()
    {
        var fields = RecordType.For<SettingsRecord>(description.Key + ".settings").Titled("設定", "Settings", "Settings");
        describe(new SettingsBuilder(fields));
        description.Settings = new(typeof(TSettings), fields.Frozen());
    }

    /// <summary>Data a tenant begins with: made once, when the module is first switched on there.</summary>
    public void Seed<TSeed>() where TSeed : class, ISeedData => description.Add(description.Seeds, typeof(TSeed));

    /// <summary>It works only where another module is on.</summary>
    public void Requires(string moduleKey) => description.Add(description.Requires, moduleKey);

    /// <summary>It keeps data in tables of its own.</summary>
    public void Database<TDb>() where TDb : ModuleDb => description.Database = typeof(TDb);

    /// <summary>Sample data for a demonstration that this module is about: <c>./crm demo</c> makes a tenant of that name.</summary>
    /// <param name="scenario">Lower case; becomes the key of the tenant.</param>
    /// <param name="ja">Name of the tenant in Japanese.</param>
    /// <param name="en">Name of the tenant in English.</param>
    public void Demo<TDemo>(string scenario, string ja, string en) where TDemo : class, IDemoData =>
        description.Add(description.Demos, new(scenario, new Label(ja, en), typeof(TDemo)));

    /// <summary>Sample data that goes into somebody else's demonstration, when it is there.</summary>
    public void Demo<TDemo>(string scenario) where TDemo : class, IDemoData => description.Add(description.Demos, new(scenario, null, typeof(TDemo)));
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
            var called = description.Key + "." + type.Key[(type.Key.IndexOf('.', StringComparison.Ordinal) + 1)..];
            throw new DescriptionException(($"レコード種別「{type.Key}」のキーは「{called}」にしてください。モジュール「{description.Key}」のキーで始めます。", $"The record type {type.Key} of the module {description.Key} must be called {called}."));
        }

        description.Add(description.RecordTypes, type.Frozen());
    }

    /// <summary>Adds fields to a record type of another module; keys of sections and fields begin with the module's key.</summary>
    public void Extend(string recordType, Action<ExtensionBuilder> describe)
    {
        var extension = new RecordExtension(recordType, description.Key);
        describe(new ExtensionBuilder(extension));
        description.Add(description.Extensions, extension.Frozen());
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

    /// <summary>Adds a rule over the whole record; it is made for each save and runs for every way of saving, as long as this module is on.</summary>
    public ExtensionBuilder Rule<TRule>() where TRule : RecordRule
    {
        extension.Rules.Add(new(extension.Owner, typeof(TRule), null));
        return this;
    }

    /// <summary>Adds a rule that the record alone decides: it answers with a problem, or null when the record is fine.</summary>
    public ExtensionBuilder Rule(Func<RuleContext, Problem?> rule)
    {
        extension.Rules.Add(DescribedRule.Of(extension.Owner, rule));
        return this;
    }
}
