using Crm.Customers.Contracts;
using Crm.Plugins.Retail.Contracts;
using Crm.Sdk;
using Crm.Sdk.Records;
using Microsoft.EntityFrameworkCore;

namespace Crm.Plugins.Retail.Points;

/// <summary>Points besides those of sales: given, used, expired or corrected.</summary>
internal sealed class PointsEntry : Record
{
    public Guid? PersonId { get; set; }

    public DateOnly? NotedOn { get; set; }

    public string? Reason { get; set; }

    public int? Points { get; set; }

    public string? Note { get; set; }
}

internal static class PointsReasons
{
    public const string Used = "used";

    public static readonly IReadOnlyList<Choice> All =
    [
        Choice.Of(Used, "利用", "Used"), Choice.Of("campaign", "キャンペーン", "Campaign", "green"), Choice.Of("expired", "失効", "Expired", "orange"), Choice.Of("corrected", "調整", "Corrected"),
    ];
}

internal static class PointsFields
{
    public static readonly RecordType<PointsEntry> Type = RecordType.For<PointsEntry>(RetailContract.Points)
        .Titled("ポイント", "Points", "Points")
        .WithIcon("coin")
        .TitledBy("reason")
        .SortedBy("-notedOn")
        .NotInMenu()
        .Section("basic", "ポイント", "Points", s => s
            .Reference(p => p.PersonId, "お客様", "Person", CustomersContract.Person).Required().Indexed().InList().WithoutTab()
            .Date(p => p.NotedOn, "日付", "Date").Required().Indexed().InList()
            .Choice(p => p.Reason, "理由", "Reason", PointsReasons.All).Required().InList()
            .Number(p => p.Points, "ポイント（利用・失効は負の数）", "Points (negative when used)").Required().Range(-10_000_000, 10_000_000).InList()
            .Text(p => p.Note, "備考", "Note").Max(500))
        .Rule<NobodyUsesMorePointsThanTheyHave>();
}

/// <summary>Points are used as far as they reach; corrections may say what they want.</summary>
internal sealed class NobodyUsesMorePointsThanTheyHave(RetailDb db) : RecordRule
{
    private readonly Dictionary<Guid, int> left = [];

    public override async Task Prepare(RuleBatch batch, CancellationToken cancellation)
    {
        var people = batch.Values<Guid>("personId").ToList();
        var own = batch.Records.Select(r => r.Record.Id).ToList();
        var given = await db.Sales.Where(s => s.PersonId != null && people.Contains(s.PersonId.Value)).GroupBy(s => s.PersonId!.Value)
            .Select(g => new { Person = g.Key, Points = g.Sum(s => s.Points ?? 0) }).ToListAsync(cancellation);
        var noted = await db.PointsEntries.Where(p => p.PersonId != null && people.Contains(p.PersonId.Value) && !own.Contains(p.Id)).GroupBy(p => p.PersonId!.Value)
            .Select(g => new { Person = g.Key, Points = g.Sum(p => p.Points ?? 0) }).ToListAsync(cancellation);
        foreach (var person in given.Concat(noted)) left[person.Person] = left.GetValueOrDefault(person.Person) + person.Points;
    }

    public override IEnumerable<Problem> Check(RuleContext record)
    {
        var entry = record.As<PointsEntry>();
        if (entry is not { PersonId: { } person, Points: { } points }) yield break;
        var before = left.GetValueOrDefault(person);
        left[person] = before + points;
        if (entry.Reason != PointsReasons.Used || left[person] >= 0) yield break;
        yield return new Problem(
            "retail.not-enough-points", ($"ポイント残高が足りません（残高 {before:#,##0}）。", $"There are not so many points (left: {before:#,##0})."),
            ("残高の範囲で入力してください。", "Use no more than are left."), "points");
    }
}
