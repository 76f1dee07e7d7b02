using Crm.Deals.Contracts;
using Crm.Sdk.Records;

namespace Crm.Deals.Pipelines;

/// <summary>Why deals are lost, in the tenant's own words.</summary>
internal sealed class LossReason : Record
{
    public string? Code { get; set; }

    public string Name { get; set; } = "";

    public int Position { get; set; }
}

internal static class LossReasonFields
{
    public static readonly RecordType<LossReason> Type = RecordType.For<LossReason>(DealsContract.LossReason)
        .Titled("失注理由", "Loss reason")
        .WithIcon("mood-sad")
        .TitledBy("name")
        .SortedBy("position")
        .NotInMenu()
        .Section("basic", "基本情報", "Basics", s => s
            .Text(r => r.Name, "理由", "Reason").Required().Max(100).InList()
            .Number(r => r.Position, "並び順", "Order").Default(100m).Indexed().InList()
            .Text(r => r.Code, "コード", "Code").Max(40).Unique().MatchKey());
}

/// <summary>Somebody we compete with.</summary>
internal sealed class Competitor : Record
{
    public string Name { get; set; } = "";

    public string? NameKana { get; set; }

    public string? Site { get; set; }

    public string? Strengths { get; set; }

    public string? Weaknesses { get; set; }
}

internal static class CompetitorFields
{
    public static readonly RecordType<Competitor> Type = RecordType.For<Competitor>(DealsContract.Competitor)
        .Titled("競合", "Competitor")
        .WithIcon("swords")
        .TitledBy("name")
        .SortedBy("name")
        .NotInMenu()
        .Section("basic", "基本情報", "Basics", s => s
            .Text(c => c.Name, "名称", "Name").Required().Max(200).Unique().MatchKey().Searchable().InList()
            .Kana(c => c.NameKana, "フリガナ", "Kana").Max(200).Searchable()
            .Url(c => c.Site, "サイト", "Site").Max(500).InList()
            .LongText(c => c.Strengths, "強み", "Strengths").Max(2000).InList()
            .LongText(c => c.Weaknesses, "弱み", "Weaknesses").Max(2000).InList());
}
