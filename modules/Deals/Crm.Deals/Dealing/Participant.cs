using Crm.Customers.Contracts;
using Crm.Deals.Contracts;
using Crm.Sdk;
using Crm.Sdk.Records;

namespace Crm.Deals.Dealing;

/// <summary>Somebody who takes part in a deal: on their side a person, on ours a user.</summary>
internal sealed class Participant : Record
{
    public Guid? DealId { get; set; }

    public string Side { get; set; } = Sides.Theirs;

    public Guid? PersonId { get; set; }

    public Guid? UserId { get; set; }

    public string? Role { get; set; }

    public string? Memo { get; set; }
}

internal static class ParticipantFields
{
    public static readonly RecordType<Participant> Type = RecordType.For<Participant>(DealsContract.Participant)
        .Titled("関係者", "Person involved", "People involved")
        .WithIcon("users-group")
        .TitledBy("role")
        .SortedBy("side")
        .NotInMenu()
        .IsPartOf("dealId")
        .Section("basic", "基本情報", "Basics", s => s
            .Reference(p => p.DealId, "案件", "Deal", DealsContract.Deal).Required().Indexed()
            .Choice(p => p.Side, "どちら側", "Side", Sides.All).Required().Default(Sides.Theirs).Indexed().InList()
            .Reference(p => p.PersonId, "先方の人", "Their person", CustomersContract.Person).Indexed().InList()
            .User(p => p.UserId, "自社の人", "Our person").Indexed().InList()
            .Choice(p => p.Role, "役割", "Role", ParticipantRoles.All).InList()
            .LongText(p => p.Memo, "備考", "Note").Max(2000).InList())
        .Rule(ParticipantIsOnItsSide.Check);
}

internal static class Sides
{
    public const string Theirs = "theirs";
    public const string Ours = "ours";

    public static readonly IReadOnlyList<Choice> All = [Choice.Of(Theirs, "先方", "Theirs"), Choice.Of(Ours, "自社", "Ours", "blue")];
}

internal static class ParticipantRoles
{
    public const string Decides = "decides";

    public static readonly IReadOnlyList<Choice> All =
    [
        Choice.Of(Decides, "決裁者", "Decides"),
        Choice.Of("champion", "推進者", "Champion"),
        Choice.Of("user", "利用者", "User"),
        Choice.Of("technical", "技術担当", "Technical"),
        Choice.Of("purchasing", "購買担当", "Purchasing"),
        Choice.Of("sales", "営業", "Sales"),
        Choice.Of("engineer", "技術支援", "Sales engineer"),
        Choice.Of("backing", "上長", "Manager"),
        Choice.Of("other", "その他", "Other"),
    ];
}

/// <summary>On their side stands a person, on ours a user.</summary>
internal static class ParticipantIsOnItsSide
{
    public static Problem? Check(Participant participant) => (participant.Side, participant.PersonId, participant.UserId) switch
    {
        (Sides.Theirs, null, _) => new Problem("deals.participant-without-person", ("先方の人が指定されていません。", "Nobody of theirs is named."), ("先方の人を選んでください。", "Choose a person."), "personId"),
        (Sides.Ours, _, null) => new Problem("deals.participant-without-user", ("自社の人が指定されていません。", "Nobody of ours is named."), ("自社の人を選んでください。", "Choose a user."), "userId"),
        _ => null,
    };
}
