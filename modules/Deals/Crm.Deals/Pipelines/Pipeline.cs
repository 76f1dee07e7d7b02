using Crm.Deals.Contracts;
using Crm.Sdk.Records;

namespace Crm.Deals.Pipelines;

/// <summary>A way deals go: new customers, repeat orders, tenders. Its stages are records of their own.</summary>
internal sealed class Pipeline : Record
{
    /// <summary>A key for files; the one every tenant begins with is <see cref="FirstPipeline.Code"/>.</summary>
    public string? Code { get; set; }

    public string Name { get; set; } = "";

    /// <summary>Lower comes first.</summary>
    public int Position { get; set; }

    public string? Description { get; set; }
}

internal static class PipelineFields
{
    public static readonly RecordType<Pipeline> Type = RecordType.For<Pipeline>(DealsContract.Pipeline)
        .Titled("パイプライン", "Pipeline")
        .WithIcon("route")
        .TitledBy("name")
        .SortedBy("position")
        .NotInMenu()
        .Section("basic", "基本情報", "Basics", s => s
            .Text(p => p.Name, "名称", "Name").Required().Max(100).InList()
            .Text(p => p.Code, "コード", "Code").Max(40).Unique().MatchKey().InList()
            .Number(p => p.Position, "並び順", "Order").Default(100m).Indexed().InList()
            .LongText(p => p.Description, "説明", "Description").Max(1000).InList())
        .Rule<PipelinesWithOpenDealsStay>();
}
