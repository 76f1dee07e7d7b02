using Crm.Deals.Contracts;
using Crm.Sdk;
using Crm.Sdk.Records;

namespace Crm.Deals.Board;

/// <summary>The stages of the pipeline a stage belongs to, in order.</summary>
internal static class StageList
{
    public static async Task<List<Row>> Of(Func<ListRecords, Task<RecordPage>> ask, Guid? stage)
    {
        var all = (await ask(new ListRecords(DealsContract.Stage) { Fields = ["name", "pipelineId", "position", "probability"], Sort = [new("position")], Limit = 500 })).Read().ToList();
        var pipeline = all.Find(s => s.Id == stage)?.Reference("pipelineId");
        return [.. all.Where(s => s.Reference("pipelineId") == pipeline)];
    }
}
