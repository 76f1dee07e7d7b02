using Crm.Sdk.Users;

namespace Crm.Deals.Shared;

/// <summary>Whose figures are wanted: one person's, a team's or everybody's. From the address, as <c>user:id</c> or <c>team:id</c>.</summary>
internal sealed record Who(Guid? Person, StaffTeam? Team)
{
    public static readonly Who Everybody = new(null, null);

    public static Who Of(string? address, Colleagues staff, IUser user) => address?.Split(':') switch
    {
        ["me"] => new(user.Id, null),
        ["user", var id] when Guid.TryParse(id, out var person) => new(person, null),
        ["team", var id] when Guid.TryParse(id, out var team) && staff.Teams.FirstOrDefault(t => t.Id == team) is { } found => new(null, found),
        _ => Everybody,
    };

    /// <summary>The owners that count; null for all.</summary>
    public IReadOnlyList<Guid>? Owners => Person is { } one ? [one] : Team?.Members;

    public bool Has(Guid? owner) => Owners is not { } owners || (owner is { } id && owners.Contains(id));
}
