using Crm.Customers.Analysis.Figures;
using Crm.Customers.Contracts;
using Crm.Customers.Segments;
using Crm.Sdk;
using Crm.Sdk.Messaging;
using Crm.Sdk.Records;
using Crm.Sdk.Users;
using MediatR;

namespace Crm.Customers.Analysis;

/// <summary>The customers behind a figure of the analysis, found from the same purchases as the figure; who brought most first.</summary>
/// <param name="Figure">Its name, see <see cref="Behind"/>.</param>
/// <param name="AsOf">As in <see cref="GetAnalysis"/>.</param>
/// <param name="Months">As in <see cref="GetAnalysis"/>.</param>
/// <param name="RecordType">People or companies.</param>
[Requires(CustomersContract.SeeAnalysis)]
internal sealed record GetBehind(string Figure, DateOnly AsOf, int Months = 12, string RecordType = CustomersContract.Person) : IRequest<Result<BehindView>>;

/// <summary>What the figure says in words, everybody's id, and the first hundred of them.</summary>
internal sealed record BehindView(string Title, IReadOnlyList<Guid> Customers, IReadOnlyList<BehindRow> First);

/// <summary>One of them: what they brought until the day, and when they bought last.</summary>
internal sealed record BehindRow(Guid Id, string Name, decimal? Amount, DateOnly LastOn);

/// <summary>Keeps who is behind a figure now as a list (a static segment).</summary>
/// <param name="Name">Name of the list.</param>
/// <param name="Figure">As in <see cref="GetBehind"/>.</param>
/// <param name="AsOf">As in <see cref="GetBehind"/>.</param>
/// <param name="Months">As in <see cref="GetBehind"/>.</param>
/// <param name="RecordType">As in <see cref="GetBehind"/>.</param>
[Command("customers.keep-behind"), Requires(CustomersContract.SeeAnalysis)]
internal sealed record KeepBehind(string? Name, string Figure, DateOnly AsOf, int Months, string RecordType) : IRequest<Result<Guid>>;

internal sealed class GetBehindHandler(AnalysisData data, IMediator mediator) : IRequestHandler<GetBehind, Result<BehindView>>, IRequestHandler<KeepBehind, Result<Guid>>
{
    private const int Shown = 100;
    private const int AtOnce = 500;

    public async Task<Result<BehindView>> Handle(GetBehind get, CancellationToken cancellationToken)
    {
        var read = await data.Of(get.RecordType, get.AsOf, get.Months, cancellationToken);
        if (read.Failed) return Result<BehindView>.Fail(read.Problems);
        var lines = read.Value;
        var attributes = get.Figure.StartsWith(Behind.Attribute + ":", StringComparison.Ordinal) ? await data.Attributes(lines, cancellationToken) : new Dictionary<Guid, string>();
        if (Behind.Of(get.Figure, lines, attributes) is not { } customers) return NoSuchFigure;
        var bought = lines.Customers.ToDictionary(c => c.Key, c => (Amount: c.Sum(b => b.Amount), LastOn: c.Max(b => b.On)));
        var inOrder = customers.OrderByDescending(c => bought[c].Amount).ThenBy(c => c).ToList();
        var cards = await mediator.Send(new GetCustomerCards([.. inOrder.Take(Shown)]), cancellationToken);
        if (cards.Failed) return Result<BehindView>.Fail(cards.Problems);
        return new BehindView(
            FigureWords.Of(get.Figure, lines), inOrder,
            [.. inOrder.Take(Shown).Where(cards.Value.ContainsKey).Select(c => new BehindRow(c, cards.Value[c].Name, lines.ShowsTotals ? bought[c].Amount : null, bought[c].LastOn))]);
    }

    private static Problem NoSuchFigure => new(
        "no-such-figure", ("この指標はありません。", "There is no such figure."), ("顧客分析の画面から開き直してください。", "Open it from the analysis page."), "figure", ProblemKind.NotFound);

    public async Task<Result<Guid>> Handle(KeepBehind keep, CancellationToken cancellationToken)
    {
        var behind = await Handle(new GetBehind(keep.Figure, keep.AsOf, keep.Months, keep.RecordType), cancellationToken);
        if (behind.Failed) return Result<Guid>.Fail(behind.Problems);
        var saved = await mediator.Send(
            new SaveRecord(CustomersContract.Segment, null, new Dictionary<string, object?> { ["name"] = keep.Name, ["customerType"] = keep.RecordType, ["static"] = true }), cancellationToken);
        if (saved.Failed) return Result<Guid>.Fail(saved.Problems);
        foreach (var some in behind.Value.Customers.Chunk(AtOnce))
        {
            var added = await mediator.Send(SegmentFields.Members(saved.Value.Id, keep.RecordType, some), cancellationToken);
            if (added.Failed) return Result<Guid>.Fail(added.Problems);
        }

        return saved.Value.Id;
    }
}

/// <summary>A figure in words.</summary>
internal static class FigureWords
{
    public static string Of(string figure, AnalysisLines lines)
    {
        string Name(string product) => Guid.TryParse(product, out var id) && lines.Products.TryGetValue(id, out var known) ? known.Name : "–";
        return figure.Split(':') switch
        {
            [Behind.Everybody] => Texts.L("購入のある顧客", "Customers who bought"),
            [Behind.Buyers] => Texts.L("期間内に購入した顧客", "Bought in the period"),
            [Behind.Repeaters] or [Behind.Repeat] => Texts.L("リピートした顧客", "Came back in the period"),
            [Behind.New] => Texts.L("期間内に初めて購入した顧客", "Bought for the first time in the period"),
            [Behind.KnownCost] => Texts.L("原価が分かる商品を期間内に購入した顧客", "Bought something whose cost is known"),
            [Behind.InMonth, var month] => Texts.L($"{month} に購入した顧客", $"Bought in {month}"),
            [Behind.New, var month] => Texts.L($"{month} に初めて購入した顧客", $"First bought in {month}"),
            [Behind.Repeat, var month] => Texts.L($"{month} にリピートした顧客", $"Came back in {month}"),
            [Behind.Rfm, var group] => RfmGroups.All.FirstOrDefault(g => g.Key == group)?.Label.ToString() ?? group,
            [Behind.Cohort, var month] => Texts.L($"{month} が初回購入の顧客", $"Began in {month}"),
            [Behind.Cohort, var month, var later] => Texts.L($"{month} が初回購入で、{later}か月後にも購入した顧客", $"Began in {month} and bought {later} months later"),
            [Behind.Product, var product] => Texts.L($"「{Name(product)}」を期間内に購入した顧客", $"Bought “{Name(product)}” in the period"),
            [Behind.ProductName, .. var name] => Texts.L($"「{string.Join(':', name)}」を期間内に購入した顧客", $"Bought “{string.Join(':', name)}” in the period"),
            [Behind.Attribute, .. var key] => AnalysisData.NameOf(lines.Type, string.Join(':', key)),
            [Behind.Both, var one, var other] => Texts.L($"「{Name(one)}」と「{Name(other)}」の両方を購入した顧客", $"Bought both “{Name(one)}” and “{Name(other)}”"),
            [Behind.NotYetBoth, var one, var other] => Texts.L($"「{Name(one)}」を購入し、「{Name(other)}」はまだの顧客", $"Bought “{Name(one)}”, and not yet “{Name(other)}”"),
            [Behind.Upgraded, var one, var other] => Texts.L($"「{Name(one)}」から「{Name(other)}」に移った顧客", $"Went on from “{Name(one)}” to “{Name(other)}”"),
            [Behind.NotYetUpgraded, var one, var other] => Texts.L($"「{Name(one)}」から始め、「{Name(other)}」はまだの顧客", $"Began with “{Name(one)}”, and not yet “{Name(other)}”"),
            _ => figure,
        };
    }
}
