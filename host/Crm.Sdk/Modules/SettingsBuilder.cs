using Crm.Sdk.Records;

namespace Crm.Sdk.Modules;

/// <summary>
/// Describes the settings that a tenant's administrator makes for a module: the page, the API and the audit of them come from the
/// description. Each property of the settings class is a field of the same name in camel case; what it begins with is its default.
/// </summary>
public sealed class SettingsBuilder
{
    private readonly RecordType<SettingsRecord> type;

    internal SettingsBuilder(RecordType<SettingsRecord> type) => this.type = type;

    /// <summary>Adds a section of fields; they are named by key and are never indexed, searched or listed.</summary>
    public SettingsBuilder Section(string key, string ja, string en, Action<FieldsBuilder<Record>> describe)
    {
        var section = new FieldsBuilder<Record>(key, type.Owner, prefixed: false);
        describe(section);
        type.Add(new Section(key, new(ja, en)));
        foreach (var field in section.Described().Fields) type.Add(field);
        return this;
    }
}

/// <summary>Gives the fields of settings a record to live in while a form is read; no table holds it.</summary>
internal sealed class SettingsRecord : Record
{
}

/// <summary>The settings of a module: the class it reads them by, and their fields.</summary>
internal sealed record SettingsDescription(Type Class, RecordType Fields);
