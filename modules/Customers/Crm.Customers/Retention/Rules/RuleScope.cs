using Crm.Sdk;
using Crm.Sdk.Records;
using Crm.Sdk.Tenancy;
using MediatR;

namespace Crm.Customers.Retention.Rules;

/// <summary>Which records a rule speaks of on a day, as a filter and in words.</summary>
internal sealed class RuleScope(IMediator mediator, ITenant tenant)
{
    /// <summary>Counts from the last change of the record or of anything that points to it.</summary>
    public const string LastActivity = "lastActivity";

    /// <summary>The record types rules can be made for: parts go with what they are parts of.</summary>
    public async Task<Result<IReadOnlyList<RecordType>>> Types(CancellationToken cancellation)
    {
        var types = await mediator.Send(new GetRecordTypes(), cancellation);
        return types.Failed ? types : Result.Of<IReadOnlyList<RecordType>>([.. types.Value.Where(t => t.PartOf is null && !NotPurged.Contains(t.Key))]);
    }

    /// <summary>What proves that the law was kept is not purged by rules.</summary>
    private static readonly string[] NotPurged = [Contracts.CustomersContract.Purge, Contracts.CustomersContract.RetentionRule];

    /// <summary>The dates of a type that a rule can count from.</summary>
    public static IEnumerable<(string Key, Label Label)> Dates(RecordType type) =>
        type.Fields.Where(f => !f.Hidden && f.Kind is FieldKind.Date or FieldKind.DateTime).Select(f => (f.Key, f.Label)).Append((LastActivity, ("最終活動（本体と関連する記録の更新）", "Last activity (the record and what points to it)")));

    /// <summary>The answers by which a rule can be narrowed.</summary>
    public static IEnumerable<(string Field, string Value, Label Label)> Answers(RecordType type)
    {
        foreach (var field in type.Fields.Where(f => !f.Hidden && !f.Encrypted))
        {
            if (field.Kind == FieldKind.Choice)
            {
                foreach (var choice in field.Choices) yield return (field.Key, choice.Key, ($"{field.Label.Ja} = {choice.Label.Ja}", $"{field.Label.En} = {choice.Label.En}"));
            }
            else if (field.Kind == FieldKind.YesNo)
            {
                yield return (field.Key, "true", ($"{field.Label.Ja} = はい", $"{field.Label.En} = yes"));
                yield return (field.Key, "false", ($"{field.Label.Ja} = いいえ", $"{field.Label.En} = no"));
            }
        }
    }

    /// <summary>The first day whose records stay.</summary>
    public static DateOnly Before(DateOnly today, int months) => today.AddMonths(-months);

    /// <summary>Records whose time is over, as a filter.</summary>
    public async Task<Result<Filter>> Over(RetentionRule rule, DateOnly before, CancellationToken cancellation)
    {
        var types = await mediator.Send(new GetRecordTypes(), cancellation);
        if (types.Failed) return Result<Filter>.Fail(types.Problems);
        if (types.Value.FirstOrDefault(t => t.Key == rule.RecordTypeKey) is not { } type) return Unknown("of", rule.RecordTypeKey);
        var parts = new List<Filter>();
        var moment = tenant.StartOf(before);
        if (rule.CountsFrom == LastActivity)
        {
            parts.Add(new Filter.Compare("updatedAt", FilterOp.Lt, moment));
            foreach (var other in types.Value)
            {
                parts.AddRange(other.Fields.Where(f => f.Kind == FieldKind.Reference && f.References == type.Key).Select(f => new Filter.Having(other.Key, f.Key)
                {
                    Where = new Filter.Compare("updatedAt", FilterOp.Gte, moment), Op = FilterOp.Eq, Value = 0,
                }));
            }
        }
        else if (!type.TryGet(rule.CountsFrom, out var date) || date.Kind is not (FieldKind.Date or FieldKind.DateTime))
        {
            return Unknown("countsFrom", rule.CountsFrom);
        }
        else
        {
            parts.Add(new Filter.Compare(date.Key, FilterOp.Lt, date.Kind == FieldKind.Date ? before : (object)moment));
        }

        if (rule.WhereField is not { } where) return Result.Of<Filter>(new Filter.All([.. parts]));
        if (!Answers(type).Any(a => a.Field == where && a.Value == rule.WhereValue)) return Unknown("where", where);
        parts.Add(Filter.Eq(where, type[where].Kind == FieldKind.YesNo ? rule.WhereValue == "true" : rule.WhereValue));
        return Result.Of<Filter>(new Filter.All([.. parts]));
    }

    /// <summary>The rule as a sentence, for people and for the certificate.</summary>
    public async Task<Label> Words(RetentionRule rule, CancellationToken cancellation)
    {
        var types = await mediator.Send(new GetRecordTypes(), cancellation);
        if (types.Failed || types.Value.FirstOrDefault(t => t.Key == rule.RecordTypeKey) is not { } type) return Label.Same($"{rule.RecordTypeKey} / {rule.CountsFrom} / {rule.Months}");
        var date = Dates(type).Where(d => d.Key == rule.CountsFrom).Select(d => d.Label).DefaultIfEmpty(Label.Same(rule.CountsFrom)).First();
        Label? where = rule.WhereField is null ? null : Answers(type).Where(a => a.Field == rule.WhereField && a.Value == rule.WhereValue).Select(a => a.Label).DefaultIfEmpty(Label.Same(rule.WhereField)).First();
        var deed = Deeds.Name(rule.Deed);
        return new(
            $"{type.Label.Ja}{(where is { } ja ? $"（{ja.Ja}）" : "")}: 「{date.Ja}」から{Time(rule.Months).Ja}経過後に{deed.Ja}",
            $"{type.Plural.En}{(where is { } en ? $" ({en.En})" : "")}: {deed.En.ToLowerInvariant()} {Time(rule.Months).En} after “{date.En}”");
    }

    private static Label Time(int months) => months % 12 == 0 ? ($"{months / 12}年", Counted(months / 12, "year")) : ($"{months}か月", Counted(months, "month"));

    private static string Counted(int number, string unit) => number == 1 ? $"1 {unit}" : $"{number} {unit}s";

    private static Problem Unknown(string field, string key) => Problems.Invalid(
        "customers.rule-does-not-fit", field, ($"「{key}」は、今の台帳にはありません。", $"There is no “{key}” any more."), ("規則を設定し直してください。", "Set the rule anew."));
}
