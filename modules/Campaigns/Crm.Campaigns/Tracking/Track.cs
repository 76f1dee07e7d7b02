using Crm.Campaigns.Audience;
using Crm.Campaigns.Setup;
using Crm.Sdk;
using Crm.Sdk.Files;
using Crm.Sdk.Tenancy;
using Crm.Sdk.Web;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Campaigns.Tracking;

/// <summary>The small picture of a mail was loaded: it was opened, as far as one can know.</summary>
/// <param name="Key">The secret of the mail.</param>
internal sealed record TrackOpen(string? Key = null) : IRequest<Result<Download>>;

/// <summary>A link of a mail was followed. Leads to where the link led when the mail was approved, and to nowhere else.</summary>
/// <param name="Key">The secret of the link.</param>
internal sealed record TrackClick(string? Key = null) : IRequest<Result<Redirect>>;

internal sealed class TrackHandler(CampaignsDb db, LinkKeyRing ring, ISettings settings, TimeProvider clock) : IRequestHandler<TrackOpen, Result<Download>>, IRequestHandler<TrackClick, Result<Redirect>>
{
    private static readonly TimeSpan OneClick = TimeSpan.FromHours(1);

    // One transparent pixel.
    private static readonly byte[] Pixel = Convert.FromBase64String("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7");

    public async Task<Result<Download>> Handle(TrackOpen open, CancellationToken cancellationToken)
    {
        if ((await ring.Keys(cancellationToken)).Read(open.Key, LinkKind.Open) is { } link && settings.Of<CampaignSettings>().Tracking) await Opened(link.Recipient, cancellationToken);
        return Download.Of("p.gif", "image/gif", Pixel);
    }

    public async Task<Result<Redirect>> Handle(TrackClick click, CancellationToken cancellationToken)
    {
        if ((await ring.Keys(cancellationToken)).Read(click.Key, LinkKind.Click) is not { } link) return NoSuchLink;
        var mail = await db.Recipients.AsNoTracking().Where(r => r.Id == link.Recipient).Select(r => new { r.CampaignId, r.StepId }).SingleOrDefaultAsync(cancellationToken);
        var source = mail?.CampaignId ?? mail?.StepId;
        if (await db.Links.AsNoTracking().SingleOrDefaultAsync(l => l.CampaignId == source && l.Number == link.Number, cancellationToken) is not { } target) return NoSuchLink;
        if (settings.Of<CampaignSettings>().Tracking)
        {
            // Once an hour: who reloads a link, or loops over it, is one reader.
            DateTimeOffset? now = clock.GetUtcNow();
            var since = now.Value - OneClick;
            if (await db.Clicks.AnyAsync(c => c.RecipientId == link.Recipient && c.Number == link.Number && c.At > since, cancellationToken)) return new Redirect(target.Url);
            db.Clicks.Add(new Click { TenantId = db.TenantId, RecipientId = link.Recipient, Number = link.Number, At = now.Value });
            await db.SaveAsync(cancellation: cancellationToken);
            await db.Recipients.Where(r => r.Id == link.Recipient && r.ClickedAt == null).ExecuteUpdateAsync(set => set.SetProperty(r => r.ClickedAt, now), cancellationToken);

            // Who follows a link has opened the mail, also when pictures were not loaded.
            await Opened(link.Recipient, cancellationToken);
        }

        return new Redirect(target.Url);
    }

    private Task<int> Opened(Guid recipient, CancellationToken cancellation)
    {
        DateTimeOffset? now = clock.GetUtcNow();
        return db.Recipients.Where(r => r.Id == recipient && r.OpenedAt == null).ExecuteUpdateAsync(set => set.SetProperty(r => r.OpenedAt, now), cancellation);
    }

    private static Problem NoSuchLink => new(
        "campaigns.no-such-link", ("このリンクは無効です。", "There is no such link."), ("メールのリンクをもう一度開いてください。", "Open the link of the mail again."), Kind: ProblemKind.NotFound);
}
