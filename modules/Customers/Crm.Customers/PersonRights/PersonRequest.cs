using Crm.Customers.Contracts;
using Crm.Sdk;
using Crm.Sdk.Records;

namespace Crm.Customers.PersonRights;

/// <summary>A person asks what we keep about them, to have it corrected, or to stop using it (個人情報保護法 33–35条).</summary>
internal sealed class PersonRequest : Record
{
    /// <summary>The law names no number of days ("without delay"); this one is ours and can be changed with each request.</summary>
    public const int Days = 14;

    public string? Number { get; set; }

    public Guid? PersonId { get; set; }

    public string? Kind { get; set; }

    public DateOnly? ReceivedOn { get; set; }

    public string? IdentityCheck { get; set; }

    public string? IdentityNote { get; set; }

    public DateOnly? DueOn { get; set; }

    public string? State { get; set; }

    public DateOnly? AnsweredOn { get; set; }

    public string? RefusalGround { get; set; }

    public string? Result { get; set; }

    public DateOnly? KeptUntil { get; set; }
}

internal static class PersonRequestStates
{
    public const string Open = "open";
    public const string Done = "done";
    public const string Partly = "partly";
    public const string Refused = "refused";

    public static readonly IReadOnlyList<Choice> All =
    [
        Choice.Of(Open, "対応中", "Open", "blue"), Choice.Of(Done, "対応済み", "Done", "green"),
        Choice.Of(Partly, "一部対応（法令により保存）", "Done in part, rest kept by law", "yellow"), Choice.Of(Refused, "不開示・拒否", "Refused", "red"),
    ];
}

internal static class PersonRequestFields
{
    public const string NotChecked = "not-yet";
    public const string Erasure = "erasure";

    public static readonly IReadOnlyList<Choice> Kinds =
    [
        Choice.Of("disclosure", "開示", "Disclosure"), Choice.Of("correction", "訂正・追加", "Correction"), Choice.Of(Erasure, "消去", "Erasure"), Choice.Of("stop", "利用停止", "Stop of use"),
        Choice.Of("third-party", "第三者提供の停止", "Stop of giving to others"),
    ];

    public static readonly IReadOnlyList<Choice> Checks =
    [
        Choice.Of(NotChecked, "未確認", "Not yet", "yellow"), Choice.Of("document", "本人確認書類", "Identity document"), Choice.Of("call-back", "登録番号への折り返し電話", "Call back to the known number"),
        Choice.Of("mail", "登録住所・メールへの照会", "Inquiry at the known address"), Choice.Of("agent", "代理人（委任状）", "Agent with power of attorney"),
    ];

    public static readonly RecordType<PersonRequest> Type = RecordType.For<PersonRequest>(CustomersContract.PersonRequest)
        .Titled("本人からの請求", "Request of a person", "Requests of persons")
        .WithIcon("user-shield")
        .TitledBy("number", "kind")
        .SortedBy("dueOn")
        .Section("basic", "基本情報", "Basics", s => s
            .Text(r => r.Number, "受付番号", "Number").Max(40).InList()
            .Reference(r => r.PersonId, "本人", "Person", CustomersContract.Person).Required().Indexed().SeenFrom("本人からの請求", "Requests").InList()
            .Choice(r => r.Kind, "請求の種類", "Kind", Kinds).Required().InList()
            .Date(r => r.ReceivedOn, "受付日", "Received on").Required().InList()
            .Choice(r => r.IdentityCheck, "本人確認の方法", "Identity checked by", Checks).Default(NotChecked).InList()
            .Text(r => r.IdentityNote, "本人確認の内容", "Identity check, note").Max(500)
            .Date(r => r.DueOn, "回答期限", "Due on").Indexed().InList().WhenEmpty(r => r.ReceivedOn?.AddDays(PersonRequest.Days)).Hint("空欄なら受付日の14日後。", "14 days after it was received when left empty."))
        .Section("answer", "回答", "Answer", s => s
            .Choice(r => r.State, "状態", "State", PersonRequestStates.All).Indexed().Default(PersonRequestStates.Open).InList()
            .Date(r => r.AnsweredOn, "回答日", "Answered on")
            .Text(r => r.RefusalGround, "拒否の根拠", "Ground of refusal").Max(500)
            .LongText(r => r.Result, "対応の内容", "What was done").Max(4000)
            .Date(r => r.KeptUntil, "法令による保存期限", "Kept by law until"))
        .Rule(AnsweredAfterTheIdentityIsChecked.Check)
        .Rule(RefusalHasAGround.Check);
}

/// <summary>Nothing is disclosed or erased before it is known who asks.</summary>
internal static class AnsweredAfterTheIdentityIsChecked
{
    public static Problem? Check(PersonRequest request) => request.State is null or PersonRequestStates.Open or PersonRequestStates.Refused || request.IdentityCheck is not (null or PersonRequestFields.NotChecked)
        ? null
        : new Problem("customers.identity-not-checked", ("本人確認が済んでいません。", "The identity has not been checked."), ("本人確認の方法を選んでください。", "Choose how it was checked."), "identityCheck");
}

/// <summary>A refusal says on what ground.</summary>
internal static class RefusalHasAGround
{
    public static Problem? Check(PersonRequest request) => request.State != PersonRequestStates.Refused || !string.IsNullOrWhiteSpace(request.RefusalGround)
        ? null
        : Problems.Required("refusalGround", ("拒否の根拠", "Ground of refusal"));
}
