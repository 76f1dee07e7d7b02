using System.Text.Json;
using Crm.Host.Identity.People;
using Crm.Platform.Audit;
using Crm.Platform.Catalog;
using Crm.Platform.Export;
using Crm.Platform.Identity.Rights;
using Crm.Platform.Modules;
using Crm.Platform.Records;
using Crm.Platform.Storage;
using Crm.Sdk;
using Crm.Sdk.Records;
using Crm.Sdk.Users;

using static Crm.Sdk.Texts;

namespace Crm.Host.Web.Settings.Audit;

/// <summary>Changes of settings in words: the audit keeps their keys, since words may change.</summary>
internal sealed class AuditWords(TenantCatalog catalog, ModuleList modules)
{
    /// <summary>What was changed, and its value before and after; null where there was none.</summary>
    public (string What, string? Before, string? After) Of(string audited, FieldChange change)
    {
        var (owner, part) = Split(change.Field);
        Func<string, string> value = audited switch
        {
            AuditedSettings.RecordType => TypeName,
            AuditedSettings.Field => v => FieldPart(part, v),
            _ => Value,
        };
        var what = audited switch
        {
            AuditedSettings.Tenant => Setting(change.Field),
            AuditedSettings.Word or AuditedSettings.RecordType => Named(change.Field),
            AuditedSettings.Field => part is null ? Named(owner) : $"{Named(owner)}: {PartOfField(part)}",
            AuditedSettings.Module => modules.Find(change.Field)?.Module.Name.ToString() ?? change.Field,
            AuditedSettings.Role when part is not null => $"{owner}: {Right(part)}",
            _ => part is null ? change.Field : $"{owner}: {PartOfUser(part)}",
        };
        return (what, Told(change.Before), Told(change.After));

        string? Told(object? kept) => kept is string text ? value(text) : null;
    }

    /// <summary>The actions by which entries are filtered.</summary>
    public static IReadOnlyList<string> Actions(bool access) =>
        access ? ["view", "export"] : [RecordActions.Created, RecordActions.Updated, RecordActions.Deleted, RecordActions.Restored];

    /// <summary>What was taken out: the format of an export and how far it reached, or that a program asked.</summary>
    public static string Taken(string? detail) => detail switch
    {
        null => "",
        _ when detail.StartsWith("GET ", StringComparison.Ordinal) => "API",
        _ => string.Join(L("・", ", "), detail.Split(' ').Select(word => word switch
        {
            ExportFormat.CsvUtf8 => "CSV (UTF-8)",
            ExportFormat.CsvCp932 => "CSV (Windows-31J)",
            ExportFormat.Xlsx => "Excel",
            "own" => L("自分の担当分", "their own"),
            "team" => L("チームの担当分", "their team's"),
            "left-out" => L("除かれたもの", "what was left out"),
            _ when word.Contains(':', StringComparison.Ordinal) => L($"用途 {word}", $"for {word}"),
            _ => word,
        })),
    };

    // Names come before the last colon: what a person or role is called may have one itself.
    private static (string Owner, string? Part) Split(string key)
    {
        var colon = key.LastIndexOf(": ", StringComparison.Ordinal);
        return colon < 0 ? (key, null) : (key[..colon], key[(colon + 2)..]);
    }

    /// <summary><c>customers.company/rank</c> as 会社 › ランク.</summary>
    public string Named(string key)
    {
        var slash = key.IndexOf('/', StringComparison.Ordinal);
        var typeKey = (slash < 0 ? key : key[..slash]).Replace("#plural", "", StringComparison.Ordinal);
        if (!catalog.TryGet(typeKey, out var type)) return key;
        if (slash < 0) return type.Label.ToString();
        return $"{type.Label} › {(type.TryGet(key[(slash + 1)..], out var field) ? field.Label.ToString() : key[(slash + 1)..])}";
    }

    private string Right(string right) => right switch
    {
        "name" => L("名称", "Name"),
        "everything" => L("すべての権限", "Every right"),
        _ when right.Contains('/', StringComparison.Ordinal) => Named(right),
        _ when right.StartsWith("*:", StringComparison.Ordinal) && Enum.TryParse<RecordAction>(right[2..], ignoreCase: true, out var action) =>
            $"{L("その他のレコード", "Other records")}: {ActionNames.Of(action)}",
        _ => RightNames.Of(catalog, right).ToString(),
    };

    private static string Setting(string key) => key switch
    {
        "name" => L("名称", "Name"),
        "timeZone" => L("タイムゾーン", "Time zone"),
        "language" => L("言語", "Language"),
        "currency" => L("通貨", "Currency"),
        "fiscalYearStart" => L("年度の始まる月", "First month of the fiscal year"),
        _ => key,
    };

    private static string PartOfUser(string part) => part switch
    {
        "name" => L("名前", "Name"),
        "email" => L("メールアドレス", "E-mail"),
        "roles" => L("ロール", "Roles"),
        "teams" => L("チーム", "Teams"),
        "members" => L("メンバー", "Members"),
        "active" => L("利用", "Active"),
        "password" => L("パスワードの再設定", "Password reset"),
        _ => part,
    };

    private static string PartOfField(string part) => part switch
    {
        "kind" => L("種類", "Kind"),
        "ja" => L("名称(日本語)", "Name in Japanese"),
        "en" => L("名称(英語)", "Name in English"),
        "hintJa" => L("説明(日本語)", "Hint in Japanese"),
        "hintEn" => L("説明(英語)", "Hint in English"),
        "meaning" => L("定義・管理者", "Meaning and keeper"),
        "required" => L("必須", "Required"),
        "unique" => L("重複不可", "Unique"),
        "indexed" => L("索引", "Index"),
        "searchable" => L("検索対象", "Found by search"),
        "inList" => L("一覧に表示", "In lists"),
        "matchKey" => L("取り込みの照合キー", "Key of imports"),
        "pattern" => L("書式", "Pattern"),
        "section" => L("表示する場所", "Where it stands"),
        "maxLength" => L("最大文字数", "Longest text"),
        "min" => L("最小", "Lowest"),
        "max" => L("最大", "Highest"),
        "decimals" => L("小数桁", "Decimals"),
        "choices" => L("選択肢", "Choices"),
        "references" => L("参照先", "Points to"),
        "personal" => L("個人情報の区分", "Personal data"),
        _ => part,
    };

    private string FieldPart(string? part, string value) => part switch
    {
        "kind" when Enum.TryParse<FieldKind>(value, ignoreCase: true, out var kind) => SettingsTexts.Of(kind),
        "personal" when Enum.TryParse<PersonalData>(value, ignoreCase: true, out var personal) => SettingsTexts.Of(personal),
        "references" => Named(value),
        "choices" => Choices(value),
        _ => Value(value),
    };

    private static string Choices(string json)
    {
        try
        {
            return string.Join(L("、", ", "), (JsonSerializer.Deserialize<List<Choice>>(json, Json.Compact) ?? []).Select(c => c.Label.ToString()));
        }
        catch (JsonException)
        {
            return json;
        }
    }

    private static string TypeName(string value)
    {
        if (!value.StartsWith('{')) return Value(value);
        var kept = JsonSerializer.Deserialize<RecordTypeDefinition>(value, Json.Compact)!;
        return L(kept.Ja, kept.En);
    }

    private static string Value(string value) => value switch
    {
        "true" => L("はい", "Yes"),
        "false" => L("いいえ", "No"),
        "on" => L("有効", "On"),
        "off" => L("無効", "Off"),
        "in use" => L("使用中", "In use"),
        "removed" => L("外した", "Out of use"),
        "hidden" => L("非表示", "Hidden"),
        "none" => L("不可", "None"),
        "own" => L("本人", "Own"),
        "team" => L("チーム", "Team"),
        "all" => L("すべて", "All"),
        "link" => L("リンクを発行", "A link was made"),
        "link, second factor off" => L("リンクを発行し、二段階認証を解除", "A link was made, the second factor taken off"),
        _ => value,
    };
}
