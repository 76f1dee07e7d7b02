using System.Text.Json;
using System.Text.Json.Nodes;
using Crm.Platform.Catalog;
using Crm.Platform.Editions;
using Crm.Platform.Editions.Applying;
using Crm.Platform.Identity.Rights;
using Crm.Platform.Storage;
using Crm.Sdk;
using static Crm.Sdk.Texts;

namespace Crm.Host.Web.Settings.Editions;

/// <summary>A line of a plan in words, on the page and on the command line.</summary>
/// <param name="Kind">What kind of thing.</param>
/// <param name="What">Which, and which of its values.</param>
/// <param name="Action">What is done, and why the tenant's own stays.</param>
/// <param name="Before">The value of the tenant.</param>
/// <param name="After">The value of the edition.</param>
internal sealed record EditionWords(string Kind, string What, string Action, string Before, string After)
{
    /// <summary>What comes or goes as a whole is one row; else each value is.</summary>
    public static IEnumerable<(PlanLine Line, EditionWords Words)> Rows(IEnumerable<PlanLine> lines) => lines
        .GroupBy(l => (l.Item, l.Action, Part: l.Whole ? "" : l.Part))
        .Select(g => (g.First(), g.Count() == 1 && !g.First().Whole ? Of(g.First()) : Whole([.. g])));

    private static EditionWords Whole(IReadOnlyList<PlanLine> lines)
    {
        var first = Of(lines[0] with { Part = "", PartName = null });
        if (lines.Count == 1) return first;
        return first with { Before = Joined(l => l.Before), After = Joined(l => l.After) };

        string Joined(Func<PlanLine, string?> value)
        {
            var told = lines.Where(l => value(l) is not null && l.Part != "code").Select(l => $"{l.PartName?.ToString() ?? l.Part}: {Told(Parts(l, value(l)))}").ToList();
            return told.Count == 0 ? "–" : Short(string.Join(L("、", ", "), told));
        }
    }

    public static EditionWords Of(PlanLine line)
    {
        var (before, after) = (Parts(line, line.Before), Parts(line, line.After));

        // The names of what comes or goes stand beside it already.
        if (line is { Whole: true, Kind: ItemKind.Field or ItemKind.RecordType })
        {
            foreach (var name in (string[])["ja", "en", "enPlural"])
            {
                before?.Remove(name);
                after?.Remove(name);
            }
        }

        // Of two long descriptions only what differs is of interest.
        if (before is not null && after is not null)
        {
            foreach (var same in before.Keys.Where(k => after.GetValueOrDefault(k) == before[k]).ToList())
            {
                before.Remove(same);
                after.Remove(same);
            }
        }

        var part = line.Part.Length == 0 ? "" : L("の", " · ") + (line.PartName?.ToString() ?? line.Part);
        return new(KindName(line.Kind), line.Name + part, ActionName(line), Told(before), Told(after));
    }

    public static string Colour(PlanAction action) => action switch { PlanAction.Add => "green", PlanAction.Change => "blue", PlanAction.Remove => "red", _ => "yellow" };

    private static string KindName(string kind) => kind switch
    {
        ItemKind.Module => L("モジュール", "Module"),
        ItemKind.Setting => L("設定", "Setting"),
        ItemKind.Branding => L("ブランド", "Branding"),
        ItemKind.RecordType => L("台帳", "Record type"),
        ItemKind.Field => L("項目", "Field"),
        ItemKind.Label => L("用語", "Word"),
        ItemKind.Role => L("ロール", "Role"),
        _ => L("データ", "Record"),
    };

    private static string ActionName(PlanLine line) => (line.Action, line.Reason) switch
    {
        (PlanAction.Add, _) => L("追加", "Add"),
        (PlanAction.Change, _) => L("変更", "Change"),
        (PlanAction.Remove, _) => L("取り除く", "Remove"),
        (_, KeepReason.Removed) => L("そのまま（こちらで外したもの）", "Keep (taken out here)"),
        (_, KeepReason.Own) => L("そのまま（以前からあるもの）", "Keep (was here before)"),
        (_, KeepReason.InUse) => L("そのまま（使用中）", "Keep (in use)"),
        _ => L("そのまま（こちらで変更したもの）", "Keep (changed here)"),
    };

    /// <summary>The members of what is kept as an object, by name; a plain value under the empty name.</summary>
    private static Dictionary<string, string>? Parts(PlanLine line, string? json)
    {
        if (json is null) return null;
        if (line.Kind == ItemKind.Module) return new() { [""] = L("有効", "on") };
        if (line is { Kind: ItemKind.Role, Part: "rights" }) return RoleRights.Parse(json).Told(default).Where(p => p.Key != "name" && p.Value is not null).ToDictionary(p => p.Key, p => p.Value!);
        if (line.Kind == ItemKind.Branding)
        {
            var brand = Branding.Parse(json)!;
            var told = new Dictionary<string, string> { [""] = brand.Product.ToString() };
            if (brand.Logo is not null) told[L("ロゴ", "logo")] = brand.Logo[..8];
            if (brand.Accent is not null) told[L("色", "colour")] = brand.Accent;
            return told;
        }

        if (line.Kind == ItemKind.Field)
        {
            // The kind by its name, and both names only where they are what differs.
            var field = FieldDefinition.Parse(json);
            var told = JsonNode.Parse(json)!.AsObject();
            told["kind"] = SettingsTexts.Of(field.Kind);
            told["choices"] = field.Choices.Count == 0 ? null : string.Join(L("・", ", "), field.Choices.Select(c => c.Label.ToString()));
            json = told.ToJsonString(Json.Compact);
        }

        return JsonNode.Parse(json) is JsonObject members
            ? members.Where(m => m.Value is not null && m.Value.ToJsonString() is not ("false" or "[]" or "0")).ToDictionary(m => m.Key, m => m.Value is JsonValue plain ? Plain(plain.Deserialize<JsonElement>()) : m.Value!.ToJsonString(Json.Compact))
            : new() { [""] = Plain(JsonSerializer.Deserialize<JsonElement>(json)) };
    }

    private static string Told(Dictionary<string, string>? parts)
    {
        if (parts is null or { Count: 0 }) return "–";
        if (parts.Count == 2 && parts.TryGetValue("ja", out var ja) && parts.TryGetValue("en", out var en)) return L(ja, en);
        return Short(string.Join(L("、", ", "), parts.Select(p => p.Key.Length == 0 ? p.Value : $"{Member(p.Key)}: {p.Value}")));
    }

    private static string Plain(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True => L("はい", "yes"),
        JsonValueKind.False => L("いいえ", "no"),
        JsonValueKind.Array => string.Join(L("、", ", "), value.EnumerateArray().Select(Plain)),
        _ => value.ToString(),
    };

    private static string Short(string text) => text.Length <= 200 ? text : text.Cut(200) + "…";

    private static string Member(string key) => key switch
    {
        "kind" => L("種類", "kind"),
        "ja" => L("日本語名", "Japanese"),
        "en" => L("英語名", "English"),
        "enPlural" => L("英語名（複数）", "plural"),
        "hintJa" => L("説明", "hint (Japanese)"),
        "hintEn" => L("説明（英語）", "hint"),
        "choices" => L("選択肢", "choices"),
        "required" => L("必須", "required"),
        "unique" => L("重複不可", "unique"),
        "indexed" => L("索引", "indexed"),
        "searchable" => L("検索対象", "searchable"),
        "inList" => L("一覧に表示", "in lists"),
        "matchKey" => L("照合キー", "match key"),
        "pattern" => L("書式", "pattern"),
        "maxLength" => L("最大文字数", "longest"),
        "min" => L("最小", "least"),
        "max" => L("最大", "most"),
        "decimals" => L("小数桁", "decimals"),
        "section" => L("セクション", "section"),
        "icon" => L("アイコン", "icon"),
        "titleFields" => L("見出しの項目", "title"),
        _ => key,
    };
}
