// What screens, the API and campaigns ask of segments.
using System.Text.Json;
using Crm.Customers.Contracts;
using Crm.Sdk;
using Crm.Sdk.Messaging;
using Crm.Sdk.Records;
using Crm.Sdk.Tenancy;
using Crm.Sdk.Users;
using MediatR;

namespace Crm.Customers.Segments;

/// <summary>How many customers conditions find, and some of them.</summary>
internal sealed record PreviewSegment(string RecordType, SegmentNode Node, DateOnly? AsOf = null, int Sample = 10) : IRequest<Result<SegmentPreview>>;

/// <param name="Count">How many it finds, exactly.</param>
/// <param name="Of">Of how many, as their list knows it.</param>
/// <param name="OfIsEstimate">Whether that is an estimate; lists count exactly up to 10,000.</param>
/// <param name="Sample">Some of those it finds, last entered first.</param>
internal sealed record SegmentPreview(long Count, long Of, bool OfIsEstimate, RecordPage Sample);

internal sealed class PreviewSegmentHandler(SegmentCompiler compiler, IMediator mediator) : IRequestHandler<PreviewSegment, Result<SegmentPreview>>
{
    public async Task<Result<SegmentPreview>> Handle(PreviewSegment preview, CancellationToken cancellationToken)
    {
        var filter = await compiler.Compile(preview.RecordType, preview.Node, preview.AsOf, cancellationToken);
        if (filter.Failed) return Result<SegmentPreview>.Fail(filter.Problems);
        var count = await mediator.Send(new CountRecords(preview.RecordType, filter.Value), cancellationToken);
        if (count.Failed) return Result<SegmentPreview>.Fail(count.Problems);

        // Everybody is not counted anew while conditions are tried out: the list knows how many there are.
        var lists = await mediator.Send(
            new ListRecordsTogether([
                new ListRecords(preview.RecordType) { Filter = filter.Value, Limit = preview.Sample, Sort = [new("createdAt", Descending: true)], Titles = true },
                new ListRecords(preview.RecordType) { Fields = [], Limit = 0, Count = true },
            ]),
            cancellationToken);
        if (lists.Failed) return Result<SegmentPreview>.Fail(lists.Problems);
        var (sample, all) = (lists.Value[0], lists.Value[1]);
        if (sample.Failed) return Result<SegmentPreview>.Fail(sample.Problems);
        return all.Failed
            ? Result<SegmentPreview>.Fail(all.Problems)
            : new SegmentPreview(count.Value, Math.Max(count.Value, all.Value.Count ?? 0), all.Value.CountIsEstimate, sample.Value);
    }
}

/// <summary>Answers a page of a segment.</summary>
internal sealed class GetSegmentMembersHandler(CustomersDb db, SegmentCompiler compiler, SegmentWords words, IMediator mediator) : IRequestHandler<GetSegmentMembers, Result<SegmentMembers>>, IRequestHandler<CountSegment, Result<long>>, IRequestHandler<ExplainSegment, Result<IReadOnlyList<SegmentReason>>>
{
    public async Task<Result<SegmentMembers>> Handle(GetSegmentMembers get, CancellationToken cancellationToken)
    {
        var (type, filter) = await Filtered(get.SegmentId, get.AsOf, cancellationToken);
        if (filter.Failed) return Result<SegmentMembers>.Fail(filter.Problems);
        var page = await mediator.Send(new ListRecords(type) { Filter = filter.Value, Fields = [], Sort = [new("createdAt")], Limit = Math.Clamp(get.Limit, 1, 500), After = get.After }, cancellationToken);
        return page.Failed ? Result<SegmentMembers>.Fail(page.Problems) : new SegmentMembers(type, [.. page.Value.Rows.Select(r => r.Id)], page.Value.Next);
    }

    public async Task<Result<long>> Handle(CountSegment count, CancellationToken cancellationToken)
    {
        var (type, filter) = await Filtered(count.SegmentId, count.AsOf, cancellationToken);
        return filter.Failed ? Result<long>.Fail(filter.Problems) : await mediator.Send(new CountRecords(type, filter.Value), cancellationToken);
    }

    /// <summary>Each condition is asked about the one customer, so that the reasons are those by which the segment itself decides.</summary>
    public async Task<Result<IReadOnlyList<SegmentReason>>> Handle(ExplainSegment explain, CancellationToken cancellationToken)
    {
        var segment = await db.Load<Segment>(explain.SegmentId, RecordAction.Read, cancellation: cancellationToken);
        if (segment.Failed) return Result<IReadOnlyList<SegmentReason>>.Fail(segment.Problems);
        var node = segment.Value.Static ? new SegmentNode.InSegment(explain.SegmentId) : SegmentNode.Read(segment.Value.Definition) ?? SegmentNode.Empty;
        var reasons = new List<SegmentReason>();
        var failed = await Explain(node, 0);
        return failed is null ? reasons : Result<IReadOnlyList<SegmentReason>>.Fail(failed);

        async Task<IReadOnlyList<Problem>?> Explain(SegmentNode at, int depth)
        {
            var filter = await compiler.Compile(segment.Value.CustomerType!, at, explain.AsOf, cancellationToken);
            if (filter.Failed) return filter.Problems;
            var holds = await mediator.Send(new CountRecords(segment.Value.CustomerType!, new Filter.All(new Filter.Ids(explain.CustomerId), filter.Value)), cancellationToken);
            if (holds.Failed) return holds.Problems;
            reasons.Add(new(depth, await words.Of(segment.Value.CustomerType!, at, cancellationToken), holds.Value > 0));
            if (at is not SegmentNode.Group group) return null;
            foreach (var part in group.Parts)
            {
                if (await Explain(part, depth + 1) is { } problems) return problems;
            }

            return null;
        }
    }

    private async Task<(string Type, Result<Filter> Filter)> Filtered(Guid id, DateOnly? asOf, CancellationToken cancellation)
    {
        var segment = await db.Load<Segment>(id, RecordAction.Read, cancellation: cancellation);
        if (segment.Failed) return ("", Result<Filter>.Fail(segment.Problems));
        var node = segment.Value.Static ? new SegmentNode.InSegment(id) : SegmentNode.Read(segment.Value.Definition) ?? SegmentNode.Empty;
        return (segment.Value.CustomerType!, await compiler.Compile(segment.Value.CustomerType!, node, asOf, cancellation));
    }
}

/// <summary>Saves what stands in the builder.</summary>
/// <param name="Id">The segment; null for a new one.</param>
/// <param name="Name">Its name.</param>
/// <param name="RecordType">People or companies.</param>
/// <param name="Tree">The inputs of the builder; see <see cref="SegmentForm"/>.</param>
[Command("customers.save-segment")]
internal sealed record SaveSegment(Guid? Id, string? Name, string RecordType, IReadOnlyDictionary<string, object?> Tree) : IRequest<Result<Guid>>
{
    /// <summary>Whether to keep who is in now as a list.</summary>
    public bool AsList { get; init; }
}

internal sealed class SaveSegmentHandler(SegmentCompiler compiler, IMediator mediator) : IRequestHandler<SaveSegment, Result<Guid>>
{
    private const int AtOnce = 500;

    public async Task<Result<Guid>> Handle(SaveSegment save, CancellationToken cancellationToken)
    {
        var node = SegmentForm.Read(key => Text(save.Tree.GetValueOrDefault(key)));
        var filter = await compiler.Compile(save.RecordType, node, null, cancellationToken);
        if (filter.Failed) return Result<Guid>.Fail(filter.Problems);
        var saved = await mediator.Send(
            new SaveRecord(CustomersContract.Segment, save.Id, new Dictionary<string, object?> { ["name"] = save.Name, ["customerType"] = save.RecordType, ["definition"] = node.Write(), ["static"] = save.AsList }), cancellationToken);
        if (saved.Failed) return Result<Guid>.Fail(saved.Problems);
        if (save.AsList && await Fill(saved.Value.Id, save.RecordType, filter.Value, cancellationToken) is { } problems) return Result<Guid>.Fail(problems);
        return saved.Value.Id;
    }

    /// <summary>Several answers to one input are joined as a condition keeps them.</summary>
    private static string? Text(object? typed) => typed switch
    {
        JsonElement { ValueKind: JsonValueKind.Array } many => string.Join(',', many.EnumerateArray()),
        string text => text,
        IEnumerable<object?> many => string.Join(',', many),
        _ => typed?.ToString(),
    };

    private async Task<IReadOnlyList<Problem>?> Fill(Guid segment, string type, Filter filter, CancellationToken cancellation)
    {
        for (string? after = null, next = ""; next is not null; after = next)
        {
            var page = await mediator.Send(new ListRecords(type) { Filter = filter, Fields = [], Sort = [new("createdAt")], Limit = AtOnce, After = after }, cancellation);
            if (page.Failed) return page.Problems;
            var added = await mediator.Send(SegmentFields.Members(segment, type, page.Value.Rows.Select(r => r.Id)), cancellation);
            if (added.Failed) return added.Problems;
            next = page.Value.Next;
        }

        return null;
    }
}
