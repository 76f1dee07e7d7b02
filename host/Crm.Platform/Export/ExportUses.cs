using Crm.Sdk;
using Crm.Sdk.Messaging;
using Crm.Sdk.Records;
using MediatR;

namespace Crm.Platform.Export;

/// <summary>What an export is for, and whom that leaves out: modules and plugins say both.</summary>
internal sealed class ExportUses(IMediator mediator)
{
    private static readonly IReadOnlyDictionary<Guid, Label> Nobody = new Dictionary<Guid, Label>();

    /// <summary>All there are for a type.</summary>
    public async Task<IReadOnlyList<ExportUse>> Of(RecordType type, CancellationToken cancellation)
    {
        if (!type.HasExportUses) return [];
        var asked = new CollectExportUses(type.Key);
        await mediator.Publish(asked, cancellation);
        return asked.Parts;
    }

    /// <summary>The problem with what is asked for; null when there is none.</summary>
    public async Task<Problem?> Check(RecordType type, string? use, bool leftOut, CancellationToken cancellation)
    {
        if (use is null) return leftOut ? Problems.Invalid("no-export-use", "use", ("用途を指定してください。", "Say what the file is for."), ("除外される人は用途ごとに決まります。", "Who is left out depends on it.")) : null;
        var known = await Of(type, cancellation);
        return known.Any(u => u.Key == use)
            ? null
            : Problems.Invalid("bad-export-use", "use", ($"「{use}」という用途はありません。", $"There is no use “{use}”."), Label.Same(string.Join(", ", known.Select(u => u.Key))));
    }

    /// <summary>Who of a page is left out and why.</summary>
    public async Task<Result<IReadOnlyDictionary<Guid, Label>>> Holds(RecordType type, string? use, IReadOnlyList<Guid> ids, CancellationToken cancellation)
    {
        if (use is null || ids.Count == 0) return Result.Of(Nobody);
        var asked = new CollectExportHolds(type.Key, use, ids);
        await mediator.Publish(asked, cancellation);
        if (asked.Missing.Count > 0)
        {
            return new Problem(
                "export-unanswered", ($"使ってよいかを確かめられないため、書き出しませんでした（{string.Join("、", asked.Missing)}）。", $"Nothing was exported: whether it may be used could not be asked of {string.Join(", ", asked.Missing)}."),
                ("しばらくしてからもう一度お試しください。", "Try again in a while."), Kind: ProblemKind.Conflict);
        }

        return asked.Parts.GroupBy(h => h.Id).ToDictionary(g => g.Key, g => g.First().Reason);
    }
}
