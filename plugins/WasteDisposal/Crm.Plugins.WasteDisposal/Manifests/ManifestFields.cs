using Crm.Customers.Contracts;
using Crm.Plugins.WasteDisposal.Contracts;
using Crm.Plugins.WasteDisposal.Law;
using Crm.Plugins.WasteDisposal.RouteChecks;
using Crm.Sdk;
using Crm.Sdk.Japan;
using Crm.Sdk.Records;

namespace Crm.Plugins.WasteDisposal.Manifests;

internal static class ManifestFields
{
    private const int FiscalYearStart = 4;

    public static readonly RecordType<Manifest> Type = RecordType.For<Manifest>(WasteContract.Manifest)
        .Titled("マニフェスト", "Manifest")
        .WithIcon("file-stack")
        .TitledBy("number", "wasteName")
        .SortedBy("-issuedOn")
        .OnTimelineOf("issuedOn", "generatorId", "transporterId", "disposerId")
        .Section("basic", "交付", "Issue", s => s
            .Text(m => m.Number, "交付番号・マニフェスト番号", "Number").Max(40).Unique().MatchKey().Searchable().InList()
                .Alias("交付番号", "マニフェスト番号", "管理票番号", "manifest number")
            .Choice(m => m.Medium, "媒体", "Medium", Media.All).Required().Default(Media.Paper).InList()
                .Alias("紙/電子", "マニフェスト種類")
            .Date(m => m.IssuedOn, "交付・引渡し日", "Issued on").Required().Indexed().InList()
                .Alias("交付年月日", "交付日", "引渡し日", "引渡日", "排出日")
            .Reference(m => m.GeneratorId, "排出事業者", "Generator", CustomersContract.Company).Required().Indexed().InList().WithoutTab()
                .Alias("排出事業者名", "排出事業者の氏名又は名称")
            .Reference(m => m.SiteId, "排出事業場", "Place of origin", WasteContract.Site).Indexed()
                .Alias("排出事業場名", "排出事業場の名称")
            .Choice(m => m.WasteKind, "廃棄物の種類", "Waste kind", Law.WasteKinds.Choices).Required().Indexed().InList()
                .Alias("種類", "産業廃棄物の種類", "廃棄物種類")
            .MultiChoice(m => m.Flags, "特別管理・石綿・水銀", "Special, asbestos, mercury", WasteFlags.Choices)
            .Text(m => m.WasteName, "廃棄物の名称", "Waste name").Max(200)
                .Alias("産業廃棄物の名称", "品名")
            .Number(m => m.Quantity, "数量", "Quantity", decimals: 3).Range(0, null).InList()
                .Alias("数量(重量)", "確定数量")
            .Choice(m => m.Unit, "単位", "Unit", Units.All).Default(Units.Tonne).InList()
            .Choice(m => m.Packaging, "荷姿", "Packaging", Packagings.All))
        .Section("route", "委託先", "Route", s => s
            .Reference(m => m.TransporterId, "運搬受託者", "Transporter", CustomersContract.Company).Indexed().InList().WithoutTab()
                .Alias("収集運搬業者", "運搬受託者の氏名又は名称", "運搬業者")
            .Reference(m => m.DisposerId, "処分受託者", "Disposer", CustomersContract.Company).Indexed().InList().WithoutTab()
                .Alias("処分業者", "処分受託者の氏名又は名称")
            .Reference(m => m.DestinationId, "運搬先の事業場", "Destination", WasteContract.Site).Indexed()
                .Alias("運搬先", "処分事業場", "運搬先の事業場の名称")
            .MultiChoice(m => m.RouteFindings, "経路の点検", "Route check", RouteFindings.Choices).ReadOnly())
        .Section("events", "終了日", "Ends", s => s
            .Date(m => m.TransportEndedOn, "運搬終了日", "Transport ended on").Alias("運搬終了年月日")
            .Date(m => m.DisposalEndedOn, "処分終了日", "Treatment ended on").Alias("処分終了年月日")
            .Date(m => m.FinalEndedOn, "最終処分終了日", "Final disposal ended on").Alias("最終処分終了年月日"))
        .Section("slips", "紙: 返送の受領", "Paper: slips received", s => s
            .Date(m => m.B2On, "B2票 受領日", "Slip B2 received on").Alias("B2票", "B2返送日")
            .Date(m => m.C2On, "C2票 受領日(運搬受託者)", "Slip C2 received on (transporter)").Alias("C2票", "C2返送日")
            .Date(m => m.DOn, "D票 受領日", "Slip D received on").Alias("D票", "D返送日")
            .Date(m => m.EOn, "E票 受領日", "Slip E received on").Alias("E票", "E返送日"))
        .Section("jwnet", "電子: JWNET への報告", "Electronic: reports to JWNET", s => s
            .Date(m => m.RegisteredOn, "登録日", "Registered on").Alias("登録年月日")
            .Date(m => m.TransportReportedOn, "運搬終了 報告日", "Transport reported on")
            .Date(m => m.DisposalReportedOn, "処分終了 報告日", "Treatment reported on")
            .Date(m => m.FinalReportedOn, "最終処分終了 報告日", "Final disposal reported on"))
        .Section("deadlines", "期限", "Deadlines", s => s
            .Computed(m => m.NextDue, FieldKind.Date, "次の期限", "Next due", m => Deadlines.Next(m)?.Due).Indexed().InList().From("issuedOn")
            .Computed(m => m.NextStep, FieldKind.Choice, "待っているもの", "Waits for", m => Deadlines.Next(m)?.Step, Steps.All).InList().From("issuedOn")
            .Computed(m => m.GovernorDue, FieldKind.Date, "届かないときの報告期限", "Else report by", m => Deadlines.Governor(m)).From("issuedOn")
                .Hint("期限までに届かないとき(遅れて届いたときも)、知事・市長へ措置内容等を報告する期限。", "When something does not come in time, even if it comes later: report to the governor by then.")
            .Date(m => m.DefectOn, "記載不備・虚偽の確認日", "Flaw found on")
            .Date(m => m.GovernorToldOn, "措置内容等 報告日", "Reported to the governor on")
                .Hint("この日より前の遅延・不備を報告済みとします。", "Covers what was late or flawed before that day.")
            .Date(m => m.CancelledOn, "取消日", "Cancelled on")
            .Computed(m => m.FiscalYear, FieldKind.Number, "年度", "Fiscal year", m => m.IssuedOn is { } day ? (decimal)FiscalYear.Of(day, FiscalYearStart).Year : null).Plain().Indexed().From("issuedOn")
            .Computed(m => m.KeepUntil, FieldKind.Date, "保存期限", "Keep until", Kept).From("issuedOn")
            .Computed("checks", FieldKind.MultiChoice, "要確認", "To check", ManifestChecks.Of, ManifestChecks.All).From("number")
            .LongText(m => m.Memo, "備考", "Note").Max(2000))
        .Rule(DatesOfAManifestFollowOneAnother.Check);

    private static object? Kept(Manifest m) => new[] { m.IssuedOn, m.B2On, m.DOn, m.EOn, m.RegisteredOn, m.FinalReportedOn }.Max()?.AddYears(ManifestTerms.YearsKept);
}

/// <summary>What is odd and not certainly wrong.</summary>
internal static class ManifestChecks
{
    public static readonly IReadOnlyList<Choice> All =
    [
        Choice.Of("check-digit", "番号の検査数字が合わない", "Check digit of the number", "yellow"),
        Choice.Of("electronic-number", "電子の番号が 11 桁でない", "Electronic number not of 11 digits", "yellow"),
        Choice.Of("no-quantity", "数量がない", "No quantity", "yellow"),
    ];

    public static object? Of(Manifest manifest)
    {
        var found = new List<string>();
        if (!manifest.IsElectronic && ManifestNumber.HasCheckDigit(manifest.Number) == false) found.Add("check-digit");
        if (manifest is { IsElectronic: true, Number.Length: not 11 }) found.Add("electronic-number");
        if (manifest.Quantity is null or 0) found.Add("no-quantity");
        return found.Count == 0 ? null : found.ToArray();
    }
}

/// <summary>Nothing ends before the hand-over, and no slip comes back before.</summary>
internal static class DatesOfAManifestFollowOneAnother
{
    public static Problem? Check(Manifest m)
    {
        (DateOnly? Day, string Field, Label Name)[] after =
        [
            (m.TransportEndedOn, "transportEndedOn", ("運搬終了日", "The end of the transport")), (m.DisposalEndedOn, "disposalEndedOn", ("処分終了日", "The end of the treatment")),
            (m.FinalEndedOn, "finalEndedOn", ("最終処分終了日", "The end of the final disposal")), (m.B2On, "b2On", ("B2票の受領日", "The arrival of slip B2")),
            (m.DOn, "dOn", ("D票の受領日", "The arrival of slip D")), (m.EOn, "eOn", ("E票の受領日", "The arrival of slip E")),
        ];
        var wrong = Array.Find(after, a => a.Day < m.IssuedOn);
        if (wrong.Field is not null)
        {
            return new Problem(
                "waste.before-issue",
                ($"{wrong.Name.Ja}が交付日より前です。", $"{wrong.Name.En} lies before the issue."),
                ("日付を確認してください。", "Check both dates."),
                wrong.Field);
        }

        return m.DisposalEndedOn < m.TransportEndedOn
            ? new Problem(
                "waste.treated-before-arrival",
                ("処分終了日が運搬終了日より前です。", "It was treated before it arrived."),
                ("運搬終了日と処分終了日を確認してください。", "Check both dates."),
                "disposalEndedOn")
            : null;
    }
}
