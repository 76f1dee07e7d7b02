using System.Globalization;
using System.Text.RegularExpressions;
using Crm.Customers.Analysis.Figures;
using Crm.Customers.Contracts;
using Crm.Sdk;
using Crm.Sdk.Modules;
using Crm.Sdk.Records;
using Crm.Sdk.Tenancy;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Customers.Segments;

/// <summary>
/// Makes one filter of a tree of conditions: the database decides who is in by one query, and rights and hidden fields hold as in any list.
/// </summary>
internal sealed partial class SegmentCompiler(CustomersDb db, IMediator mediator, ISettings settings, ITenant tenant, TimeProvider clock)
{
    private const int Deepest = 5;

    /// <summary>How much one filter may ask: a condition on a field is one, a count over other records ten. Segments within it count with all they ask.</summary>
    internal const int Most = 400;
    private const int Counting = 10;

    private readonly Dictionary<string, SegmentCondition> conditions = new(StringComparer.Ordinal);
    private readonly List<Guid> within = [];
    private int asked;

    /// <summary>The filter of a tree.</summary>
    /// <param name="recordType">People or companies.</param>
    /// <param name="node">The tree.</param>
    /// <param name="asOf">The day it is asked as of: purchases after it and customers entered after it do not count. Fields are as they are now.</param>
    /// <param name="cancellation">Stops it.</param>
    public async Task<Result<Filter>> Compile(string recordType, SegmentNode node, DateOnly? asOf, CancellationToken cancellation)
    {
        if (conditions.Count == 0)
        {
            var added = await mediator.Send(new GetConditions(), cancellation);
            if (!added.Failed) foreach (var condition in added.Value) conditions[condition.Key] = condition;
        }

        var today = asOf ?? clock.Today(tenant);
        asked = 0;
        var filter = await Node(recordType, node, today, cancellation);
        if (filter.Failed) return filter;

        // The moment of entry is indexed, so that a page of a segment is a page like any other.
        return new Filter.All(filter.Value, new Filter.Compare("createdAt", FilterOp.Lt, tenant.StartOf(today.AddDays(1))));
    }

    private async Task<Result<Filter>> Node(string type, SegmentNode node, DateOnly today, CancellationToken cancellation)
    {
        asked += node is SegmentNode.Purchases or SegmentNode.Related or SegmentNode.Rfm or SegmentNode.InSegment ? Counting : 1;
        if (asked > Most) return TooMuch;
        switch (node)
        {
            case SegmentNode.Group group:
                var parts = new List<Filter>(group.Parts.Count);
                foreach (var part in group.Parts)
                {
                    var filter = await Node(type, part, today, cancellation);
                    if (filter.Failed) return filter;
                    parts.Add(filter.Value);
                }

                return group switch
                {
                    SegmentNode.All => new Filter.All([.. parts]),
                    SegmentNode.Any => new Filter.Any([.. parts]),
                    _ => new Filter.Not(new Filter.Any([.. parts])),
                };
            case SegmentNode.FieldIs field:
                return Field(field, today);
            case SegmentNode.Purchases bought:
                return Purchases(type, bought, today);
            case SegmentNode.Rfm rfm:
                return Rfm(type, rfm, today);
            case SegmentNode.Related related:
                return Related(related, today);
            case SegmentNode.Named named:
                return conditions.TryGetValue(named.Key, out var condition) && condition.RecordType == type
                    ? condition.Filter(new ConditionValue(named.Value ?? "", today))
                    : Wrong("unknown-condition", ($"条件「{named.Key}」はありません。", $"There is no condition “{named.Key}”."), ("プラグインが無効になっている可能性があります。", "Its plugin may be switched off."));
            case SegmentNode.InSegment other:
                return await Other(type, other, today, cancellation);
            default:
                return Wrong("unknown-condition", ("読み取れない条件があります。", "A condition is not understood."));
        }
    }

    private static Result<Filter> Field(SegmentNode.FieldIs field, DateOnly today)
    {
        if (SegmentOps.Of(field.Op) is not { } op) return Wrong("unknown-op", ($"比べ方「{field.Op}」はありません。", $"There is no operator “{field.Op}”."));
        if (op == FilterOp.Empty) return new Filter.Compare(field.Field, op, field.Op == "empty");
        var values = op == FilterOp.In ? (field.Value ?? "").Split([',', '、'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) : [field.Value ?? ""];
        if (values is [] or [""]) return Wrong("value-missing", ("条件の値が空です。", "A condition has no value."), ("値を入れるか「空である」を選んでください。", "Enter a value, or choose “is empty”."), field.Field);
        return new Filter.Compare(field.Field, op, [.. values.Select(v => Relative(v, today))]);
    }

    /// <summary><c>today</c>, <c>today+60</c>, <c>today-7</c>, <c>month</c>, <c>month+1</c>; other text as it is.</summary>
    internal static object? Relative(string value, DateOnly today)
    {
        if (RelativeDay().Match(value.Trim()) is not { Success: true } match) return value;
        var by = match.Groups["by"] is { Success: true } number ? int.Parse(number.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture) : 0;
        return match.Groups["of"].Value is "month"
            ? (decimal)today.AddMonths(Math.Clamp(by, -1200, 1200)).Month
            : today.AddDays(Math.Clamp(by, -36_500, 36_500)).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
    }

    private static string Pointer(string type) => type == CustomersContract.Company ? "companyId" : "personId";

    private static Result<Filter> Purchases(string type, SegmentNode.Purchases bought, DateOnly today)
    {
        if (SegmentOps.Of(bought.Op) is not { } op) return Wrong("unknown-op", ($"比べ方「{bought.Op}」はありません。", $"There is no operator “{bought.Op}”."));
        List<Filter> which = [new Filter.Compare("boughtOn", FilterOp.Lte, today)];
        if (bought.WithinDays is { } days) which.Add(new Filter.Compare("boughtOn", FilterOp.Gt, today.AddDays(-Math.Clamp(days, 0, 36_500))));
        if (bought.Product is { } product) which.Add(Filter.Eq("productId", product));
        if (bought.Channel is { Length: > 0 } channel) which.Add(Filter.Eq("channel", channel));
        return Counted(type, which, bought.Measure, op, bought.Value);
    }

    private static Filter.Having Counted(string type, List<Filter> which, string measure, FilterOp op, decimal value) => new(CustomersContract.Purchase, Pointer(type))
    {
        Where = new Filter.All([.. which]), Op = op, Value = value,
        Measure = measure switch { "amount" => Measure.Sum, "days" => Measure.Distinct, _ => Measure.Count },
        Of = measure switch { "amount" => "amount", "days" => "boughtOn", _ => null },
    };

    /// <summary>"At least so many points" is a plain condition on purchases; all other comparisons are made of it.</summary>
    private Result<Filter> Rfm(string type, SegmentNode.Rfm rfm, DateOnly today)
    {
        var bins = RfmBins.Of(settings.Of<CustomersSettings>());
        Filter AtLeast(int points)
        {
            if (points > 5) return new Filter.Any();
            List<Filter> ever = [new Filter.Compare("boughtOn", FilterOp.Lte, today)];
            if (points <= 1) return Counted(type, ever, "lines", FilterOp.Gte, 1);
            List<Filter> recent = [.. ever, new Filter.Compare("boughtOn", FilterOp.Gt, today.AddYears(-RfmBins.Years))];
            return rfm.Letter switch
            {
                "R" => Counted(type, [.. ever, new Filter.Compare("boughtOn", FilterOp.Gte, today.AddDays(-(int)bins.Recency[5 - points]))], "lines", FilterOp.Gte, 1),
                "F" => Counted(type, recent, "days", FilterOp.Gte, bins.Frequency[points - 2]),
                _ => new Filter.All(Counted(type, ever, "lines", FilterOp.Gte, 1), Counted(type, recent, "amount", FilterOp.Gte, bins.Monetary[points - 2])),
            };
        }

        Filter Points(int least, int most) => new Filter.All(AtLeast(Math.Max(1, least)), new Filter.Not(AtLeast(most + 1)));
        return SegmentOps.Of(rfm.Op) switch
        {
            FilterOp.Eq => Points(rfm.Value, rfm.Value),
            FilterOp.Ne => new Filter.All(AtLeast(1), new Filter.Not(Points(rfm.Value, rfm.Value))),
            FilterOp.Gte => Points(rfm.Value, 5),
            FilterOp.Gt => Points(rfm.Value + 1, 5),
            FilterOp.Lte => Points(1, rfm.Value),
            FilterOp.Lt => Points(1, rfm.Value - 1),
            _ => Wrong("unknown-op", ($"比べ方「{rfm.Op}」はありません。", $"There is no operator “{rfm.Op}”.")),
        };
    }

    private static Result<Filter> Related(SegmentNode.Related related, DateOnly today)
    {
        if (SegmentOps.Of(related.Op) is not { } op) return Wrong("unknown-op", ($"比べ方「{related.Op}」はありません。", $"There is no operator “{related.Op}”."));
        Filter? where = null;
        if (related.Where is { } condition)
        {
            var compiled = Field(condition, today);
            if (compiled.Failed) return compiled;
            where = compiled.Value;
        }

        return new Filter.Having(related.Type, related.Reference) { Where = where, Op = op, Value = related.Value };
    }

    private async Task<Result<Filter>> Other(string type, SegmentNode.InSegment other, DateOnly today, CancellationToken cancellation)
    {
        if (within.Contains(other.Segment) || within.Count >= Deepest)
        {
            return Wrong("segment-circle", ("セグメントが自分自身を含んでいます。", "A segment is made of itself."), ("循環しないように条件を直してください。", "Take the circle out."));
        }

        var segment = await db.Segments.AsNoTracking().SingleOrDefaultAsync(s => s.Id == other.Segment, cancellation);
        if (segment is null || segment.CustomerType != type) return Problems.NotFound(CustomersContract.Segment, other.Segment);
        if (segment.Static) return new Filter.Having(CustomersContract.SegmentMember, Pointer(type)) { Where = Filter.Eq("segmentId", segment.Id) };
        within.Add(other.Segment);
        var node = SegmentNode.Read(segment.Definition);
        var filter = node is null ? Wrong("bad-definition", ("条件を読み取れません。", "The conditions cannot be read.")) : await Node(type, node, today, cancellation);
        within.Remove(other.Segment);
        return filter;
    }

    private static Result<Filter> TooMuch => Wrong(
        "too-much", ($"条件が多すぎます（項目の条件は1、購入や関連の集計・別のセグメントは{Counting}と数えて{Most}まで）。", $"There are too many conditions: at most {Most}, where a count of purchases or other records or another segment counts {Counting}."),
        ("条件を減らすか、固定リストに分けてください。", "Take some out, or make static lists of parts."));

    private static Result<Filter> Wrong(string code, Label message, Label? cure = null, string? field = null) => Problems.Invalid("customers.segment-" + code, field, message, cure);

    [GeneratedRegex(@"^(?<of>today|month)\s*(?<by>[+-]\d{1,5})?$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex RelativeDay();
}
