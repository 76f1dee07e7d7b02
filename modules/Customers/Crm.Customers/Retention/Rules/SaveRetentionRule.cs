using Crm.Customers.Contracts;
using Crm.Sdk;
using Crm.Sdk.Messaging;
using Crm.Sdk.Records;
using Crm.Sdk.Tenancy;
using Crm.Sdk.Users;
using MediatR;

namespace Crm.Customers.Retention.Rules;

/// <summary>Sets how long records of a type are kept. Nothing goes by it alone: it proposes, and somebody else approves.</summary>
/// <param name="Name">What the rule is called; stands on proposals and certificates.</param>
/// <param name="Of">Key of the record type.</param>
/// <param name="CountsFrom">Key of a date of that type, or <c>lastActivity</c>.</param>
/// <param name="Months">Months that records are kept, 1 to 1,200.</param>
[Command("customers.save-retention-rule")]
[Requires(CustomersContract.Retention)]
internal sealed record SaveRetentionRule(string Name, string Of, string CountsFrom, int Months) : IRequest<Result<Guid>>
{
    /// <summary>The rule to change; null makes one.</summary>
    public Guid? Id { get; init; }

    /// <summary>Only records with this answer, as <c>field=value</c>; null or empty for all.</summary>
    public string? Where { get; init; }

    /// <summary><c>purge</c> or <c>anonymise</c>.</summary>
    public string Deed { get; init; } = Deeds.Purge;

    /// <summary>The law or the decision behind it; or null.</summary>
    public string? Ground { get; init; }

    /// <summary>Whether it proposes nothing for now.</summary>
    public bool Paused { get; init; }
}

internal sealed class SaveRetentionRuleHandler(CustomersDb db, RuleScope scope, IMediator mediator, IUser user, TimeProvider clock, ITenant tenant) : IRequestHandler<SaveRetentionRule, Result<Guid>>
{
    public async Task<Result<Guid>> Handle(SaveRetentionRule save, CancellationToken cancellationToken)
    {
        if (save.Months is < 1 or > 1200) return Problems.Invalid("customers.months", "months", ("保存する月数は1から1200までです。", "Months kept are 1 to 1,200."));
        if (Deeds.All.All(d => d.Key != save.Deed)) return Problems.Invalid("customers.deed", "deed", ("消去か匿名化を選んでください。", "Choose to purge or to anonymise."));
        var types = await scope.Types(cancellationToken);
        if (types.Failed) return Result<Guid>.Fail(types.Problems);
        if (types.Value.All(t => t.Key != save.Of)) return Problems.Invalid("customers.rule-does-not-fit", "of", ("この台帳には保存期間を設定できません。", "There are no rules for this record type."), ("一覧から台帳を選んでください。", "Choose one of the list."));

        RetentionRule rule;
        if (save.Id is { } id)
        {
            var loaded = await db.Load<RetentionRule>(id, RecordAction.Edit, cancellation: cancellationToken);
            if (loaded.Failed) return Result<Guid>.Fail(loaded.Problems);
            rule = loaded.Value;
        }
        else
        {
            db.Add(rule = new RetentionRule());
        }

        var where = string.IsNullOrWhiteSpace(save.Where) ? [] : save.Where.Split('=', 2);
        (rule.Name, rule.RecordTypeKey, rule.CountsFrom, rule.Months, rule.Deed, rule.Paused) = (save.Name.Trim(), save.Of, save.CountsFrom, save.Months, save.Deed, save.Paused);
        (rule.WhereField, rule.WhereValue) = (where.ElementAtOrDefault(0), where.Length == 0 ? null : where.ElementAtOrDefault(1) ?? "");
        (rule.Ground, rule.SetBy, rule.Changing) = (string.IsNullOrWhiteSpace(save.Ground) ? null : save.Ground.Trim(), user.Id, true);

        // What cannot be looked for, such as a date that is not there or not indexed among very many, is said now and not at night.
        var filter = await scope.Over(rule, RuleScope.Before(clock.Today(tenant), rule.Months), cancellationToken);
        if (filter.Failed) return Result<Guid>.Fail(filter.Problems);
        var found = await mediator.Send(new ListRecords(rule.RecordTypeKey) { Filter = filter.Value, Fields = [], Sort = [new("createdAt")], Limit = 1 }, cancellationToken);
        if (found.Failed) return Result<Guid>.Fail(found.Problems);
        var saved = await db.SaveAsync(cancellation: cancellationToken);
        return saved.Failed ? Result<Guid>.Fail(saved.Problems) : rule.Id;
    }
}
