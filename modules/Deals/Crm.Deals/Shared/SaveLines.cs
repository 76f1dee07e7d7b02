// The table of lines of a deal or a quote as one form: lines are added, changed and removed together or not at all.
using System.Globalization;
using Crm.Customers.Contracts;
using Crm.Deals.Contracts;
using Crm.Deals.Quotes;
using Crm.Sdk;
using Crm.Sdk.Messaging;
using Crm.Sdk.Records;
using Crm.Sdk.Users;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Deals.Shared;

/// <summary>Saves the lines of a deal as they stand in the form.</summary>
/// <param name="Id">The deal.</param>
/// <param name="Lines">
/// Fields of lines as <c>number.field</c>: <c>0.name</c>, <c>0.quantity</c>, …; <c>0.id</c> for one that is there. One without name and product is
/// removed. Lines that are not named stay.
/// </param>
[Command("deals.save-lines")]
internal sealed record SaveDealLines(Guid Id, IReadOnlyDictionary<string, object?> Lines) : IRequest<Result>;

/// <summary>Saves the lines of a draft quote as they stand in the form.</summary>
/// <param name="Id">The quote.</param>
/// <param name="Lines">As of <see cref="SaveDealLines"/>.</param>
[Command("deals.save-quote-lines")]
internal sealed record SaveQuoteLines(Guid Id, IReadOnlyDictionary<string, object?> Lines) : IRequest<Result>;

internal sealed class SaveLinesHandler(DealsDb db, IMediator mediator) : IRequestHandler<SaveDealLines, Result>, IRequestHandler<SaveQuoteLines, Result>
{
    private const int AtMost = 200;
    private static readonly string[] Known = ["id", "name", "productId", "quantity", "unit", "unitPrice", "discount", "taxRate"];

    public async Task<Result> Handle(SaveDealLines save, CancellationToken cancellationToken)
    {
        var deal = await db.Load<Dealing.Deal>(save.Id, RecordAction.Edit, cancellation: cancellationToken);
        return deal.Failed ? deal : await Save(DealsContract.Line, "dealId", "productName", save.Id, save.Lines, cancellationToken);
    }

    public async Task<Result> Handle(SaveQuoteLines save, CancellationToken cancellationToken)
    {
        var quote = await db.Load<Quote>(save.Id, RecordAction.Edit, cancellation: cancellationToken);
        if (quote.Failed) return quote;
        return quote.Value.Status == QuoteStatuses.Draft ? await Save(DealsContract.QuoteLine, "quoteId", "name", save.Id, save.Lines, cancellationToken) : QuoteProblems.NotDraft;
    }

    private async Task<Result> Save(string type, string parent, string name, Guid id, IReadOnlyDictionary<string, object?> typed, CancellationToken cancellation)
    {
        var lines = (
            from pair in typed
            let parts = pair.Key.Split('.', 2)
            where parts.Length == 2 && Known.Contains(parts[1]) && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out _)
            group (Field: parts[1], pair.Value) by int.Parse(parts[0], CultureInfo.InvariantCulture) into line
            orderby line.Key
            select line.ToDictionary(f => f.Field, f => f.Value is "" ? null : f.Value, StringComparer.Ordinal)).Take(AtMost).ToList();
        await FillFromProducts(lines, cancellation);

        var own = type == DealsContract.Line
            ? await db.Lines.Where(l => l.DealId == id).Select(l => l.Id).ToHashSetAsync(cancellation)
            : await db.QuoteLines.Where(l => l.QuoteId == id).Select(l => l.Id).ToHashSetAsync(cancellation);
        List<IReadOnlyDictionary<string, object?>> rows = [];
        List<Guid> gone = [];
        foreach (var line in lines)
        {
            var there = Guid.TryParse(line.GetValueOrDefault("id")?.ToString(), out var lineId) && own.Contains(lineId);
            if (line.GetValueOrDefault("name") is null)
            {
                if (there) gone.Add(lineId);
                continue;
            }

            var row = Known.Where(f => f is not ("id" or "name") && line.ContainsKey(f)).ToDictionary<string, string, object?>(f => f, f => line[f], StringComparer.Ordinal);
            (row[parent], row[name], row["position"]) = (id, line["name"], (rows.Count + 1) * 10);
            if (row.GetValueOrDefault("taxRate") is null) row["taxRate"] = TaxRates.Standard;
            if (there) row["id"] = lineId;
            rows.Add(row);
        }

        if (rows.Count > 0)
        {
            var saved = await mediator.Send(new SaveRecords(type, rows) { Atomic = true }, cancellation);
            if (saved.Failed) return saved;
            var problems = saved.Value.Rows.SelectMany((row, i) => row.Problems.Where(p => p.Code != "not-saved").Select(p => p with { Field = null, Message = new($"{i + 1}行目: {p.Message.Ja}", $"Line {i + 1}: {p.Message.En}") })).ToList();
            if (problems.Count > 0) return Result.Fail(problems);
        }

        if (gone.Count == 0) return Result.Done;
        var removed = await mediator.Send(new DeleteRecords(type, gone), cancellation);
        return removed.Failed ? removed : Result.Done;
    }

    /// <summary>A product brings its name, unit and price where nothing was typed.</summary>
    private async Task FillFromProducts(List<Dictionary<string, object?>> lines, CancellationToken cancellation)
    {
        var ids = lines.Select(l => Guid.TryParse(l.GetValueOrDefault("productId")?.ToString(), out var id) ? id : Guid.Empty).Where(id => id != Guid.Empty).Distinct().ToArray();
        if (ids.Length == 0) return;
        var page = await mediator.Send(new ListRecords(CustomersContract.Product) { Filter = new Filter.Ids(ids), Fields = ["name", "unit", "unitPrice"], Limit = AtMost }, cancellation);
        if (page.Failed) return;
        var products = page.Value.Read().ToDictionary(p => p.Id);
        foreach (var line in lines)
        {
            if (!Guid.TryParse(line.GetValueOrDefault("productId")?.ToString(), out var id) || !products.TryGetValue(id, out var product)) continue;
            if (line.GetValueOrDefault("name") is null) line["name"] = product.Text("name");
            if (line.GetValueOrDefault("unit") is null) line["unit"] = product.Text("unit");
            if (line.GetValueOrDefault("unitPrice") is null) line["unitPrice"] = product.Number("unitPrice");
        }
    }
}
