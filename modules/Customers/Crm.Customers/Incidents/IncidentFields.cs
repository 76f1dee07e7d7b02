using Crm.Customers.Contracts;
using Crm.Sdk.Records;

namespace Crm.Customers.Incidents;

internal static class IncidentFields
{
    public const string NobodyTold = "not-yet";

    public static readonly IReadOnlyList<Choice> Harms =
    [
        Choice.Of("leak", "漏えい", "Leak"), Choice.Of("loss", "滅失", "Loss"), Choice.Of("damage", "毀損", "Damage"),
    ];

    public static readonly IReadOnlyList<Choice> Told =
    [
        Choice.Of(NobodyTold, "未通知", "Not yet", "yellow"), Choice.Of("some", "一部に通知済み", "Some were told", "yellow"), Choice.Of("all", "全員に通知済み", "All were told", "green"),
        Choice.Of("substitute", "代替措置（公表・窓口）", "Published instead"), Choice.Of("not-needed", "通知不要", "Not needed"),
    ];

    /// <summary>The nine items of a report, in the order of 施行規則 8条1項; the third is a number.</summary>
    public static readonly IReadOnlyList<string> Items = ["summary", "items", "people", "cause", "secondaryDamage", "personResponse", "publication", "prevention", "remarks"];

    public static readonly RecordType<Incident> Type = RecordType.For<Incident>(CustomersContract.Incident)
        .Titled("漏えい等の記録", "Data incident", "Data incidents")
        .WithIcon("alert-triangle")
        .TitledBy("number", "subject")
        .SortedBy("-knownOn")
        .Section("basic", "発生した事態", "What happened", s => s
            .Text(i => i.Number, "管理番号", "Number").Max(40).InList()
            .Text(i => i.Subject, "件名", "Subject").Required().Max(200).InList()
            .Choice(i => i.Happened, "事態", "What happened", Harms).Required().Default("leak").InList()
            .YesNo(i => i.Suspected, "おそれの段階", "Only suspected").Hint("発生が確認できていなくても、おそれがあれば報告の対象です。", "A suspicion is reported too.")
            .Date(i => i.OccurredOn, "発生日", "Occurred on")
            .Date(i => i.KnownOn, "知った日", "Known on").Required().Indexed().InList()
                .Hint("組織のいずれかの部署が知った日。この日を1日目として期限を数えます。", "When any part of the organisation knew of it. The days of the reports count from here, this day included.")
            .MultiChoice(i => i.Kinds, "報告対象の区分", "Kinds that are reported", IncidentKinds.All).InList()
                .Hint("どれにも当たらなければ空欄。人数が1,000人を超えれば4号とみなします。", "Empty when none. More than 1,000 people count as item 4 by themselves.")
            .YesNo(i => i.Protected, "高度な暗号化等の措置あり", "Strongly encrypted").Hint("秘匿化されていて読めない場合は報告の対象外です。", "What nobody can read is not reported."))
        .Section("report", "報告事項（施行規則8条1項）", "Items of the report", s => s
            .LongText(i => i.Summary, "1 概要", "1 Outline").Max(4000)
            .LongText(i => i.Items, "2 個人データの項目", "2 Items of data").Max(2000)
            .Number(i => i.People, "3 本人の数", "3 Number of people").Range(0, 1_000_000_000).InList()
            .LongText(i => i.Cause, "4 原因", "4 Cause").Max(4000)
            .LongText(i => i.SecondaryDamage, "5 二次被害・そのおそれ", "5 Second damage, or risk of it").Max(4000)
            .LongText(i => i.PersonResponse, "6 本人への対応", "6 Response to the people").Max(4000)
            .LongText(i => i.Publication, "7 公表の実施状況", "7 Publication").Max(4000)
            .LongText(i => i.Prevention, "8 再発防止の措置", "8 Prevention").Max(4000)
            .LongText(i => i.Remarks, "9 その他参考事項", "9 Other remarks").Max(4000))
        .Section("clock", "期限と報告", "Deadlines and reports", s => s
            .Computed(i => i.Duty, FieldKind.Choice, "報告の要否", "Duty to report", i => i.MustBeReported ? IncidentDuties.Report : IncidentDuties.None, IncidentDuties.All).InList()
            .Computed(i => i.State, FieldKind.Choice, "状態", "State", IncidentStates.Of, IncidentStates.All).Indexed().InList()
            .Computed(i => i.Aim, FieldKind.Date, "速報の目標", "First report, aim", i => IncidentClock.Aim(i))
            .Computed(i => i.FirstDue, FieldKind.Date, "速報の期限", "First report due", i => IncidentClock.FirstDue(i)).Indexed().InList()
            .Date(i => i.FirstReportedOn, "速報日", "First report made on")
            .Computed(i => i.FinalDue, FieldKind.Date, "確報の期限", "Final report due", i => IncidentClock.FinalDue(i)).Indexed().InList()
            .Date(i => i.FinalReportedOn, "確報日", "Final report made on")
            .Text(i => i.ReceiptNumber, "受付番号", "Receipt number").Max(100).Hint("個人情報保護委員会などの受付番号。", "From the commission.")
            .Choice(i => i.PersonsTold, "本人への通知", "The people were told", Told).Default(NobodyTold)
            .Date(i => i.ClosedOn, "完了日", "Closed on"))
        .Rule(ReportsComeAfterTheKnowing.Check)
        .Rule(FinalReportHasItsItems.Check)
        .Rule(ClosedWhenReportedAndTold.Check);
}
