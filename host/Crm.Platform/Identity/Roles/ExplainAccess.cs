using Crm.Platform.Identity.Rights;
using Crm.Platform.Identity.Users;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Messaging;
using Crm.Sdk.Records;
using Crm.Sdk.Users;
using MediatR;

namespace Crm.Platform.Identity.Roles;

/// <summary>Why somebody can see or do something with records of a type, or with one of them; and why not.</summary>
[Requires(PlatformPermissions.Users)]
internal sealed record ExplainAccess(Guid User, string RecordType) : IRequest<Result<AccessExplanation>>
{
    public Guid? Record { get; init; }
}

/// <param name="User">Who.</param>
/// <param name="Type">The record type.</param>
/// <param name="Owner">Name of the record's owner; null when there is none or no record was named.</param>
/// <param name="Actions">One line for each action.</param>
/// <param name="Hidden">Fields hidden from them.</param>
/// <param name="Locked">Fields they see and do not change.</param>
internal sealed record AccessExplanation(StaffMember User, RecordType Type, string? Owner, IReadOnlyList<ActionExplanation> Actions, IReadOnlyList<Field> Hidden, IReadOnlyList<Field> Locked);

/// <param name="Action">The action.</param>
/// <param name="Reach">How far they reach.</param>
/// <param name="Roles">The roles that give this reach.</param>
/// <param name="Allowed">Whether it covers the record; null when no record was named.</param>
/// <param name="Because">The reason in a sentence.</param>
internal sealed record ActionExplanation(RecordAction Action, Reach Reach, IReadOnlyList<Role> Roles, bool? Allowed, Label Because);

internal sealed class ExplainAccessHandler(StaffChanges changes, Current current, IMediator mediator) : IRequestHandler<ExplainAccess, Result<AccessExplanation>>
{
    public async Task<Result<AccessExplanation>> Handle(ExplainAccess question, CancellationToken cancellationToken)
    {
        var staff = await changes.Now(cancellationToken);
        if (staff.Find(question.User) is not { } member) return UserProblems.NotFound;
        if (!current.Catalog.TryGet(question.RecordType, out var type)) return Problems.NotFound(question.RecordType, question.Record ?? Guid.Empty);
        Guid? owner = null;
        if (question.Record is { } id)
        {
            var record = await mediator.Send(new GetRecord(type.Key, id) { EvenDeleted = true }, cancellationToken);
            if (record.Failed) return Result<AccessExplanation>.Fail(record.Problems);
            owner = record.Value.OwnerId;
        }

        var rights = staff.RightsOf(member.Id);
        return new AccessExplanation(
            member, type, owner is { } o ? staff.Find(o)?.Name : null,
            [.. Enum.GetValues<RecordAction>().Select(a => Explain(a, staff, member, rights, type.Key, owner, question.Record is not null))],
            [.. type.Fields.Where(f => rights.Hides(type.Key, f.Key))],
            [.. type.Fields.Where(f => rights.Locks(type.Key, f.Key) && !rights.Hides(type.Key, f.Key))]);
    }

    private static ActionExplanation Explain(
        RecordAction action, TenantStaff staff, StaffMember member, AccessRights rights, string type, Guid? owner, bool aboutRecord)
    {
        var reach = rights.Reach(type, action);
        IReadOnlyList<Role> roles = reach == Reach.None ? [] : [.. staff.RolesOf(member).Where(r => r.Rights.Reach(type, action) >= reach)];
        var allowed = new Actor(member.Id, member.Name, ChangeSource.Screen, rights).MayAct(type, owner, action);
        return new(action, reach, roles, aboutRecord ? allowed : null, Because(reach, staff, member, owner, aboutRecord));
    }

    private static Label Because(Reach reach, TenantStaff staff, StaffMember member, Guid? owner, bool aboutRecord)
    {
        if (!member.Active) return ("ユーザーが無効です。", "The user is deactivated.");
        if (reach == Reach.None) return ("どのロールもこの操作を許可していません。", "None of their roles allows it.");
        if (reach == Reach.All) return ("ロールがすべてのデータに許可しています。", "A role allows it for all records.");
        if (!aboutRecord)
        {
            return reach == Reach.Own
                ? ("本人が担当するデータに限り許可されています。", "A role allows it for records they own.")
                : ("本人または同じチームのメンバーが担当するデータに許可されています。", "A role allows it for records owned by them or by members of their teams.");
        }

        if (owner is null) return ("このデータには担当者がいないため、担当者・チームに限った権限は及びません。", "The record has no owner, so rights limited to owner or team do not reach it.");
        if (owner == member.Id) return ("本人がこのデータの担当者です。", "They own the record.");
        if (reach == Reach.Own) return ("ロールは本人の担当データに限られ、担当者は別の人です。", "The role is limited to their own records, and somebody else owns this one.");
        var shared = member.Teams.Select(staff.Team).OfType<Team>().FirstOrDefault(t => t.Members.Contains(owner.Value));
        return shared is null
            ? ("ロールはチームのデータに限られ、担当者とは同じチームではありません。", "The role is limited to their teams, and they share none with the owner.")
            : ($"担当者と同じチーム「{shared.Name}」に所属しています。", $"They are in the team “{shared.Name}” with the owner.");
    }
}
