// Opting out: from the mail program by one click (RFC 8058), or on the page behind the link of the mail. Without signing in, and at once.
using Crm.Campaigns.Audience;
using Crm.Campaigns.Contracts;
using Crm.Campaigns.Planning;
using Crm.Customers.Contracts;
using Crm.Sdk;
using Crm.Sdk.Modules;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Campaigns.Tracking;

/// <summary>Whoever holds the secret of a mail wants no more of them.</summary>
/// <param name="Key">The secret; a mail program sends it in the address alone.</param>
/// <param name="Purposes">Codes of the purposes to stop; that of the mail when there are none.</param>
/// <param name="All">Whether to stop all advertising by mail.</param>
internal sealed record Unsubscribe(string? Key = null, IReadOnlyList<string>? Purposes = null, bool All = false) : IRequest<Result>, IKeyedAddress
{
    public string? AddressKey { get; set; }
}

/// <summary>What the page shows: which mail, to which address, and what else one may stop.</summary>
/// <param name="Key">The secret of the mail.</param>
internal sealed record GetSubscription(string? Key) : IRequest<Result<Subscription>>;

internal sealed record Subscription(string Address, string Purpose, IReadOnlyList<PurposeCard> Purposes);

internal sealed class UnsubscribeHandler(CampaignsDb db, LinkKeyRing ring, Purposes purposes, IMediator mediator, TimeProvider clock) : IRequestHandler<Unsubscribe, Result>, IRequestHandler<GetSubscription, Result<Subscription>>
{
    public async Task<Result> Handle(Unsubscribe unsubscribe, CancellationToken cancellationToken)
    {
        if (await Mail(unsubscribe.Key ?? unsubscribe.AddressKey, cancellationToken) is not { } mail) return NoSuchMail;
        var own = await PurposeOf(mail, cancellationToken);
        var advertising = (await purposes.Advertising(cancellationToken)).Select(p => p.Code).ToList();
        List<string?> stop = unsubscribe.All || own is null ? [null] : unsubscribe.Purposes is { Count: > 0 } chosen ? [.. chosen.Where(advertising.Contains)] : [own];
        var now = clock.GetUtcNow();
        foreach (var purpose in stop)
        {
            // Somebody who was erased meanwhile has no ledger any more; their address stays shut all the same.
            var withdrawn = await mediator.Send(new WithdrawConsent(mail.CustomerId, purpose, CustomersContract.Channels.Email, "配信停止リンク / unsubscribe link"), cancellationToken);
            if (withdrawn.Failed && withdrawn.Problems.All(p => p.Kind != ProblemKind.NotFound)) return withdrawn;
            if (mail.AddressKey is { } key && !await db.Suppressions.AnyAsync(s => s.AddressKey == key && s.Purpose == (purpose ?? "") && s.Reason == CampaignsContract.Exclusions.OptedOut, cancellationToken))
            {
                db.Suppressions.Add(new Suppression { TenantId = db.TenantId, AddressKey = key, Purpose = purpose ?? "", Reason = CampaignsContract.Exclusions.OptedOut, At = now });
            }
        }

        mail.UnsubscribedAt ??= now;
        return await db.SaveAsync(cancellation: cancellationToken);
    }

    public async Task<Result<Subscription>> Handle(GetSubscription get, CancellationToken cancellationToken)
    {
        if (await Mail(get.Key, cancellationToken) is not { } mail) return NoSuchMail;
        var all = await purposes.Advertising(cancellationToken);
        var own = await PurposeOf(mail, cancellationToken);
        return new Subscription(Veiled(mail.Address ?? ""), all.FirstOrDefault(p => p.Code == own)?.Name ?? "", all);
    }

    private async Task<Recipient?> Mail(string? key, CancellationToken cancellation) =>
        (await ring.Keys(cancellation)).Read(key, LinkKind.Unsubscribe) is { } link ? await db.Recipients.SingleOrDefaultAsync(r => r.Id == link.Recipient, cancellation) : null;

    private async Task<string?> PurposeOf(Recipient mail, CancellationToken cancellation)
    {
        // A campaign in the bin has still sent its mails.
        var purpose = mail.CampaignId is { } campaign
            ? await db.Campaigns.IgnoreQueryFilters().Where(c => c.TenantId == db.TenantId && c.Id == campaign).Select(c => c.PurposeId).SingleOrDefaultAsync(cancellation)
            : await db.FlowSteps.IgnoreQueryFilters().Where(s => s.TenantId == db.TenantId && s.Id == mail.StepId)
                .Join(db.Flows.IgnoreQueryFilters().Where(f => f.TenantId == db.TenantId), s => s.FlowId, f => f.Id, (_, f) => f.PurposeId).SingleOrDefaultAsync(cancellation);
        return purpose is { } id ? (await purposes.Of(id, cancellation))?.Code : null;
    }

    /// <summary>Enough to know one's own address by, and too little to learn somebody else's: a mail may have been passed on.</summary>
    private static string Veiled(string address) => address.IndexOf('@', StringComparison.Ordinal) is > 0 and var at ? $"{address[0]}…{address[at..]}" : "";

    private static Problem NoSuchMail => new(
        "campaigns.no-such-mail", ("このリンクは無効です。", "There is no such link."), ("メールのリンクをもう一度開くか、メールに記載の連絡先へお知らせください。", "Open the link of the mail again, or write to the contact named in it."), Kind: ProblemKind.NotFound);
}
