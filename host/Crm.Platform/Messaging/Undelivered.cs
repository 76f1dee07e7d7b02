using Crm.Platform.Storage;
using Crm.Platform.Tenancy;

namespace Crm.Platform.Messaging;

/// <summary>An event that has not reached a subscriber; for whoever waits until all have been reached.</summary>
/// <param name="Subscriber">Name of the subscriber.</param>
/// <param name="Error">What it failed with last, or null.</param>
/// <param name="Attempts">How often it was tried.</param>
internal readonly record struct Undelivered(string Subscriber, string? Error, int Attempts)
{
    private const int MostAttempts = 3;

    /// <summary>Whether waiting longer is in vain. Who met a save of somebody else is tried again, as always; three times is a failure.</summary>
    public bool HasFailed => Error is not null && Attempts >= MostAttempts;

    public static Task<List<Undelivered>> Of(Sql sql, TenantInfo tenant, CancellationToken cancellation) => sql.Rows(
        $"SELECT subscriber, error, attempts FROM platform_delivery WHERE tenant_id = {tenant.Id} AND state NOT IN ({DeliveryState.Done}, {DeliveryState.Discarded})",
        r => new Undelivered(r.Text(0), r.MaybeText(1), r.Int(2)), cancellation);
}
