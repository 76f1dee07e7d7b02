using Crm.Platform.Audit;
using Crm.Platform.Catalog;
using Crm.Platform.Identity.Rights;
using Crm.Platform.Identity.Storage;
using Crm.Platform.Identity.Users;
using Crm.Platform.Records;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Messaging;
using Crm.Sdk.Tenancy;
using Crm.Sdk.Users;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Platform.Identity.Roles;

/// <summary>Makes a role or changes one; holders have the new rights with their next request.</summary>
[Requires(PlatformPermissions.Users)]
internal sealed record SaveRole(Guid? Id, string Ja, string En, RoleRights Rights) : IRequest<Result<Guid>>;

/// <summary>The administrators' role is what it is: otherwise a tenant could lock itself out.</summary>
internal static class TheAdministratorsRoleIsFixed
{
    public static Problem? Refuses(RoleRow role) => role.BuiltIn != BuiltInRoles.Administrator ? null : new(
        "fixed-role", ("「管理者」ロールは変更・削除できません。", "The administrators' role cannot be changed or removed."),
        ("新しいロールを作成してください。", "Make a new role instead."));
}

/// <summary>What may not be seen may not be changed, removed or taken out either; a role that says otherwise promises what it does not give.</summary>
internal static class NobodyReachesFurtherThanTheySee
{
    private static readonly RecordAction[] OnWhatIsSeen = [RecordAction.Edit, RecordAction.Delete, RecordAction.Export];

    public static Problem? Refuses(RoleRights rights, TenantCatalog catalog)
    {
        foreach (var (key, reaches) in rights.Records)
        {
            if (!OnWhatIsSeen.Any(a => reaches[a] > reaches.Read)) continue;
            Label type = key == RoleRights.OtherTypes ? ("その他のレコード", "other records") : catalog.TryGet(key, out var known) ? known.Label : new(key, key);
            return Problems.Invalid(
                "reaches-further-than-read", "rights",
                ($"「{type.Ja}」の編集・削除・出力の範囲が閲覧の範囲より広くなっています。", $"“{type.En}”: edit, delete or export reach further than read."),
                ("閲覧の範囲を広げるか、ほかの範囲を狭めてください。", "Let read reach further, or the others less far."));
        }

        return null;
    }
}

internal sealed class SaveRoleHandler(StaffChanges changes, BuiltInRoles builtIn, Current current) : IRequestHandler<SaveRole, Result<Guid>>
{
    public async Task<Result<Guid>> Handle(SaveRole save, CancellationToken cancellationToken)
    {
        var (db, tenant) = (await changes.Db(), changes.Tenant);
        var role = save.Id is { } id ? await db.Roles.SingleOrDefaultAsync(r => r.Id == id && r.TenantId == tenant, cancellationToken) : null;
        if (save.Id is not null && role is null) return UserProblems.NoSuchRole(save.Id.ToString()!);
        var problem = ANameIsNeeded.Refuses(save.Ja, "ja", ("名称（日本語）", "Name in Japanese"), 100)
            ?? (save.En.Trim().Length == 0 ? null : ANameIsNeeded.Refuses(save.En, "en", ("名称（英語）", "Name in English"), 100))
            ?? (role is null ? null : TheAdministratorsRoleIsFixed.Refuses(role) ?? NobodyGrantsMoreThanTheyHold.Refuses(changes.Actor, builtIn.RightsOf(role, current.Tenant)))
            ?? NobodyGrantsMoreThanTheyHold.Refuses(changes.Actor, save.Rights)
            ?? NobodyReachesFurtherThanTheySee.Refuses(save.Rights, current.Catalog)
            ?? Unknown(save.Rights);
        if (problem is not null) return problem;

        var was = role is null ? null : builtIn.RightsOf(role, current.Tenant).Told(role.Name);
        if (role is null) db.Roles.Add(role = new RoleRow { TenantId = tenant, Ja = "", En = "", Rights = "" });
        (role.Ja, role.En, role.Rights) = (save.Ja.Trim(), save.En.Trim() is { Length: > 0 } en ? en : save.Ja.Trim(), builtIn.Kept(role.BuiltIn, save.Rights, current.Tenant));
        await changes.Save(
            AuditedSettings.Role, was is null ? RecordActions.Created : RecordActions.Updated, StaffChanges.Differences(role.Ja, was, save.Rights.Told(role.Name)), cancellationToken);
        return role.Id;
    }

    /// <summary>Rights on what is switched off at the moment are kept; what was never a key is a mistake.</summary>
    private Problem? Unknown(RoleRights rights)
    {
        var known = PlatformPermissions.Of(current.Catalog).Select(p => p.Key).ToHashSet();
        var bad = rights.Hidden.Concat(rights.Locked).FirstOrDefault(h => h.Count(c => c == '/') != 1)
            ?? rights.Permissions.FirstOrDefault(p => !known.Contains(p) && !p.Contains('.', StringComparison.Ordinal));
        return bad is null ? null : Problems.Invalid("no-such-right", "rights", ($"権限「{bad}」はありません。", $"There is no right “{bad}”."));
    }
}
