using System.Security.Cryptography;
using System.Text;
using Crm.Campaigns.Audience;
using Crm.Campaigns.Contracts;
using Crm.Campaigns.Setup;
using Crm.Sdk;
using Crm.Sdk.Modules;
using Crm.Sdk.Japan;
using Crm.Sdk.Tenancy;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Campaigns.Sending;

/// <summary>
/// The mail provider reports what became of a mail later. Posted to a public address with the tenant's secret behind it; reported twice it is
/// noted once.
/// </summary>
/// <param name="Kind"><c>bounce</c> (for good), <c>soft-bounce</c>, <c>complaint</c> or <c>delivered</c>.</param>
/// <param name="MessageId">The Message-ID of the mail, with or without angle brackets; or null.</param>
/// <param name="Email">The address, when the mail is not named; or null.</param>
internal sealed record NoteBounce(string Kind, string? MessageId = null, string? Email = null) : IRequest<Result>, IKeyedAddress
{
    public string? AddressKey { get; set; }
}

internal sealed class NoteBounceHandler(CampaignsDb db, ISettings settings, TimeProvider clock) : IRequestHandler<NoteBounce, Result>
{
    public async Task<Result> Handle(NoteBounce note, CancellationToken cancellationToken)
    {
        var secret = settings.Of<CampaignSettings>().HookSecret;
        if (secret is not { Length: > 0 } || !CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(note.AddressKey ?? "")))
        {
            return new Problem("forbidden", ("鍵が違います。", "The key is wrong."), Kind: ProblemKind.Forbidden);
        }

        var now = clock.GetUtcNow();
        var mail = IdOf(note.MessageId) is { } id ? await db.Recipients.SingleOrDefaultAsync(r => r.Id == id, cancellationToken) : null;
        var key = mail?.AddressKey ?? (EmailKey.TryParse(note.Email, out var parsed) ? parsed.Strict : null);
        switch (note.Kind)
        {
            case "delivered" when mail is not null:
                mail.DeliveredAt ??= now;

                // What arrived was sent, whatever the line said.
                if (mail.State == RecipientStates.InDoubt) (mail.State, mail.SentAt) = (RecipientStates.Sent, now);
                break;
            case "bounce":
                if (mail is not null) mail.BouncedAt ??= now;
                await Suppress(key, CampaignsContract.Exclusions.Bounced, now, cancellationToken);
                break;
            case "soft-bounce" when mail is not null:
                mail.BouncedAt ??= now;
                break;
            case "complaint":
                if (mail is not null) mail.ComplainedAt ??= now;
                await Suppress(key, CampaignsContract.Exclusions.Complained, now, cancellationToken);
                break;
        }

        return await db.SaveAsync(cancellation: cancellationToken);
    }

    private async Task Suppress(string? key, string reason, DateTimeOffset now, CancellationToken cancellation)
    {
        if (key is null || await db.Suppressions.AnyAsync(s => s.AddressKey == key && s.Reason == reason, cancellation)) return;
        db.Suppressions.Add(new Suppression { TenantId = db.TenantId, AddressKey = key, Reason = reason, At = now });
    }

    private static Guid? IdOf(string? messageId) => Guid.TryParseExact(messageId?.Trim('<', '>', ' ').Split('@')[0], "N", out var id) ? id : null;
}
