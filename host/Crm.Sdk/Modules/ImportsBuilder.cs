using Crm.Sdk.Import;

namespace Crm.Sdk.Modules;

/// <summary>Adds formats in which files of other systems come.</summary>
public sealed class ImportsBuilder
{
    private readonly ModuleDescription description;

    internal ImportsBuilder(ModuleDescription description) => this.description = description;

    /// <summary>Adds a format of files whose rows become records of a type; a file with its columns is read by it without asking.</summary>
    /// <param name="recordType">Key of the record type.</param>
    /// <param name="key">Lower case with dashes; begins with the module's key by itself.</param>
    /// <param name="ja">Name in Japanese.</param>
    /// <param name="en">Name in English.</param>
    public void Add<TFormat>(string recordType, string key, string ja, string en) where TFormat : ImportFormat =>
        description.Add(description.Imports, new(description.Key, recordType, $"{description.Key}.{key}", new(ja, en), typeof(TFormat)));
}
