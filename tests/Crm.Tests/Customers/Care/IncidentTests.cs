using System.Globalization;
using Crm.Customers.Contracts;
using Crm.Customers.Incidents;
using Crm.Platform.Tenancy;
using Crm.Sdk.Messaging;
using Crm.Sdk.Records;
using Crm.Sdk.Users;
using Crm.Tests.Infrastructure;
using MediatR;

namespace Crm.Tests.Customers.Care;

/// <summary>A leak is written down, its clock runs, and the reports of the law are made in time (個人情報保護法 26条, 施行規則 7・8条).</summary>
public sealed class IncidentTests
{
    private static readonly DateOnly Known = new(2026, 11, 20);

    public static TheoryData<string, string?, int?, bool, string?, string?, string?> Clocks => new()
    {
        // The day of knowing counts as the first; 19 December 2026 is a Saturday.
        { "2026-11-20", "sensitive", 1, false, "2026-11-22", "2026-11-24", "2026-12-21" },
        { "2026-11-20", "property", 3, false, "2026-11-22", "2026-11-24", "2026-12-21" },
        { "2026-11-20", "malicious", 1, false, "2026-11-22", "2026-11-24", "2027-01-18" },
        { "2026-11-20", null, 1_001, false, "2026-11-22", "2026-11-24", "2026-12-21" },
        { "2026-11-20", null, 1_000, false, null, null, null },
        { "2026-11-20", "malicious", 5_000, true, null, null, null },

        // The 30th day is 30 December: public offices rest until 3 January.
        { "2026-12-01", "sensitive", 1, false, "2026-12-03", "2026-12-05", "2027-01-04" },
    };

    [Theory, MemberData(nameof(Clocks))]
    public void Reports_are_due_on_the_days_of_the_law(string known, string? kind, int? people, bool readByNobody, string? aim, string? first, string? final)
    {
        var incident = new Incident { KnownOn = DateOnly.Parse(known, CultureInfo.InvariantCulture), Kinds = kind is null ? null : [kind], People = people, Protected = readByNobody };

        Assert.Equal((aim, first, final), (Day(IncidentClock.Aim(incident)), Day(IncidentClock.FirstDue(incident)), Day(IncidentClock.FinalDue(incident))));
    }

    [Theory, EveryDatabase]
    public async Task Another_kind_changes_the_limit_and_the_state_follows_the_reports(string database)
    {
        await using var crm = await CustomersHost.Start(database);
        var incident = await Leak(crm);
        Assert.Equal(new DateOnly(2026, 12, 21), (await crm.Get(CustomersContract.Incident, incident))["finalDue"]);

        await crm.Save(CustomersContract.Incident, incident, ("kinds", new[] { "sensitive", "malicious" }), ("firstReportedOn", Known.AddDays(2)));

        var now = await crm.Get(CustomersContract.Incident, incident);
        Assert.Equal((new DateOnly(2027, 1, 18), "first-reported", "report"), (now["finalDue"], now["state"], now["duty"]));
    }

    [Theory, EveryDatabase]
    public async Task A_final_report_has_its_items_and_nothing_is_closed_before_the_people_were_told(string database)
    {
        await using var crm = await CustomersHost.Start(database);
        var incident = await Leak(crm);

        Assert.Equal(("customers.report-incomplete", "cause"), await Refused(crm, incident, ("finalReportedOn", Known.AddDays(20))));
        Assert.Equal(("customers.before-it-was-known", "firstReportedOn"), await Refused(crm, incident, ("firstReportedOn", Known.AddDays(-1))));
        (string, object?)[] rest =
        [
            ("cause", "宛先の確認漏れ"), ("secondaryDamage", "確認されていない"), ("personResponse", "電話で謝罪し、削除を依頼"), ("publication", "行わない"), ("prevention", "送信前の確認を2人で行う"), ("finalReportedOn", Known.AddDays(20)),
        ];
        await crm.Save(CustomersContract.Incident, incident, rest);
        Assert.Equal(("customers.people-not-told", "personsTold"), await Refused(crm, incident, ("closedOn", Known.AddDays(21))));
        await crm.Save(CustomersContract.Incident, incident, ("personsTold", "all"), ("closedOn", Known.AddDays(21)));

        Assert.Equal("closed", (await crm.Get(CustomersContract.Incident, incident))["state"]);
    }

    [Theory, EveryDatabase]
    public async Task Whoever_answers_for_incidents_is_reminded_before_and_after_the_limit_until_the_report_is_made(string database)
    {
        await using var crm = await CustomersHost.Start(database);
        var incident = await Leak(crm);
        var officer = TestHost.UserWith([CustomersContract.Incidents], (CustomersContract.Incident, RecordAction.Read, Reach.All));
        var other = TestHost.UserWith((CustomersContract.Incident, RecordAction.Read, Reach.All));

        var early = Assert.Single(await Bell(crm, officer));
        Assert.Equal(("漏えい等の速報: 期限まで4日（11/24）", false), (early.Title.Ja, early.Urgent));
        Assert.Equal("First report of an incident: due in 4 days (Nov 24)", early.Title.En);
        Assert.Empty(await Bell(crm, other));

        crm.Clock.Advance(TimeSpan.FromDays(6));
        var late = Assert.Single(await Bell(crm, officer));
        Assert.Equal(("漏えい等の速報: 期限を2日過ぎています（11/24）", true), (late.Title.Ja, late.Urgent));

        await crm.Save(CustomersContract.Incident, incident, ("firstReportedOn", Known.AddDays(6)));
        Assert.StartsWith("漏えい等の確報", Assert.Single(await Bell(crm, officer)).Title.Ja, StringComparison.Ordinal);
    }

    [Theory, EveryDatabase]
    public async Task The_report_prints_the_nine_items_and_how_many_of_the_people_know(string database)
    {
        await using var crm = await CustomersHost.Start(database);
        var incident = await Leak(crm);
        var (chizuru, goro) = (await crm.Person("早乙女", "千鶴"), await crm.Person("大谷", "五郎"));
        await crm.Save(CustomersContract.IncidentPerson, ("incidentId", incident), ("personId", chizuru), ("toldOn", Known), ("means", "phone"));
        await crm.Save(CustomersContract.IncidentPerson, ("incidentId", incident), ("personId", goro));

        var paper = (await crm.Render<IncidentReport>(CustomersContract.Incident, incident)).Body!.TextContent;

        Assert.Contains("速報", paper, StringComparison.Ordinal);
        Assert.All(["1 概要", "2 個人データの項目", "3 本人の数", "4 原因", "5 二次被害", "6 本人への対応", "7 公表の実施状況", "8 再発防止の措置", "9 その他参考事項"], item => Assert.Contains(item, paper, StringComparison.Ordinal));
        Assert.Contains("調査中", paper, StringComparison.Ordinal);
        Assert.Contains("2 人のうち 1 人", paper, StringComparison.Ordinal);
        await crm.Save(CustomersContract.Incident, incident, ("firstReportedOn", Known));
        Assert.Contains("漏えい等報告書（確報）", (await crm.Render<IncidentReport>(CustomersContract.Incident, incident)).Body!.TextContent, StringComparison.Ordinal);
    }

    private static Task<Guid> Leak(TestHost crm) => crm.Save(
        CustomersContract.Incident, ("subject", "健診結果の誤送信"), ("happened", "leak"), ("knownOn", Known), ("kinds", new[] { "sensitive" }), ("people", 3), ("summary", "別の会社に添付ファイルを送った"), ("items", "氏名、健診結果"));

    private static async Task<(string, string?)> Refused(TestHost crm, Guid incident, params (string Field, object? Value)[] values)
    {
        var problem = Assert.Single((await crm.Send(new SaveRecord(CustomersContract.Incident, incident, values.ToDictionary(v => v.Field, v => v.Value)))).Problems);
        return (problem.Code, problem.Field);
    }

    private static async Task<IReadOnlyList<Notice>> Bell(TestHost crm, Actor actor)
    {
        await using var scope = await crm.Scope(actor: actor);
        var notices = new CollectNotices(20);
        await scope.Get<IMediator>().Publish(notices);
        Assert.Empty(notices.Missing);
        return notices.Parts;
    }

    private static string? Day(DateOnly? day) => day?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
