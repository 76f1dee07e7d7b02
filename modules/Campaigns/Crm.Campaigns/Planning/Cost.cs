using Crm.Campaigns.Contracts;
using Crm.Sdk.Records;

namespace Crm.Campaigns.Planning;

/// <summary>Something that was paid for a campaign.</summary>
internal sealed class Cost : Record
{
    public Guid? CampaignId { get; set; }

    public string? Kind { get; set; }

    public string? Name { get; set; }

    public decimal? Amount { get; set; }

    public DateOnly? PaidOn { get; set; }
}

internal static class CostFields
{
    private static readonly IReadOnlyList<Choice> Kinds =
    [
        Choice.Of("delivery", "配信・郵送", "Delivery"), Choice.Of("making", "制作", "Making"), Choice.Of("incentive", "特典・値引き", "Incentive"),
        Choice.Of("labour", "人件費", "Labour"), Choice.Of("other", "その他", "Other"),
    ];

    public static readonly RecordType<Cost> Type = RecordType.For<Cost>(CampaignsContract.Cost)
        .Titled("費用", "Cost")
        .WithIcon("receipt")
        .TitledBy("name")
        .SortedBy("-paidOn")
        .NotInMenu()
        .Section("basic", "基本情報", "Basics", s => s
            .Reference(c => c.CampaignId, "キャンペーン", "Campaign", CampaignsContract.Campaign).Required().Indexed().SeenFrom("費用", "Costs").InList()
            .Text(c => c.Name, "内容", "What for").Required().Max(200).Searchable().InList()
            .Choice(c => c.Kind, "種類", "Kind", Kinds).InList()
            .Money(c => c.Amount, "金額（税抜）", "Amount, without tax").Required().InList()
            .Date(c => c.PaidOn, "日付", "Date").Required().Indexed().InList());
}
