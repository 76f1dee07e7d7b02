using Crm.Platform.Identity.Storage;
using Crm.Sdk;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Platform.Identity.Account;

/// <summary>The caller's own account: how they sign in and where they are signed in.</summary>
internal sealed record GetAccount : IRequest<Result<AccountView>>;

internal sealed record AccountView(Guid Id, string Name, string Email, string? Language, string? Theme, bool TwoFactor, int RecoveryCodes)
{
    public required IReadOnlyList<SessionLine> Sessions { get; init; }

    public required IReadOnlyList<PasskeyLine> Passkeys { get; init; }
}

internal sealed record SessionLine(Guid Id, string Device, string Address, string Method, DateTimeOffset CreatedAt, DateTimeOffset SeenAt, bool ThisOne);

internal sealed record PasskeyLine(Guid Id, string Name, DateTimeOffset CreatedAt);

internal sealed class GetAccountHandler(OwnAccount account, ControlSession control, TimeProvider clock) : IRequestHandler<GetAccount, Result<AccountView>>
{
    public async Task<Result<AccountView>> Handle(GetAccount request, CancellationToken cancellationToken)
    {
        if (await account.Find() is not { } user) return OwnAccount.NeedsScreen;
        var (db, now, here) = (await control.Db(), clock.GetUtcNow(), account.Session!.Id);
        var sessions = await db.Sessions.AsNoTracking().Where(s => s.UserId == user.Id && s.ExpiresAt > now && s.Stamp == user.Stamp)
            .OrderByDescending(s => s.SeenAt).ToListAsync(cancellationToken);
        var passkeys = await db.Passkeys.Where(p => p.UserId == user.Id).OrderBy(p => p.Id)
            .Select(p => new PasskeyLine(p.Id, p.Name, p.CreatedAt)).ToListAsync(cancellationToken);
        return new AccountView(user.Id, user.Name, user.Email, user.Language, user.Theme, user.TwoFactor, user.RecoveryCodes.Length)
        {
            Sessions = [.. sessions.Select(s => new SessionLine(s.Id, s.Device, s.Address, s.Method, s.CreatedAt, s.SeenAt, s.Id == here))],
            Passkeys = passkeys,
        };
    }
}
