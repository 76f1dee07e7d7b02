using Crm.Platform.Identity.SignIn;
using Crm.Platform.Identity.Storage;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Platform.Identity.Tokens;

/// <summary>Ends one of the caller's own tokens; one that is gone already is no error.</summary>
internal sealed record RevokeToken(Guid Id) : IRequest<Result>;

internal sealed class RevokeTokenHandler(ControlSession control, Current current, PersonalTokens tokens) : IRequestHandler<RevokeToken, Result>
{
    public async Task<Result> Handle(RevokeToken revoke, CancellationToken cancellationToken)
    {
        var owner = current.Actor.Id;
        await (await control.Db()).Tokens.Where(t => t.Id == revoke.Id && t.UserId == owner).ExecuteDeleteAsync(cancellationToken);
        tokens.ForgetAll();
        return Result.Done;
    }
}
