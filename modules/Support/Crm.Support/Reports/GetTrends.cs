using Crm.Customers.Contracts;
using Crm.Sdk;
using Crm.Sdk.Messaging;
using Crm.Sdk.Records;
using Crm.Sdk.Tenancy;
using Crm.Support.Contracts;
using Crm.Support.Inquiries;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Support.Reports;

/// <summary>What is asked most, by type and industry or product, and how that has changed against as many days before.</summary>
/// <param name="From">The first day.</param>
/// <param name="Until">The last day.</param>
/// <param name="By"><c>product</c> or <c>industry</c>.</param>
/// <param name="OnlyComplaints">Complaints alone.</param>
[Requires(SupportContract.SeeFigures)]
internal sealed record GetTrends(DateOnly From, DateOnly Until, string By = GetTrends.Product, bool OnlyComplaints = false) : IRequest<Result<IReadOnlyList<TrendRow>>>
{
    public const string Product = "product";
    public const string Industry = "industry";
}

/// <summary>One type of inquiry with one product or industry.</summary>
internal sealed record TrendRow(Guid? TypeId, string Type, string? Group, string GroupName, int Count, int Before)
{
    public int Change => Count - Before;

    /// <summary>The change as a share of what was before; null when there was nothing.</summary>
    public decimal? Growth => Before == 0 ? null : (decimal)Change / Before;
}

internal sealed class GetTrendsHandler(SupportDb db, Readable readable, IMediator mediator, ITenant tenant) : IRequestHandler<GetTrends, Result<IReadOnlyList<TrendRow>>>
{
    private const int AtOnce = 500;
    private const int Shown = 50;

    public async Task<Result<IReadOnlyList<TrendRow>>> Handle(GetTrends query, CancellationToken cancellationToken)
    {
        if (query.Until < query.From) return Problems.Invalid("support.ends-before-it-begins", "until", ("終了日が開始日より前です。", "The end lies before the beginning."));
        var days = query.Until.DayNumber - query.From.DayNumber + 1;
        var (first, from, before) = (tenant.StartOf(query.From.AddDays(-days)), tenant.StartOf(query.From), tenant.StartOf(query.Until.AddDays(1)));
        var inquiries = await readable.Inquiries.Where(i => i.ReceivedAt >= first && i.ReceivedAt < before && (!query.OnlyComplaints || i.Complaint == true))
            .Select(i => new { i.TypeId, i.ProductId, i.CompanyId, Now = i.ReceivedAt >= @from }).ToListAsync(cancellationToken);
        var groups = query.By == GetTrends.Industry
            ? await Industries([.. inquiries.Select(i => i.CompanyId).OfType<Guid>().Distinct()], cancellationToken)
            : await Names([.. inquiries.Select(i => i.ProductId).OfType<Guid>().Distinct()], cancellationToken);
        var types = await db.Types.AsNoTracking().ToDictionaryAsync(t => t.Id, t => t.Name, cancellationToken);
        var nothing = Texts.L("（なし）", "(none)");
        return Result.Of<IReadOnlyList<TrendRow>>(
        [
            .. (from inquiry in inquiries
                let of = (query.By == GetTrends.Industry ? inquiry.CompanyId : inquiry.ProductId) is { } id ? groups.GetValueOrDefault(id) : default
                group inquiry.Now by (inquiry.TypeId, of.Key, of.Name) into some
                let count = some.Count(now => now)
                orderby count descending, some.Count() descending, some.Key.Name
                select new TrendRow(some.Key.TypeId, some.Key.TypeId is { } type ? types.GetValueOrDefault(type) ?? nothing : nothing, some.Key.Key, some.Key.Name ?? nothing, count, some.Count() - count)).Take(Shown),
        ]);
    }

    private async Task<Dictionary<Guid, (string? Key, string? Name)>> Names(Guid[] products, CancellationToken cancellation)
    {
        var names = new Dictionary<Guid, (string? Key, string? Name)>();
        await foreach (var row in Rows(CustomersContract.Product, products, "name", cancellation)) names[row.Id] = (row.Id.ToString(), row.Text("name"));
        return names;
    }

    private async Task<Dictionary<Guid, (string? Key, string? Name)>> Industries(Guid[] companies, CancellationToken cancellation)
    {
        var industries = new Dictionary<Guid, (string? Key, string? Name)>();
        await foreach (var row in Rows(CustomersContract.Company, companies, "industry", cancellation)) industries[row.Id] = (row.Text("industry"), row.Text("industry") is null ? null : row.Choice("industry"));
        return industries;
    }

    private async IAsyncEnumerable<Row> Rows(string type, Guid[] ids, string field, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        foreach (var some in ids.Chunk(AtOnce))
        {
            var page = await mediator.Send(new ListRecords(type) { Filter = new Filter.Ids(some), Fields = [field], Limit = AtOnce }, cancellation);
            if (page.Failed) yield break;
            foreach (var row in page.Value.Read()) yield return row;
        }
    }
}
