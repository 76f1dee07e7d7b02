using Crm.Sdk;
using Crm.Sdk.Modules;
using Crm.Sdk.Records;

namespace Crm.Platform.Plugins.Checks;

/// <summary>
/// Record types that a plugin points to, extends, prints or imports and that nobody has: a letter too many, or a module it does not require.
/// Left alone, the field could never be filled and the extension would never be seen.
/// </summary>
internal static class UnknownRecordTypes
{
    /// <param name="module">What the plugin says about itself.</param>
    /// <param name="find">A module it may count on: one of the product's, or a plugin it requires.</param>
    public static IReadOnlyList<Problem> Of(ModuleDescription module, Func<string, ModuleDescription?> find)
    {
        var named = module.RecordTypes.SelectMany(t => References(t.Key, t.Fields)).Concat(module.Extensions.SelectMany(e => References(e.RecordType, e.Fields)))
            .Concat(module.Extensions.Select(e => ((Label)("拡張（Extend）", "An extension"), e.RecordType)))
            .Concat(module.Prints.Select(p => ((Label)($"帳票「{p.Name.Ja}」", $"The print “{p.Name.En}”"), p.RecordType)))
            .Concat(module.Imports.Select(i => ((Label)($"取り込み形式「{i.Name.Ja}」", $"The import format “{i.Name.En}”"), i.RecordType)));
        return [.. named.Where(n => !IsKnown(n.Item2)).Distinct().Select(n => Unknown(n.Item1, n.Item2))];

        bool IsKnown(string type) => Owner(type) is { } owner && owner.RecordTypes.Exists(t => t.Key == type);

        ModuleDescription? Owner(string type) => type.Split('.')[0] is var key && key == module.Key ? module : find(key);

        Problem Unknown(Label who, string type) => new(
            "no-such-record-type",
            ($"{who.Ja}が指すレコード種別「{type}」がありません。", $"{who.En} names the record type “{type}”, which is not there."),
            Owner(type) is not { } owner
                ? ($"モジュール「{type.Split('.')[0]}」がないか、requires に書かれていません。キーを確かめ、プラグインのものであれば module.Requires と requires に加えてください。", $"There is no module “{type.Split('.')[0]}” it may count on. Check the key; when it is a plugin's, name that plugin in module.Requires and requires.")
                : Near(type, owner) is { } near
                    ? ($"「{near}」ではありませんか。", $"Do you mean “{near}”?")
                    : ($"{owner.Key} のレコード種別: {Types(owner)}", $"Record types of {owner.Key}: {Types(owner)}"),
            "file");
    }

    private static IEnumerable<(Label Who, string Type)> References(string recordType, IEnumerable<Field> fields) =>
        from field in fields
        where field.References is not null
        select (new Label($"{recordType} の項目「{field.Key}」", $"The field {field.Key} of {recordType}"), field.References);

    private static string Types(ModuleDescription owner) => owner.RecordTypes.Count == 0 ? "–" : string.Join(", ", owner.RecordTypes.Select(t => t.Key));

    /// <summary>One that differs in a few letters at the end, as a plural does, or begins alike.</summary>
    private static string? Near(string type, ModuleDescription owner) =>
        owner.RecordTypes.Select(t => (t.Key, Alike: t.Key.Zip(type).TakeWhile(p => p.First == p.Second).Count())).Where(t => t.Alike > owner.Key.Length + 2).OrderByDescending(t => t.Alike).FirstOrDefault().Key;
}
