// Addresses to which no advertising goes: what shuts them, who sees them, what opens them again.
using Crm.Campaigns.Contracts;
using Crm.Sdk;
using Crm.Sdk.Messaging;
using Crm.Sdk.Users;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Campaigns.Audience;

/// <summary>Shuts addresses; saved with what shuts them.</summary>
internal sealed class ShutAddresses(CampaignsDb db, TimeProvider clock)
{
    /// <param name="key">The address, the same for all spellings of it.</param>
    /// <param name="reason">One of <see cref="CampaignsContract.Exclusions"/>.</param>
    /// <param name="purpose">Code of the purpose; empty for all.</param>
    /// <param name="cancellation">Stops it.</param>
    public async Task Shut(string key, string reason, string purpose, CancellationToken cancellation)
    {
        if (await db.Suppressions.FindAsync([db.TenantId, key, reason, purpose], cancellation) is not { } shut)
        {
            db.Suppressions.Add(shut = new Suppression { TenantId = db.TenantId, AddressKey = key, Reason = reason, Purpose = purpose });
        }

        // Said again it counts anew: what they agreed to in between does not open it.
        shut.At = clock.GetUtcNow();
    }
}

/// <summary>The addresses that are shut, the last first.</summary>
/// <param name="Search">Those that begin so; null for all.</param>
[Requires(CampaignsContract.Approve)]
internal sealed record GetShutAddresses(string? Search = null) : IRequest<Result<IReadOnlyList<ShutAddress>>>;

/// <param name="Address">The address.</param>
/// <param name="Reason">Why, as a key.</param>
/// <param name="Text">Why, in words.</param>
/// <param name="Purpose">Name of the purpose; empty for all.</param>
/// <param name="At">Since when.</param>
/// <param name="MayLift">Whether somebody may open it again; who opted out opens it by a new consent alone.</param>
internal sealed record ShutAddress(string Address, string Reason, Label Text, string Purpose, DateTimeOffset At, bool MayLift);

/// <summary>Mail to an address came back or was reported as spam, and the reason is gone: the mailbox is repaired, the reader said it was a mistake.</summary>
/// <param name="Address">The address, as it stands in the list.</param>
/// <param name="Reason"><c>bounced</c> or <c>complained</c>.</param>
[Command("campaigns.lift-address")]
[Requires(CampaignsContract.Approve)]
internal sealed record LiftAddress(string Address, string Reason) : IRequest<Result>;

internal sealed class ShutAddressesHandler(CampaignsDb db, Purposes purposes) : IRequestHandler<GetShutAddresses, Result<IReadOnlyList<ShutAddress>>>, IRequestHandler<LiftAddress, Result>
{
    public const int Most = 200;

    public async Task<Result<IReadOnlyList<ShutAddress>>> Handle(GetShutAddresses get, CancellationToken cancellationToken)
    {
        var shut = db.Suppressions.AsNoTracking();
        if (get.Search?.Trim() is { Length: > 0 } search) shut = shut.Where(s => s.AddressKey.StartsWith(search));
        var rows = await shut.OrderByDescending(s => s.At).ThenBy(s => s.AddressKey).Take(Most).ToListAsync(cancellationToken);
        var names = await purposes.Names(cancellationToken);
        return rows.ConvertAll(s => new ShutAddress(s.AddressKey, s.Reason, Reasons.Text(s.Reason, null), names.GetValueOrDefault(s.Purpose, s.Purpose), s.At, s.Reason != CampaignsContract.Exclusions.OptedOut));
    }

    public async Task<Result> Handle(LiftAddress lift, CancellationToken cancellationToken)
    {
        if (lift.Reason == CampaignsContract.Exclusions.OptedOut) return OnlyConsentLifts;
        var opened = await db.Suppressions.Where(s => s.AddressKey == lift.Address && s.Reason == lift.Reason).ExecuteDeleteAsync(cancellationToken);
        return opened > 0 ? Result.Done : NotShut;
    }

    private static Problem OnlyConsentLifts => new(
        "campaigns.opted-out", ("本人が配信を停止したアドレスは解除できません。", "An address whose reader opted out is not opened by hand."),
        ("本人から改めて同意を得て、同意台帳に記録してください。", "Ask them for consent anew and enter it into the ledger."), "reason");

    private static Problem NotShut => new("not-found", ("このアドレスは止められていません。", "This address is not shut."), ("一覧を読み直してください。", "Reload the list."), "address", ProblemKind.NotFound);
}
