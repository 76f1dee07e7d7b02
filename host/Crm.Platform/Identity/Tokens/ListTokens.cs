using Crm.Platform.Identity.Storage;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Platform.Identity.Tokens;

/// <summary>The caller's own tokens, newest first.</summary>
internal sealed record ListTokens : IRequest<Result<IReadOnlyList<TokenLine>>>;

internal sealed record TokenLine(Guid Id, string Name, string Prefix, string Scope, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, DateTimeOffset? UsedAt);

internal sealed class ListTokensHandler(ControlSession control, Current current) : IRequestHandler<ListTokens, Result<IReadOnlyList<TokenLine>>>
{
    public async Task<Result<IReadOnlyList<TokenLine>>> Handle(ListTokens request, CancellationToken cancellationToken)
    {
        var owner = current.Actor.Id;
        return Result.Of<IReadOnlyList<TokenLine>>(await (await control.Db()).Tokens.Where(t => t.UserId == owner).OrderByDescending(t => t.Id)
            .Select(t => new TokenLine(t.Id, t.Name, t.Prefix, t.Scope, t.CreatedAt, t.ExpiresAt, t.UsedAt)).ToListAsync(cancellationToken));
    }
}
