using Crm.Sdk.Web;

namespace Crm.Sdk.Modules;

/// <summary>Adds layouts for paper. Each is a page of its own, without the shell, which the browser prints or keeps as PDF.</summary>
public sealed class PrintsBuilder
{
    private readonly ModuleDescription description;

    internal PrintsBuilder(ModuleDescription description) => this.description = description;

    /// <summary>Adds a layout of one record; offered on the pages of that record type.</summary>
    /// <param name="recordType">Key of the record type, one's own or another module's.</param>
    /// <param name="key">Lower case with dashes; begins with the module's key by itself.</param>
    /// <param name="ja">Name in Japanese.</param>
    /// <param name="en">Name in English.</param>
    public void Record<TLayout>(string recordType, string key, string ja, string en) where TLayout : RecordPart => Add(recordType, key, ja, en, typeof(TLayout), ofList: false);

    /// <summary>Adds a layout of many records; offered on the list of that record type, for what its filter finds.</summary>
    /// <param name="recordType">Key of the record type, one's own or another module's.</param>
    /// <param name="key">Lower case with dashes; begins with the module's key by itself.</param>
    /// <param name="ja">Name in Japanese.</param>
    /// <param name="en">Name in English.</param>
    public void List<TLayout>(string recordType, string key, string ja, string en) where TLayout : ListPart => Add(recordType, key, ja, en, typeof(TLayout), ofList: true);

    private void Add(string recordType, string key, string ja, string en, Type component, bool ofList) =>
        description.Add(description.Prints, new(description.Key, recordType, $"{description.Key}.{key}", new(ja, en), component, ofList));
}
