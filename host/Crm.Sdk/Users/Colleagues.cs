using MediatR;

namespace Crm.Sdk.Users;

/// <summary>The people who work with this tenant and their teams, for pickers and figures by person and team.</summary>
public sealed record GetColleagues : IRequest<Result<Colleagues>>;

/// <summary>People and teams, each by name.</summary>
/// <param name="People">All users, those who left too.</param>
/// <param name="Teams">All teams.</param>
public sealed record Colleagues(IReadOnlyList<Colleague> People, IReadOnlyList<StaffTeam> Teams);

/// <summary>A user of the tenant.</summary>
/// <param name="Id">The user.</param>
/// <param name="Name">What they are called.</param>
/// <param name="Active">Whether they can sign in.</param>
public sealed record Colleague(Guid Id, string Name, bool Active);

/// <summary>A team.</summary>
/// <param name="Id">The team.</param>
/// <param name="Name">What it is called.</param>
/// <param name="Members">Users; one may be in several teams.</param>
public sealed record StaffTeam(Guid Id, string Name, IReadOnlyList<Guid> Members);
