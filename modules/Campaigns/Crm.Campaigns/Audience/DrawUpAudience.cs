using System.Text.Json;
using Crm.Campaigns.Contracts;
using Crm.Campaigns.Planning;
using Crm.Customers.Contracts;
using Crm.Sdk;
using Crm.Sdk.Jobs;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Campaigns.Audience;

/// <summary>What the run is told.</summary>
internal sealed record DrawUp(Guid Campaign);

/// <summary>
/// Draws up the audience of a campaign: everybody of the segment, each either waiting to be sent to or left out for a reason. It may be
/// stopped and begun again at any point: it begins anew, and lots fall the same.
/// </summary>
internal sealed class DrawUpAudience(CampaignsDb db, Screening screening, Purposes purposes, IMediator mediator, TimeProvider clock) : IJob
{
    public const string Key = "campaigns.draw-up";

    public async Task Run(JobRun run, CancellationToken cancellation)
    {
        var id = JsonSerializer.Deserialize<DrawUp>(run.Arguments!, JsonSerializerOptions.Web)!.Campaign;
        var campaign = await db.Campaigns.AsNoTracking().SingleOrDefaultAsync(c => c.Id == id, cancellation);
        if (campaign is null || campaign.Status != CampaignsContract.Status.Preparing) return;
        await db.Recipients.Where(r => r.CampaignId == id && (r.State == RecipientStates.Waiting || r.State == RecipientStates.Excluded)).ExecuteDeleteAsync(cancellation);

        var (audience, excluded) = await Fill(run, campaign, cancellation);
        var prepared = await db.Campaigns.SingleOrDefaultAsync(c => c.Id == id, cancellation);
        if (prepared is not { Status: CampaignsContract.Status.Preparing }) return;
        prepared.Prepared(audience, excluded, clock.GetUtcNow());
        var saved = await db.SaveAsync(cancellation: cancellation);
        saved.OrThrow("The audience could not be saved");
    }

    private async Task<(int Audience, int Excluded)> Fill(JobRun run, Campaign campaign, CancellationToken cancellation)
    {
        var purpose = (campaign.PurposeId is { } purposeId ? await purposes.Of(purposeId, cancellation) : null)?.Code ?? "";
        var (seen, taken) = (new HashSet<Guid>(), new HashSet<string>(StringComparer.Ordinal));
        var (audience, excluded) = (0, 0);
        for (string? after = null, next = ""; next is not null; after = next)
        {
            var page = await mediator.Send(new GetSegmentMembers(campaign.SegmentId!.Value, after, Screening.AtOnce), cancellation);
            page.OrThrow("The segment does not answer");
            next = page.Value.Next;
            var members = page.Value.Ids.Where(seen.Add).ToList();
            if (members.Count == 0) continue;
            foreach (var one in await screening.Of(members, page.Value.RecordType, purpose, campaign.Channel!, cancellation))
            {
                // Lots are drawn last and among those who would get it: the control group is like the others.
                var reason = one.Reason ?? (one.AddressKey is { } key && !taken.Add(key) ? Reasons.DuplicateAddress : null) ?? (Draw.IsHeldOut(campaign.Id, one.CustomerId, campaign.HoldoutPercent) ? Reasons.Holdout : null);
                db.Recipients.Add(new Recipient
                {
                    TenantId = db.TenantId, CampaignId = campaign.Id, CustomerId = one.CustomerId, CustomerType = page.Value.RecordType, Address = one.Address, AddressKey = one.AddressKey, ConsentId = one.ConsentId,
                    State = reason is null ? RecipientStates.Waiting : RecipientStates.Excluded, Reason = reason?.Key, ReasonText = reason?.Kept, Variant = Draw.Variant(campaign, one.CustomerId), NextAt = clock.GetUtcNow(),
                });
                if (reason is null) audience++;
                else excluded++;
            }

            var saved = await db.SaveAsync(cancellation: cancellation);
            saved.OrThrow("The audience could not be saved");
            db.ChangeTracker.Clear();
            await run.Report(seen.Count, null, ($"対象 {audience:N0}人、除外 {excluded:N0}人", $"{audience:N0} get it, {excluded:N0} are left out"));
        }

        return (audience, excluded);
    }
}
