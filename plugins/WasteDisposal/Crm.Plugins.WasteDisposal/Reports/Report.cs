using Crm.Customers.Contracts;
using Crm.Plugins.WasteDisposal.Contracts;
using Crm.Plugins.WasteDisposal.Law;
using Crm.Sdk.Records;

namespace Crm.Plugins.WasteDisposal.Reports;

/// <summary>A report of a fiscal year about the paper manifests a generator issued (管理票交付等状況報告書), with the file as it was made.</summary>
internal sealed class Report : Record
{
    public string Title { get; set; } = "";

    public Guid? GeneratorId { get; set; }

    public Guid? SiteId { get; set; }

    public int? FiscalYear { get; set; }

    public DateOnly? MadeOn { get; set; }

    public DateOnly? DueOn { get; set; }

    public DateOnly? FiledOn { get; set; }

    public int? Lines { get; set; }

    public int? Sheets { get; set; }

    public decimal? Tonnes { get; set; }

    public Guid? File { get; set; }

    public string? Memo { get; set; }
}

internal static class ReportFields
{
    public static readonly RecordType<Report> Type = RecordType.For<Report>(WasteContract.Report)
        .Titled("交付等状況報告", "Manifest report")
        .WithIcon("report")
        .TitledBy("title")
        .SortedBy("-madeOn")
        .NotInMenu()
        .OnTimelineOf("madeOn", "generatorId")
        .Section("basic", "報告", "Report", s => s
            .Text(r => r.Title, "件名", "Title").Required().Max(200).Searchable().InList()
            .Reference(r => r.GeneratorId, "排出事業者", "Generator", CustomersContract.Company).Required().Indexed().InList().WithoutTab()
            .Reference(r => r.SiteId, "排出事業場", "Place of origin", WasteContract.Site).WithoutTab()
            .Number(r => r.FiscalYear, "年度", "Fiscal year").Required().Plain().Range(2000, 2100).InList()
            .Date(r => r.MadeOn, "作成日", "Made on").Indexed().InList()
            .Computed(r => r.DueOn, FieldKind.Date, "提出期限", "Due on", r => r.FiscalYear is { } year ? ManifestTerms.YearReportDue(year) : null).InList().From("fiscalYear")
                .Hint("年度の翌年の 6 月 30 日。", "30 June after the fiscal year.")
            .Date(r => r.FiledOn, "提出日", "Filed on").InList()
            .Number(r => r.Lines, "行数", "Lines").ReadOnly()
            .Number(r => r.Sheets, "交付枚数", "Manifests").ReadOnly().InList()
            .Number(r => r.Tonnes, "排出量(t)", "Tonnes", decimals: 3).ReadOnly().InList()
            .File(r => r.File, "ファイル", "File")
            .LongText(r => r.Memo, "備考", "Note").Max(2000));
}
