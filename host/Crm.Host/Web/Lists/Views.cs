// Saved views: a list's address with a name, for oneself or for everybody.
using Crm.Sdk;
using Crm.Sdk.Messaging;
using MediatR;

namespace Crm.Host.Web.Lists;

/// <summary>The views of a record type that the user sees: their own and those shared.</summary>
internal sealed record GetViews(string Type) : IRequest<Result<IReadOnlyList<SavedView>>>;

/// <summary>A saved view.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name.</param>
/// <param name="Query">The part of the list's address behind the path: <c>?filter[rank]=A</c>.</param>
/// <param name="Shared">Whether everybody sees it.</param>
/// <param name="Mine">Whether the user made it.</param>
internal sealed record SavedView(Guid Id, string Name, string Query, bool Shared, bool Mine);

/// <summary>Keeps a list's address under a name; the same name replaces one's own view.</summary>
[Command("platform.save-view")]
internal sealed record SaveView(string Type, string Name, string Query, bool Shared) : IRequest<Result<Guid>>;

/// <summary>Forgets a view of one's own.</summary>
[Command("platform.delete-view")]
internal sealed record DeleteView(Guid Id) : IRequest<Result>;
