using Crm.Customers.Contracts;
using Crm.Customers.Retention.Rules;
using Crm.Sdk;
using Crm.Sdk.Records;

namespace Crm.Customers.Retention.Purging;

/// <summary>How far a purge has come. Persisted.</summary>
internal static class PurgeStates
{
    public const string Collecting = "collecting";
    public const string Proposed = "proposed";
    public const string Approved = "approved";
    public const string Running = "running";
    public const string Done = "done";
    public const string TurnedDown = "turned-down";

    public static readonly IReadOnlyList<Choice> All =
    [
        Choice.Of(Collecting, "抽出中", "Being drawn up", "yellow"), Choice.Of(Proposed, "承認待ち", "To be approved", "yellow"), Choice.Of(Approved, "承認済み", "Approved", "blue"),
        Choice.Of(Running, "実行中", "Running", "blue"), Choice.Of(Done, "完了", "Done", "green"), Choice.Of(TurnedDown, "却下", "Turned down"),
    ];
}

internal static class PurgeFields
{
    public static readonly RecordType<Purge> Type = RecordType.For<Purge>(CustomersContract.Purge)
        .Titled("消去の提案と証明", "Purge")
        .WithIcon("eraser")
        .TitledBy("name", "before")
        .SortedBy("-proposedAt")
        .NotInMenu()
        .Section("basic", "基本情報", "Basics", s => s
            .Text(p => p.Name, "名前", "Name").Required().Max(200).ReadOnly().InList()
            .Choice(p => p.State, "状態", "State", PurgeStates.All).ReadOnly().Indexed().InList()
            .Reference(p => p.RuleId, "規則", "Rule", CustomersContract.RetentionRule).ReadOnly().Indexed().SeenFrom("提案", "Proposals")
            .Text(p => p.RuleJa, "規則の内容", "Rule in words").Max(500).ReadOnly()
            .Text(p => p.RuleEn, "規則の内容（英語）", "Rule in words (English)").Max(500).ReadOnly()
            .Text(p => p.Ground, "根拠", "Ground").Max(500).ReadOnly()
            .Text(p => p.RecordTypeKey, "台帳", "Record type").Required().Max(100).ReadOnly()
            .Choice(p => p.Deed, "処理", "What is done", Deeds.All).ReadOnly().InList()
            .Date(p => p.Before, "この日より前", "Before").ReadOnly().InList())
        .Section("steps", "経過", "Steps", s => s
            .User(p => p.ProposedBy, "提案した人", "Proposed by").ReadOnly().InList()
            .User(p => p.RuleSetBy, "規則を設定した人", "Rule set by").ReadOnly()
            .DateTime(p => p.ProposedAt, "提案日時", "Proposed at").ReadOnly().Indexed().InList()
            .User(p => p.DecidedBy, "承認・却下した人", "Decided by").ReadOnly().InList()
            .DateTime(p => p.DecidedAt, "承認・却下の日時", "Decided at").ReadOnly()
            .DateTime(p => p.FinishedAt, "完了日時", "Finished at").ReadOnly()
            .Number(p => p.Listed, "対象", "Listed").ReadOnly().InList()
            .Number(p => p.Held, "除外", "Held back").ReadOnly().InList()
            .Number(p => p.Gone, "処理済み", "Done").ReadOnly().InList()
            .Number(p => p.Refused, "処理せず", "Refused").ReadOnly().InList()
            .Text(p => p.Note, "却下の理由", "Why it was turned down").Max(500).ReadOnly()
            .YesNo(p => p.ByClock, "自動の提案", "Proposed by the clock").ReadOnly())
        .Rule(purge => purge.Stepped ? null : new Problem(
            "customers.purges-are-stepped", ("消去の提案は、提案・承認・実行の操作だけで変わります。", "A purge changes by proposing, approving and running alone."), ("「保存期間」の画面から操作してください。", "Use the retention screen.")));
}
