using Crm.Host.Web;
using Crm.Platform.Identity.Rights;
using Crm.Platform.Identity.Roles;
using Crm.Platform.Identity.SingleSignOn;
using Crm.Platform.Identity.Teams;
using Crm.Platform.Identity.Users;
using Crm.Sdk;
using Crm.Sdk.Records;
using MediatR;
using Microsoft.AspNetCore.Mvc;

namespace Crm.Host.Identity.People;

/// <summary>The administrators' pages about people: users, roles, teams, and why somebody can see something.</summary>
internal static class StaffEndpoints
{
    public static void Map(IEndpointRouteBuilder app)
    {
        var group = app.MapGroup("/settings").RequireAuthorization().DisableAntiforgery().ExcludeFromDescription().AddEndpointFilter(Forms.Check);
        group.MapGet("/users", Users);
        group.MapGet("/users/new", (HttpContext http, IMediator mediator) => EditUser(http, mediator, null));
        group.MapGet("/users/{id:guid}", (HttpContext http, IMediator mediator, Guid id) => EditUser(http, mediator, id));
        group.MapPost("/users", Invite);
        group.MapPost("/users/{id:guid}", ChangeUser);
        group.MapPost("/users/{id:guid}/active", SetActive);
        group.MapPost("/users/{id:guid}/reset", Reset);
        group.MapPost("/users/{id:guid}/break-glass", SetBreakGlass);
        group.MapPost("/users/{id:guid}/unlink", Unlink);
        group.MapGet("/teams", (HttpContext http, IMediator mediator) => Teams(http, mediator));
        group.MapPost("/teams", SaveTeam);
        group.MapPost("/teams/{id:guid}/delete", DeleteTeam);
        group.MapGet("/access", Access);
        RoleEndpoints.Map(group);
    }

    private static async Task<IResult> Users(HttpContext http, IMediator mediator)
    {
        var users = await mediator.Send(new ListUsers(), http.RequestAborted);
        return users.Failed ? Page.Problem(http, users.Problems) : Page.Of<UsersPage>(http, Forms.Model(new UsersModel(users.Value)));
    }

    private static async Task<IResult> EditUser(HttpContext http, IMediator mediator, Guid? id, UserForm? typed = null, IReadOnlyList<Problem>? problems = null)
    {
        var users = await mediator.Send(new ListUsers(), http.RequestAborted);
        if (users.Failed) return Page.Problem(http, users.Problems);
        var user = id is null ? null : users.Value.FirstOrDefault(u => u.Id == id);
        if (id is not null && user is null) return Page.Problem(http, [UserProblems.NotFound]);
        var (roles, teams) = (await mediator.Send(new ListRoles(), http.RequestAborted), await mediator.Send(new ListTeams(), http.RequestAborted));
        return Page.Of<UserPage>(
            http,
            Forms.Model(new UserModel(user, roles.Value.Roles, teams.Value.Teams, typed ?? UserForm.Of(user), problems ?? [])),
            problems is null ? StatusCodes.Status200OK : ProblemStatus.Of(problems));
    }

    private static async Task<IResult> Invite(HttpContext http, IMediator mediator)
    {
        var form = await UserForm.Read(http);
        var made = await mediator.Send(new InviteUser(form.Email, form.Name) { Roles = form.Roles, Teams = form.Teams }, http.RequestAborted);
        return made.Failed
            ? await EditUser(http, mediator, null, form, made.Problems)
            : ShowLink(http, form.Name, made.Value.Link!);
    }

    private static async Task<IResult> ChangeUser(HttpContext http, IMediator mediator, Guid id)
    {
        var form = await UserForm.Read(http);
        return await Forms.Answer(
            http, await mediator.Send(new ChangeUser(id, form.Email, form.Name, form.Roles, form.Teams), http.RequestAborted), "/settings/users",
            ("保存しました。", "Saved."), problems => EditUser(http, mediator, id, form, problems));
    }

    private static async Task<IResult> SetActive(HttpContext http, IMediator mediator, Guid id, [FromForm] bool active) => await Forms.Answer(
        http, await mediator.Send(new SetUserActive(id, active), http.RequestAborted), "/settings/users",
        active ? ("有効にしました。", "The user is active again.") : ("無効にし、サインアウトさせました。", "The user is deactivated and signed out."),
        problems => EditUser(http, mediator, id, null, problems));

    private static async Task<IResult> SetBreakGlass(HttpContext http, IMediator mediator, Guid id, [FromForm] bool on) => await Forms.Answer(
        http, await mediator.Send(new SetBreakGlass(id, on), http.RequestAborted), $"/settings/users/{id}",
        on ? ("緊急用アカウントにしました。", "This is a break-glass account now.") : ("緊急用アカウントを解除しました。", "This is no break-glass account any more."),
        problems => EditUser(http, mediator, id, null, problems));

    private static async Task<IResult> Unlink(HttpContext http, IMediator mediator, Guid id) => await Forms.Answer(
        http, await mediator.Send(new UnlinkSso(id), http.RequestAborted), $"/settings/users/{id}",
        ("シングルサインオンの結び付きを外し、サインアウトさせました。", "Single sign-on is unlinked and the user signed out."), problems => EditUser(http, mediator, id, null, problems));

    private static async Task<IResult> Reset(HttpContext http, IMediator mediator, Guid id, [FromForm] string? second)
    {
        var link = await mediator.Send(new ResetPassword(id) { SecondFactorToo = second is not null }, http.RequestAborted);
        if (link.Failed) return await EditUser(http, mediator, id, null, link.Problems);
        var users = await mediator.Send(new ListUsers(), http.RequestAborted);
        return ShowLink(http, users.Value.First(u => u.Id == id).Name, link.Value);
    }

    private static IResult ShowLink(HttpContext http, string name, Crm.Platform.Identity.SignIn.OneTimeLink link)
    {
        http.Response.Headers.CacheControl = "no-store";
        return Page.Of<LinkPage>(http, new Dictionary<string, object?>
        {
            [nameof(LinkPage.Name)] = name, [nameof(LinkPage.Address)] = $"{http.Request.Scheme}://{http.Request.Host}{link.Path}", [nameof(LinkPage.ExpiresAt)] = link.ExpiresAt,
        });
    }

    private static async Task<IResult> Teams(HttpContext http, IMediator mediator, IReadOnlyList<Problem>? problems = null)
    {
        var teams = await mediator.Send(new ListTeams(), http.RequestAborted);
        return teams.Failed ? Page.Problem(http, teams.Problems) : Page.Of<TeamsPage>(
            http, Forms.Model(new TeamsModel(teams.Value, problems ?? [])),
            problems is null ? StatusCodes.Status200OK : ProblemStatus.Of(problems));
    }

    private static async Task<IResult> SaveTeam(HttpContext http, IMediator mediator, [FromForm] Guid? id, [FromForm] string? name, [FromForm] Guid[]? members) => await Forms.Answer(
        http, await mediator.Send(new SaveTeam(id, name ?? "", members ?? []), http.RequestAborted), "/settings/teams",
        ("チームを保存しました。", "The team is saved."), problems => Teams(http, mediator, problems));

    private static async Task<IResult> DeleteTeam(HttpContext http, IMediator mediator, Guid id) => await Forms.Answer(
        http, await mediator.Send(new DeleteTeam(id), http.RequestAborted), "/settings/teams",
        ("チームを削除しました。", "The team is removed."), problems => Teams(http, mediator, problems));

    private static async Task<IResult> Access(HttpContext http, IMediator mediator, Guid? user, string? type, string? record)
    {
        var (users, roles) = (await mediator.Send(new ListUsers(), http.RequestAborted), await mediator.Send(new ListRoles(), http.RequestAborted));
        if (users.Failed) return Page.Problem(http, users.Problems);
        Result<AccessExplanation>? answer = null;
        if (user is not null && type is not null)
        {
            answer = record is { Length: > 0 } && !Guid.TryParse(record, out _)
                ? Problems.NotFound(type, Guid.Empty)
                : await mediator.Send(new ExplainAccess(user.Value, type) { Record = Guid.TryParse(record, out var id) ? id : null }, http.RequestAborted);
        }

        return Page.Of<AccessPage>(http, Forms.Model(new AccessModel(
            users.Value, roles.Value.RecordTypes, answer is { Failed: false } ? answer.Value : null, answer?.Problems ?? [], user, type, record)));
    }
}

/// <summary>What was typed about a user.</summary>
internal sealed record UserForm(string Name, string Email, IReadOnlyList<string> Roles, IReadOnlyList<string> Teams)
{
    public static UserForm Of(UserLine? user) => user is null
        ? new("", "", [], [])
        : new(user.Name, user.Email, [.. user.Roles.Select(r => r.Id.ToString())], [.. user.Teams.Select(t => t.Id.ToString())]);

    public static async Task<UserForm> Read(HttpContext http)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        return new(form["name"].ToString(), form["email"].ToString(), [.. form["roles"].OfType<string>().Where(r => r.Length > 0)], [.. form["teams"].OfType<string>().Where(t => t.Length > 0)]);
    }
}

internal sealed record UsersModel(IReadOnlyList<UserLine> Users);

internal sealed record UserModel(UserLine? Line, IReadOnlyList<RoleLine> Roles, IReadOnlyList<Team> Teams, UserForm Typed, IReadOnlyList<Problem> Problems);

internal sealed record TeamsModel(TeamList List, IReadOnlyList<Problem> Problems);

internal sealed record AccessModel(
    IReadOnlyList<UserLine> Users, IReadOnlyList<RecordType> RecordTypes, AccessExplanation? Answer, IReadOnlyList<Problem> Problems, Guid? Who, string? Type, string? Record);
