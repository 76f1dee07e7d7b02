using MediatR;

namespace Crm.Sdk.Users;

/// <summary>Who asks. Problems: <c>not-found</c> when no user asks, but a job or a program of the tenant.</summary>
public sealed record GetMe : IRequest<Result<Me>>;

/// <summary>The user who asks.</summary>
/// <param name="Id">The user.</param>
/// <param name="Name">What they are called.</param>
/// <param name="Email">The address they sign in with; not for others to see.</param>
public sealed record Me(Guid Id, string Name, string Email);
