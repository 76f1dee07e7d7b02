using System.Globalization;
using Crm.Sdk;
using Crm.Sdk.Modules;
using Crm.Sdk.Records;
using Crm.Sdk.Tenancy;
using Crm.Sdk.Web;
using MediatR;

namespace Crm.Customers.Segments;

/// <summary>Conditions in the words of the screens: labels of fields, answers and record types instead of keys.</summary>
internal sealed class SegmentWords(IMediator mediator, ITenant tenant)
{
    private Dictionary<string, RecordType>? types;
    private Dictionary<string, Label> conditions = [];

    public async Task<Label> Of(string recordType, SegmentNode node, CancellationToken cancellation)
    {
        await Load(cancellation);
        return node switch
        {
            SegmentNode.All => ("すべてを満たす", "All of these hold"),
            SegmentNode.Any => ("いずれかを満たす", "Any of these holds"),
            SegmentNode.None => ("どれも満たさない", "None of these holds"),
            SegmentNode.FieldIs field => Field(recordType, field),
            SegmentNode.Purchases bought => await Purchases(bought, cancellation),
            SegmentNode.Rfm rfm => Joined(Label.Same(rfm.Letter), Op(rfm.Op), Label.Same(rfm.Value.ToString(CultureInfo.InvariantCulture))),
            SegmentNode.Related related => Related(related),
            SegmentNode.Named named => Joined(conditions.GetValueOrDefault(named.Key, Label.Same(named.Key)), Label.Same(named.Value ?? "")),
            SegmentNode.InSegment inside => await Segment(inside.Segment, cancellation),
            _ => ("読み取れない条件", "A condition that is not understood"),
        };
    }

    private async Task Load(CancellationToken cancellation)
    {
        if (types is not null) return;
        var all = await mediator.Send(new GetRecordTypes(), cancellation);
        types = (all.Failed ? [] : all.Value).ToDictionary(t => t.Key);
        var added = await mediator.Send(new GetConditions(), cancellation);
        if (!added.Failed) conditions = added.Value.ToDictionary(c => c.Key, c => c.Label);
    }

    private Label Field(string recordType, SegmentNode.FieldIs condition)
    {
        if (!types!.TryGetValue(recordType, out var type) || !type.TryGet(condition.Field, out var field)) return Label.Same($"{condition.Field} {condition.Op} {condition.Value}");
        return Joined(field.Label, Op(condition.Op), condition.Op is "empty" or "filled" ? Label.Same("") : Value(field, condition.Value ?? ""));
    }

    private static Label Value(Field field, string value)
    {
        if (field.Choices.Count > 0)
        {
            var chosen = value.Split(',', StringSplitOptions.TrimEntries).Select(v => field.Choices.FirstOrDefault(c => c.Key == v)?.Label ?? Label.Same(v)).ToList();
            return new(string.Join("・", chosen.Select(c => c.Ja)), string.Join(", ", chosen.Select(c => c.En)));
        }

        if (field.Kind == FieldKind.YesNo) return value == "true" ? ("はい", "yes") : ("いいえ", "no");
        return Day(value) ?? Label.Same(value);
    }

    /// <summary><c>today-30</c> in words.</summary>
    private static Label? Day(string value) => value switch
    {
        "today" => ("今日", "today"),
        ['t', 'o', 'd', 'a', 'y', '-', .. var days] => ($"今日の{days}日前", $"{days} days ago"),
        ['t', 'o', 'd', 'a', 'y', '+', .. var days] => ($"今日の{days}日後", $"{days} days ahead"),
        _ => null,
    };

    private async Task<Label> Purchases(SegmentNode.Purchases bought, CancellationToken cancellation)
    {
        Label what = bought.Measure switch { "amount" => ("購入額", "Amount bought"), "days" => ("購入日数", "Days of purchase"), _ => ("購入回数", "Purchases") };
        var value = bought.Measure == "amount" ? ValueText.Money(bought.Value, tenant) : bought.Value.ToString("0.##", CultureInfo.InvariantCulture);
        var said = Joined(what, Op(bought.Op), Label.Same(value));
        if (bought.WithinDays is { } days) said = new($"{said.Ja}・直近{days}日", $"{said.En}, last {days} days");
        if (bought.Product is { } id)
        {
            var product = await mediator.Send(new GetRecord(Contracts.CustomersContract.Product, id), cancellation);
            var name = product.Failed ? "?" : product.Value.Title;
            said = new($"{said.Ja}・商品 {name}", $"{said.En}, product {name}");
        }

        if (bought.Channel is { } key && Customers.Purchases.Channels.All.FirstOrDefault(c => c.Key == key) is { } channel) said = new($"{said.Ja}・{channel.Label.Ja}", $"{said.En}, {channel.Label.En}");
        return said;
    }

    private Label Related(SegmentNode.Related related)
    {
        var name = types!.TryGetValue(related.Type, out var type) ? type.Label : Label.Same(related.Type);
        var said = Joined(new($"{name.Ja}の件数", $"Number of {name.En}"), Op(related.Op), Label.Same(related.Value.ToString("0.##", CultureInfo.InvariantCulture)));
        if (related.Where is not { } where) return said;
        var only = Field(related.Type, where);
        return new($"{said.Ja}（{only.Ja}）", $"{said.En} ({only.En})");
    }

    private async Task<Label> Segment(Guid id, CancellationToken cancellation)
    {
        var segment = await mediator.Send(new GetRecord(Contracts.CustomersContract.Segment, id), cancellation);
        var name = segment.Failed ? "?" : segment.Value.Title;
        return new($"セグメント「{name}」に含まれる", $"In the segment “{name}”");
    }

    private static Label Op(string op) => SegmentOps.All.FirstOrDefault(o => o.Key == op)?.Label ?? Label.Same(op);

    private static Label Joined(params ReadOnlySpan<Label> parts)
    {
        var (ja, en) = ("", "");
        foreach (var part in parts)
        {
            if (part.Ja.Length > 0) ja += (ja.Length > 0 ? " " : "") + part.Ja;
            if (part.En.Length > 0) en += (en.Length > 0 ? " " : "") + part.En;
        }

        return new(ja, en);
    }
}
