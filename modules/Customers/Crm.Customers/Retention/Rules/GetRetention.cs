using Crm.Customers.Contracts;
using Crm.Customers.Retention.Purging;
using Crm.Sdk;
using Crm.Sdk.Messaging;
using Crm.Sdk.Records;
using Crm.Sdk.Users;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Customers.Retention.Rules;

/// <summary>The retention rules in words, what they wait for, and the record types new ones can be made for.</summary>
[Requires(CustomersContract.Retention)]
internal sealed record GetRetention : IRequest<Result<RetentionView>>;

/// <param name="Rules">The rules.</param>
/// <param name="Types">What rules can be made for.</param>
/// <param name="Purges">Proposals and what became of them, newest first.</param>
internal sealed record RetentionView(IReadOnlyList<RuleLine> Rules, IReadOnlyList<RecordType> Types, IReadOnlyList<Purge> Purges);

/// <param name="Rule">The rule.</param>
/// <param name="Words">As a sentence.</param>
/// <param name="Open">Its proposal that is not finished; or null.</param>
internal sealed record RuleLine(RetentionRule Rule, Label Words, Guid? Open);

internal sealed class GetRetentionHandler(CustomersDb db, RuleScope scope, IUser user) : IRequestHandler<GetRetention, Result<RetentionView>>
{
    private const int Latest = 20;

    public async Task<Result<RetentionView>> Handle(GetRetention get, CancellationToken cancellationToken)
    {
        if (user.Reach(CustomersContract.RetentionRule, RecordAction.Read) != Reach.All) return Problems.Forbidden($"{CustomersContract.RetentionRule}:read");
        var types = await scope.Types(cancellationToken);
        if (types.Failed) return Result<RetentionView>.Fail(types.Problems);
        var open = await db.Purges.Where(p => p.RuleId != null && p.State != PurgeStates.Done && p.State != PurgeStates.TurnedDown).Select(p => new { p.Id, p.RuleId }).ToListAsync(cancellationToken);
        var lines = new List<RuleLine>();
        foreach (var rule in await db.RetentionRules.AsNoTracking().OrderBy(r => r.RecordTypeKey).ThenBy(r => r.Name).ToListAsync(cancellationToken))
        {
            lines.Add(new(rule, await scope.Words(rule, cancellationToken), open.FirstOrDefault(o => o.RuleId == rule.Id)?.Id));
        }

        return new RetentionView(lines, types.Value, await db.Purges.AsNoTracking().OrderByDescending(p => p.ProposedAt).ThenByDescending(p => p.Id).Take(Latest).ToListAsync(cancellationToken));
    }
}
