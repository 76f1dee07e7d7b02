using Crm.Campaigns.Contracts;
using Crm.Customers.Contracts;
using Crm.Deals.Contracts;
using Crm.Sdk;
using Crm.Sdk.Jobs;
using Crm.Sdk.Messaging;
using Crm.Sdk.Records;
using Crm.Sdk.Tenancy;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Campaigns.Results;

/// <summary>Purchases bring revenue; a won deal is a response, and becomes purchases by itself.</summary>
internal sealed class OwnSources : INotificationHandler<CollectResponseSources>
{
    public Task Handle(CollectResponseSources notification, CancellationToken cancellationToken)
    {
        notification.Add(new ResponseSource(CustomersContract.Purchase, "purchase", ("購入", "Purchase"), "boughtOn") { PersonField = "personId", CompanyField = "companyId", ValueField = "amount", IsRevenue = true });
        notification.Add(new ResponseSource(DealsContract.Deal, "deal", ("受注", "Deal won"), "closedOn")
        {
            PersonField = "personId", CompanyField = "companyId", ValueField = "value", Where = Filter.Eq("status", DealsContract.Status.Won),
        });
        return Task.CompletedTask;
    }
}

/// <summary>Reads records of sources as they are now, and keeps the responses in step.</summary>
internal sealed class ResponseBook(CampaignsDb db, IMediator mediator, ITenant tenant)
{
    private const int AtOnce = 500;

    public async Task<IReadOnlyList<ResponseSource>> Sources(CancellationToken cancellation)
    {
        var sources = new CollectResponseSources();
        await mediator.Publish(sources, cancellation);
        return sources.Parts;
    }

    /// <summary>Brings the responses of these records up to date; those that are gone or do not count any more are removed.</summary>
    public async Task Read(ResponseSource source, IReadOnlyList<Guid> ids, CancellationToken cancellation)
    {
        foreach (var some in ids.Chunk(AtOnce).Select(c => c.ToList()))
        {
            var filter = source.Where is { } where ? new Filter.All(new Filter.Ids(some), where) : (Filter)new Filter.Ids(some);
            var page = await mediator.Send(new ListRecords(source.RecordType) { Filter = filter, Fields = Fields(source), Limit = AtOnce }, cancellation);
            if (page.Failed) return;
            var there = await db.Responses.Where(r => r.RecordType == source.RecordType && some.Contains(r.RecordId)).ToDictionaryAsync(r => r.RecordId, cancellation);
            foreach (var row in page.Value.Read())
            {
                if (Moment(row[source.DateField]) is not { } at) continue;
                if (!there.Remove(row.Id, out var response))
                {
                    response = new Response { TenantId = db.TenantId, RecordType = source.RecordType, RecordId = row.Id };
                    db.Responses.Add(response);
                }

                (response.Kind, response.KindText, response.At, response.IsRevenue) = (source.Kind, $"{source.Label.Ja}\n{source.Label.En}", at, source.IsRevenue);
                response.PersonId = source.PersonField is { } person ? row.Reference(person) : null;
                response.CompanyId = source.CompanyField is { } company ? row.Reference(company) : null;
                response.Value = source.ValueField is { } value ? row.Number(value) ?? 0 : 0;
            }

            db.Responses.RemoveRange(there.Values);
            var saved = await db.SaveAsync(cancellation: cancellation);
            saved.OrThrow("Responses could not be saved");
            db.ChangeTracker.Clear();
        }
    }

    /// <summary>Days used to be kept as their last second; those of before are put at their beginning, where newer ones are.</summary>
    public async Task PutAtBeginningOfDay(string recordType, CancellationToken cancellation)
    {
        var moments = await db.Responses.Where(r => r.RecordType == recordType).Select(r => r.At).Distinct().ToListAsync(cancellation);
        foreach (var at in moments)
        {
            var day = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(at, tenant.TimeZone).DateTime);
            if (at != tenant.StartOf(day.AddDays(1)).AddSeconds(-1)) continue;
            var beginning = tenant.StartOf(day);
            await db.Responses.Where(r => r.RecordType == recordType && r.At == at).ExecuteUpdateAsync(set => set.SetProperty(r => r.At, beginning), cancellation);
        }
    }

    private DateTimeOffset? Moment(object? value) => value switch
    {
        DateTimeOffset moment => moment,
        DateOnly day => tenant.StartOf(day),
        _ => null,
    };

    private static string[] Fields(ResponseSource source) => [.. new[] { source.DateField, source.PersonField, source.CompanyField, source.ValueField }.OfType<string>()];
}

/// <summary>Responses follow the records they come from.</summary>
[Subscriber("campaigns.keep-responses")]
internal sealed class KeepResponses(ResponseBook book) : INotificationHandler<RecordsChanged>
{
    public async Task Handle(RecordsChanged changed, CancellationToken cancellationToken)
    {
        foreach (var source in (await book.Sources(cancellationToken)).Where(s => s.RecordType == changed.RecordType)) await book.Read(source, changed.Ids, cancellationToken);
    }
}

/// <summary>Each night: what was entered while the module was off, or by a source that is new.</summary>
internal sealed class CatchUpResponses(CampaignsDb db, ResponseBook book, IMediator mediator, TimeProvider clock) : IJob
{
    private static readonly TimeSpan Usual = TimeSpan.FromDays(3);
    private static readonly TimeSpan First = TimeSpan.FromDays(400);

    public async Task Run(JobRun run, CancellationToken cancellation)
    {
        var done = 0L;
        foreach (var source in await book.Sources(cancellation))
        {
            await book.PutAtBeginningOfDay(source.RecordType, cancellation);
            var known = await db.Responses.AnyAsync(r => r.RecordType == source.RecordType, cancellation);
            var since = clock.GetUtcNow() - (known ? Usual : First);
            for (string? after = null, next = ""; next is not null; after = next)
            {
                var page = await mediator.Send(new ListRecords(source.RecordType) { Filter = new Filter.Compare("updatedAt", FilterOp.Gte, since), Fields = [], Sort = [new("updatedAt")], Limit = 500, After = after }, cancellation);
                if (page.Failed) break;
                await book.Read(source, [.. page.Value.Rows.Select(r => r.Id)], cancellation);
                await run.Report(done += page.Value.Rows.Count, null);
                next = page.Value.Next;
            }
        }
    }
}
