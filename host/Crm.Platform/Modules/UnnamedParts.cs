using Crm.Sdk;
using Crm.Sdk.Modules;
using Crm.Sdk.Records;

namespace Crm.Platform.Modules;

/// <summary>Names that lack one of the two languages: whoever works in it would see an input, a menu entry or a button without words.</summary>
internal static class UnnamedParts
{
    public static IEnumerable<Label> Of(ModuleDescription module) =>
    [
        .. Lacking(("モジュール", "module"), module.Key, module.Module.Name),
        .. module.RecordTypes.SelectMany(Type),
        .. module.Extensions.SelectMany(e => Parts(e.RecordType, e.Sections, e.Fields)),
        .. module.Settings is { } settings ? Parts(settings.Fields.Key, settings.Fields.Sections, settings.Fields.Fields) : [],
        .. module.Screens.SelectMany(s => Lacking(("画面", "screen"), s.Key, s.Name)),
        .. module.Slots.SelectMany(s => Lacking(("差し込み", "slot"), s.Key, s.Name)),
        .. module.Permissions.SelectMany(p => Lacking(("権限", "permission"), p.Key, p.Name)),
        .. module.Jobs.SelectMany(j => Lacking(("ジョブ", "job"), j.Key, j.Name)),
        .. module.Prints.SelectMany(p => Lacking(("帳票", "print"), p.Key, p.Name)),
        .. module.Imports.SelectMany(i => Lacking(("取り込み形式", "import format"), i.Key, i.Name)),
        .. module.Endpoints.SelectMany(e => Lacking(("API", "address"), e.Key, e.Name)),
        .. module.Feeds.SelectMany(f => Lacking(("フィード", "feed"), f.Key, f.Name)),
        .. module.Demos.SelectMany(d => d.Name is { } name ? Lacking(("デモ", "demonstration"), d.Scenario, name) : []),
    ];

    private static IEnumerable<Label> Type(RecordType type) =>
    [
        .. Lacking(("レコード種別", "record type"), type.Key, type.Label), .. Lacking(("レコード種別（複数形）", "record type (plural)"), type.Key, type.Plural),
        .. type.Views.SelectMany(v => Lacking(("ビュー", "view"), type.Key + v.Query, v.Name)), .. Parts(type.Key, type.Sections, type.Fields),
    ];

    private static IEnumerable<Label> Parts(string type, IEnumerable<Section> sections, IEnumerable<Field> fields) =>
    [
        .. sections.SelectMany(s => Lacking(($"{type} の区分", $"section of {type}"), s.Key, s.Label)),
        .. fields.SelectMany(f => Lacking(($"{type} の項目", $"field of {type}"), f.Key, f.Label)
            .Concat(f.Choices.SelectMany(c => Lacking(($"{type} の項目 {f.Key} の選択肢", $"answer of the field {f.Key} of {type}"), c.Key, c.Label)))
            .Concat(f.Hint is { } hint ? Lacking(($"{type} の項目 {f.Key} の説明", $"hint of the field {f.Key} of {type}"), "Hint", hint) : [])),
    ];

    private static IEnumerable<Label> Lacking(Label what, string key, Label name)
    {
        if (string.IsNullOrWhiteSpace(name.Ja)) yield return Fault(what, key, name.En, ("日本語", "Japanese"));
        if (string.IsNullOrWhiteSpace(name.En)) yield return Fault(what, key, name.Ja, ("英語", "English"));
    }

    /// <summary>The name it has in the other language helps to find it.</summary>
    private static Label Fault(Label what, string key, string? other, Label language)
    {
        var (ja, en) = string.IsNullOrWhiteSpace(other) ? ("", "") : ($"（{other}）", $" (“{other}”)");
        return new($"{what.Ja}「{key}」{ja}に{language.Ja}の名称がありません。", $"The {what.En} “{key}”{en} has no name in {language.En}.");
    }
}
