// The table of lines of a deal or a quote as one form: lines are added, changed and removed together or not at all.
using System.Globalization;
using Crm.Customers.Contracts;
using Crm.Deals.Dealing;
using Crm.Deals.Quotes;
using Crm.Sdk;
using Crm.Sdk.Messaging;
using Crm.Sdk.Records;
using Crm.Sdk.Tenancy;
using Crm.Sdk.Users;
using Crm.Sdk.Web;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Deals.Shared;

/// <summary>Saves the lines of a deal as they stand in the form.</summary>
/// <param name="Id">The deal.</param>
/// <param name="Lines">
/// Fields of lines as <c>number.field</c>: <c>0.name</c>, <c>0.quantity</c>, …; <c>0.id</c> for one that is there, <c>0.version</c> for the
/// version that was shown. One without name and product is removed. Lines that are not named stay. All of it is saved, or nothing.
/// </param>
[Command("deals.save-lines")]
internal sealed record SaveDealLines(Guid Id, IReadOnlyDictionary<string, object?> Lines) : IRequest<Result>;

/// <summary>Saves the lines of a draft quote as they stand in the form.</summary>
/// <param name="Id">The quote.</param>
/// <param name="Lines">As of <see cref="SaveDealLines"/>.</param>
[Command("deals.save-quote-lines")]
internal sealed record SaveQuoteLines(Guid Id, IReadOnlyDictionary<string, object?> Lines) : IRequest<Result>;

internal sealed class SaveLinesHandler(DealsDb db, IMediator mediator, ITenant tenant) : IRequestHandler<SaveDealLines, Result>, IRequestHandler<SaveQuoteLines, Result>
{
    /// <summary>As many as a page of the editor holds.</summary>
    public const int AtMost = 500;

    private static readonly string[] Known = ["id", "version", "name", "productId", "quantity", "unit", "unitPrice", "discount", "taxRate"];

    public async Task<Result> Handle(SaveDealLines save, CancellationToken cancellationToken)
    {
        var deal = await db.Load<Deal>(save.Id, RecordAction.Edit, cancellation: cancellationToken);
        if (deal.Failed) return deal;
        if (!deal.Value.IsOpen) return DealProblems.Closed(deal.Value.Status);
        var sums = await LineSums.Of(db, tenant, cancellationToken);
        return await Save(
            DealLineFields.Type, await db.Lines.Where(l => l.DealId == save.Id).ToListAsync(cancellationToken), () => new DealLine { DealId = save.Id }, save.Lines, cancellationToken,
            // With the lines, so that the page that comes back shows it; a deal whose last line is gone keeps its amount.
            lines => deal.Value.Amount = lines.Count > 0 ? sums.Sum(lines, deal.Value.Currency) : deal.Value.Amount);
    }

    public async Task<Result> Handle(SaveQuoteLines save, CancellationToken cancellationToken)
    {
        var quote = await db.Load<Quote>(save.Id, RecordAction.Edit, cancellation: cancellationToken);
        if (quote.Failed) return quote;
        if (quote.Value.Status != QuoteStatuses.Draft) return QuoteProblems.NotDraft;
        return await Save(QuoteLineFields.Type, await db.QuoteLines.Where(l => l.QuoteId == save.Id).ToListAsync(cancellationToken), () => new QuoteLine { QuoteId = save.Id }, save.Lines, cancellationToken);
    }

    /// <summary>What was typed, added and emptied, all in one save; who may edit the whole may do so.</summary>
    private async Task<Result> Save<TLine>(
        RecordType type, List<TLine> own, Func<TLine> make, IReadOnlyDictionary<string, object?> typed, CancellationToken cancellation, Action<IReadOnlyList<TLine>>? whole = null)
        where TLine : Record, IPricedLine
    {
        var rows = (
            from pair in typed
            let parts = pair.Key.Split('.', 2)
            where parts.Length == 2 && Known.Contains(parts[1]) && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out _)
            group (Field: parts[1], Text: pair.Value?.ToString()?.Trim()) by int.Parse(parts[0], CultureInfo.InvariantCulture) into line
            orderby line.Key
            select line.ToDictionary(f => f.Field, f => f.Text is "" ? null : f.Text, StringComparer.Ordinal)).ToList();
        if (rows.Count > AtMost) return TooMany;
        var products = await FillFromProducts(rows, cancellation);

        var (problems, position) = (new List<Problem>(), 0);
        foreach (var (row, number) in rows.Select((row, i) => (row, i + 1)))
        {
            var line = Guid.TryParse(row.GetValueOrDefault("id"), out var id) ? own.Find(l => l.Id == id) : null;
            if (row.GetValueOrDefault("id") is not null && (line is null || (row.GetValueOrDefault("version") is { } seen && seen != line.Version.ToString(CultureInfo.InvariantCulture))))
            {
                problems.Add(In(number, ChangedMeanwhile));
                continue;
            }

            if (row.GetValueOrDefault("name") is null)
            {
                if (line is not null)
                {
                    db.Remove(line);
                    own.Remove(line);
                }

                continue;
            }

            if (line is null)
            {
                db.Add(line = make());
                own.Add(line);
            }

            line.Position = ++position * 10;
            problems.AddRange(Fill(line, row, products).Select(p => In(number, p, type)));
        }

        if (problems.Count > 0)
        {
            db.ChangeTracker.Clear();
            return Result.Fail(problems);
        }

        whole?.Invoke(own);
        var saved = await db.SaveAsync(cancellation: cancellation);
        return saved.Failed ? Result.Fail([.. saved.Problems.Select(p => In(RowOf(p, rows, type), p, type))]) : saved;
    }

    /// <summary>The row a rule of one field speaks of: the first whose text the field does not take; null when the rule is about something else.</summary>
    private static int? RowOf(Problem problem, List<Dictionary<string, string?>> rows, RecordType type)
    {
        if (problem.Field is not { } key || !type.TryGet(key, out var field)) return null;
        var at = rows.FindIndex(r => r.GetValueOrDefault(Typed(key)) is { } text && r.GetValueOrDefault("name") is not null && !Takes(field, text));
        return at < 0 ? null : at + 1;
    }

    private static bool Takes(Field field, string text) =>
        !(text.Length > field.MaxLength) && (field.Kind is not (FieldKind.Number or FieldKind.Money)
            || (ValueText.TryNumber(text, out var number) && !(number < field.Min) && !(number > field.Max) && (field.Kind == FieldKind.Money || decimal.Round(number, field.Decimals) == number)));

    /// <summary>Fields that were not sent stay.</summary>
    private static IEnumerable<Problem> Fill(IPricedLine line, Dictionary<string, string?> row, IReadOnlyDictionary<Guid, Row> products)
    {
        line.Name = row["name"];
        if (row.TryGetValue("unit", out var unit)) line.Unit = unit;
        line.TaxRate = row.GetValueOrDefault("taxRate") ?? line.TaxRate ?? TaxRates.Standard;
        if (row.TryGetValue("productId", out var product))
        {
            Guid? chosen = Guid.TryParse(product, out var known) ? known : null;
            if (product is not null && chosen != line.ProductId && (chosen is null || !products.ContainsKey(chosen.Value))) yield return NoSuchProduct with { Field = "productId" };
            line.ProductId = chosen;
        }

        foreach (var (field, set) in new (string, Action<decimal?>)[] { ("quantity", n => line.Quantity = n), ("unitPrice", n => line.UnitPrice = n), ("discount", n => line.Discount = n) })
        {
            if (!row.TryGetValue(field, out var text)) continue;
            if (text is null) set(null);
            else if (ValueText.TryNumber(text, out var number)) set(number);
            else yield return NotANumber(field, text);
        }
    }

    /// <summary>Says in which row and column: the form is one, and its rows have no places of their own for problems.</summary>
    private static Problem In(int? line, Problem problem, RecordType? type = null)
    {
        var column = problem.Field is { } key && type?.TryGet(key, out var field) == true ? field.Label : (Label?)null;
        var (ja, en) = (line is null ? "" : $"{line}行目", line is null ? "" : $"Line {line}");
        if (column is { } of) (ja, en) = ($"{ja} {of.Ja}".Trim(), line is null ? of.En : $"{en}, {of.En}");
        return problem with { Field = null, Message = ja.Length == 0 ? problem.Message : new($"{ja}: {problem.Message.Ja}", $"{en}: {problem.Message.En}") };
    }

    /// <summary>What the form calls a field.</summary>
    private static string Typed(string field) => field == "productName" ? "name" : field;

    private static Problem ChangedMeanwhile => new(
        "conflict", ("ほかの人が先に変更しました。", "Somebody else changed this in the meantime."), ("画面を読み直して、もう一度入力してください。", "Reload the page and type it again."), Kind: ProblemKind.Conflict);

    private static Problem TooMany => new(
        "deals.too-many-lines", ($"明細は一度に {AtMost} 行までです。", $"At most {AtMost} lines at once."), ("見積を分けるか、行をまとめてください。", "Make two quotes of it, or put lines together."), Kind: ProblemKind.TooLarge);

    private static Problem NoSuchProduct => new(
        "no-such-record", ("商品が見つかりません。", "There is no such product."), ("一覧から選び直してください。", "Choose from the list."));

    private static Problem NotANumber(string field, string text) => new(
        "not-a-number", ($"「{text}」は数値ではありません。", $"“{text}” is not a number."), ("1234.5 のように入力してください。", "Write it like 1234.5."), field);

    /// <summary>A product brings its name, unit and price where nothing was typed. Answers with the products named.</summary>
    private async Task<IReadOnlyDictionary<Guid, Row>> FillFromProducts(List<Dictionary<string, string?>> lines, CancellationToken cancellation)
    {
        var ids = lines.Select(l => Guid.TryParse(l.GetValueOrDefault("productId"), out var id) ? id : Guid.Empty).Where(id => id != Guid.Empty).Distinct().ToArray();
        if (ids.Length == 0) return new Dictionary<Guid, Row>();
        var page = await mediator.Send(new ListRecords(CustomersContract.Product) { Filter = new Filter.Ids(ids), Fields = ["name", "unit", "unitPrice"], Limit = AtMost }, cancellation);
        var products = page.Failed ? [] : page.Value.Read().ToDictionary(p => p.Id);
        foreach (var line in lines)
        {
            if (!Guid.TryParse(line.GetValueOrDefault("productId"), out var id) || !products.TryGetValue(id, out var product)) continue;
            if (line.GetValueOrDefault("name") is null) line["name"] = product.Text("name");
            if (line.GetValueOrDefault("unit") is null) line["unit"] = product.Text("unit");
            if (line.GetValueOrDefault("unitPrice") is null) line["unitPrice"] = product.Number("unitPrice")?.ToString(CultureInfo.InvariantCulture);
        }

        return products;
    }
}
