using System.Buffers;
using System.Globalization;
using System.Text;
using Crm.Plugins.WasteDisposal.Contracts;
using Crm.Sdk;
using Crm.Sdk.Files;
using Crm.Sdk.Japan;
using Crm.Sdk.Messaging;
using Crm.Sdk.Tenancy;
using FluentValidation;
using MediatR;

namespace Crm.Plugins.WasteDisposal.Reports;

/// <summary>Makes the file of a report and keeps it with its record.</summary>
/// <param name="GeneratorId">Whose waste it was.</param>
/// <param name="FiscalYear">The year in which the fiscal year begins.</param>
/// <param name="SiteId">One place of origin; null for all of them.</param>
/// <param name="Encoding"><c>cp932</c> (Shift_JIS as Windows writes it) or <c>utf-8</c>.</param>
[Command("waste.make-report")]
[Requires(WasteContract.MayMakeReports)]
internal sealed record MakeReport(Guid GeneratorId, int FiscalYear, Guid? SiteId = null, string? Encoding = null) : IRequest<Result<Guid>>;

internal sealed class MakeReportRules : AbstractValidator<MakeReport>
{
    public MakeReportRules() => RuleFor(m => m.FiscalYear).InclusiveBetween(2000, 2100);
}

internal sealed class MakeReportHandler(WasteDb db, IMediator mediator, IFiles files, TimeProvider clock, ITenant tenant) : IRequestHandler<MakeReport, Result<Guid>>
{
    public async Task<Result<Guid>> Handle(MakeReport make, CancellationToken cancellationToken)
    {
        var lines = await mediator.Send(new GetYearReport(make.GeneratorId, make.FiscalYear, make.SiteId), cancellationToken);
        if (lines.Failed) return Result<Guid>.Fail(lines.Problems);
        if (lines.Value.Lines.Count == 0)
        {
            return new Problem(
                "waste.nothing-to-report",
                ($"{make.FiscalYear} 年度に交付した紙マニフェストはありません。", $"No paper manifest was issued in fiscal {make.FiscalYear}."),
                ("年度と事業場を確認してください。電子マニフェストは情報処理センターが報告します。", "Check year and site. JWNET reports electronic manifests itself."),
                "fiscalYear");
        }

        var encoded = YearReportFile.Write(lines.Value, make.Encoding == "utf-8");
        if (encoded.Failed) return Result<Guid>.Fail(encoded.Problems);
        using var content = new MemoryStream(encoded.Value);
        var name = $"交付等状況報告_{make.FiscalYear}年度_{lines.Value.Generator}.csv";
        var report = new Report
        {
            Title = $"{make.FiscalYear}年度 {lines.Value.Generator}", GeneratorId = make.GeneratorId, SiteId = make.SiteId, FiscalYear = make.FiscalYear,
            MadeOn = clock.Today(tenant), Lines = lines.Value.Lines.Count, Sheets = lines.Value.Sheets, Tonnes = decimal.Round(lines.Value.Tonnes, 3),
            File = await files.Save(name, "text/csv", content, cancellationToken),
        };
        db.Add(report);
        var saved = await db.SaveAsync(cancellation: cancellationToken);
        return saved.Failed ? Result<Guid>.Fail(saved.Problems) : report.Id;
    }
}

/// <summary>The columns of the form (様式第三号, 産業廃棄物管理票交付等状況報告書), led by the place so that one file can hold several.</summary>
internal static class YearReportFile
{
    public static readonly IReadOnlyList<string> Columns =
    [
        "番号", "事業場の名称", "事業場の所在地", "産業廃棄物の種類", "排出量(t)", "管理票の交付枚数", "運搬受託者の許可番号", "運搬受託者の氏名又は名称",
        "運搬先の住所", "処分受託者の許可番号", "処分受託者の氏名又は名称", "処分場所の住所", "備考",
    ];

    public static Result<byte[]> Write(YearReport report, bool utf8)
    {
        var text = new StringBuilder();
        Row(text, Columns);
        var number = 0;
        foreach (var line in report.Lines)
        {
            Row(text,
            [
                (++number).ToString(CultureInfo.InvariantCulture), line.Site, line.SiteAddress, line.Kind.Ja, line.Tonnes?.ToString("0.###", CultureInfo.InvariantCulture) ?? "",
                line.Sheets.ToString(CultureInfo.InvariantCulture), line.TransporterPermit, line.Transporter, line.Destination, line.DisposerPermit, line.Disposer, line.DisposalPlace,
                Remark(line),
            ]);
        }

        if (utf8) return (byte[])[.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(text.ToString())];
        var bytes = new ArrayBufferWriter<byte>();
        if (Cp932.TryEncode(text.ToString(), bytes)) return bytes.WrittenSpan.ToArray();
        var missing = string.Join(" ", Cp932.Missing(text.ToString()).Select(m => m.Text).Distinct().Take(10));
        return new Problem(
            "waste.not-in-cp932",
            ($"Shift_JIS(CP932)で書けない文字があります: {missing}", $"Shift_JIS (CP932) has no code for: {missing}"),
            ("文字コードに UTF-8 を選んでください。", "Choose UTF-8."),
            "encoding");
    }

    private static string Remark(YearReportLine line)
    {
        List<string> remarks = [];
        if (line.Converted) remarks.Add("体積から換算(環境省の換算係数・参考値)");
        if (line.Unweighed > 0) remarks.Add($"重量不明 {line.Unweighed} 枚");
        if (line is { Transporter.Length: > 0, TransporterPermit: "" } or { Disposer.Length: > 0, DisposerPermit: "" }) remarks.Add("この地域の許可番号の登録なし");
        return string.Join("; ", remarks);
    }

    private static void Row(StringBuilder text, IReadOnlyList<string> cells) => text.AppendJoin(',', cells.Select(Cell)).Append("\r\n");

    /// <summary>Numbers of permits keep their leading 0 as they are text; a cell that a spreadsheet would run is defused.</summary>
    private static string Cell(string text)
    {
        if (text is ['=' or '+' or '-' or '@', ..]) text = "'" + text;
        return text.AsSpan().IndexOfAny(",\"\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}
