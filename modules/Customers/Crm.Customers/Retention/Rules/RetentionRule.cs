using Crm.Customers.Contracts;
using Crm.Sdk;
using Crm.Sdk.Records;

namespace Crm.Customers.Retention.Rules;

/// <summary>How long records of a type are kept, from what day on, and what becomes of them then. Set by <see cref="SaveRetentionRule"/> alone, so that it is known who set it.</summary>
internal sealed class RetentionRule : Record
{
    public string Name { get; set; } = "";

    /// <summary>Key of the record type.</summary>
    public string RecordTypeKey { get; set; } = "";

    /// <summary>Key of the date it counts from, or <see cref="RuleScope.LastActivity"/>.</summary>
    public string CountsFrom { get; set; } = "";

    public int Months { get; set; }

    /// <summary>Only records with this answer; null for all.</summary>
    public string? WhereField { get; set; }

    public string? WhereValue { get; set; }

    public string Deed { get; set; } = Deeds.Purge;

    /// <summary>The law or the decision behind it.</summary>
    public string? Ground { get; set; }

    public bool Paused { get; set; }

    /// <summary>Who set it last: they do not approve what it proposes.</summary>
    public Guid? SetBy { get; set; }

    /// <summary>Whether it is being set by the command.</summary>
    internal bool Changing { get; set; }
}

/// <summary>What becomes of records whose time is over. Persisted.</summary>
internal static class Deeds
{
    public const string Purge = "purge";
    public const string Anonymise = "anonymise";

    public static readonly IReadOnlyList<Choice> All = [Choice.Of(Purge, "消去", "Purge", "red"), Choice.Of(Anonymise, "匿名化", "Anonymise", "orange")];

    public static Label Name(string key) => All.First(c => c.Key == key).Label;
}

internal static class RetentionRuleFields
{
    public static readonly RecordType<RetentionRule> Type = RecordType.For<RetentionRule>(CustomersContract.RetentionRule)
        .Titled("保存期間の規則", "Retention rule")
        .WithIcon("hourglass")
        .TitledBy("name")
        .SortedBy("name")
        .NotInMenu()
        .Section("basic", "基本情報", "Basics", s => s
            .Text(r => r.Name, "規則の名前", "Name").Required().Max(200).ReadOnly().Indexed().InList()
            .Text(r => r.RecordTypeKey, "台帳", "Record type").Required().Max(100).ReadOnly().InList()
            .Text(r => r.CountsFrom, "起算日の項目", "Counts from").Required().Max(100).ReadOnly().InList()
            .Number(r => r.Months, "保存する月数", "Months kept").Range(1, 1200).ReadOnly().InList()
            .Text(r => r.WhereField, "条件の項目", "Only where field").Max(100).ReadOnly()
            .Text(r => r.WhereValue, "条件の値", "is").Max(100).ReadOnly()
            .Choice(r => r.Deed, "期間後の処理", "Afterwards", Deeds.All).ReadOnly().InList()
            .Text(r => r.Ground, "根拠", "Ground").Max(500).ReadOnly()
            .YesNo(r => r.Paused, "停止中", "Paused").ReadOnly().InList()
            .User(r => r.SetBy, "設定した人", "Set by").ReadOnly().InList())
        .Rule(rule => rule.Changing ? null : new Problem(
            "customers.rules-are-set", ("保存期間の規則は、この画面では変更できません。", "Retention rules are not changed here."), ("「保存期間」の画面で設定してください。", "Set them on the retention screen.")));
}
