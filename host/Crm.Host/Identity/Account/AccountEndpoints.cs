using Crm.Host.Identity.SignIn;
using Crm.Host.Web;
using Crm.Host.Web.Shell;
using Crm.Platform.Identity.Account;
using Crm.Platform.Identity.Tokens;
using Crm.Sdk;
using MediatR;
using Microsoft.AspNetCore.Mvc;

namespace Crm.Host.Identity.Account;

/// <summary>A user's own page: password, second step, passkeys, sessions, tokens.</summary>
internal static class AccountEndpoints
{
    private const string Home = "/me";

    public static void Map(IEndpointRouteBuilder app)
    {
        var group = app.MapGroup(Home).RequireAuthorization().DisableAntiforgery().ExcludeFromDescription().AddEndpointFilter(Forms.Check);
        group.MapGet("", (HttpContext http, IMediator mediator) => Show(http, mediator));
        group.MapPost("/password", ChangePassword);
        group.MapGet("/totp", (HttpContext http, IMediator mediator) => ShowTotp(http, mediator, []));
        group.MapPost("/totp", EnableTotp);
        group.MapPost("/totp/off", DisableTotp);
        group.MapPost("/recovery-codes", RenewCodes);
        group.MapPost("/passkeys/options", PasskeyOptions);
        group.MapPost("/passkeys", AddPasskey);
        group.MapPost("/passkeys/remove", RemovePasskey);
        group.MapPost("/sessions/end", EndSession);
        group.MapPost("/tokens", CreateToken);
        group.MapPost("/tokens/revoke", RevokeToken);
    }

    private static async Task<IResult> Show(HttpContext http, IMediator mediator, string? at = null, IReadOnlyList<Problem>? problems = null, CreatedToken? token = null)
    {
        var account = await mediator.Send(new GetAccount(), http.RequestAborted);
        if (account.Failed) return Page.Problem(http, account.Problems);
        var tokens = await mediator.Send(new ListTokens(), http.RequestAborted);
        http.Response.Headers.CacheControl = "no-store";
        return Page.Of<AccountPage>(
            http,
            Forms.Model(new AccountModel(account.Value, tokens.Value, at, problems ?? [], token)),
            problems is { Count: > 0 } ? ProblemStatus.Of(problems) : StatusCodes.Status200OK);
    }

    private static async Task<IResult> ChangePassword(HttpContext http, IMediator mediator, [FromForm] string? current, [FromForm] string? password, [FromForm] string? tokensToo) => await Forms.Answer(
        http, await mediator.Send(new ChangePassword(current ?? "", password ?? "") { TokensToo = tokensToo is not null }, http.RequestAborted), Home,
        ("パスワードを変更し、ほかの端末をサインアウトしました。", "The password is changed and all other devices are signed out."),
        problems => Show(http, mediator, "password", problems));

    private static async Task<IResult> ShowTotp(HttpContext http, IMediator mediator, IReadOnlyList<Problem> problems)
    {
        var setup = await mediator.Send(new SetUpTotp(), http.RequestAborted);
        if (setup.Failed) return Page.Problem(http, setup.Problems);
        http.Response.Headers.CacheControl = "no-store";
        return Page.Of<TotpPage>(
            http, Forms.Model(new TotpModel(setup.Value, problems)),
            problems.Count > 0 ? ProblemStatus.Of(problems) : StatusCodes.Status200OK);
    }

    private static async Task<IResult> EnableTotp(HttpContext http, IMediator mediator, [FromForm] string? code, [FromForm] string? current)
    {
        var codes = await mediator.Send(new EnableTotp(code ?? "", current ?? ""), http.RequestAborted);
        return codes.Failed ? await ShowTotp(http, mediator, codes.Problems) : ShowCodes(http, codes.Value);
    }

    private static async Task<IResult> DisableTotp(HttpContext http, IMediator mediator, [FromForm] string? current) => await Forms.Answer(
        http, await mediator.Send(new DisableTotp(current ?? ""), http.RequestAborted), Home,
        ("2段階認証を無効にしました。", "The second step is off."), problems => Show(http, mediator, "totp", problems));

    private static async Task<IResult> RenewCodes(HttpContext http, IMediator mediator, [FromForm] string? current)
    {
        var codes = await mediator.Send(new RenewRecoveryCodes(current ?? ""), http.RequestAborted);
        return codes.Failed ? await Show(http, mediator, "totp", codes.Problems) : ShowCodes(http, codes.Value);
    }

    private static IResult ShowCodes(HttpContext http, IReadOnlyList<string> codes)
    {
        http.Response.Headers.CacheControl = "no-store";
        return Page.Of<RecoveryCodesPage>(http, new Dictionary<string, object?> { [nameof(RecoveryCodesPage.Codes)] = codes });
    }

    /// <summary>The password is asked for before the browser does: nobody touches a key first and hears it afterwards.</summary>
    private static async Task<IResult> PasskeyOptions(HttpContext http, OwnAccount account, PasskeyCeremony passkeys, [FromBody] PasskeyWish wish)
    {
        if (await account.Find() is not { } user) return Results.Forbid();
        return await account.Proves(user, wish.Current ?? "") ? Results.Content(await passkeys.BeginAdding(http, user), "application/json") : Refused(OwnAccount.WrongPassword);
    }

    private static async Task<IResult> AddPasskey(HttpContext http, OwnAccount account, PasskeyCeremony passkeys, IMediator mediator, [FromBody] NewPasskey wanted)
    {
        if (await account.Find() is not { } user) return Results.Forbid();
        var added = await passkeys.Added(http, user, wanted.Credential) is { } passkey
            ? await mediator.Send(new AddPasskey(passkey, wanted.Name ?? "", wanted.Current ?? ""), http.RequestAborted)
            : new Problem("passkey-refused", ("パスキーを確認できませんでした。", "The passkey could not be verified."), ("もう一度お試しください。", "Please try again."));
        if (added.Failed) return Refused(added.Problems[0]);
        Flash.Say(http, new Flash(Texts.L("パスキーを追加しました。", "The passkey is added.")));
        return Results.Json(new { href = Home });
    }

    private static IResult Refused(Problem problem) => Results.Json(new { message = problem.Message.ToString() }, statusCode: StatusCodes.Status422UnprocessableEntity);

    private static async Task<IResult> RemovePasskey(HttpContext http, IMediator mediator, [FromForm] Guid id) => await Forms.Answer(
        http, await mediator.Send(new RemovePasskey(id), http.RequestAborted), Home,
        ("パスキーを削除しました。", "The passkey is removed."), problems => Show(http, mediator, "passkeys", problems));

    private static async Task<IResult> EndSession(HttpContext http, IMediator mediator, [FromForm] Guid? id) => await Forms.Answer(
        http, await mediator.Send(new RevokeSession(id), http.RequestAborted), Home,
        ("サインアウトしました。", "Signed out."), problems => Show(http, mediator, "sessions", problems));

    private static async Task<IResult> CreateToken(HttpContext http, IMediator mediator, [FromForm] string? name, [FromForm] string? scope, [FromForm] int? days, [FromForm] string? current)
    {
        var made = await mediator.Send(new CreateToken(name ?? "", scope ?? "") { Days = days, Current = current ?? "" }, http.RequestAborted);
        return made.Failed ? await Show(http, mediator, "tokens", made.Problems) : await Show(http, mediator, "tokens", token: made.Value);
    }

    private static async Task<IResult> RevokeToken(HttpContext http, IMediator mediator, [FromForm] Guid id) => await Forms.Answer(
        http, await mediator.Send(new RevokeToken(id), http.RequestAborted), Home,
        ("トークンを無効にしました。", "The token is revoked."), problems => Show(http, mediator, "tokens", problems));

    internal sealed record PasskeyWish(string? Current);

    internal sealed record NewPasskey(string Credential, string? Name, string? Current);
}

/// <param name="Account">The account.</param>
/// <param name="Tokens">Its tokens.</param>
/// <param name="At">The section the problems belong to.</param>
/// <param name="Problems">What was wrong with the form sent last.</param>
/// <param name="NewToken">A token just made.</param>
internal sealed record AccountModel(AccountView Account, IReadOnlyList<TokenLine> Tokens, string? At, IReadOnlyList<Problem> Problems, CreatedToken? NewToken);

internal sealed record TotpModel(TotpSetup Setup, IReadOnlyList<Problem> Problems);
