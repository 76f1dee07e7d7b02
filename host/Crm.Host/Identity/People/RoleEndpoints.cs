using Crm.Host.Web;
using Crm.Platform.Modules;
using Crm.Platform.Identity.Rights;
using Crm.Platform.Identity.Roles;
using Crm.Platform.Identity.Users;
using Crm.Sdk;
using Crm.Sdk.Modules;
using Crm.Sdk.Records;
using Crm.Sdk.Users;
using MediatR;

namespace Crm.Host.Identity.People;

/// <summary>Roles: the list, and the form with its matrix of record types, actions and reaches.</summary>
internal static class RoleEndpoints
{
    private const string Home = "/settings/roles";

    public static void Map(IEndpointRouteBuilder group)
    {
        group.MapGet("/roles", List);
        group.MapGet("/roles/new", (HttpContext http, IMediator mediator) => Edit(http, mediator, null));
        group.MapGet("/roles/{id:guid}", (HttpContext http, IMediator mediator, Guid id) => Edit(http, mediator, id));
        group.MapPost("/roles", (HttpContext http, IMediator mediator) => Save(http, mediator, null));
        group.MapPost("/roles/{id:guid}", (HttpContext http, IMediator mediator, Guid id) => Save(http, mediator, id));
        group.MapPost("/roles/{id:guid}/delete", Delete);
    }

    private static async Task<IResult> List(HttpContext http, IMediator mediator) => await Show(http, mediator, []);

    private static async Task<IResult> Show(HttpContext http, IMediator mediator, IReadOnlyList<Problem> problems)
    {
        var roles = await mediator.Send(new ListRoles(), http.RequestAborted);
        return roles.Failed ? Page.Problem(http, roles.Problems) : Page.Of<RolesPage>(
            http, Forms.Model(new RolesModel(roles.Value.Roles, problems)),
            problems.Count == 0 ? StatusCodes.Status200OK : ProblemStatus.Of(problems));
    }

    private static async Task<IResult> Edit(HttpContext http, IMediator mediator, Guid? id, RoleForm? typed = null, IReadOnlyList<Problem>? problems = null)
    {
        var roles = await mediator.Send(new ListRoles(), http.RequestAborted);
        if (roles.Failed) return Page.Problem(http, roles.Problems);
        var role = id is null ? null : roles.Value.Roles.FirstOrDefault(r => r.Role.Id == id)?.Role;
        if (id is not null && role is null) return Page.Problem(http, [UserProblems.NoSuchRole(id.Value.ToString()) with { Kind = ProblemKind.NotFound }]);
        typed ??= role is null ? new("", "", new() { Records = new Dictionary<string, Reaches> { [RoleRights.OtherTypes] = Reaches.ReadOnly } }) : new(role.Name.Ja, role.Name.En, role.Rights);
        return Page.Of<RolePage>(
            http,
            Forms.Model(new RoleModel(role, roles.Value, typed, problems ?? [], RolePermissions.Named(roles.Value.Permissions, http.RequestServices.GetRequiredService<ModuleList>()))),
            problems is null ? StatusCodes.Status200OK : ProblemStatus.Of(problems));
    }

    private static async Task<IResult> Save(HttpContext http, IMediator mediator, Guid? id)
    {
        var roles = await mediator.Send(new ListRoles(), http.RequestAborted);
        if (roles.Failed) return Page.Problem(http, roles.Problems);
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var typed = RoleForm.Read(form, roles.Value, roles.Value.Roles.FirstOrDefault(r => r.Role.Id == id)?.Role.Rights ?? new());
        if (form["mark"].ToString() is { Length: > 0 } mark) return await Edit(http, mediator, id, typed.Marked(roles.Value, mark == "personal"));
        return await Forms.Answer(
            http, await mediator.Send(new SaveRole(id, typed.Ja, typed.En, typed.Rights), http.RequestAborted), Home,
            ("ロールを保存しました。", "The role is saved."), problems => Edit(http, mediator, id, typed, problems));
    }

    private static async Task<IResult> Delete(HttpContext http, IMediator mediator, Guid id) => await Forms.Answer(
        http, await mediator.Send(new DeleteRole(id), http.RequestAborted), Home,
        ("ロールを削除しました。", "The role is removed."), problems => Show(http, mediator, problems));
}

/// <summary>What was typed about a role. Rights on what is switched off and so not on the form stay as they were.</summary>
internal sealed record RoleForm(string Ja, string En, RoleRights Rights)
{
    public static string NameOf(string recordType, RecordAction action) => $"reach.{recordType}.{action}";

    public static RoleForm Read(IFormCollection form, RoleList shown, RoleRights before)
    {
        var types = shown.RecordTypes.Select(t => t.Key).ToHashSet();
        var others = Row(form, RoleRights.OtherTypes, Reaches.None) ?? Reaches.None;
        var records = before.Records.Where(r => r.Key != RoleRights.OtherTypes && !types.Contains(r.Key)).ToDictionary();
        records[RoleRights.OtherTypes] = others;
        foreach (var type in types)
        {
            if (Row(form, type, others) is { } row) records[type] = row;
        }

        var permissions = shown.Permissions.SelectMany(p => new[] { p.Key, p.Key[..(p.Key.IndexOf('.', StringComparison.Ordinal) + 1)] + "*" }).ToHashSet();
        return new(form["ja"].ToString(), form["en"].ToString(), new RoleRights
        {
            Records = records,
            Permissions = [.. before.Permissions.Where(p => !permissions.Contains(p)), .. form["permission"].OfType<string>().Where(permissions.Contains)],
            Hidden = Ticked(form["hidden"], before.Hidden, Offered(shown)),
            Locked = Ticked(form["locked"], before.Locked, Offered(shown)),
        });
    }

    /// <summary>The fields that can be hidden one by one; those the product only sorts and matches by follow the fields they are made of.</summary>
    public static IEnumerable<Field> Shown(RecordType type) => type.Fields.Where(f => !f.Hidden && f.Section != "system");

    /// <summary>With all personal data ticked as well, or with nothing ticked.</summary>
    public RoleForm Marked(RoleList shown, bool personal) => this with
    {
        Rights = Rights with
        {
            Hidden = personal
                ? [.. Rights.Hidden.Union(shown.RecordTypes.SelectMany(t => Shown(t).Where(f => f.Personal != PersonalData.None).Select(f => $"{t.Key}/{f.Key}")))]
                : [.. Rights.Hidden.Where(h => !Offered(shown).Contains(h))],
            Locked = personal ? Rights.Locked : [.. Rights.Locked.Where(l => !Offered(shown).Contains(l))],
        },
    };

    private static IReadOnlyList<string> Ticked(IEnumerable<string?> ticked, IReadOnlyList<string> before, HashSet<string> offered) => [.. before.Where(f => !offered.Contains(f)), .. ticked.OfType<string>().Where(offered.Contains)];

    private static HashSet<string> Offered(RoleList shown) => [.. shown.RecordTypes.SelectMany(t => Shown(t).Select(f => $"{t.Key}/{f.Key}"))];

    // A row in which nothing was chosen follows the others; in one where something was, the rest is filled up from them.
    private static Reaches? Row(IFormCollection form, string type, Reaches others)
    {
        var (row, chosen) = (others, false);
        foreach (var action in Enum.GetValues<RecordAction>())
        {
            if (form[NameOf(type, action)].ToString() is not { Length: > 0 } reach) continue;
            (row, chosen) = (row.With(action, ReachNames.Parse(reach)), true);
        }

        return chosen ? row : null;
    }
}

internal sealed record RolesModel(IReadOnlyList<RoleLine> Roles, IReadOnlyList<Problem> Problems);

internal sealed record RoleModel(Role? Role, RoleList List, RoleForm Typed, IReadOnlyList<Problem> Problems, IReadOnlyList<PermissionGroup> Groups);

/// <summary>Permissions of one module, led by one that stands for all of them.</summary>
internal sealed record PermissionGroup(Label Name, IReadOnlyList<PermissionDescription> Permissions);

internal static class RolePermissions
{
    public static IReadOnlyList<PermissionGroup> Named(IReadOnlyList<PermissionDescription> all, ModuleList modules) =>
    [
        .. all.GroupBy(p => p.Key[..p.Key.IndexOf('.', StringComparison.Ordinal)]).Select(g => g.Key switch
        {
            "records" => new PermissionGroup(("データ全般", "Records in general"), [.. g]),
            "admin" => new PermissionGroup(("管理", "Administration"), [.. g]),
            _ => new PermissionGroup(modules.Find(g.Key)?.Module.Name ?? Label.Same(g.Key), [new(g.Key + ".*", ("すべて", "All of it")), .. g]),
        }),
    ];
}
