using Crm.Platform.Audit;
using Crm.Sdk;
using Crm.Sdk.Records;

namespace Crm.Host.Web.Settings;

/// <summary>Words of the admin screens.</summary>
internal static class SettingsTexts
{
    public static string Of(FieldKind kind) => kind switch
    {
        FieldKind.Text => Texts.L("1行の文字", "Text"),
        FieldKind.LongText => Texts.L("長い文字", "Long text"),
        FieldKind.Kana => Texts.L("フリガナ", "Kana"),
        FieldKind.Number => Texts.L("数値", "Number"),
        FieldKind.Money => Texts.L("金額", "Money"),
        FieldKind.Date => Texts.L("日付", "Date"),
        FieldKind.DateTime => Texts.L("日時", "Date and time"),
        FieldKind.Time => Texts.L("時刻", "Time"),
        FieldKind.YesNo => Texts.L("はい・いいえ", "Yes or no"),
        FieldKind.Choice => Texts.L("選択肢(1つ)", "Choice"),
        FieldKind.MultiChoice => Texts.L("選択肢(複数)", "Several choices"),
        FieldKind.Email => Texts.L("メールアドレス", "E-mail"),
        FieldKind.Phone => Texts.L("電話番号", "Phone"),
        FieldKind.PostalCode => Texts.L("郵便番号", "Postal code"),
        FieldKind.Url => "URL",
        FieldKind.Markdown => Texts.L("書式付きの文章", "Formatted text"),
        FieldKind.Reference => Texts.L("ほかの記録への参照", "Another record"),
        FieldKind.User => Texts.L("ユーザー", "User"),
        _ => Texts.L("ファイル", "File"),
    };

    public static string Of(PersonalData personal) => personal switch
    {
        PersonalData.None => Texts.L("個人情報ではない", "Not personal"),
        PersonalData.Identity => Texts.L("本人を示す", "Identity"),
        PersonalData.Contact => Texts.L("連絡先", "Contact"),
        PersonalData.Life => Texts.L("生活", "Life"),
        PersonalData.Sensitive => Texts.L("要配慮個人情報", "Sensitive"),
        _ => Texts.L("秘密の番号", "Secret number"),
    };

    public static string JobState(string state) => state switch
    {
        "queued" => Texts.L("待機中", "Waiting"),
        "running" => Texts.L("実行中", "Running"),
        "done" => Texts.L("完了", "Done"),
        "failed" => Texts.L("失敗", "Failed"),
        _ => Texts.L("中止", "Cancelled"),
    };

    public static string Action(string action) => action switch
    {
        "created" => Texts.L("登録", "created"),
        "updated" => Texts.L("変更", "changed"),
        "deleted" => Texts.L("削除", "deleted"),
        "restored" => Texts.L("復元", "restored"),
        "view" => Texts.L("閲覧", "viewed"),
        "export" => Texts.L("書き出し", "exported"),
        _ => action,
    };

    /// <summary>What an entry of the audit is about when it is no record.</summary>
    public static string Audited(string what) => what switch
    {
        AuditedSettings.Tenant => Texts.L("テナント設定", "Tenant settings"),
        AuditedSettings.Word => Texts.L("名称", "Words"),
        AuditedSettings.Field => Texts.L("項目", "Fields"),
        AuditedSettings.Role => Texts.L("ロール", "Roles"),
        AuditedSettings.Team => Texts.L("チーム", "Teams"),
        AuditedSettings.User => Texts.L("ユーザー", "Users"),
        AuditedSettings.Module => Texts.L("モジュール", "Modules"),
        AuditedSettings.Webhook => Texts.L("Webhook", "Webhooks"),
        AuditedSettings.SingleSignOn => Texts.L("シングルサインオン", "Single sign-on"),
        AuditedSettings.RecordType => Texts.L("台帳の追加・削除", "Record types"),
        _ => what,
    };

    public static string Source(string source) => source switch
    {
        "screen" => Texts.L("画面", "Screen"),
        "api" => "API",
        "import" => Texts.L("取り込み", "Import"),
        "job" => Texts.L("ジョブ", "Job"),
        "event" => Texts.L("連動", "Reaction"),
        _ => Texts.L("コマンド", "Command line"),
    };
}
