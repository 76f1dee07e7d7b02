using Crm.Platform.Jobs;
using Crm.Platform.Tenancy;
using Crm.Sdk.Users;

namespace Crm.Platform.Identity.Rights;

/// <summary>Lets a job act as the user who started it, with the rights they have when it runs.</summary>
internal sealed class StaffActors(Staff staff) : IActors
{
    public async ValueTask<Actor?> Of(TenantInfo tenant, Guid user, ChangeSource source, CancellationToken cancellation)
    {
        var all = await staff.Of(tenant, cancellation);
        return all.Find(user) is { Active: true } member ? new Actor(user, member.Name, source, all.RightsOf(user)) : null;
    }
}
