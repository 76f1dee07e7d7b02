using Crm.Customers.Contracts;
using Crm.Sdk;
using Crm.Sdk.Messaging;
using Crm.Sdk.Records;
using Crm.Sdk.Tenancy;
using Crm.Sdk.Users;
using Crm.Sdk.Web;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Customers.Retention.Purging;

/// <summary>What a purge lists, holds back, did and refused; the first records by name. For whoever may read purges: who proposes, who decides.</summary>
/// <param name="Id">The purge.</param>
/// <param name="State">Only records in this state by name; those that wait or are held back when null.</param>
internal sealed record GetPurge(Guid Id, string? State = null) : IRequest<Result<PurgeView>>;

/// <param name="Purge">The purge.</param>
/// <param name="Type">What its records are called.</param>
/// <param name="Counts">How many, by record type, state and reason; whether they only go along.</param>
/// <param name="Rows">The first of the list by name.</param>
/// <param name="MayApprove">Whether the caller is somebody else and has the right.</param>
internal sealed record PurgeView(Purge Purge, Label Type, IReadOnlyList<PurgeCount> Counts, IReadOnlyList<PurgeRow> Rows, bool MayApprove)
{
    public int Of(params string[] states) => Counts.Where(c => !c.Along && states.Contains(c.State)).Sum(c => c.Count);
}

internal sealed record PurgeCount(Label Type, string State, bool Along, Label? Reason, int Count);

internal sealed record PurgeRow(Guid Id, string Name, string State, Label? Reason);

internal sealed class GetPurgeHandler(CustomersDb db, IMediator mediator, IUser user, ITenant tenant) : IRequestHandler<GetPurge, Result<PurgeView>>
{
    public const int Most = 50;

    public async Task<Result<PurgeView>> Handle(GetPurge get, CancellationToken cancellationToken)
    {
        var loaded = await db.Load<Purge>(get.Id, RecordAction.Read, cancellation: cancellationToken);
        if (loaded.Failed) return Result<PurgeView>.Fail(loaded.Problems);
        var purge = loaded.Value;
        var types = await mediator.Send(new GetRecordTypes(), cancellationToken);
        if (types.Failed) return Result<PurgeView>.Fail(types.Problems);
        var items = db.PurgeItems.AsNoTracking().Where(i => i.PurgeId == purge.Id);
        var counts = await items.GroupBy(i => new { i.RecordType, i.State, i.Along, i.ReasonJa, i.ReasonEn }).Select(g => new { g.Key, Count = g.Count() }).ToListAsync(cancellationToken);
        var rows = await items.Where(i => !i.Along && (i.State == get.State || (get.State == null && (i.State == ItemStates.Waiting || i.State == ItemStates.Held || i.State == ItemStates.Kept)))).OrderByDescending(i => i.State).ThenBy(i => i.RecordId).Take(Most).ToListAsync(cancellationToken);
        var names = await Names(purge.RecordTypeKey, types.Value, [.. rows.Select(r => r.RecordId)], cancellationToken);
        return new PurgeView(
            purge, Called(purge.RecordTypeKey), [.. counts.Select(c => new PurgeCount(Called(c.Key.RecordType), c.Key.State, c.Key.Along, Reason(c.Key.ReasonJa, c.Key.ReasonEn), c.Count)).OrderBy(c => c.Along).ThenByDescending(c => c.Count)],
            [.. rows.Select(r => new PurgeRow(r.RecordId, names.GetValueOrDefault(r.RecordId, ""), r.State, Reason(r.ReasonJa, r.ReasonEn)))],
            user.May(CustomersContract.ApprovePurges) && purge.State == PurgeStates.Proposed && SomebodyElseApproves.May(purge, user.Id));

        Label Called(string key) => types.Value.FirstOrDefault(t => t.Key == key)?.Label ?? Label.Same(key);
    }

    private static Label? Reason(string? ja, string? en) => ja is null ? null : new Label(ja, en ?? ja);

    /// <summary>As far as the caller may see the records.</summary>
    private async Task<Dictionary<Guid, string>> Names(string key, IReadOnlyList<RecordType> types, Guid[] ids, CancellationToken cancellation)
    {
        var names = new Dictionary<Guid, string>();
        if (ids.Length == 0 || types.FirstOrDefault(t => t.Key == key) is not { } type) return names;
        string[] title = [.. type.TitleFields.Where(f => type.TryGet(f, out _))];
        foreach (var deleted in (bool[])[false, true])
        {
            var page = await mediator.Send(new ListRecords(key) { Filter = new Filter.Ids(ids), Fields = title, Sort = [new("createdAt")], Limit = Most, Deleted = deleted, Titles = true }, cancellation);
            if (page.Failed) continue;
            foreach (var row in page.Value.Read()) names[row.Id] = string.Join(' ', title.Where(f => row[f] is not null).Select(f => ValueText.Of(type[f], row[f], tenant, page.Value.Titles)));
        }

        return names;
    }
}

/// <summary>In the bell of whoever may approve: what others proposed.</summary>
internal sealed class PurgeNotices(CustomersDb db, IUser user) : INotificationHandler<CollectNotices>
{
    public async Task Handle(CollectNotices notification, CancellationToken cancellationToken)
    {
        if (!user.May(CustomersContract.ApprovePurges)) return;
        var waiting = await db.Purges.AsNoTracking().Where(p => p.State == PurgeStates.Proposed && p.Listed > 0).OrderBy(p => p.ProposedAt).Take(notification.Limit).ToListAsync(cancellationToken);
        foreach (var purge in waiting.Where(p => SomebodyElseApproves.May(p, user.Id) && user.MayAct(CustomersContract.Purge, p.OwnerId, RecordAction.Read)))
        {
            notification.Add(new Notice(($"消去の承認待ち: {purge.Name}（{purge.Listed:#,##0}件）", $"To be approved: {purge.Name}, {purge.Listed:#,##0} records"), Routes.Record(CustomersContract.Purge, purge.Id), purge.ProposedAt!.Value) { Icon = "eraser" });
        }
    }
}
