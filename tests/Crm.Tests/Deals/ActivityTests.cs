using Crm.Deals;
using Crm.Deals.Activities;
using Crm.Deals.Contracts;
using Crm.Platform.Tenancy;

using Crm.Sdk.Records;
using Crm.Sdk.Users;
using Crm.Tests.Customers;
using Crm.Tests.Infrastructure;

namespace Crm.Tests.Deals;

/// <summary>Activities: what is done, what comes next, what is late, and the calendar.</summary>
public sealed class ActivityTests
{
    [Theory, EveryDatabase]
    public async Task Completing_an_activity_makes_the_next_one_for_the_same_deal(string database)
    {
        await using var crm = await DealsHost.Start(database);
        var deal = await crm.Deal("出荷資材の年間契約");
        var visit = await crm.Save(DealsContract.Activity, ("kind", "visit"), ("subject", "現場確認"), ("startsAt", "2026-11-20T09:00"), ("dealId", deal), ("remind", "1h"));

        var next = await crm.Ask(new CompleteActivity(visit, "サンプルを渡した") { NextSubject = "評価を聞く", NextKind = "call", NextAt = new(2026, 11, 27, 1, 0, 0, TimeSpan.Zero) });

        var (done, planned) = (await crm.Get(DealsContract.Activity, visit), await crm.Get(DealsContract.Activity, next!.Value));
        Assert.Equal(("サンプルを渡した", "評価を聞く"), (done["result"], done["nextAction"]));
        Assert.NotNull(done["doneAt"]);
        Assert.Equal(("call", "評価を聞く", deal, null, "1h"), (planned["kind"], planned["subject"], planned["dealId"], planned["doneAt"], planned["remind"]));
        Assert.Equal("deals.done-already", Assert.Single((await crm.Send(new CompleteActivity(visit))).Problems).Code);
    }

    [Theory, EveryDatabase]
    public async Task A_next_activity_without_a_time_completes_nothing(string database)
    {
        await using var crm = await DealsHost.Start(database);
        var call = await crm.Save(DealsContract.Activity, ("kind", "task"), ("subject", "見積の準備"), ("startsAt", "2026-11-20T09:00"));

        Assert.Equal("deals.next-needs-time", Assert.Single((await crm.Send(new CompleteActivity(call) { NextSubject = "送付" })).Problems).Code);
        Assert.Null((await crm.Get(DealsContract.Activity, call))["doneAt"]);
        Assert.Null(await crm.Ask(new CompleteActivity(call)));
    }

    [Theory, EveryDatabase]
    public async Task What_is_late_today_and_soon_is_told_apart(string database)
    {
        // It is 10:00 in Tokyo on Friday the 20th.
        await using var crm = await DealsHost.Start(database);
        foreach (var (subject, at) in new[] { ("昨日の電話", "2026-11-19T15:00"), ("今朝の連絡", "2026-11-20T09:00"), ("今日の訪問", "2026-11-20T16:00"), ("月曜の打ち合わせ", "2026-11-23T10:00"), ("来月", "2026-12-20T10:00") })
        {
            await crm.Save(DealsContract.Activity, ("kind", "task"), ("subject", subject), ("startsAt", at));
        }

        var todo = await crm.Ask(new GetTodo(null));

        Assert.Equal(["昨日の電話", "今朝の連絡"], todo.Overdue.Shown.Select(a => a.Subject));
        Assert.Equal(["今日の訪問"], todo.Today.Shown.Select(a => a.Subject));
        Assert.Equal(["月曜の打ち合わせ"], todo.Coming.Shown.Select(a => a.Subject));
    }

    [Theory, EveryDatabase]
    public async Task Hundreds_that_are_late_hide_neither_today_nor_the_coming_days(string database)
    {
        await using var crm = await DealsHost.Start(database);
        await crm.Ask(new SaveRecords(DealsContract.Activity, [.. Enumerable.Range(1, 320).Select(i => new Dictionary<string, object?> { ["kind"] = "task", ["subject"] = $"昔の作業{i}", ["startsAt"] = "2026-03-02T09:00" })]));
        await crm.Save(DealsContract.Activity, ("kind", "task"), ("subject", "今日の訪問"), ("startsAt", "2026-11-20T16:00"));
        await crm.Save(DealsContract.Activity, ("kind", "task"), ("subject", "月曜の打ち合わせ"), ("startsAt", "2026-11-23T10:00"));

        var todo = await crm.Ask(new GetTodo(null));

        Assert.Equal((320, 300), (todo.Overdue.Count, todo.Overdue.Shown.Count));
        Assert.Equal(("今日の訪問", 1), (Assert.Single(todo.Today.Shown).Subject, todo.Today.Count));
        Assert.Equal(("月曜の打ち合わせ", 1), (Assert.Single(todo.Coming.Shown).Subject, todo.Coming.Count));
    }

    [Theory, EveryDatabase]
    public async Task A_reminder_for_another_day_names_the_day(string database)
    {
        await using var crm = await DealsHost.Start(database);
        var person = (await crm.Ask(new Crm.Platform.Identity.Users.InviteUser("hanako@example.jp", "営業 花子") { Roles = ["sales"] })).Id;
        await crm.Save(DealsContract.Activity, ("kind", "task"), ("subject", "商談"), ("startsAt", "2026-11-21T10:00"), ("remind", "1d"), ("owner", person));
        await crm.Save(DealsContract.Activity, ("kind", "task"), ("subject", "電話"), ("startsAt", "2026-11-20T10:20"), ("remind", "30m"), ("owner", person));

        await Remind(crm);

        await using var scope = await crm.Scope();
        var told = await (await scope.Get<Crm.Platform.Storage.Session>().Sql(default)).Rows($"SELECT title_ja, title_en FROM platform_notification ORDER BY title_ja", r => (r.Text(0), r.Text(1)), default);
        Assert.Equal([("10:20 電話", "10:20 電話"), ("11/21(土) 10:00 商談", "Sat 21 Nov 10:00 商談")], told);
    }

    [Fact]
    public async Task A_reminder_that_could_not_be_told_is_told_by_the_next_run()
    {
        await using var crm = await DealsHost.Start(Databases.Sqlite);
        var person = (await crm.Ask(new Crm.Platform.Identity.Users.InviteUser("hanako@example.jp", "営業 花子") { Roles = ["sales"] })).Id;
        await crm.Save(DealsContract.Activity, ("kind", "task"), ("subject", "電話"), ("startsAt", "2026-11-20T10:20"), ("remind", "30m"), ("owner", person));
        await Rename("platform_notification", "away");
        await Assert.ThrowsAnyAsync<Exception>(() => Remind(crm));
        await Rename("away", "platform_notification");

        Assert.Equal(1, await Remind(crm));

        async Task Rename(string from, string to)
        {
            await using var scope = await crm.Scope();
            await using var command = await scope.Get<Crm.Platform.Storage.Session>().Command(default);
            command.CommandText = $"ALTER TABLE {from} RENAME TO {to}";
            await command.ExecuteNonQueryAsync();
        }
    }

    [Theory, EveryDatabase]
    public async Task An_activity_is_about_something(string database)
    {
        await using var crm = await DealsHost.Start(database);

        var nothing = await crm.Send(new SaveRecord(DealsContract.Activity, null, new Dictionary<string, object?> { ["kind"] = "call", ["subject"] = "電話", ["startsAt"] = "2026-11-21T10:00" }));
        var backwards = await crm.Send(new SaveRecord(DealsContract.Activity, null, new Dictionary<string, object?> { ["kind"] = "task", ["subject"] = "作業", ["startsAt"] = "2026-11-21T10:00", ["endsAt"] = "2026-11-21T09:00" }));

        Assert.Equal("deals.activity-about-nothing", Assert.Single(nothing.Problems).Code);
        Assert.Equal("deals.ends-before-it-begins", Assert.Single(backwards.Problems).Code);
    }

    [Theory, EveryDatabase]
    public async Task The_calendar_shows_the_days_asked_for_in_the_tenants_time(string database)
    {
        await using var crm = await DealsHost.Start(database);
        await crm.Save(DealsContract.Activity, ("kind", "task"), ("subject", "月末の夜"), ("startsAt", "2026-11-30T23:30"));
        await crm.Save(DealsContract.Activity, ("kind", "task"), ("subject", "月初の朝"), ("startsAt", "2026-12-01T00:15"));

        var november = await crm.Ask(new GetCalendar(new(2026, 11, 1), new(2026, 12, 1), null));

        Assert.Equal(("月末の夜", new DateTime(2026, 11, 30, 23, 30, 0)), (Assert.Single(november.Entries).Subject, november.Entries[0].Starts));
    }

    [Theory, EveryDatabase]
    public async Task The_calendar_says_whom_an_activity_is_with_and_which_deal_it_is_about_to_who_may_know(string database)
    {
        System.Globalization.CultureInfo.CurrentUICulture = System.Globalization.CultureInfo.GetCultureInfo("ja");
        await using var crm = await DealsHost.Start(database);
        var deal = await crm.Deal("出荷資材の年間契約");
        await crm.Save(DealsContract.Activity, ("kind", "call"), ("subject", "納期の相談"), ("startsAt", "2026-11-24T10:00"), ("dealId", deal));
        var query = new GetCalendar(new(2026, 11, 1), new(2026, 12, 1), null);

        var entry = Assert.Single((await crm.Ask(query)).Entries);
        var without = Assert.Single((await crm.Ask(query, actor: TestHost.UserWith((DealsContract.Activity, RecordAction.Read, Reach.All)))).Entries);

        Assert.Equal(("納期の相談（株式会社青葉製作所）", "出荷資材の年間契約"), (entry.About.Called(entry.Subject), entry.About.Deal));
        Assert.Equal(("納期の相談", null), (without.About.Called(without.Subject), without.About.Deal));
    }

    [Theory, EveryDatabase]
    public async Task A_reminder_comes_once_and_again_when_the_time_is_another(string database)
    {
        await using var crm = await DealsHost.Start(database);
        var person = (await crm.Ask(new Crm.Platform.Identity.Users.InviteUser("hanako@example.jp", "営業 花子") { Roles = ["sales"] })).Id;
        var call = await crm.Save(DealsContract.Activity, ("kind", "task"), ("subject", "納期の相談"), ("startsAt", "2026-11-20T11:00"), ("remind", "30m"), ("owner", person));

        Assert.Equal(0, await Remind(crm));
        crm.Clock.Advance(TimeSpan.FromMinutes(26));
        Assert.Equal(1, await Remind(crm));
        Assert.Equal(0, await Remind(crm));
        Assert.Equal(1, (await crm.Get(DealsContract.Activity, call)).Version);

        await crm.Ask(new SaveRecord(DealsContract.Activity, call, new Dictionary<string, object?> { ["startsAt"] = "2026-11-20T10:45" }));
        Assert.Equal(1, await Remind(crm));
    }

    [Fact]
    public void A_calendar_is_written_as_the_standard_wants()
    {
        System.Globalization.CultureInfo.CurrentUICulture = System.Globalization.CultureInfo.GetCultureInfo("ja");
        var activity = new Activity
        {
            Kind = "visit", Subject = "現場確認, 提案; 長い件名" + new string('あ', 60), StartsAt = new(2026, 11, 24, 1, 0, 0, TimeSpan.Zero), EndsAt = new(2026, 11, 24, 2, 30, 0, TimeSpan.Zero),
            Place = "横浜市中区\n相生町", Remind = "1h", UpdatedAt = new(2026, 11, 20, 0, 0, 0, TimeSpan.Zero),
        };

        var text = ICalendar.Of("みなと商事", [activity], new Dictionary<Guid, About> { [activity.Id] = new("青葉製作所", "年間契約") }, "https://crm.example.jp", new(2026, 11, 20, 1, 0, 0, TimeSpan.Zero));

        var lines = text.Split("\r\n");
        Assert.All(lines, l => Assert.InRange(System.Text.Encoding.UTF8.GetByteCount(l), 0, 75));
        var whole = text.Replace("\r\n ", "", StringComparison.Ordinal).Split("\r\n");
        Assert.Equal("BEGIN:VCALENDAR", whole[0]);
        Assert.Contains("DTSTART:20261124T010000Z", whole);
        Assert.Contains("DTEND:20261124T023000Z", whole);
        Assert.Contains("LOCATION:横浜市中区\\n相生町", whole);
        Assert.Contains(whole, l => l.StartsWith("SUMMARY:現場確認\\, 提案\\; 長い件名あ", StringComparison.Ordinal));
        Assert.Contains(whole, l => l.StartsWith("SUMMARY:", StringComparison.Ordinal) && l.EndsWith("あ（青葉製作所）", StringComparison.Ordinal));
        Assert.Contains($"DESCRIPTION:案件: 年間契約\\nhttps://crm.example.jp/r/deals.activity/{activity.Id}", whole);
        Assert.Contains($"URL:https://crm.example.jp/r/deals.activity/{activity.Id}", whole);
        Assert.Contains("TRIGGER:-PT60M", whole);
        Assert.Equal(["END:VCALENDAR", ""], whole[^2..]);
        Assert.DoesNotContain("\n\n", text, StringComparison.Ordinal);
    }

    private static async Task<long> Remind(TestHost crm)
    {
        await using var scope = await crm.Scope(actor: Actor.System(ChangeSource.Job));
        var run = new Counted();
        await scope.Of<ActivityReminders>("deals").Run(run, CancellationToken.None);
        return run.Done;
    }

    private sealed class Counted : Crm.Sdk.Jobs.JobRun
    {
        public long Done { get; private set; }

        public override Guid Id { get; } = Ids.New();

        public override string? Arguments => null;

        public override Task Report(long done, long? total, Crm.Sdk.Label? message = null)
        {
            Done = done;
            return Task.CompletedTask;
        }
    }
}
