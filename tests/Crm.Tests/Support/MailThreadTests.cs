using System.Text.Json;
using Crm.Platform.Tenancy;
using Crm.Support.Contracts;
using Crm.Support.Desk;
using Crm.Support.Mailing;
using Crm.Tests.Customers;
using Crm.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Crm.Tests.Support;

/// <summary>Mail out and in: answers find their inquiry, strangers get one of their own.</summary>
public sealed class MailThreadTests
{
    private const string Secret = "s3cret-of-the-hook";

    [Theory, EveryDatabase]
    public async Task A_reply_goes_out_and_its_answer_comes_back_to_the_same_inquiry(string database)
    {
        await using var crm = await Started(database);
        var inquiry = await crm.Inquiry("数量が足りない");
        await crm.Ask(new Reply(inquiry, "在庫を確認しております。") { Then = "wait" });
        await crm.DeliverEvents();
        var sent = Assert.Single(Sent(crm));
        Assert.Contains("misaki@aoba.example", sent, StringComparison.Ordinal);
        var messageId = Header(sent, "Message-ID");

        crm.Clock.Advance(TimeSpan.FromHours(1));
        var answer = await crm.Ask(Mail("高橋 美咲 <misaki@aoba.example>", "Re: 違う件名", "型番は PK-200 です。\n\n2026年11月20日(金) 10:00 <crm@localhost>:\n> 在庫を確認しております。", ("In-Reply-To", messageId), ("Message-ID", "<a1@aoba.example>")));
        var again = await crm.Ask(Mail("misaki@aoba.example", "Re: 違う件名", "型番は PK-200 です。", ("In-Reply-To", messageId), ("Message-ID", "<a1@aoba.example>")));

        Assert.Equal((inquiry, false), (answer.InquiryId, answer.Opened));
        Assert.Equal(answer.MessageId, again.MessageId);
        Assert.Equal("open", (await crm.Get(SupportContract.Inquiry, inquiry))["status"]);
        var thread = await crm.Ask(new GetThread(inquiry));
        Assert.Equal(["customer", "reply", "customer"], thread.Entries.Select(e => e.Kind));
        Assert.Equal(("型番は PK-200 です。", "sent"), (thread.Entries[2].Text, thread.Entries[1].Delivery));
    }

    [Theory, EveryDatabase]
    public async Task A_mail_from_outside_opens_an_inquiry_of_the_right_person_and_is_acknowledged_once(string database)
    {
        await using var crm = await Started(database);
        var company = await crm.Company("株式会社青葉製作所");
        await crm.Person("鈴木", "一郎", ("email", "info@aoba.example"), ("companyId", company));
        var misaki = await crm.Person("高橋", "美咲", ("email", "info@aoba.example"), ("companyId", company));

        var first = await crm.Ask(Mail("高橋 美咲 <info@aoba.example>", "見積のお願い", "見積をお願いします。", ("Message-ID", "<b1@aoba.example>")));
        var second = await crm.Ask(Mail("info@aoba.example", "別の件", "部署からです。", ("Message-ID", "<b2@aoba.example>")));
        await crm.DeliverEvents();

        var known = await crm.Get(SupportContract.Inquiry, first.InquiryId!.Value);
        Assert.Equal((misaki, company, "見積のお願い"), (known["personId"], known["companyId"], known["subject"]));
        Assert.Null((await crm.Get(SupportContract.Inquiry, second.InquiryId!.Value))["personId"]);
        Assert.Contains("<b1@aoba.example>", Header(Assert.Single(Sent(crm)), "In-Reply-To"), StringComparison.Ordinal);
    }

    [Theory, EveryDatabase]
    public async Task A_lost_thread_is_found_by_its_number_only_for_whom_it_belongs_to(string database)
    {
        await using var crm = await Started(database);
        var inquiry = await crm.Inquiry("数量が足りない");
        var number = (string)(await crm.Get(SupportContract.Inquiry, inquiry))["number"]!;

        var theirs = await crm.Ask(Mail("misaki@aoba.example", $"Fwd: [{number}]", "追加です。"));
        var others = await crm.Ask(Mail("stranger@example.com", $"Fwd: [{number}]", "見せてください。"));

        Assert.Equal((inquiry, false), (theirs.InquiryId, theirs.Opened));
        Assert.True(others.Opened);
    }

    [Theory, EveryDatabase]
    public async Task Machines_are_not_answered_and_move_nothing(string database)
    {
        await using var crm = await Started(database);
        var inquiry = await crm.Inquiry("数量が足りない");
        await crm.Ask(new Reply(inquiry, "型番をお知らせください。") { Then = "wait" });
        await crm.DeliverEvents();
        var id = Header(Assert.Single(Sent(crm)), "Message-ID");

        await crm.Ask(Mail("misaki@aoba.example", "不在通知", "休暇中です。", ("In-Reply-To", id), ("Auto-Submitted", "auto-replied")));
        await crm.Ask(Mail("MAILER-DAEMON@aoba.example", "Undelivered", $"no such user\n\nFrom: us\nMessage-ID: {id}\nSubject: Re"));
        await crm.DeliverEvents();

        Assert.Equal("waiting", (await crm.Get(SupportContract.Inquiry, inquiry))["status"]);
        Assert.Equal(["customer", "reply", "customer", "note"], (await crm.Ask(new GetThread(inquiry))).Entries.Select(e => e.Kind));
        Assert.Single(Sent(crm));
    }

    [Theory, EveryDatabase]
    public async Task An_answering_machine_opens_no_inquiry_and_a_web_form_that_mails_does(string database)
    {
        await using var crm = await Started(database);
        var away = await crm.Ask(Mail("stranger@example.com", "不在通知", "休暇中です。", ("Auto-Submitted", "auto-replied; owner-email=\"s@example.com\"")));
        var back = await crm.Ask(Mail("MAILER-DAEMON@example.com", "Undelivered", "no such user"));
        var form = await crm.Ask(Mail("shop@example.com", "お問い合わせフォーム", "在庫はありますか。", ("Auto-Submitted", "auto-generated")));
        await crm.DeliverEvents();

        Assert.Equal(((Guid?)null, (Guid?)null), (away.InquiryId, back.InquiryId));
        Assert.True(form.Opened);
        Assert.Equal(1, await crm.Query(db => db.Inquiries.CountAsync()));
        Assert.Empty(Sent(crm));
    }

    [Theory, EveryDatabase]
    public async Task What_a_machine_writes_says_so_and_what_a_person_writes_does_not(string database)
    {
        await using var crm = await Started(database);
        var opened = await crm.Ask(Mail("misaki@aoba.example", "見積のお願い", "見積をお願いします。", ("Message-ID", "<m1@aoba.example>")));
        await crm.DeliverEvents();
        Assert.Equal("auto-replied", Header(Assert.Single(Sent(crm)), "Auto-Submitted"));

        await crm.Ask(new Reply(opened.InquiryId!.Value, "承知しました。"));
        await crm.DeliverEvents();
        Assert.Single(Sent(crm), m => !m.Contains("Auto-Submitted", StringComparison.OrdinalIgnoreCase));
    }

    [Theory, EveryDatabase]
    public async Task Others_get_a_copy_of_a_reply_and_the_thread_says_who(string database)
    {
        await using var crm = await Started(database);
        var inquiry = await crm.Inquiry("数量が足りない");
        await crm.Ask(new Reply(inquiry, "在庫を確認しております。") { Cc = "boss@aoba.example、 Boss@aoba.example,sales@aoba.example" });
        await crm.DeliverEvents();

        Assert.Equal("boss@aoba.example, sales@aoba.example", Header(Assert.Single(Sent(crm)), "Cc"));
        Assert.Equal("boss@aoba.example,sales@aoba.example", (await crm.Ask(new GetThread(inquiry))).Entries[^1].Cc);
        Assert.Equal("support.bad-copy", Assert.Single((await crm.Send(new Reply(inquiry, "もう一度") { Cc = "boss@aoba.example, だれか" })).Problems).Code);
        Assert.Equal("support.bad-copy", Assert.Single((await crm.Send(new Reply(inquiry, "もう一度") { Cc = string.Join(',', Enumerable.Range(0, 11).Select(i => $"a{i}@b.example")) })).Problems).Code);
        Assert.Equal(2, (await crm.Ask(new GetThread(inquiry))).Entries.Count);
    }

    [Theory, EveryDatabase]
    public async Task Attachments_come_along(string database)
    {
        await using var crm = await Started(database);
        var mail = Mail("misaki@aoba.example", "写真", "破損の写真です。") with { Attachments = [new MailFile("../破損.jpg", "image/jpeg", Convert.ToBase64String([1, 2, 3])), new MailFile("壊れた", null, "これは違う")] };

        var received = await crm.Ask(mail);

        var file = Assert.Single(Assert.Single((await crm.Ask(new GetThread(received.InquiryId!.Value))).Entries, e => e.Kind == "customer").Files);
        Assert.Equal("破損.jpg", file.Name);
    }

    [Fact]
    public async Task Settings_keep_their_rules_and_the_audit_does_not_tell_the_secret()
    {
        await using var crm = await Started(Databases.Sqlite);
        Assert.Equal("too-short", Assert.Single((await crm.Send(new Crm.Platform.Settings.ChangeSettings("support", new Dictionary<string, object?> { ["mailSecret"] = "short" }))).Problems).Code);
        Assert.Equal("support.hours-unreadable", Assert.Single((await crm.Send(new Crm.Platform.Settings.ChangeSettings("support", new Dictionary<string, object?> { ["monday"] = "朝から晩まで" }))).Problems).Code);
        await crm.Set(("mailSecret", Secret + "-2"));

        await using var scope = await crm.Scope();
        var told = await (await scope.Get<Crm.Platform.Storage.Session>().Sql(CancellationToken.None)).Rows(
            $"SELECT changes FROM platform_audit WHERE tenant_id = {crm.Tenant.Id} AND record_type = {"platform.module"}", r => r.Text(0), CancellationToken.None);
        Assert.Equal(2, told.Count(t => t.Contains("***", StringComparison.Ordinal)));
        Assert.All(told, t => Assert.DoesNotContain(Secret, t, StringComparison.Ordinal));
    }

    [Fact]
    public void What_providers_post_is_read()
    {
        var list = ReadMail.Of(new ReceiveMail("=山田= <hana..ko@docomo.ne.jp>", Subject: "件\r\n名", Html: "<style>x</style><p>一行目<br>二行目</p><script>alert(1)</script>&lt;三&gt;", Headers: JsonDocument.Parse("""[{"Name":"Message-Id","Value":"<x@y>"},{"Name":"References","Value":"<a@b> <c@d>"}]""").RootElement))!;
        Assert.Equal(("hana..ko@docomo.ne.jp", "件名", "x@y"), (list.Address, list.Subject, list.MailId));
        Assert.Equal(["c@d", "a@b"], list.Answers);
        Assert.Equal("一行目\n二行目\n<三>", list.Text);
        Assert.Null(ReadMail.Of(new ReceiveMail("だれか")));
    }

    [Fact]
    public void A_line_made_to_be_slow_is_read_at_once()
    {
        var line = new string(' ', 40) + new string('<', 40) + string.Concat(Enumerable.Repeat("a@", 20_000));
        var html = string.Concat(Enumerable.Repeat("<head", 100_000)) + "<p>本文</p>";

        Assert.Equal(line.Trim() + "\n続き", MailText.Fresh(line + "\n続き"));
        Assert.NotNull(MailText.FromHtml(html));
        Assert.Equal("前\n後", MailText.FromHtml("<head><title>件名</title></head><p>前</p><!-- <p>裏</p> -->後<style>p{}</style><header></header><script>alert(1)"));
        Assert.Equal(("承知しました。", "高橋 <misaki@aoba.example>:\n> いかがですか"), MailText.Split("承知しました。\n\n高橋 <misaki@aoba.example>:\n> いかがですか"));
    }

    [Theory, EveryDatabase]
    public async Task A_file_of_somebody_else_is_not_given_away(string database)
    {
        await using var crm = await Started(database);
        var inquiry = await crm.Inquiry("図面がほしい");
        var (one, other) = (Desk(), Desk());
        Guid file;
        await using (var scope = await crm.Scope(actor: one)) file = await scope.Get<Crm.Sdk.Files.IFiles>().Save("秘密.pdf", "application/pdf", new MemoryStream([1, 2, 3]));

        Assert.Equal("support.no-such-file", Assert.Single((await crm.Send(new Reply(inquiry, "添付します。") { File = file }, actor: other)).Problems).Code);
        Assert.Equal("support.no-such-file", Assert.Single((await crm.Send(new AddNote(inquiry, "控え") { File = Crm.Sdk.Records.Ids.New() }, actor: one)).Problems).Code);
        Assert.False((await crm.Send(new Reply(inquiry, "添付します。") { File = file }, actor: one)).Failed);

        static Actor Desk() => TestHost.UserWith(
            (SupportContract.Inquiry, Crm.Sdk.Users.RecordAction.Read, Crm.Sdk.Users.Reach.All), (SupportContract.Inquiry, Crm.Sdk.Users.RecordAction.Edit, Crm.Sdk.Users.Reach.All),
            (SupportContract.Message, Crm.Sdk.Users.RecordAction.Create, Crm.Sdk.Users.Reach.All));
    }

    private static async Task<TestHost> Started(string database)
    {
        var crm = await SupportHost.Start(database);
        await crm.Set(("mailSecret", Secret), ("replyTo", "desk@example.jp"));
        return crm;
    }

    private static ReceiveMail Mail(string from, string subject, string text, params (string Name, string Value)[] headers) =>
        new(from, "desk@example.jp", subject, text, Headers: JsonSerializer.SerializeToElement(headers.ToDictionary(h => h.Name, h => h.Value)));

    private static List<string> Sent(TestHost crm)
    {
        var folder = Path.Combine(crm.Services.GetRequiredService<Crm.Platform.Storage.Databases>().DataFolder, "mail");
        return Directory.Exists(folder) ? [.. Directory.GetFiles(folder, "*.eml").Select(File.ReadAllText)] : [];
    }

    private static string Header(string mail, string name) =>
        mail.Replace("\r\n ", " ", StringComparison.Ordinal).Split("\r\n").First(l => l.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))[(name.Length + 1)..].Trim();
}
