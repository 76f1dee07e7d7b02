using Crm.Deals.Contracts;
using Crm.Sdk;
using Crm.Sdk.Records;

namespace Crm.Deals.Board;

/// <summary>The stages of the pipeline a stage belongs to, in order.</summary>
internal static class StageList
{
    public static ListRecords All { get; } = new(DealsContract.Stage) { Fields = ["name", "pipelineId", "position", "probability"], Sort = [new("position")], Limit = 500 };

    public static List<Row> Of(RecordPage stages, Guid? stage)
    {
        var all = stages.Read().ToList();
        var pipeline = all.Find(s => s.Id == stage)?.Reference("pipelineId");
        return [.. all.Where(s => s.Reference("pipelineId") == pipeline)];
    }
}
