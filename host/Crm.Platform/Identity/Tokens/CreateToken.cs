using Crm.Platform.Identity.Account;
using Crm.Platform.Identity.Rights;
using Crm.Platform.Identity.SignIn;
using Crm.Platform.Identity.Storage;
using Crm.Platform.Identity.Users;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using MediatR;

namespace Crm.Platform.Identity.Tokens;

/// <summary>Makes a personal token; the answer is the only time it can be read.</summary>
internal sealed record CreateToken(string Name, string Scope) : IRequest<Result<CreatedToken>>
{
    /// <summary>Days until it ends; null for one that does not.</summary>
    public int? Days { get; init; }

    /// <summary>The caller's password, because an open screen is not enough; the system itself needs none.</summary>
    public string? Current { get; init; }

    /// <summary>Whose; only the system itself (the command line) makes tokens for others.</summary>
    public Guid? User { get; init; }
}

internal sealed record CreatedToken(Guid Id, string Token, DateTimeOffset? ExpiresAt);

/// <summary>A token makes no tokens: one that leaked would otherwise live for ever.</summary>
internal static class ATokenMakesNoTokens
{
    public static Problem? Refuses(Caller caller) => caller.Token is null ? null : new(
        "session-needed", ("この操作はAPIトークンでは行えません。", "This cannot be done with an API token."), ("画面からサインインしてください。", "Sign in on the screen."),
        Kind: ProblemKind.Forbidden);
}

internal sealed class CreateTokenHandler(ControlSession control, Staff staff, Current current, Caller caller, OwnAccount account, TimeProvider clock) : IRequestHandler<CreateToken, Result<CreatedToken>>
{
    private const int LongestDays = 3650;

    public async Task<Result<CreatedToken>> Handle(CreateToken create, CancellationToken cancellationToken)
    {
        var owner = current.Actor.Id ?? create.User;
        if (owner is null || (await staff.Of(current.Tenant, cancellationToken)).Find(owner.Value) is not { Active: true } member) return UserProblems.NotFound;
        var problem = ATokenMakesNoTokens.Refuses(caller)
            ?? ANameIsNeeded.Refuses(create.Name, "name", ("用途", "What for"), 100)
            ?? (TokenScope.All.Contains(create.Scope) ? null : Problems.Invalid("no-such-scope", "scope", ("権限の範囲を選択してください。", "Choose a scope."), Label.Same(string.Join(" / ", TokenScope.All))))
            ?? (create.Days is null or (> 0 and <= LongestDays) ? null : Problems.Invalid("out-of-range", "days", ($"有効日数は1〜{LongestDays}の範囲で指定してください。", $"Days must be 1 to {LongestDays}.")));
        if (problem is not null) return problem;
        if (current.Actor.Id is not null && (await account.Find() is not { } user || !await account.Proves(user, create.Current ?? ""))) return OwnAccount.WrongPassword;

        var (db, now) = (await control.Db(), clock.GetUtcNow());
        var (token, prefix) = PersonalTokens.New();
        var row = new TokenRow
        {
            UserId = member.Id, TenantId = current.Tenant.Id, Name = create.Name.Trim(), Prefix = prefix, Hash = Secrets.Hash(token), Scope = create.Scope,
            ExpiresAt = create.Days is { } days ? now.AddDays(days) : null, CreatedAt = now,
        };
        db.Tokens.Add(row);
        await db.SaveChangesAsync(cancellationToken);
        return new CreatedToken(row.Id, token, row.ExpiresAt);
    }
}
