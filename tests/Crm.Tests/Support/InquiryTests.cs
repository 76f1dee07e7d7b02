using Crm.Customers.Contracts;
using Crm.Sdk.Records;
using Crm.Sdk.Users;
using Crm.Support.Clock;
using Crm.Support.Contracts;
using Crm.Support.Desk;
using Crm.Support.OnCustomers;
using Crm.Tests.Customers;
using Crm.Tests.Deals;
using Crm.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Crm.Tests.Support;

/// <summary>Inquiries and complaints from the first word to the end.</summary>
public sealed class InquiryTests
{
    [Theory, EveryDatabase]
    public async Task An_inquiry_is_taken_in_answered_and_closed_and_its_clock_counts_business_hours(string database)
    {
        await using var crm = await SupportHost.Start(database);
        var inquiry = await crm.Inquiry("数量が足りない", o => o with { Priority = "high" });

        var opened = await crm.Get(SupportContract.Inquiry, inquiry);
        Assert.Equal(("new", "high"), (opened["status"], opened["priority"]));
        Assert.Equal(new TimeOnly(14, 0), TimeOf(opened["responseDue"]));
        Assert.Equal(opened["responseDue"], opened["nextDue"]);

        crm.Clock.Advance(TimeSpan.FromHours(1));
        await crm.Ask(new Reply(inquiry, "在庫を確認しております。"));
        var answered = await crm.Get(SupportContract.Inquiry, inquiry);
        Assert.Equal(("open", 60m), (answered["status"], answered["responseMinutes"]));

        // 11:00 on Friday to Tuesday 10:00: seven hours, a weekend, a holiday, one hour.
        crm.Clock.Advance(TimeSpan.FromHours(95));
        await crm.Do(new CloseInquiry(inquiry) { Resolution = "不足分を再送した" });
        var closed = await crm.Get(SupportContract.Inquiry, inquiry);
        Assert.Equal(("closed", 9 * 60m, null), (closed["status"], closed["resolutionMinutes"], closed["nextDue"]));
        Assert.Equal(
            [(null, "new"), ("new", "open"), ("open", "closed")],
            (await crm.Query(db => db.Changes.Where(c => c.InquiryId == inquiry).OrderBy(c => c.At).ThenBy(c => c.Id).Select(c => new { c.FromStatus, c.ToStatus }).ToListAsync())).Select(c => (c.FromStatus, c.ToStatus)));
    }

    [Theory, EveryDatabase]
    public async Task What_is_typed_into_the_form_is_taken_in_with_the_save(string database)
    {
        await using var crm = await SupportHost.Start(database);
        var company = await crm.Company("株式会社青葉製作所");
        var misaki = await crm.Person("高橋", "美咲", ("companyId", company));

        var saved = await crm.Ask(new SaveRecord(SupportContract.Inquiry, null, new Dictionary<string, object?> { ["subject"] = "数量が足りない", ["content"] = "納品書と合いません。", ["personId"] = misaki, ["complaint"] = true }));

        var inquiry = await crm.Get(SupportContract.Inquiry, saved.Id);
        Assert.Equal((saved.Version, "normal", company), (inquiry.Version, inquiry["priority"], inquiry["companyId"]));
        Assert.All(new[] { "receivedAt", "queueId", "responseDue", "resolutionDue", "nextDue" }, f => Assert.NotNull(inquiry[f]));
        Assert.Equal("phone", await crm.Query(db => db.Channels.Where(c => c.Id == (Guid)inquiry["channelId"]!).Select(c => c.Code).SingleAsync()));
        Assert.Equal("納品書と合いません。", Assert.Single((await crm.Ask(new GetThread(saved.Id))).Entries).Text);

        // An urgent matter is due sooner, at once.
        await crm.Ask(new SaveRecord(SupportContract.Inquiry, saved.Id, new Dictionary<string, object?> { ["priority"] = "urgent" }));
        Assert.True((DateTimeOffset)(await crm.Get(SupportContract.Inquiry, saved.Id))["responseDue"]! < (DateTimeOffset)inquiry["responseDue"]!);

        // What goes out afterwards finds nothing left to do.
        var before = await crm.Get(SupportContract.Inquiry, saved.Id);
        await crm.DeliverEvents();
        Assert.Equal(before.Version, (await crm.Get(SupportContract.Inquiry, saved.Id)).Version);
        Assert.Single((await crm.Ask(new GetThread(saved.Id))).Entries);
        Assert.Equal("new", Assert.Single(await crm.Query(db => db.Changes.Where(c => c.InquiryId == saved.Id).Select(c => c.ToStatus).ToListAsync())));
    }

    [Theory, EveryDatabase]
    public async Task Templates_are_filled_from_the_inquiry_and_those_of_its_type_come_first(string database)
    {
        await using var crm = await SupportHost.Start(database);
        var company = await crm.Company("株式会社青葉製作所");
        var misaki = await crm.Person("高橋", "美咲", ("companyId", company));
        var (billing, usage) = (await crm.TypeId("billing"), await crm.TypeId("usage"));
        await crm.Save(SupportContract.ReplyTemplate, ("name", "請求"), ("typeId", billing), ("position", 500), ("text", "{{会社}} {{ お客様 }} 様 「{{Subject}}」 {{number}} {{お客様"));
        await crm.Save(SupportContract.ReplyTemplate, ("name", "使い方"), ("typeId", usage), ("text", "使い方"));
        var inquiry = await crm.Inquiry("請求書の宛名", o => o with { PersonId = misaki, TypeId = billing });

        var templates = (await crm.Ask(new GetThread(inquiry))).Templates;

        Assert.Equal("請求", templates[0].Name);
        Assert.Equal($"株式会社青葉製作所 高橋 美咲 様 「請求書の宛名」 {(await crm.Get(SupportContract.Inquiry, inquiry))["number"]} {{{{お客様", templates[0].Text);
        Assert.DoesNotContain(templates, t => t.Name == "使い方");
        Assert.Contains(templates, t => t.Text.StartsWith("高橋 美咲 様", StringComparison.Ordinal));
        Assert.Equal("support.unknown-place", Assert.Single((await crm.Send(new SaveRecord(SupportContract.ReplyTemplate, null, new Dictionary<string, object?> { ["name"] = "違う", ["text"] = "{{名前}}" }))).Problems).Code);
    }

    [Theory, EveryDatabase]
    public async Task Who_asked_becomes_a_person_and_what_they_asked_before_is_theirs(string database)
    {
        await using var crm = await SupportHost.Start(database);
        var first = await crm.Inquiry("カタログ希望");
        var second = await crm.Inquiry("カタログはまだですか");
        var other = await crm.Inquiry("別の方", o => o with { FromEmail = "other@aoba.example" });

        Assert.Equal("required", Assert.Single((await crm.Send(new RegisterCustomer(second, " "))).Problems).Code);
        var person = await crm.Ask(new RegisterCustomer(second, "高橋") { FirstName = "美咲", Email = "misaki@aoba.example" });

        var known = await crm.Get(CustomersContract.Person, person);
        Assert.Equal(("高橋", "美咲", "misaki@aoba.example"), (known["lastName"], known["firstName"], known["email"]));
        Assert.Equal([person, person, null], new[] { await Of(first), await Of(second), await Of(other) });
        Assert.Equal("support.customer-known", Assert.Single((await crm.Send(new RegisterCustomer(first, "高橋"))).Problems).Code);

        async Task<Guid?> Of(Guid inquiry) => (Guid?)(await crm.Get(SupportContract.Inquiry, inquiry))["personId"];
    }

    [Theory, EveryDatabase]
    public async Task While_the_customer_has_to_answer_the_clock_stands_still(string database)
    {
        await using var crm = await SupportHost.Start(database);
        var inquiry = await crm.Inquiry("見積の内容", o => o with { Priority = "high" });
        await crm.Ask(new Reply(inquiry, "型番をお知らせください。") { Then = "wait" });
        var before = (DateTimeOffset)(await crm.Get(SupportContract.Inquiry, inquiry))["resolutionDue"]!;

        // Over the weekend and the holiday to Tuesday, 12:00: eight hours of Friday and three of Tuesday are not counted.
        crm.Clock.Advance(TimeSpan.FromHours(98));
        Assert.Null((await crm.Get(SupportContract.Inquiry, inquiry))["nextDue"]);
        await crm.Do(new ResumeInquiry(inquiry));

        var after = await crm.Get(SupportContract.Inquiry, inquiry);
        Assert.Equal(new DateTime(2026, 11, 25, 10, 0, 0), Local(before), TimeSpan.FromSeconds(5));
        Assert.Equal(new DateTime(2026, 11, 26, 12, 0, 0), Local(after["resolutionDue"]), TimeSpan.FromSeconds(5));
        Assert.Equal("support.not-waiting", await crm.Refused(new ResumeInquiry(inquiry)));
    }

    [Theory, EveryDatabase]
    public async Task A_closed_inquiry_is_reopened_without_the_time_it_was_closed(string database)
    {
        await using var crm = await SupportHost.Start(database);
        var inquiry = await crm.Inquiry("請求書の宛名");
        crm.Clock.Advance(TimeSpan.FromHours(1));
        await crm.Do(new CloseInquiry(inquiry));
        Assert.Equal("support.closed", await crm.Refused(new CloseInquiry(inquiry)));
        crm.Clock.Advance(TimeSpan.FromHours(3));
        await crm.Do(new ReopenInquiry(inquiry));
        crm.Clock.Advance(TimeSpan.FromHours(1));
        await crm.Do(new CloseInquiry(inquiry));

        var again = await crm.Get(SupportContract.Inquiry, inquiry);
        Assert.Equal((120m, 1m), (again["resolutionMinutes"], again["reopened"]));
    }

    [Theory, EveryDatabase]
    public async Task What_a_form_or_a_file_brings_is_taken_in_too(string database)
    {
        await using var crm = await SupportHost.Start(database);
        var type = await crm.TypeId("order");
        var inquiry = await crm.Save(SupportContract.Inquiry, ("subject", "納期の確認"), ("typeId", type));
        var old = await crm.Save(SupportContract.Inquiry, ("subject", "昔の問い合わせ"), ("status", "closed"), ("receivedAt", "2025-03-03T10:00"), ("closedAt", "2025-03-04T10:00"));
        await crm.DeliverEvents();

        var taken = await crm.Get(SupportContract.Inquiry, inquiry);
        Assert.Equal(("high", true), (taken["priority"], taken["queueId"] is not null));
        Assert.NotNull(taken["responseDue"]);
        Assert.Null((await crm.Get(SupportContract.Inquiry, old))["responseDue"]);

        await crm.Ask(new SaveRecord(SupportContract.Inquiry, inquiry, new Dictionary<string, object?> { ["priority"] = "urgent" }));
        await crm.DeliverEvents();
        Assert.True((DateTimeOffset)(await crm.Get(SupportContract.Inquiry, inquiry))["responseDue"]! < (DateTimeOffset)taken["responseDue"]!);
        var byHand = await crm.Send(new SaveRecord(SupportContract.Inquiry, inquiry, new Dictionary<string, object?> { ["status"] = "waiting" }));
        Assert.Equal("support.status-by-steps", Assert.Single(byHand.Problems).Code);
    }

    [Theory, EveryDatabase]
    public async Task A_complaint_needs_its_cause_shows_at_the_next_contact_and_is_known_when_it_recurs(string database)
    {
        await using var crm = await SupportHost.Start(database);
        var company = await crm.Company("株式会社青葉製作所");
        var person = await crm.Person("高橋", "美咲", ("companyId", company));
        var product = await crm.Save(CustomersContract.Product, ("name", "梱包機 PK-200"));
        OpenInquiry About(OpenInquiry o) => o with { PersonId = person, CompanyId = company, ProductId = product, Complaint = true };
        var first = await crm.Inquiry("梱包機が止まる", About);

        Assert.Equal([company, person], (await crm.Ask(new GetOpenComplaints([company, person, Ids.New()]))).Order());
        var card = (await crm.Render<CustomerSupportCard>(CustomersContract.Company, company)).Body!;
        Assert.Contains("梱包機が止まる", card.QuerySelector("[data-open-complaint]")!.TextContent, StringComparison.Ordinal);

        Assert.Equal("support.complaint-needs-cause", await crm.Refused(new CloseInquiry(first)));
        await crm.Do(new CloseInquiry(first) { Cause = "センサーの不良", Satisfied = "当日の交換", NotSatisfied = "部品の到着を待つ案" });
        Assert.Empty(await crm.Ask(new GetOpenComplaints([company, person])));

        crm.Clock.Advance(TimeSpan.FromDays(60));
        var second = await crm.Inquiry("また止まる", About);
        Assert.Equal(true, (await crm.Get(SupportContract.Inquiry, second))["recurrence"]);
        Assert.Equal(false, (await crm.Get(SupportContract.Inquiry, first))["recurrence"]);
        var cards = await crm.Ask(new GetComplaints(person));
        Assert.Equal([("また止まる", true, true), ("梱包機が止まる", false, false)], cards.Select(c => (c.Subject, c.Open, c.Recurrence)));
        Assert.Equal("部品の到着を待つ案", cards[1].NotSatisfied);
    }

    [Theory, EveryDatabase]
    public async Task Messages_stay_as_they_were_written_and_notes_are_for_staff(string database)
    {
        await using var crm = await SupportHost.Start(database);
        var inquiry = await crm.Inquiry("使い方");
        var note = await crm.Ask(new AddNote(inquiry, "前任者に確認する"));
        var reply = await crm.Ask(new Reply(inquiry, "お電話で回答しました。") { ByMail = false });

        var thread = await crm.Ask(new GetThread(inquiry));
        Assert.Equal(["customer", "note", "reply"], thread.Entries.Select(e => e.Kind));
        Assert.Null(thread.Entries[2].Delivery);
        Assert.Empty(await crm.Query(db => db.Outgoing.ToListAsync()));
        foreach (var id in new[] { note, reply })
        {
            var rewritten = await crm.Send(new SaveRecord(SupportContract.Message, id, new Dictionary<string, object?> { ["text"] = "言っていない" }));
            Assert.Equal("support.message-stays", Assert.Single(rewritten.Problems).Code);
        }

        Assert.Equal("support.nothing-written", Assert.Single((await crm.Send(new Reply(inquiry, " "))).Problems).Code);
    }

    [Theory, EveryDatabase]
    public async Task The_desk_shows_what_is_due_first_and_only_what_one_may_read(string database)
    {
        await using var crm = await SupportHost.Start(database);
        var low = await crm.Inquiry("ご意見", o => o with { Priority = "low" });
        var urgent = await crm.Inquiry("停止した", o => o with { Priority = "urgent" });
        var waiting = await crm.Inquiry("返事待ち", o => o with { Priority = "urgent" });
        await crm.Do(new PauseInquiry(waiting));
        crm.Clock.Advance(TimeSpan.FromHours(2));

        var desk = await crm.Ask(new GetDesk(Piles.All, null));
        Assert.Equal([urgent, low, waiting], desk.Rows.Select(r => r.Id));
        Assert.Equal((true, false, 1, 1), (desk.Rows[0].Late, desk.Rows[1].Late, desk.Counts[Piles.Late], desk.Counts[Piles.Waiting]));
        Assert.Empty((await crm.Ask(new GetDesk(Piles.All, null), actor: TestHost.UserWith((SupportContract.Inquiry, RecordAction.Read, Reach.Own)))).Rows);
    }

    [Theory, EveryDatabase]
    public async Task What_is_overdue_is_told_once_for_each_target(string database)
    {
        await using var crm = await SupportHost.Start(database);
        var hanako = (await crm.Ask(new Crm.Platform.Identity.Users.InviteUser("hanako@example.jp", "窓口 花子") { Roles = ["support"] })).Id;
        var inquiry = await crm.Inquiry("停止した", o => o with { Priority = "urgent", OwnerId = hanako });

        Assert.Equal(0, await crm.Run<Escalation>());
        crm.Clock.Advance(TimeSpan.FromMinutes(70));
        Assert.Equal(1, await crm.Run<Escalation>());
        Assert.Equal(0, await crm.Run<Escalation>());
        await crm.Ask(new Reply(inquiry, "確認中です。"));
        crm.Clock.Advance(TimeSpan.FromHours(4));
        Assert.Equal(1, await crm.Run<Escalation>());
    }

    [Theory, EveryDatabase]
    public async Task Others_hear_of_inquiries_and_what_is_switched_off_shows_no_trace(string database)
    {
        await using var crm = await SupportHost.Start(database);
        var company = await crm.Company("東西物産株式会社");
        await crm.Inquiry("納品書の再発行", o => o with { CompanyId = company });
        var linked = await crm.Inquiry("納品書の件", o => o with { CompanyId = company });
        var first = (await crm.List(SupportContract.Inquiry, Filter.Eq("subject", "納品書の再発行"))).Rows[0].Id;
        await crm.Ask(new LinkInquiries(linked, first, "follows"));
        Assert.Equal("support.linked-to-itself", Assert.Single((await crm.Send(new LinkInquiries(first, first))).Problems).Code);
        Assert.Single((await crm.Ask(new GetThread(first))).Linked);

        var tenants = crm.Services.GetRequiredService<Crm.Platform.Tenancy.Tenants>();
        await tenants.Switch(crm.Tenant.Id, "support", on: false, CancellationToken.None);
        Assert.True((await crm.Send(new ListRecords(SupportContract.Inquiry))).Failed);
        Assert.True((await crm.Send(new GetOpenComplaints([company]))).Failed);
        await crm.DeliverEvents();
        await tenants.Switch(crm.Tenant.Id, "support", on: true, CancellationToken.None);
        await crm.DeliverEvents();
        Assert.Equal(2, (await crm.List(SupportContract.Inquiry)).Rows.Count);
    }

    private static TimeOnly TimeOf(object? moment) => TimeOnly.FromDateTime(Local(moment)) is var time ? new TimeOnly(time.Hour, time.Minute) : default;

    private static DateTime Local(object? moment) => ((DateTimeOffset)moment!).ToOffset(TimeSpan.FromHours(9)).DateTime;
}
