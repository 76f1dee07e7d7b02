using System.Text.Json.Nodes;
using Crm.Campaigns.Audience;
using Crm.Campaigns.Contracts;
using Crm.Campaigns.Sending;
using Crm.Customers.Contracts;
using Crm.Sdk.Messaging;
using Crm.Sdk.Modules;
using Crm.Sdk.Records;
using Crm.Sdk.Users;
using Crm.Tests.Customers;
using Crm.Tests.Infrastructure;
using Crm.Tests.Webhooks;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Crm.Tests.Campaigns;

/// <summary>From the segment to the server: who gets it, who does not and why, each once.</summary>
public sealed class SendingTests
{
    [Theory, EveryDatabase]
    public async Task Where_four_eyes_are_wanted_neither_owner_nor_who_prepared_it_approves(string database)
    {
        using var server = new SmtpPostbox();
        await using var crm = await CampaignsHost.Start(database, server);
        await crm.SetCampaigns(("fourEyes", true));
        await crm.Reader("佐藤", "花子", "hanako@example.jp");
        var (author, colleague) = (Somebody("営業 花子"), Somebody("管理 太郎"));
        var campaign = await crm.Campaign();
        Assert.False((await crm.Send(new PrepareCampaign(campaign), actor: author)).Failed);
        await crm.RunJob<DrawUpAudience>($$"""{"campaign":"{{campaign}}"}""");

        Assert.Equal("campaigns.own-approval", Assert.Single((await crm.Send(new ApproveCampaign(campaign), actor: author)).Problems).Code);
        Assert.False((await crm.Send(new ApproveCampaign(campaign), actor: colleague)).Failed);

        static Crm.Platform.Tenancy.Actor Somebody(string name) => new(Crm.Sdk.Records.Ids.New(), name, Crm.Sdk.Users.ChangeSource.Screen, Crm.Platform.Tenancy.AccessRights.OfTenant);
    }

    [Theory, EveryDatabase]
    public async Task Everybody_who_agreed_gets_one_mail_and_each_of_the_others_has_a_reason(string database)
    {
        using var server = new SmtpPostbox();
        await using var crm = await CampaignsHost.Start(database, server, new ComplaintsModule());
        var hanako = await crm.Reader("佐藤", "花子", "hanako@example.jp");
        var ichiro = await crm.Reader("鈴木", "一郎", "ichiro@example.jp");
        var same = await crm.Reader("佐藤", "太郎", "hanako@EXAMPLE.jp");
        var silent = await crm.Person("高橋", "美咲", ("email", "misaki@example.jp"));
        var refused = await crm.Reader("田中", "健", "ken@example.jp", ("mailMagazine", "no"));
        var nowhere = await crm.Reader("伊藤", "舞", "mai@example.jp");
        await crm.Save(CustomersContract.Person, nowhere, ("email", ""));
        var angry = await crm.Reader("苦情", "有", "angry@example.jp");
        var bounced = await crm.Reader("渡辺", "蓮", "ren@example.jp");
        await crm.SetCampaigns(("hookSecret", "s3cret-of-the-hook"));
        await crm.Done(new NoteBounce("bounce", Email: "ren@example.jp"));

        var campaign = await crm.Campaign();
        await crm.Send(campaign);

        Assert.Equal(["hanako@example.jp", "ichiro@example.jp"], server.Mails.Select(m => m.To).Order(StringComparer.Ordinal));
        var all = (await crm.Recipients(campaign)).ToDictionary(r => r.CustomerId);
        Assert.Equal(8, all.Count);
        Assert.All([hanako, ichiro], id => Assert.Equal((RecipientStates.Sent, "250 2.0.0 ok: queued"), (all[id].State, all[id].Answer)));
        Assert.Equal(CampaignsContract.Exclusions.DuplicateAddress, all[same].Reason);
        Assert.Equal(ContactAnswer.NoBasis, all[silent].Reason);
        Assert.Equal(ContactAnswer.Refused, all[refused].Reason);
        Assert.Equal(ContactAnswer.NoAddress, all[nowhere].Reason);
        Assert.Equal(CampaignsContract.Exclusions.OnHold, all[angry].Reason);
        Assert.Equal(CampaignsContract.Exclusions.Bounced, all[bounced].Reason);
        Assert.Equal(CampaignsContract.Status.Done, (await crm.Get(CampaignsContract.Campaign, campaign))["status"]);
        var report = await crm.Ask(new GetAudience(campaign));
        Assert.Equal((8, 8), (report.All, report.States.Sum(s => s.Count)));
        Assert.Equal(6, report.Reasons.Sum(r => r.Count));
        Assert.Contains(report.Reasons, r => r.Text.Ja == "対応中の苦情がある");
    }

    [Theory, EveryDatabase]
    public async Task Consent_that_is_withdrawn_after_the_audience_was_drawn_up_still_counts(string database)
    {
        using var server = new SmtpPostbox();
        await using var crm = await CampaignsHost.Start(database, server);
        var hanako = await crm.Reader("佐藤", "花子", "hanako@example.jp");
        await crm.Reader("鈴木", "一郎", "ichiro@example.jp");
        var campaign = await crm.Campaign();
        await crm.Approve(campaign);

        await crm.Done(new WithdrawConsent(hanako, "newsletter", "email", "電話"));
        await crm.RunJob<SendDue>();

        Assert.Equal(["ichiro@example.jp"], server.Mails.Select(m => m.To));
        Assert.Equal(ContactAnswer.Withdrawn, (await crm.Recipient(campaign, hanako)).Reason);
    }

    [Fact]
    public async Task When_somebody_cannot_say_whom_to_leave_out_nobody_is_sent_anything()
    {
        using var server = new SmtpPostbox();
        await using var crm = await CampaignsHost.Start(Databases.Sqlite, server, new ComplaintsModule());
        await crm.Reader("佐藤", "花子", "hanako@example.jp");
        var campaign = await crm.Campaign();
        await crm.Approve(campaign);
        await crm.Person("壊れた", "記録");
        await crm.Reader("停止", "させる", "break@example.jp");

        ComplaintsModule.Breaks = true;
        try
        {
            await Assert.ThrowsAsync<AggregateException>(() => crm.RunJob<SendDue>());
        }
        finally
        {
            ComplaintsModule.Breaks = false;
        }

        Assert.Empty(server.Mails);
    }

    [Fact]
    public async Task Who_may_not_see_addresses_is_told_so_and_nobody_is_left_out_for_it()
    {
        await using var crm = await CampaignsHost.Start(Databases.Sqlite);
        await crm.Reader("佐藤", "花子", "hanako@example.jp");
        var campaign = await crm.Campaign();
        string[] types = [CampaignsContract.Campaign, CampaignsContract.Template, CustomersContract.Person, CustomersContract.Segment, CustomersContract.Purpose];
        var clerk = TestHost.UserWithout(["customers.person/email"], [], [.. types.SelectMany(t => new[] { (t, RecordAction.Read, Reach.All), (t, RecordAction.Edit, Reach.All) })]);

        Assert.Equal("campaigns.hidden-address", (await crm.Send(new PrepareCampaign(campaign), actor: clerk)).Problems.Single().Code);
        Assert.Equal(CampaignsContract.Status.Draft, (await crm.Get(CampaignsContract.Campaign, campaign))["status"]);

        // Should it come to a run all the same, it fails as a whole.
        await crm.Done(new PrepareCampaign(campaign));
        await Assert.ThrowsAsync<InvalidOperationException>(() => crm.RunJob<DrawUpAudience>($$"""{"campaign":"{{campaign}}"}""", actor: clerk));
        Assert.Empty(await crm.Recipients(campaign));
        await crm.RunJob<DrawUpAudience>($$"""{"campaign":"{{campaign}}"}""");
        Assert.Equal(RecipientStates.Waiting, Assert.Single(await crm.Recipients(campaign)).State);
    }

    [Theory, EveryDatabase]
    public async Task A_campaign_goes_back_to_a_draft_wholly_or_not_at_all(string database)
    {
        using var server = new SmtpPostbox();
        await using var crm = await CampaignsHost.Start(database, server, new PryingModule());
        await crm.Reader("佐藤", "花子", "hanako@example.jp");
        await crm.Reader("鈴木", "一郎", "ichiro@example.jp");
        var (refused, back) = (await crm.Campaign(), await crm.Campaign());
        await crm.Approve(refused);
        await crm.Approve(back);

        // The save is refused: everybody is still there, and gets it.
        PryingModule.Before = () => Task.FromResult<Crm.Sdk.Problem?>(new Crm.Sdk.Problem("conflict", ("ほかの人が先に変更しました。", "Somebody else changed this.")));
        Assert.Equal("conflict", (await crm.Problems(new RedraftCampaign(refused)))[0].Code);
        PryingModule.Before = null;
        Assert.Equal(2, (await crm.Recipients(refused)).Count(r => r.State == RecipientStates.Waiting));
        await crm.Done(new RedraftCampaign(back));
        Assert.Equal(CampaignsContract.Status.Draft, (await crm.Get(CampaignsContract.Campaign, back))["status"]);
        Assert.Empty(await crm.Recipients(back));
        await crm.RunJob<SendDue>();
        Assert.Equal(["hanako@example.jp", "ichiro@example.jp"], server.Mails.Select(m => m.To).Order(StringComparer.Ordinal));
        Assert.Equal("campaigns.wrong-status", (await crm.Problems(new RedraftCampaign(refused)))[0].Code);

        // A round begins between the look and the save: whom it has taken stays known, and the campaign is not sent to them once more.
        await crm.Approve(back);
        var taken = (await crm.Recipients(back))[0].Id;
        PryingModule.Before = async () =>
        {
            await crm.InDb(db => db.Recipients.Where(r => r.Id == taken).ExecuteUpdateAsync(set => set.SetProperty(r => r.State, RecipientStates.Sending)));
            PryingModule.Before = null;
            return null;
        };
        Assert.Equal("campaigns.has-begun", (await crm.Problems(new RedraftCampaign(back)))[0].Code);
        Assert.Equal(CampaignsContract.Status.Stopped, (await crm.Get(CampaignsContract.Campaign, back))["status"]);
        Assert.Equal(taken, Assert.Single(await crm.Recipients(back)).Id);
    }

    [Fact]
    public async Task A_server_that_says_later_is_asked_again_and_one_that_knows_nobody_is_not()
    {
        using var server = new SmtpPostbox { AnswersTo = to => to.StartsWith("full", StringComparison.Ordinal) ? "452 4.2.2 mailbox full" : to.StartsWith("gone", StringComparison.Ordinal) ? "550 5.1.1 no such user" : null };
        await using var crm = await CampaignsHost.Start(Databases.Sqlite, server);
        var full = await crm.Reader("満", "杯", "full@example.jp");
        var gone = await crm.Reader("不", "在", "gone@example.jp");
        await crm.Reader("佐藤", "花子", "hanako@example.jp");
        var campaign = await crm.Campaign();
        await crm.Send(campaign);

        Assert.Equal((RecipientStates.Waiting, 1), ((await crm.Recipient(campaign, full)).State, (await crm.Recipient(campaign, full)).Attempts));
        Assert.Equal(RecipientStates.Failed, (await crm.Recipient(campaign, gone)).State);
        Assert.True(await crm.InDb(db => db.Suppressions.AnyAsync(s => s.AddressKey == "gone@example.jp" && s.Reason == CampaignsContract.Exclusions.Bounced)));

        server.AnswersTo = _ => null;
        crm.Clock.Advance(TimeSpan.FromMinutes(6));
        await crm.RunJob<SendDue>();

        Assert.Equal(["full@example.jp", "hanako@example.jp"], server.Mails.Select(m => m.To).Order(StringComparer.Ordinal));
        Assert.Equal(CampaignsContract.Status.Done, (await crm.Get(CampaignsContract.Campaign, campaign))["status"]);
    }

    [Theory, InlineData("report"), InlineData("again")]
    public async Task A_line_that_breaks_after_the_mail_was_said_leaves_it_in_doubt_or_sends_it_again_by_the_setting(string rule)
    {
        using var server = new SmtpPostbox { DiesAfter = number => number == 1 };
        await using var crm = await CampaignsHost.Start(Databases.Sqlite, server);
        await crm.SetCampaigns(("inDoubt", rule), ("lines", 1));
        for (var i = 0; i < 3; i++) await crm.Reader("客", $"{i}", $"c{i}@example.jp");
        var campaign = await crm.Campaign();
        await crm.Send(campaign);
        crm.Clock.Advance(TimeSpan.FromMinutes(6));
        await crm.RunJob<SendDue>();

        var doubt = (await crm.Recipients(campaign)).Where(r => r.State == RecipientStates.InDoubt).ToList();
        if (rule == "report")
        {
            Assert.Equal(server.Mails.First().Id, Assert.Single(doubt).Id);
            Assert.Equal(3, server.Mails.Count);

            // The server's log names it: it was sent, and nothing is sent again.
            var settled = await crm.Ask(new SettleDoubts(campaign, $"Nov 22 10:00:00 mail postfix/cleanup[1]: 4F1: message-id=<{server.Mails.First().Id:N}@minato.example>", SendOthers: true));
            Assert.Equal((1, 0), (settled.Sent, settled.Again));
        }
        else
        {
            Assert.Empty(doubt);
            Assert.Equal(4, server.Mails.Count);
            Assert.Equal(3, server.Mails.Select(m => m.Id).Distinct().Count());
        }

        Assert.All(await crm.Recipients(campaign), r => Assert.Equal(RecipientStates.Sent, r.State));
    }

    [Fact]
    public async Task A_run_that_was_killed_leaves_its_round_in_doubt_and_the_log_settles_it()
    {
        using var server = new SmtpPostbox();
        await using var crm = await CampaignsHost.Start(Databases.Sqlite, server);
        for (var i = 0; i < 10; i++) await crm.Reader("客", $"{i}", $"c{i}@example.jp");
        var campaign = await crm.Campaign();
        await crm.Approve(campaign);

        // As a node leaves it that died in the middle of a round: written down, four of them taken by the server.
        var run = Guid.CreateVersion7();
        var until = (DateTimeOffset?)(crm.Clock.GetUtcNow() + TimeSpan.FromMinutes(3));
        var round = (await crm.Recipients(campaign)).Take(6).ToList();
        await crm.InDb(db => db.Recipients.Where(r => round.Select(x => x.Id).Contains(r.Id)).ExecuteUpdateAsync(set => set.SetProperty(r => r.State, RecipientStates.Sending).SetProperty(r => r.RunId, (Guid?)run).SetProperty(r => r.LeasedUntil, until)));
        var taken = round.Take(4).ToList();

        await crm.RunJob<SendDue>(run: run);
        Assert.Equal(4, server.Mails.Count);
        Assert.Equal(6, (await crm.Recipients(campaign)).Count(r => r.State == RecipientStates.InDoubt));

        var settled = await crm.Ask(new SettleDoubts(campaign, string.Join('\n', taken.Select(r => $"message-id=<{r.Id:N}@minato.example>")), SendOthers: true));
        await crm.RunJob<SendDue>();

        Assert.Equal((4, 2), (settled.Sent, settled.Again));
        Assert.Equal(6, server.Mails.Count);
        Assert.Empty(server.Mails.Select(m => m.Id).Intersect(taken.Select(r => r.Id)));
        Assert.All(await crm.Recipients(campaign), r => Assert.Equal(RecipientStates.Sent, r.State));
    }

    [Fact]
    public async Task A_stopped_campaign_sends_nothing_more_and_a_frequency_cap_holds()
    {
        using var server = new SmtpPostbox();
        await using var crm = await CampaignsHost.Start(Databases.Sqlite, server);
        await crm.SetCampaigns(("capMails", 1), ("capDays", 7));
        var hanako = await crm.Reader("佐藤", "花子", "hanako@example.jp");
        var stopped = await crm.Campaign();
        await crm.Approve(stopped);
        await crm.Done(new StopCampaign(stopped));
        await crm.RunJob<SendDue>();
        Assert.Empty(server.Mails);

        await crm.Send(await crm.Campaign());
        var second = await crm.Campaign();
        await crm.Prepare(second);
        Assert.Equal(CampaignsContract.Exclusions.FrequencyCap, (await crm.Recipient(second, hanako)).Reason);
        Assert.Equal("campaigns.nobody", (await crm.Problems(new ApproveCampaign(second)))[0].Code);
        Assert.Single(server.Mails);
    }

    [Fact]
    public async Task Letters_do_not_count_for_the_cap_of_mails()
    {
        using var server = new SmtpPostbox();
        await using var crm = await CampaignsHost.Start(Databases.Sqlite, server);
        await crm.SetCampaigns(("capMails", 1), ("capDays", 7));
        var hanako = await crm.Reader("佐藤", "花子", "hanako@example.jp", ("city", "横浜市中区"));
        await crm.Save(CustomersContract.Consent, ("personId", hanako), ("purposeId", await crm.Newsletter()), ("channel", "post"), ("basis", "consent"), ("at", CampaignsHost.Agreed), ("how", "申込書"));
        var letter = await crm.Campaign(("channel", "post"));
        await crm.Approve(letter);
        await crm.Done(new HandOutList(letter));
        Assert.Equal(RecipientStates.Sent, (await crm.Recipient(letter, hanako)).State);

        await crm.Send(await crm.Campaign());
        Assert.Single(server.Mails);
    }

    [Fact]
    public async Task The_better_subject_goes_to_those_who_took_no_part_in_the_test()
    {
        using var server = new SmtpPostbox();
        await using var crm = await CampaignsHost.Start(Databases.Sqlite, server);
        for (var i = 0; i < 40; i++) await crm.Reader("客", $"{i:00}", $"c{i:00}@example.jp");
        var campaign = await crm.Campaign(("subject", "A"), ("subjectB", "B"), ("testShare", 50), ("testHours", 2));
        await crm.Send(campaign);
        var test = server.Mails.Count;
        Assert.InRange(test, 8, 32);
        Assert.Equal(["A", "B"], server.Mails.Select(m => m.Header("Subject")).Distinct().Order(StringComparer.Ordinal));

        // Everybody opens B.
        DateTimeOffset? now = crm.Clock.GetUtcNow();
        await crm.InDb(db => db.Recipients.Where(r => r.CampaignId == campaign && r.Variant == Variants.B).ExecuteUpdateAsync(set => set.SetProperty(r => r.OpenedAt, now)));
        await crm.RunJob<SendDue>();
        Assert.Equal(test, server.Mails.Count);
        crm.Clock.Advance(TimeSpan.FromHours(3));
        await crm.RunJob<SendDue>();

        Assert.Equal(40, server.Mails.Count);
        Assert.All(server.Mails.Skip(test), m => Assert.Equal("B", m.Header("Subject")));
        Assert.Equal(("b", CampaignsContract.Status.Done), ((await crm.Get(CampaignsContract.Campaign, campaign))["winner"], (await crm.Get(CampaignsContract.Campaign, campaign))["status"]));
    }

    [Fact]
    public async Task An_approved_campaign_is_not_changed_and_its_mail_is_the_one_that_was_approved()
    {
        using var server = new SmtpPostbox();
        await using var crm = await CampaignsHost.Start(Databases.Sqlite, server);
        await crm.Reader("佐藤", "花子", "hanako@example.jp");
        var template = await crm.Template(body: "前の本文");
        var campaign = await crm.Campaign(("templateId", template));
        await crm.Approve(campaign);

        await crm.Save(CampaignsContract.Template, template, ("body", "後の本文"));
        var changed = await crm.Send(new Crm.Sdk.Records.SaveRecord(CampaignsContract.Campaign, campaign, new Dictionary<string, object?> { ["subject"] = "別の件名" }));
        await crm.RunJob<SendDue>();

        Assert.Equal("campaigns.fixed", changed.Problems[0].Code);
        Assert.Contains("前の本文", server.Mails.Single().Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_list_to_post_has_those_who_agreed_to_post_and_counts_them_once()
    {
        await using var crm = await CampaignsHost.Start(Databases.Sqlite);
        var hanako = await crm.Person("佐藤", "花子", ("postalCode", "231-0012"), ("prefecture", "神奈川県"), ("city", "横浜市中区"), ("street", "相生町3-60"), ("building", "みなとビル2階"), ("code", "C-0042"), ("phone", "045-555-0111"), ("mobile", "090-1111-2222"));
        await crm.Save(CustomersContract.Consent, ("personId", hanako), ("purposeId", await crm.Newsletter()), ("channel", "post"), ("basis", "consent"), ("at", CampaignsHost.Agreed), ("how", "申込書"));
        await crm.Person("鈴木", "一郎", ("city", "横浜市中区"));
        var campaign = await crm.Campaign(("channel", "post"));
        await crm.Approve(campaign);
        await crm.Done(new HandOutList(campaign));

        var list = await crm.Ask(new GetContactList(campaign));
        using var content = new MemoryStream();
        await list.Write(content, CancellationToken.None);
        var csv = System.Text.Encoding.UTF8.GetString(content.ToArray());
        Assert.Equal(
            ["\"顧客コード\",\"宛名\",\"敬称\",\"郵便番号\",\"住所1\",\"住所2（建物）\"", "\"C-0042\",\"佐藤 花子\",\"様\",\"231-0012\",\"神奈川県横浜市中区相生町3-60\",\"みなとビル2階\""],
            csv.TrimStart('\uFEFF').Split("\r\n", StringSplitOptions.RemoveEmptyEntries));
        Assert.DoesNotContain("鈴木", csv, StringComparison.Ordinal);

        // Whoever phones needs the numbers, and whoever prints letters does not.
        await crm.Save(CustomersContract.Consent, ("personId", hanako), ("purposeId", await crm.Newsletter()), ("channel", "phone"), ("basis", "consent"), ("at", CampaignsHost.Agreed), ("how", "申込書"));
        var calls = await crm.Campaign(("channel", "phone"));
        await crm.Approve(calls);
        await crm.Done(new HandOutList(calls));
        using var toCall = new MemoryStream();
        await (await crm.Ask(new GetContactList(calls))).Write(toCall, CancellationToken.None);
        Assert.Contains("\"045-555-0111\",\"090-1111-2222\"", System.Text.Encoding.UTF8.GetString(toCall.ToArray()), StringComparison.Ordinal);

        await crm.Done(new WithdrawConsent(hanako));
        using var after = new MemoryStream();
        await (await crm.Ask(new GetContactList(campaign))).Write(after, CancellationToken.None);
        Assert.DoesNotContain("佐藤", System.Text.Encoding.UTF8.GetString(after.ToArray()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_text_message_goes_to_the_provider_with_who_sends_it_and_the_way_to_opt_out_and_again_only_when_it_was_not_taken()
    {
        await using var provider = await Receiver.Start();
        provider.Answers = call => call == 1 ? 503 : 202;
        await using var crm = await CampaignsHost.Start(Databases.Sqlite);
        await crm.SetCampaigns(("smsUrl", provider.Url), ("smsSecret", "s3cret"));
        var hanako = await crm.Person("佐藤", "花子", ("mobile", "090-1234-5678"));
        var nowhere = await crm.Person("鈴木", "一郎", ("phone", "045-555-0110"));
        foreach (var person in new[] { hanako, nowhere })
        {
            await crm.Save(CustomersContract.Consent, ("personId", person), ("purposeId", await crm.Newsletter()), ("channel", "sms"), ("basis", "consent"), ("at", CampaignsHost.Agreed), ("how", "店頭"));
        }

        var campaign = await crm.Campaign(("channel", "sms"), ("templateId", await crm.Template(body: "{{customer.lastName}}様、本日より春の市です。")));
        await crm.Send(campaign);
        Assert.Equal((RecipientStates.Waiting, "503 Service Unavailable"), ((await crm.Recipient(campaign, hanako)).State, (await crm.Recipient(campaign, hanako)).Answer));
        crm.Clock.Advance(TimeSpan.FromMinutes(6));
        await crm.RunJob<SendDue>();
        await crm.RunJob<SendDue>();

        Assert.Equal(2, provider.Came.Count);
        var sent = await crm.Recipient(campaign, hanako);
        Assert.Equal(RecipientStates.Sent, sent.State);
        Assert.All(provider.Came, c => Assert.Equal((sent.Id.ToString("N"), "Bearer s3cret"), (c.Headers["Idempotency-Key"], c.Headers["Authorization"])));
        var said = JsonNode.Parse(provider.Came.Last().Body)!;
        Assert.Equal("+819012345678", said["to"]!.GetValue<string>());
        var text = said["text"]!.GetValue<string>();
        Assert.Contains("佐藤様、本日より春の市です。", text, StringComparison.Ordinal);
        Assert.Contains("株式会社みなと商事", text, StringComparison.Ordinal);
        Assert.Contains("https://crm.minato.example/public/alpha/campaigns/unsubscribe?key=", text, StringComparison.Ordinal);
        Assert.Equal(ContactAnswer.NoAddress, (await crm.Recipient(campaign, nowhere)).Reason);
    }

    [Fact]
    public async Task Fields_of_a_plugin_are_filled_in_like_any_other_and_a_template_that_asks_for_them_waits_while_it_is_off()
    {
        using var server = new SmtpPostbox();
        await using var crm = await CampaignsHost.Start(Databases.Sqlite, server, new BathsModule());
        await crm.Reader("佐藤", "花子", "hanako@example.jp", ("baths.favourite", "露天風呂"));
        var template = await crm.Template("{{customer.baths.favourite}}のご案内", "{{salutation}}\n\n{{customer.baths.favourite}}が新しくなりました。");
        var (sent, waiting) = (await crm.Campaign(("templateId", template)), await crm.Campaign(("templateId", template)));
        await crm.Send(sent);

        Assert.Equal("露天風呂のご案内", server.Mails.Single().Header("Subject"));
        Assert.Contains("露天風呂が新しくなりました。", server.Mails.Single().Text, StringComparison.Ordinal);

        await crm.Services.GetRequiredService<Crm.Platform.Tenancy.Tenants>().Switch(crm.Tenant.Id, "baths", on: false, CancellationToken.None);
        await crm.Prepare(waiting);
        Assert.Equal("campaigns.unknown-field", (await crm.Problems(new ApproveCampaign(waiting)))[0].Code);
        Assert.Single(server.Mails);
    }

    [Fact]
    public async Task A_campaign_to_companies_is_filled_in_with_their_fields()
    {
        using var server = new SmtpPostbox();
        await using var crm = await CampaignsHost.Start(Databases.Sqlite, server);
        var company = await crm.Save(CustomersContract.Company, ("name", "株式会社山田製作所"), ("email", "info@yamada.example"));
        await crm.Save(CustomersContract.Consent, ("companyId", company), ("purposeId", await crm.Newsletter()), ("channel", "email"), ("basis", "consent"), ("at", CampaignsHost.Agreed), ("how", "名刺交換"));
        var segment = await crm.Save(CustomersContract.Segment, ("name", "会社すべて"), ("customerType", CustomersContract.Company));
        await crm.Send(await crm.Campaign(("segmentId", segment), ("templateId", await crm.Template("{{customer.name}}様", "{{salutation}}"))));

        Assert.Equal(("info@yamada.example", "株式会社山田製作所様"), (server.Mails.Single().To, server.Mails.Single().Header("Subject")));
        Assert.Contains("株式会社山田製作所 御中", server.Mails.Single().Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pace_gives_each_second_as_many_as_it_may_have()
    {
        var pace = new Pace(PaceText.Read("docomo.ne.jp 2\n* 5")!);
        var now = new DateTimeOffset(2026, 11, 22, 1, 0, 0, TimeSpan.Zero);
        var seconds = Enumerable.Range(0, 5).Select(i => (int)(pace.Slot($"a{i}@docomo.ne.jp", now) - now).TotalSeconds).ToList();
        Assert.Equal([0, 0, 1, 1, 2], seconds);
        Assert.Null(PaceText.Read("docomo.ne.jp たくさん"));
    }
}

/// <summary>A module that knows of complaints, and can be made to fail.</summary>
internal sealed class ComplaintsModule : CrmModule
{
    private static readonly AsyncLocal<bool> Broken = new();

    public static bool Breaks
    {
        get => Broken.Value;
        set => Broken.Value = value;
    }

    public override string Key => "complaints";

    public override Crm.Sdk.Label Name => ("苦情", "Complaints");

    public override void Configure(ModuleBuilder module)
    {
    }

    internal override IEnumerable<Type> Types() => [typeof(LeaveOut)];

    internal sealed class LeaveOut(IMediator mediator) : INotificationHandler<CollectSalesHolds>
    {
        public async Task Handle(CollectSalesHolds notification, CancellationToken cancellationToken)
        {
            if (Breaks) throw new InvalidOperationException("broken on purpose");
            var cards = await mediator.Send(new GetCustomerCards(notification.Customers), cancellationToken);
            foreach (var angry in cards.Value.Values.Where(c => c.Name.StartsWith("苦情", StringComparison.Ordinal))) notification.Add(new SalesHold(angry.Id, ("対応中の苦情がある", "An open complaint")));
        }
    }
}

/// <summary>A module that comes between the steps of a campaign and their being saved.</summary>
internal sealed class PryingModule : CrmModule
{
    private static readonly AsyncLocal<Holder> Hook = new();

    /// <summary>What happens before a campaign is saved; a problem refuses it.</summary>
    public static Func<Task<Crm.Sdk.Problem?>>? Before
    {
        get => Hook.Value?.Before;
        set
        {
            // Kept in a holder, so that what a rule changes its test sees.
            if (Hook.Value is { } holder) holder.Before = value;
            else Hook.Value = new Holder { Before = value };
        }
    }

    public override string Key => "prying";

    public override Crm.Sdk.Label Name => ("割り込み", "Prying");

    public override void Configure(ModuleBuilder module)
    {
        module.Requires(CampaignsContract.Module);
        module.Records.Extend(CampaignsContract.Campaign, campaign => campaign.Rule<AsksBefore>());
    }

    internal override IEnumerable<Type> Types() => [];

    internal sealed class AsksBefore : RecordRule
    {
        private Crm.Sdk.Problem? problem;

        public override async Task Prepare(RuleBatch batch, CancellationToken cancellation) => problem = Before is { } ask ? await ask() : null;

        public override IEnumerable<Crm.Sdk.Problem> Check(RuleContext record) => problem is null ? [] : [problem];
    }

    private sealed class Holder
    {
        public Func<Task<Crm.Sdk.Problem?>>? Before { get; set; }
    }
}

/// <summary>As a plugin of an inn: a field of its own on people.</summary>
internal sealed class BathsModule : CrmModule
{
    public override string Key => "baths";

    public override Crm.Sdk.Label Name => ("お風呂", "Baths");

    public override void Configure(ModuleBuilder module)
    {
        module.Requires(CustomersContract.Module);
        module.Records.Extend(CustomersContract.Person, person => person.Section("baths", "お風呂", "Baths", s => s.Text("baths.favourite", "お好みのお風呂", "Favourite bath").Max(40)));
    }

    internal override IEnumerable<Type> Types() => [];
}
