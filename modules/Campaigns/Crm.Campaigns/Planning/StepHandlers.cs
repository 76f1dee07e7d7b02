using System.Text.Json;
using Crm.Campaigns.Audience;
using Crm.Campaigns.Contracts;
using Crm.Campaigns.Setup;
using Crm.Campaigns.Tracking;
using Crm.Campaigns.Writing;
using Crm.Sdk;
using Crm.Sdk.Jobs;
using Crm.Sdk.Mail;
using Crm.Sdk.Messaging;
using Crm.Sdk.Tenancy;
using Crm.Sdk.Users;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Campaigns.Planning;

/// <summary>Begins to draw up the audience.</summary>
internal sealed class PrepareCampaignHandler(CampaignsDb db, Purposes purposes, Letters letters, Screening screening, IUser user, IJobs jobs) : IRequestHandler<PrepareCampaign, Result>
{
    public async Task<Result> Handle(PrepareCampaign prepare, CancellationToken cancellationToken)
    {
        var campaign = await db.Load<Campaign>(prepare.Id, RecordAction.Edit, cancellation: cancellationToken);
        if (campaign.Failed) return campaign;
        var begun = campaign.Value.BeginPreparing(user.Id);
        if (begun.Failed) return begun;
        if (await purposes.Of(campaign.Value.PurposeId!.Value, cancellationToken) is { Contract: true }) return CampaignProblems.ContractPurpose;
        if (!await screening.SeesAddresses(await letters.CustomerType(campaign.Value.SegmentId, cancellationToken), campaign.Value.Channel!, cancellationToken)) return CampaignProblems.HiddenAddress;
        var saved = await db.SaveAsync(cancellation: cancellationToken);
        if (!saved.Failed) await jobs.Start(DrawUpAudience.Key, new DrawUp(prepare.Id), cancellationToken);
        return saved;
    }
}

/// <summary>Freezes what is sent and lets it go.</summary>
internal sealed class ApproveCampaignHandler(CampaignsDb db, Letters letters, LawfulSender sender, IMail mail, ISettings settings, IUser user, TimeProvider clock) : IRequestHandler<ApproveCampaign, Result>
{
    public async Task<Result> Handle(ApproveCampaign approve, CancellationToken cancellationToken)
    {
        var loaded = await db.Load<Campaign>(approve.Id, RecordAction.Edit, approve.Version, cancellationToken);
        if (loaded.Failed) return loaded;
        var campaign = loaded.Value;
        if (settings.Of<CampaignSettings>().FourEyes && user.Id is { } me && (me == campaign.OwnerId || me == campaign.PreparedBy)) return CampaignProblems.OwnApproval;
        if (campaign.Channel == Channels.Email && mail.Delivery == MailDelivery.Unset) return CampaignProblems.NoMailServer;

        LetterContent? content = null;
        if (!Channels.IsList(campaign.Channel))
        {
            var known = sender.Known();
            if (known.Failed) return known;
            var written = await letters.Of(campaign, cancellationToken);
            if (written.Failed) return written;
            content = written.Value;
            if (content.SubjectB is not null && campaign.TestShare is not null and < 100 && !settings.Of<CampaignSettings>().Tracking) return CampaignProblems.TestNeedsTracking;
            await db.Links.Where(l => l.CampaignId == campaign.Id).ExecuteDeleteAsync(cancellationToken);
            db.Links.AddRange(Letter.LinksOf(content).Select((url, number) => new TrackedLink { TenantId = db.TenantId, CampaignId = campaign.Id, Number = number, Url = url }));
        }

        var approved = campaign.Approve(user.Id, clock.GetUtcNow(), JsonSerializer.Serialize(content));
        return approved.Failed ? approved : await db.SaveAsync(cancellation: cancellationToken);
    }
}

/// <summary>Stops a campaign, or takes one back of which nothing was sent.</summary>
internal sealed class StopCampaignHandler(CampaignsDb db, TimeProvider clock) : IRequestHandler<StopCampaign, Result>, IRequestHandler<RedraftCampaign, Result>
{
    public async Task<Result> Handle(StopCampaign stop, CancellationToken cancellationToken)
    {
        var campaign = await db.Load<Campaign>(stop.Id, RecordAction.Edit, cancellation: cancellationToken);
        if (campaign.Failed) return campaign;
        var stopped = campaign.Value.Stop(clock.GetUtcNow());
        return stopped.Failed ? stopped : await db.SaveAsync(cancellation: cancellationToken);
    }

    public async Task<Result> Handle(RedraftCampaign redraft, CancellationToken cancellationToken)
    {
        var campaign = await db.Load<Campaign>(redraft.Id, RecordAction.Edit, cancellation: cancellationToken);
        if (campaign.Failed) return campaign;
        if (await HasBegun(db, redraft.Id, cancellationToken)) return CampaignProblems.WrongStatus(campaign.Value.Status);
        var back = campaign.Value.Redraft();
        if (back.Failed) return back;
        var saved = await db.SaveAsync(cancellation: cancellationToken);
        if (saved.Failed) return saved;

        // Nothing begins any more; a round that began in this moment keeps its rows, so that nobody gets it twice.
        await db.Recipients.Where(r => r.CampaignId == redraft.Id && (r.State == RecipientStates.Waiting || r.State == RecipientStates.Excluded)).ExecuteDeleteAsync(cancellationToken);
        if (!await HasBegun(db, redraft.Id, cancellationToken)) return Result.Done;
        campaign.Value.StopAfterAll(clock.GetUtcNow());
        saved = await db.SaveAsync(cancellation: cancellationToken);
        return saved.Failed ? saved : CampaignProblems.HasBegun;
    }

    private static Task<bool> HasBegun(CampaignsDb db, Guid campaign, CancellationToken cancellation) =>
        db.Recipients.AnyAsync(r => r.CampaignId == campaign && r.State != RecipientStates.Waiting && r.State != RecipientStates.Excluded, cancellation);
}

/// <summary>Sending begins as the system, whoever approved: rights of people decide about the audience, not about the server.</summary>
[Subscriber("campaigns.begin-sending")]
internal sealed class BeginSending(IJobs jobs) : INotificationHandler<CampaignApproved>
{
    public Task Handle(CampaignApproved approved, CancellationToken cancellationToken) => jobs.Start(Sending.SendDue.Key, null, cancellationToken);
}
