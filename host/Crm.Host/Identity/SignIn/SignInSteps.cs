using Crm.Host.Identity.SingleSignOn;
using Crm.Host.Web;
using Crm.Platform.Identity.SignIn;
using Crm.Platform.Identity.Storage;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;

namespace Crm.Host.Identity.SignIn;

/// <summary>Takes somebody through signing in: password, tenant when there are several, code when it is on, session.</summary>
internal sealed class SignInSteps(
    PasswordSignIn passwords, SecondFactor second, Sessions sessions, SignInTickets tickets, Tenants tenants, ControlSession control, UserManager<User> users, BreakGlass breakGlass, SsoDoors doors)
{
    /// <summary>One sentence for whatever was wrong: nobody learns which accounts there are.</summary>
    private static readonly Problem Refused = new(
        "sign-in-refused", ("サインインできませんでした。", "You could not be signed in."),
        ("メールアドレスとパスワードを確認してください。続けて間違えた場合は、5分ほど待ってからお試しください。", "Check address and password. After several mistakes in a row, wait about five minutes."));

    private static readonly Problem TooOften = new(
        "too-many", ("サインインの試行回数が多すぎます。", "Too many attempts to sign in."), ("しばらく待ってからお試しください。", "Wait a little and try again."), Kind: ProblemKind.TooMany);

    private static readonly Problem WrongCode = new(
        "wrong-code", ("確認コードが違います。", "The code is wrong."), ("アプリに表示されている最新の6桁、または未使用のリカバリーコードを入力してください。", "Enter the six digits the app shows now, or a recovery code not used yet."));

    public async Task<IResult> Password(HttpContext http, string email, string password, bool stay, string? returnTo)
    {
        var matching = await passwords.Try(email, password, http.RequestAborted);
        if (matching is not { Count: > 0 })
        {
            return await Again(http, email, stay, returnTo, matching is null ? TooOften : Refused, matching is null ? StatusCodes.Status429TooManyRequests : StatusCodes.Status401Unauthorized);
        }

        var ticket = SignInTickets.For(matching, stay, Page.IsOurs(returnTo) ? returnTo! : "/");
        return ticket.Chosen is null ? await Choice(http, ticket, matching) : await AfterChoice(http, ticket, matching[0]);
    }

    public async Task<IResult> Tenant(HttpContext http, string? written, Guid chosen)
    {
        if (tickets.Read(written) is not { } ticket || await Owner(ticket, chosen) is not { } user) return Expired(http);
        return await AfterChoice(http, ticket with { Chosen = chosen }, user);
    }

    public async Task<IResult> Code(HttpContext http, string? written, string code)
    {
        if (tickets.Read(written) is not { Chosen: { } chosen } ticket || await Owner(ticket, chosen) is not { TwoFactor: true } user) return Expired(http);
        return await second.Accepts(user, code)
            ? await Finish(http, user, SignInMethod.PasswordAndCode, ticket.Stay, ticket.Return)
            : AskCode(http, ticket, WrongCode);
    }

    /// <summary>Begins the session and answers with the way on.</summary>
    public async Task<IResult> Finish(HttpContext http, User user, string method, bool stay, string returnTo)
    {
        await Begin(http, user, method, stay);
        return Page.GoTo(http, Home(user, returnTo));
    }

    public async Task Begin(HttpContext http, User user, string method, bool stay)
    {
        await users.ResetAccessFailedCountAsync(user);
        var wanted = new NewSession(method, Devices.Of(http), Devices.AddressOf(http), stay);
        var session = await sessions.Begin(await control.Db(), user, wanted, http.RequestAborted);
        if (method != SignInMethod.SingleSignOn) await breakGlass.Note(user, wanted, CancellationToken.None);
        await http.SignInAsync(Schemes.Session, Schemes.Principal(user.Id, user.TenantId, session.Id, Schemes.Session), new AuthenticationProperties { IsPersistent = stay });
        Preferences.Remember(http, user.Language, user.Theme);
    }

    public static string Home(User user, string? returnTo) =>
        user.TenantId == User.Installation ? "/installation" : Page.IsOurs(returnTo) ? returnTo! : "/";

    /// <summary>Whether the user's tenant lets people in at the moment.</summary>
    public async ValueTask<bool> IsOpen(User user, CancellationToken cancellation) =>
        user.Active && (user.TenantId == User.Installation || await tenants.Find(user.TenantId, cancellation) is { Active: true });

    /// <summary>The front door again, with what is wrong.</summary>
    /// <param name="http">The request.</param>
    /// <param name="problem">What.</param>
    /// <param name="tenant">Key of the tenant whose provider is offered; null when it is not known.</param>
    /// <param name="returnTo">Where the way leads once it is right.</param>
    public Task<IResult> Refuse(HttpContext http, Problem problem, string? tenant, string? returnTo) => Again(http, null, stay: false, returnTo, problem, ProblemStatus.Of([problem]), tenant);

    private async Task<IResult> AfterChoice(HttpContext http, SignInTicket ticket, User user)
    {
        if (await breakGlass.Refuses(user, byPasskey: false, http.RequestAborted) is { } problem)
        {
            return await Again(http, user.Email, ticket.Stay, ticket.Return, problem, StatusCodes.Status403Forbidden, (await tenants.Find(user.TenantId, http.RequestAborted))?.Key);
        }

        return user.TwoFactor ? AskCode(http, ticket, null) : await Finish(http, user, SignInMethod.Password, ticket.Stay, ticket.Return);
    }

    private async Task<IResult> Choice(HttpContext http, SignInTicket ticket, IReadOnlyList<User> matching)
    {
        var choices = new List<(Guid User, string Tenant, string Name)>();
        foreach (var user in matching)
        {
            var tenant = await tenants.Find(user.TenantId, http.RequestAborted);
            choices.Add((user.Id, tenant?.Name ?? Sdk.Texts.L("システム管理", "Installation"), user.Name));
        }

        return Forms.Private<TenantPage>(http, new Dictionary<string, object?> { [nameof(TenantPage.Ticket)] = tickets.Write(ticket), [nameof(TenantPage.Choices)] = choices });
    }

    private IResult AskCode(HttpContext http, SignInTicket ticket, Problem? problem) => Forms.Private<CodePage>(
        http, new Dictionary<string, object?> { [nameof(CodePage.Ticket)] = tickets.Write(ticket), [nameof(CodePage.Problem)] = problem },
        problem is null ? StatusCodes.Status200OK : StatusCodes.Status401Unauthorized);

    private async Task<User?> Owner(SignInTicket ticket, Guid chosen) =>
        ticket.Users.TryGetValue(chosen, out var stamp) && await users.FindByIdAsync(chosen.ToString()) is { } user && user.Stamp == stamp && await IsOpen(user, CancellationToken.None)
            ? user
            : null;

    private async Task<IResult> Again(HttpContext http, string? email, bool stay, string? returnTo, Problem problem, int status, string? tenant = null)
    {
        var (door, any) = await doors.For(http, tenant);
        return Forms.Private<SignInPage>(
            http,
            new Dictionary<string, object?>
            {
                [nameof(SignInPage.Email)] = email, [nameof(SignInPage.Stay)] = stay, [nameof(SignInPage.Return)] = returnTo, [nameof(SignInPage.Problem)] = problem,
                [nameof(SignInPage.Sso)] = door, [nameof(SignInPage.OffersSso)] = any,
            },
            status);
    }

    private static IResult Expired(HttpContext http) => Page.GoTo(http, "/sign-in?expired=1");
}
