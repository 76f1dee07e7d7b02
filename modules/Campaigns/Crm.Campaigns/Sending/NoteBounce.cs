using Crm.Campaigns.Audience;
using Crm.Campaigns.Contracts;
using Crm.Sdk;
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
internal sealed record NoteBounce(string Kind, string? MessageId = null, string? Email = null) : IRequest<Result>;

internal sealed class NoteBounceHandler(CampaignsDb db, ShutAddresses addresses, TimeProvider clock) : IRequestHandler<NoteBounce, Result>
{
    public async Task<Result> Handle(NoteBounce note, CancellationToken cancellationToken)
    {
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
                if (key is not null) await addresses.Shut(key, CampaignsContract.Exclusions.Bounced, "", cancellationToken);
                break;
            case "soft-bounce" when mail is not null:
                mail.BouncedAt ??= now;
                break;
            case "complaint":
                if (mail is not null) mail.ComplainedAt ??= now;
                if (key is not null) await addresses.Shut(key, CampaignsContract.Exclusions.Complained, "", cancellationToken);
                break;
        }

        return await db.SaveAsync(cancellation: cancellationToken);
    }

    private static Guid? IdOf(string? messageId) => Guid.TryParseExact(messageId?.Trim('<', '>', ' ').Split('@')[0], "N", out var id) ? id : null;
}

/// <summary>Reads what servers say about addresses (RFC 3463).</summary>
internal static class BounceAnswer
{
    /// <summary>The mailbox or its domain does not exist: 5.1.x. Other refusals are about the mail, or pass.</summary>
    public static bool SaysNobodyThere(string? answer) => answer?.Split(' ') is [['5', ..], ['5', '.', '1', '.', ..], ..];
}
