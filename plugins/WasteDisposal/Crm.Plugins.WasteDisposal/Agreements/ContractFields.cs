using Crm.Customers.Contracts;
using Crm.Plugins.WasteDisposal.Contracts;
using Crm.Plugins.WasteDisposal.Law;
using Crm.Plugins.WasteDisposal.Manifests;
using Crm.Sdk.Records;

namespace Crm.Plugins.WasteDisposal.Agreements;

internal static class ContractFields
{
    private static readonly IReadOnlyList<Choice> Forms =
    [
        Choice.Of(ContractForms.Transport, "収集運搬", "Transport", "blue"),
        Choice.Of(ContractForms.Disposal, "処分", "Disposal", "green"),
        Choice.Of(ContractForms.Both, "収集運搬・処分", "Transport and disposal", "purple"),
    ];

    public static readonly RecordType<Contract> Type = RecordType.For<Contract>(WasteContract.Contract)
        .Titled("委託契約", "Waste contract")
        .WithIcon("file-text")
        .TitledBy("title")
        .SortedBy("endsOn")
        .OnTimelineOf("concludedOn", "generatorId", "contractorId")
        .Section("basic", "契約", "Contract", s => s
            .Text(c => c.Title, "件名", "Title").Required().Max(200).Searchable().InList()
            .Text(c => c.Number, "契約番号", "Number").Max(60).Unique().MatchKey().Searchable().InList()
            .Choice(c => c.Form, "委託の内容", "About", Forms).Required().InList()
            .Choice(c => c.Status, "状態", "Status", ContractStatuses.All).Required().Default(ContractStatuses.Draft).Indexed().InList()
                .Hint("「締結済」には法定項目がすべて必要です。足りない既存の契約は「締結済(要是正)」で登録します。", "“Concluded” needs every item of the law. A contract in force that lacks some is “to be mended”.")
            .Reference(c => c.GeneratorId, "排出事業者", "Generator", CustomersContract.Company).Required().Indexed().InList().WithoutTab()
            .Reference(c => c.ContractorId, "受託者", "Contractor", CustomersContract.Company).Required().Indexed().InList().WithoutTab()
            .Date(c => c.ConcludedOn, "締結日", "Concluded on").Indexed()
            .Date(c => c.RenewedOn, "直近の更新日", "Last renewed on")
                .Hint("更新した契約は、更新日の法令で点検します。", "A renewed contract is judged by the law of that day.")
            .Date(c => c.StartsOn, "有効期間の開始", "Starts on").InList()
            .Date(c => c.EndsOn, "有効期間の終了", "Ends on").Indexed().InList()
            .YesNo(c => c.RenewsByItself, "自動更新", "Renews by itself")
                .Hint("終了日を過ぎると更新日と終了日を同じ期間だけ進め、更新日の法令で点検し直します。", "After its end both days move on by its term, and the items are checked by the law of the renewal.")
            .Date(c => c.EndedOn, "解除・終了日", "Ended on")
            .Computed(c => c.KeepUntil, FieldKind.Date, "保存期限", "Keep until", Kept).From("endsOn", "endedOn")
                .Hint("契約の終了日から 5 年。", "5 years from its end.")
            .MultiChoice(c => c.MissingItems, "不足・未回答の法定項目", "Missing items", [.. ContractClauses.All.Select(k => new Choice(k.Key, k.Name, "orange"))]).ReadOnly().InList())
        .Section("waste", "委託する廃棄物", "Waste", s => s
            .MultiChoice(c => c.WasteKinds, "種類", "Kinds", Law.WasteKinds.Choices)
            .MultiChoice(c => c.Flags, "特別管理・石綿・水銀", "Special, asbestos, mercury", WasteFlags.Choices)
            .Text("quantity", "数量", "Quantity").Max(200).Hint("例: 約 120 t/年", "For example: about 120 t a year")
            .Text("fee", "料金", "Fee").Max(300).Hint("例: 18,000 円/t(税別)", "For example: ¥18,000 per tonne")
            .Reference(c => c.PermitId, "受託者の許可", "Contractor's permit", WasteContract.Permit).Indexed().WithoutTab()
            .Text("scopeText", "事業の範囲(契約書の記載)", "Scope as written").Max(500)
            .YesNo("permitCopyAttached", "許可証の写しを添付", "Copy of the permit attached"))
        .Section("transport", "収集運搬", "Transport", s => s
            .Reference(c => c.DestinationId, "運搬の最終目的地", "Destination", WasteContract.Site).WithoutTab()
            .Text("destinationText", "目的地の所在地(施設を選ばないとき)", "Destination in words").Max(300)
            .YesNo("transships", "積替え・保管を行う", "With transshipment")
            .Text("transshipPlace", "積替え・保管の場所", "Place of transshipment").Max(300)
            .Text("transshipKinds", "保管できる種類", "Kinds kept there").Max(300)
            .Text("transshipLimit", "保管の上限", "Limit").Max(100)
            .YesNo("transshipMixing", "安定型産業廃棄物を混合してよい", "Stable waste may be mixed"))
        .Section("disposal", "処分", "Disposal", s => s
            .Reference(c => c.DisposalPlaceId, "処分の場所", "Place of treatment", WasteContract.Site).WithoutTab()
            .Text("disposalPlaceText", "処分場所の所在地(施設を選ばないとき)", "Place in words").Max(300)
            .Text("disposalMethod", "処分の方法", "Method").Max(200)
            .Text("disposalCapacity", "施設の処理能力", "Capacity").Max(200)
            .Reference("finalPlaceId", "最終処分の場所", "Place of final disposal", WasteContract.Site).WithoutTab()
            .Text("finalPlaceText", "最終処分の所在地(施設を選ばないとき)", "Final place in words").Max(300)
            .Text("finalMethod", "最終処分の方法", "Method of final disposal").Max(200)
            .Text("finalCapacity", "最終処分施設の処理能力", "Capacity of final disposal").Max(200))
        .Section("information", "適正処理のための情報", "Information for safe handling", s => s
            .Text("nature", "性状", "Nature").Max(300)
            .Choice("packaging", "荷姿", "Packaging", Packagings.All)
            .Text("decay", "腐敗・揮発等の変化", "Changes while kept").Max(300).Hint("なければ「なし」。", "Write “none” when there are none.")
            .Text("mixing", "混合等による支障", "Hazards of mixing").Max(300)
            .YesNo("jisMark", "JIS C 0950 含有マークがある", "Has a JIS C 0950 mark")
                .Hint("廃パソコン・エアコン・テレビなど 7 品目の含有マーク。", "The mark on seven kinds of waste appliances.")
            .Text("jisText", "含有マークの表示", "What the mark says").Max(300)
            .YesNo("containsListed", "石綿含有・水銀を含む", "Contains asbestos or mercury")
            .YesNo("prtrContent", "第一種指定化学物質を 1 % 以上含む", "1 % or more of class-1 substances (PRTR)")
                .Hint("特定第一種は 0.1 % 以上。2026年1月1日以後の契約・更新で、排出事業者が PRTR 第一種の取扱事業者のとき。", "Specific class 1: 0.1 %. For contracts and renewals from 2026-01-01 of generators under the PRTR act.")
            .Text("prtrSubstances", "物質の名称", "Substances").Max(500)
            .Text("prtrAmounts", "量又は割合", "Amounts or ratios").Max(500)
            .LongText("cautions", "その他の注意事項", "Other cautions").Max(1000))
        .Section("procedure", "手続き", "Procedure", s => s
            .LongText("changeNotice", "性状等の変更の伝達方法", "How changes are told").Max(1000)
            .LongText("completionReport", "業務終了時の報告", "Report on completion").Max(1000)
            .LongText("untreatedWaste", "解除時の未処理廃棄物", "Untreated waste on cancellation").Max(1000)
            .File("document", "契約書(PDF)", "Document")
            .LongText("memo", "備考", "Note").Max(2000))
        .Rule(AContractEndsAfterItBegins.Check)
        .Rule(AConcludedContractSaysWhen.Check)
        .Rule(AnEndedContractSaysWhen.Check)
        .Rule<AConcludedContractHasEveryItemTheLawDemands>();

    private static object? Kept(Contract contract) => (contract.EndedOn ?? (contract.RenewsByItself == true ? null : contract.EndsOn))?.AddYears(ManifestTerms.YearsKept);
}
