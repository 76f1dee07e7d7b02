using System.Text.RegularExpressions;
using Crm.Campaigns.Audience;
using Crm.Campaigns.Contracts;
using Crm.Campaigns.Nurturing;
using Crm.Campaigns.Planning;
using Crm.Sdk;
using Crm.Sdk.Jobs;
using Crm.Sdk.Users;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Campaigns.Sending;

/// <summary>Mails in doubt whose Message-ID the mail server's log names were sent; about the others somebody decides.</summary>
internal sealed partial class SettleDoubtsHandler(CampaignsDb db, IJobs jobs, TimeProvider clock) : IRequestHandler<SettleDoubts, Result<SettledDoubts>>
{
    private const int AtOnce = 500;

    public async Task<Result<SettledDoubts>> Handle(SettleDoubts settle, CancellationToken cancellationToken)
    {
        var isFlow = await db.Flows.AnyAsync(f => f.Id == settle.Id, cancellationToken);
        var flow = isFlow ? await db.Load<Flow>(settle.Id, RecordAction.Edit, cancellation: cancellationToken) : null;
        if (flow is { Failed: true }) return Result<SettledDoubts>.Fail(flow.Problems);
        var campaign = isFlow ? null : await db.Load<Campaign>(settle.Id, RecordAction.Edit, cancellation: cancellationToken);
        if (campaign is { Failed: true }) return Result<SettledDoubts>.Fail(campaign.Problems);
        var named = Names().Matches(settle.Log ?? "").Select(m => Guid.ParseExact(m.Value, "N")).ToHashSet();
        var own = isFlow ? FlowMails.Of(db, settle.Id) : db.Recipients.Where(r => r.CampaignId == settle.Id);
        var doubts = await own.Where(r => r.State == RecipientStates.InDoubt).Select(r => r.Id).ToListAsync(cancellationToken);
        var (sent, others) = (doubts.Where(named.Contains).ToList(), doubts.Where(id => !named.Contains(id)).ToList());
        DateTimeOffset? now = clock.GetUtcNow();
        foreach (var ids in sent.Chunk(AtOnce).Select(c => c.ToList()))
        {
            await db.Recipients.Where(r => ids.Contains(r.Id) && r.State == RecipientStates.InDoubt)
                .ExecuteUpdateAsync(set => set.SetProperty(r => r.State, RecipientStates.Sent).SetProperty(r => r.SentAt, now).SetProperty(r => r.Answer, "named in the server's log"), cancellationToken);
        }

        var state = settle.SendOthers ? RecipientStates.Waiting : RecipientStates.GivenUp;
        foreach (var ids in others.Chunk(AtOnce).Select(c => c.ToList()))
        {
            await db.Recipients.Where(r => ids.Contains(r.Id) && r.State == RecipientStates.InDoubt)
                .ExecuteUpdateAsync(set => set.SetProperty(r => r.State, state).SetProperty(r => r.NextAt, now!.Value), cancellationToken);
        }

        if (settle.SendOthers && others.Count > 0)
        {
            if (campaign?.Value.Reopen() == true)
            {
                var saved = await db.SaveAsync(cancellation: cancellationToken);
                if (saved.Failed) return Result<SettledDoubts>.Fail(saved.Problems);
            }

            await jobs.Start(SendDue.Key, null, cancellationToken);
        }

        return new SettledDoubts(sent.Count, others.Count);
    }

    /// <summary>The first half of our Message-IDs: 32 hex digits before an at sign.</summary>
    [GeneratedRegex("(?<![0-9a-f])[0-9a-f]{32}(?=@)", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Names();
}
