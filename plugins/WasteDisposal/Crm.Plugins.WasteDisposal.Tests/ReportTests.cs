using System.Text;
using Crm.Plugins.WasteDisposal.Contracts;
using Crm.Plugins.WasteDisposal.Reports;
using Crm.Sdk.Japan;
using Crm.Sdk.Testing;
using Crm.Sdk.Users;

namespace Crm.Plugins.WasteDisposal.Tests;

/// <summary>The report of a fiscal year about paper manifests.</summary>
public sealed class ReportTests
{
    [Fact]
    public async Task Paper_manifests_of_the_fiscal_year_are_summed_by_kind_and_contractor_in_tonnes()
    {
        await using var host = await CrmTestHost.Start();
        var parties = await (await Parties.Make(host)).Entitled();
        await host.Save(WasteContract.Manifest, parties.Manifest("2025-04-01", ("quantity", 2.5m)));
        await host.Save(WasteContract.Manifest, parties.Manifest("2026-03-31", ("quantity", 800m), ("unit", "kg")));
        await host.Save(WasteContract.Manifest, parties.Manifest("2025-10-01", ("quantity", 10m), ("unit", "m3")));
        await host.Save(WasteContract.Manifest, parties.Manifest("2025-10-01", ("medium", "electronic"), ("number", "19260000011")));
        await host.Save(WasteContract.Manifest, parties.Manifest("2026-04-01"));

        var report = await host.Ask(new GetYearReport(parties.Generator, 2025));

        // 2.5 t + 0.8 t + 10 m³ × 0.35
        var line = Assert.Single(report.Lines);
        Assert.Equal((6.8m, 3, true), (line.Tonnes!.Value, line.Sheets, line.Converted));
        Assert.Equal(("01300190102", "05520190101", "千葉県千葉市美浜区新港900-1"), (line.TransporterPermit, line.DisposerPermit, line.DisposalPlace));
    }

    [Fact]
    public async Task The_number_of_another_city_is_not_reported()
    {
        await using var host = await CrmTestHost.Start();
        var parties = await (await Parties.Make(host)).Entitled();
        await parties.Permit(parties.Disposer, "05620190101", ("city", "横浜市"), ("expiresOn", "2031-03-31"));
        await host.Save(WasteContract.Manifest, parties.Manifest("2025-06-01"));
        Assert.Equal("05520190101", Assert.Single((await host.Ask(new GetYearReport(parties.Generator, 2025))).Lines).DisposerPermit);

        await host.Change(WasteContract.Permit, parties.DisposalPermit, ("city", "船橋市"));

        var report = await host.Ask(new GetYearReport(parties.Generator, 2025));
        Assert.Equal("", Assert.Single(report.Lines).DisposerPermit);
        Assert.Contains("この地域の許可番号の登録なし", Encoding.UTF8.GetString(YearReportFile.Write(report, utf8: true).Value), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_file_has_the_columns_of_the_form_in_the_encoding_that_was_chosen()
    {
        await using var host = await CrmTestHost.Start();
        var parties = await (await Parties.Make(host)).Entitled();
        await host.Save(WasteContract.Manifest, parties.Manifest("2025-06-01"));

        var made = await host.Ask(new MakeReport(parties.Generator, 2025));

        var record = await host.Record(WasteContract.Report, made);
        Assert.Equal((new DateOnly(2026, 6, 30), 1m, 2.5m), (record["dueOn"], record["sheets"], record["tonnes"]));
        Assert.Equal(200, (await host.Get($"/r/{WasteContract.Report}/{made}/file/file")).Status);
        var written = YearReportFile.Write(await host.Ask(new GetYearReport(parties.Generator, 2025)), utf8: false).Value;
        var rows = Cp932.Encoding.GetString(written).Split("\r\n");
        Assert.Equal("番号,事業場の名称,事業場の所在地,産業廃棄物の種類,排出量(t),管理票の交付枚数,運搬受託者の許可番号,運搬受託者の氏名又は名称,運搬先の住所,処分受託者の許可番号,処分受託者の氏名又は名称,処分場所の住所,備考", rows[0]);
        Assert.StartsWith("1,青葉製作所 羽田工場,東京都大田区本羽田2-12-1,廃プラスチック類,2.5,1,01300190102,湾岸運輸株式会社,千葉県千葉市美浜区新港900-1,05520190101,", rows[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_character_that_Shift_JIS_lacks_is_named_and_UTF_8_offered()
    {
        await using var host = await CrmTestHost.Start();
        var parties = await (await Parties.Make(host)).Entitled();
        await host.Change(WasteContract.Site, parties.Origin, ("name", "𠮷田工場"));
        await host.Save(WasteContract.Manifest, parties.Manifest("2025-06-01"));

        var refused = await host.Send(new MakeReport(parties.Generator, 2025));
        Assert.Equal("waste.not-in-cp932", Assert.Single(refused.Problems).Code);
        Assert.Contains("𠮷", refused.Problems[0].Message.Ja, StringComparison.Ordinal);

        await host.Ask(new MakeReport(parties.Generator, 2025, Encoding: "utf-8"));
    }

    [Fact]
    public async Task Nothing_to_report_is_said_and_who_may_not_report_is_refused()
    {
        await using var host = await CrmTestHost.Start();
        var parties = await Parties.Make(host);
        var reader = await host.As(new TestRights().On(WasteContract.Manifest, RecordAction.Read));

        Assert.Equal("waste.nothing-to-report", (await host.Send(new MakeReport(parties.Generator, 2025))).Problems[0].Code);
        Assert.Equal("forbidden", (await reader.Send(new MakeReport(parties.Generator, 2025))).Problems[0].Code);
    }
}
