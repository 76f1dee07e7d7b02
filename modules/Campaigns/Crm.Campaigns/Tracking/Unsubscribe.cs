// Opting out: from the mail program by one click (RFC 8058), or on the page behind the link of the mail or text message. Without signing in, and at once.
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
/// <param name="All">Whether to stop all advertising by the channel it came by.</param>
/// <param name="Chosen">Whether purposes were there to be chosen: none of them chosen is refused then. A mail program says only that it is enough.</param>
internal sealed record Unsubscribe(string? Key = null, IReadOnlyList<string>? Purposes = null, bool All = false, bool Chosen = false) : IRequest<Result>, IKeyedAddress
{
    public string? AddressKey { get; set; }
}

/// <summary>What the page shows: which mail, to which address, and what else one may stop.</summary>
/// <param name="Key">The secret of the mail.</param>
internal sealed record GetSubscription(string? Key) : IRequest<Result<Subscription>>;

internal sealed record Subscription(string Address, string Purpose, IReadOnlyList<PurposeCard> Purposes, string Channel, IReadOnlyList<StoppedPurpose> Stopped);

/// <summary>A purpose for which nothing goes to the address any more, and since when.</summary>
internal sealed record StoppedPurpose(string Code, string Name, DateTimeOffset Since);

internal sealed class UnsubscribeHandler(CampaignsDb db, LinkKeyRing ring, Purposes purposes, ShutAddresses addresses, IMediator mediator, TimeProvider clock) : IRequestHandler<Unsubscribe, Result>, IRequestHandler<GetSubscription, Result<Subscription>>
{
    public async Task<Result> Handle(Unsubscribe unsubscribe, CancellationToken cancellationToken)
    {
        if (await Mail(unsubscribe.Key ?? unsubscribe.AddressKey, cancellationToken) is not { } mail) return NoSuchMail;
        if (unsubscribe is { Chosen: true, All: false, Purposes: null or { Count: 0 } }) return NothingChosen;
        var (own, channel) = await SentFor(mail, cancellationToken);
        var advertising = (await purposes.Advertising(cancellationToken)).Select(p => p.Code).ToList();
        List<string?> stop = unsubscribe.All || own is null ? [null] : unsubscribe.Purposes is { Count: > 0 } chosen ? [.. chosen.Where(advertising.Contains)] : [own];
        foreach (var purpose in stop)
        {
            // Somebody who was erased meanwhile has no ledger any more; their address stays shut all the same.
            var withdrawn = await mediator.Send(new WithdrawConsent(mail.CustomerId, purpose, channel, "配信停止リンク / unsubscribe link"), cancellationToken);
            if (withdrawn.Failed && withdrawn.Problems.All(p => p.Kind != ProblemKind.NotFound)) return withdrawn;
            if (mail.AddressKey is { } key) await addresses.Shut(key, CampaignsContract.Exclusions.OptedOut, purpose ?? "", cancellationToken);
        }

        mail.UnsubscribedAt ??= clock.GetUtcNow();
        return await db.SaveAsync(cancellation: cancellationToken);
    }

    public async Task<Result<Subscription>> Handle(GetSubscription get, CancellationToken cancellationToken)
    {
        if (await Mail(get.Key, cancellationToken) is not { } mail) return NoSuchMail;
        var all = await purposes.Advertising(cancellationToken);
        var (own, channel) = await SentFor(mail, cancellationToken);
        return new Subscription(Veiled(mail.Address ?? ""), all.FirstOrDefault(p => p.Code == own)?.Name ?? "", all, channel, await Stopped(mail, all, channel, cancellationToken));
    }

    /// <summary>What was stopped at this address. Who consented anew since then gets it again, so it does not count as stopped.</summary>
    private async Task<IReadOnlyList<StoppedPurpose>> Stopped(Recipient mail, IReadOnlyList<PurposeCard> all, string channel, CancellationToken cancellation)
    {
        if (mail.AddressKey is not { } key) return [];
        var shut = await db.Suppressions.AsNoTracking().Where(s => s.AddressKey == key && s.Reason == CampaignsContract.Exclusions.OptedOut).ToListAsync(cancellation);
        var stopped = new List<StoppedPurpose>();
        foreach (var purpose in all.Where(p => shut.Exists(s => s.Purpose.Length == 0 || s.Purpose == p.Code)))
        {
            var may = await mediator.Send(new MayContact([mail.CustomerId], purpose.Code, channel), cancellation);
            var consented = may.Failed ? null : may.Value.GetValueOrDefault(mail.CustomerId)?.ConsentedAt;
            var since = shut.Where(s => (s.Purpose.Length == 0 || s.Purpose == purpose.Code) && !(consented > s.At)).Select(s => s.At).ToList();
            if (since.Count > 0) stopped.Add(new(purpose.Code, purpose.Name, since.Min()));
        }

        return stopped;
    }

    private async Task<Recipient?> Mail(string? key, CancellationToken cancellation) =>
        (await ring.Keys(cancellation)).Read(key, LinkKind.Unsubscribe) is { } link ? await db.Recipients.SingleOrDefaultAsync(r => r.Id == link.Recipient, cancellation) : null;

    /// <summary>Code of the purpose, null when it is gone, and the channel it came by: what is stopped is that channel and no other.</summary>
    private async Task<(string? Purpose, string Channel)> SentFor(Recipient mail, CancellationToken cancellation)
    {
        // A campaign in the bin has still sent its mails.
        var sent = mail.CampaignId is { } campaign
            ? await db.Campaigns.IgnoreQueryFilters().Where(c => c.TenantId == db.TenantId && c.Id == campaign).Select(c => new { c.PurposeId, c.Channel }).SingleOrDefaultAsync(cancellation)
            : await db.FlowSteps.IgnoreQueryFilters().Where(s => s.TenantId == db.TenantId && s.Id == mail.StepId)
                .Join(db.Flows.IgnoreQueryFilters().Where(f => f.TenantId == db.TenantId), s => s.FlowId, f => f.Id, (_, f) => new { f.PurposeId, Channel = (string?)Channels.Email }).SingleOrDefaultAsync(cancellation);
        return (sent?.PurposeId is { } id ? (await purposes.Of(id, cancellation))?.Code : null, sent?.Channel ?? Channels.Email);
    }

    /// <summary>Enough to know one's own address by, and too little to learn somebody else's: a mail may have been passed on.</summary>
    private static string Veiled(string address) => address.IndexOf('@', StringComparison.Ordinal) is > 0 and var at ? $"{address[0]}…{address[at..]}" : address.Length > 4 ? "…" + address[^4..] : "";

    private static Problem NothingChosen => new(
        "campaigns.nothing-chosen", ("停止するものが選ばれていません。何も停止していません。", "Nothing is chosen, and nothing was stopped."), ("停止するものにチェックを付けるか、すべての停止を押してください。", "Tick what to stop, or stop all of them."), "purposes");

    private static Problem NoSuchMail => new(
        "campaigns.no-such-mail", ("このリンクは無効です。", "There is no such link."), ("メールのリンクをもう一度開くか、メールに記載の連絡先へお知らせください。", "Open the link of the mail again, or write to the contact named in it."), Kind: ProblemKind.NotFound);
}
