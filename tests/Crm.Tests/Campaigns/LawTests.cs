using Crm.Campaigns.Audience;
using Crm.Campaigns.Contracts;
using Crm.Campaigns.Nurturing;
using Crm.Campaigns.Sending;
using Crm.Campaigns.Tracking;
using Crm.Campaigns.Writing;
using Crm.Customers.Contracts;
using Crm.Platform.Identity.Users;
using Crm.Platform.Mail;
using Crm.Platform.Settings;
using Crm.Platform.Tenancy;
using Crm.Sdk.Messaging;
using Crm.Sdk.Records;
using Crm.Sdk.Users;
using Crm.Sdk;
using Crm.Tests.Customers;
using Crm.Tests.Infrastructure;
using Crm.Tests.Webhooks;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using System.Text.RegularExpressions;

namespace Crm.Tests.Campaigns;

/// <summary>What the law wants of each mail, and that whoever opts out is left alone (特定電子メール法, RFC 8058).</summary>
public sealed class LawTests
{
    [Fact]
    public async Task Every_mail_carries_sender_address_contact_and_the_way_to_opt_out_in_text_html_and_headers()
    {
        using var server = new SmtpPostbox();
        await using var crm = await CampaignsHost.Start(Databases.Sqlite, server);
        await crm.Reader("佐藤", "花子", "hanako@example.jp");
        await crm.Send(await crm.Campaign(("templateId", await crm.Template(body: "{{salutation}}\n\n本文だけ"))));

        var mail = Assert.Single(server.Mails);
        var link = Assert.Single(Links(mail.Header("List-Unsubscribe")));
        Assert.StartsWith("https://crm.minato.example/public/alpha/campaigns/unsubscribe?key=", link, StringComparison.Ordinal);
        Assert.Equal("List-Unsubscribe=One-Click", mail.Header("List-Unsubscribe-Post"));
        foreach (var part in new[] { mail.Text, mail.Html })
        {
            Assert.Contains("株式会社みなと商事", part, StringComparison.Ordinal);
            Assert.Contains("神奈川県横浜市中区相生町3-60", part, StringComparison.Ordinal);
            Assert.Contains("045-555-0110", part, StringComparison.Ordinal);
            Assert.Contains(link, part, StringComparison.Ordinal);
        }

        Assert.Equal("佐藤様へのご案内", mail.Header("Subject"));
        Assert.Contains("佐藤 花子 様", mail.Text, StringComparison.Ordinal);
    }

    [Theory, InlineData("senderName"), InlineData("senderAddress"), InlineData("senderContact"), InlineData("siteUrl")]
    public async Task While_something_the_law_wants_is_not_said_no_mail_leaves_by_any_way(string missing)
    {
        using var server = new SmtpPostbox();
        await using var crm = await CampaignsHost.Start(Databases.Sqlite, server);
        var hanako = await crm.Reader("佐藤", "花子", "hanako@example.jp");
        var (approved, draft) = (await crm.Campaign(), await crm.Campaign());
        await crm.Approve(approved);
        await crm.Prepare(draft);

        await crm.SetCampaigns((missing, ""));

        await crm.SetCampaigns(("testAddresses", "check@example.jp"));
        Assert.Equal("campaigns.no-sender", (await crm.Problems(new ApproveCampaign(draft)))[0].Code);
        Assert.Equal("campaigns.no-sender", (await crm.Problems(new SendTestMail(draft, "check@example.jp", hanako)))[0].Code);
        await Assert.ThrowsAsync<AggregateException>(() => crm.RunJob<SendDue>());
        Assert.Empty(server.Mails);
        Assert.Equal(RecipientStates.Waiting, (await crm.Recipient(approved, hanako)).State);
    }

    [Fact]
    public async Task Without_a_mail_server_no_campaign_of_mails_is_approved()
    {
        await using var crm = await CampaignsHost.Start(Databases.Sqlite);
        await crm.Reader("佐藤", "花子", "hanako@example.jp");
        var campaign = await crm.Campaign();
        await crm.Prepare(campaign);
        await using var scope = await crm.Scope();
        var options = scope.Get<IOptions<MailOptions>>().Value;

        options.KeepInFolder = false;
        Assert.Equal("campaigns.no-mail-server", Assert.Single(await crm.Problems(new ApproveCampaign(campaign))).Code);

        options.KeepInFolder = true;
        await crm.Done(new ApproveCampaign(campaign));
    }

    [Fact]
    public async Task A_test_mail_has_the_footer_too_and_is_counted_nowhere()
    {
        await using var crm = await CampaignsHost.Start(Databases.Sqlite);
        await crm.Reader("佐藤", "花子", "hanako@example.jp");
        await crm.SetCampaigns(("testAddresses", "check@example.jp"));
        var campaign = await crm.Campaign();
        await crm.Done(new SendTestMail(campaign, "check@example.jp"));

        var file = Directory.GetFiles(Path.Combine(crm.Services.GetRequiredService<Crm.Platform.Storage.Databases>().DataFolder, "mail"), "*.eml").Single();
        Assert.Contains("List-Unsubscribe: <https://crm.minato.example/public/alpha/campaigns/unsubscribe?key=", Regex.Replace(await File.ReadAllTextAsync(file), "\r?\n[ \t]+", " ", RegexOptions.None, TimeSpan.FromSeconds(1)), StringComparison.Ordinal);
        Assert.Empty(await crm.Recipients(campaign));
    }

    [Fact]
    public async Task A_test_mail_goes_to_oneself_and_to_test_addresses_but_never_to_a_customer()
    {
        using var server = new SmtpPostbox();
        await using var crm = await CampaignsHost.Start(Databases.Sqlite, server);
        await crm.Reader("佐藤", "花子", "hanako@example.jp");
        var campaign = await crm.Campaign();
        Assert.Equal("campaigns.not-a-test-address", (await crm.Problems(new SendTestMail(campaign, "hanako@example.jp")))[0].Code);
        Assert.Equal("campaigns.not-a-test-address", (await crm.Problems(new SendTestMail(campaign)))[0].Code); // nobody is signed in

        var misaki = await crm.Ask(new InviteUser("misaki@minato.example", "高橋 美咲") { Roles = ["marketing"] });
        var wrong = await crm.Send(new ChangeSettings("campaigns", new Dictionary<string, object?> { ["testAddresses"] = "check@example.jp\n受信箱" }));
        Assert.Equal("campaigns.bad-address", Assert.Single(wrong.Problems).Code);
        await crm.SetCampaigns(("testAddresses", "check@example.jp\ndocomo@example.jp"));
        await using (var scope = await crm.Scope(actor: new Actor(misaki.Id, "高橋 美咲", ChangeSource.Screen, AccessRights.OfTenant)))
        {
            foreach (var to in (string?[])[null, "MISAKI@minato.example", "docomo@example.jp"]) Assert.Empty((await scope.Get<IMediator>().Send(new SendTestMail(campaign, to))).Problems);
            Assert.Equal("campaigns.not-a-test-address", (await scope.Get<IMediator>().Send(new SendTestMail(campaign, "hanako@example.jp"))).Problems[0].Code);
        }

        Assert.Equal(["misaki@minato.example", "misaki@minato.example", "docomo@example.jp"], server.Mails.Select(m => m.To));
    }

    [Theory, EveryDatabase]
    public async Task One_click_stops_everything_of_that_purpose_at_once_for_the_person_and_for_the_address(string database)
    {
        using var server = new SmtpPostbox();
        await using var crm = await CampaignsHost.Start(database, server);
        var hanako = await crm.Reader("佐藤", "花子", "hanako@example.jp");
        var first = await crm.Campaign();
        var waiting = await crm.Campaign();
        await crm.Send(first);
        await crm.Approve(waiting);

        await crm.Done(new Unsubscribe { AddressKey = Key(server.Mails.Single()) });
        await crm.RunJob<SendDue>();

        Assert.Single(server.Mails);
        Assert.Equal(ContactAnswer.Withdrawn, (await crm.Recipient(waiting, hanako)).Reason);
        Assert.NotNull((await crm.Recipient(first, hanako)).UnsubscribedAt);

        // The same mailbox under another record: the reader opted out, not the record.
        var again = await crm.Reader("佐藤", "華子", "hanako@EXAMPLE.JP");
        var third = await crm.Campaign();
        await crm.Prepare(third);
        Assert.Equal(CampaignsContract.Exclusions.OptedOut, (await crm.Recipient(third, again)).Reason);

        // Twice is as good as once.
        await crm.Done(new Unsubscribe { AddressKey = Key(server.Mails.Single()) });
    }

    [Theory, EveryDatabase]
    public async Task Opting_out_of_text_messages_stops_those_and_leaves_consent_to_mails(string database)
    {
        await using var provider = await Receiver.Start();
        await using var crm = await CampaignsHost.Start(database);
        await crm.SetCampaigns(("smsUrl", provider.Url));
        var hanako = await crm.Reader("佐藤", "花子", "hanako@example.jp", ("mobile", "090-1234-5678"));
        await crm.Save(CustomersContract.Consent, ("personId", hanako), ("purposeId", await crm.Newsletter()), ("channel", "sms"), ("basis", "consent"), ("at", CampaignsHost.Agreed), ("how", "店頭"));
        var campaign = await crm.Campaign(("channel", "sms"), ("templateId", await crm.Template(body: "{{customer.lastName}}様、本日より春の市です。")));
        await crm.Send(campaign);
        var link = Links(System.Text.Json.Nodes.JsonNode.Parse(provider.Came.Single().Body)!["text"]!.GetValue<string>()).Single(l => l.Contains("/unsubscribe?key=", StringComparison.Ordinal));
        var key = link[(link.IndexOf("key=", StringComparison.Ordinal) + 4)..];

        var page = await crm.Ask(new GetSubscription(key));
        Assert.Equal(("sms", "…5678"), (page.Channel, page.Address));
        await crm.Done(new Unsubscribe(key));

        Assert.False((await crm.Ask(new MayContact([hanako], "newsletter", "sms")))[hanako].Allowed);
        Assert.True((await crm.Ask(new MayContact([hanako], "newsletter", "email")))[hanako].Allowed);

        // It is they who opted out, not the number: a new one changes nothing.
        await crm.Save(CustomersContract.Person, hanako, ("mobile", "090-8765-4321"));
        var second = await crm.Campaign(("channel", "sms"));
        await crm.Prepare(second);
        Assert.Equal(ContactAnswer.Withdrawn, (await crm.Recipient(second, hanako)).Reason);
    }

    [Theory, EveryDatabase]
    public async Task Who_consents_anew_gets_mail_again_and_what_came_back_is_lifted_by_hand_alone(string database)
    {
        using var server = new SmtpPostbox();
        await using var crm = await CampaignsHost.Start(database, server);
        await crm.SetCampaigns(("hookSecret", "s3cret-of-the-hook"));
        var hanako = await crm.Reader("佐藤", "花子", "hanako@example.jp");
        await crm.Send(await crm.Campaign());
        var key = Key(server.Mails.Single());
        await crm.Done(new Unsubscribe(key));
        var same = await crm.Reader("佐藤", "華子", "hanako@example.jp");
        await crm.Done(new NoteBounce("bounce", Email: "ren@example.jp"));
        var ren = await crm.Reader("渡辺", "蓮", "ren@example.jp");

        async Task<List<string?>> Reasons()
        {
            var campaign = await crm.Campaign();
            await crm.Prepare(campaign);
            var all = await crm.Recipients(campaign);
            return [.. new[] { hanako, same, ren }.Select(id => all.Single(r => r.CustomerId == id).Reason)];
        }

        async Task Agrees()
        {
            crm.Clock.Advance(TimeSpan.FromDays(1));
            await crm.Save(CustomersContract.Consent, ("personId", hanako), ("purposeId", await crm.Newsletter()), ("channel", "email"), ("basis", "consent"), ("at", crm.Clock.GetUtcNow()), ("how", "Webフォーム"));
            crm.Clock.Advance(TimeSpan.FromDays(1));
        }

        Assert.Equal([ContactAnswer.Withdrawn, CampaignsContract.Exclusions.OptedOut, CampaignsContract.Exclusions.Bounced], await Reasons());

        // The other record agreed before its address opted out: nothing new was said for it.
        await Agrees();
        Assert.Equal([null, CampaignsContract.Exclusions.OptedOut, CampaignsContract.Exclusions.Bounced], await Reasons());
        var shut = await crm.Ask(new GetShutAddresses());
        Assert.Equal([("ren@example.jp", true), ("hanako@example.jp", false)], shut.Select(s => (s.Address, s.MayLift)));
        Assert.Equal("campaigns.opted-out", (await crm.Problems(new LiftAddress("hanako@example.jp", CampaignsContract.Exclusions.OptedOut)))[0].Code);
        await crm.Done(new LiftAddress("ren@example.jp", CampaignsContract.Exclusions.Bounced));
        Assert.Equal("not-found", (await crm.Problems(new LiftAddress("ren@example.jp", CampaignsContract.Exclusions.Bounced)))[0].Code);
        Assert.Equal([null, CampaignsContract.Exclusions.OptedOut, null], await Reasons());

        // Opting out again counts from then on.
        await crm.Done(new Unsubscribe(key));
        Assert.Equal([ContactAnswer.Withdrawn, CampaignsContract.Exclusions.OptedOut, null], await Reasons());
        Assert.Equal("forbidden", (await crm.Send(new GetShutAddresses(), actor: TestHost.UserWith())).Problems[0].Code);
    }

    [Theory, EveryDatabase]
    public async Task What_is_disclosed_to_a_person_is_all_there_is_in_the_time_of_the_tenant(string database)
    {
        using var server = new SmtpPostbox();
        await using var crm = await CampaignsHost.Start(database, server);
        var hanako = await crm.Reader("佐藤", "花子", "hanako@example.jp");
        var flow = await crm.Flow();
        await crm.Done(new AddStep(flow, StepKinds.Mail, TemplateId: await crm.Template()));
        await crm.Done(new RunFlow(flow, On: true));
        await crm.RunJob<AdvanceFlows>();
        await crm.RunJob<SendDue>();
        var mail = server.Mails.Single();
        var click = Links(mail.Html).Single(l => l.Contains("/click?key=", StringComparison.Ordinal));
        await crm.Ask(new TrackClick(click[(click.IndexOf("key=", StringComparison.Ordinal) + 4)..]));
        await crm.Done(new Unsubscribe(Key(mail)));

        await using var scope = await crm.Scope();
        System.Globalization.CultureInfo.CurrentUICulture = System.Globalization.CultureInfo.GetCultureInfo("ja");
        var told = new CollectPersonalData(CustomersContract.Person, hanako);
        await scope.Get<IMediator>().Publish(told);

        var parts = told.Parts.Where(p => p.Title.En is "Mails sent" or "Links followed" or "Nurturing flows" or "What happened in flows" or "Addresses nothing is sent to").ToDictionary(p => p.Title.En, p => p.Entries);
        Assert.Equal(5, parts.Count);
        Assert.Equal("https://www.minato.example/new", parts["Links followed"].Single()["リンク"]);
        Assert.Equal("新規のお客様", parts["Nurturing flows"].Single()["フロー"]);
        Assert.Equal(["開始", "メールを送信待ちに入れた", "最後まで完了"], parts["What happened in flows"].Select(e => e["内容"]));
        Assert.Equal("hanako@example.jp", parts["Addresses nothing is sent to"].Single()["アドレス"]);
        var sent = (await crm.InDb(db => db.Recipients.AsNoTracking().SingleAsync())).SentAt!.Value;
        Assert.Equal(sent.ToOffset(TimeSpan.FromHours(9)).ToString("yyyy'/'MM'/'dd HH:mm", System.Globalization.CultureInfo.InvariantCulture), parts["Mails sent"].Single()["送信"]);
    }

    [Fact]
    public async Task On_the_page_one_may_stop_some_purposes_or_all_and_a_false_link_stops_nothing()
    {
        using var server = new SmtpPostbox();
        await using var crm = await CampaignsHost.Start(Databases.Sqlite, server);
        var hanako = await crm.Reader("佐藤", "花子", "hanako@example.jp");
        await crm.Send(await crm.Campaign());
        var key = Key(server.Mails.Single());

        var page = await crm.Ask(new GetSubscription(key));
        Assert.Equal(("h…@example.jp", "新商品・催しのご案内"), (page.Address, page.Purpose));
        Assert.DoesNotContain(page.Purposes, p => p.Code == "order");
        await crm.Done(new Unsubscribe(key, ["survey", "order"]));
        Assert.True((await crm.Ask(new MayContact([hanako], "newsletter", "email")))[hanako].Allowed);
        Assert.True((await crm.Ask(new MayContact([hanako], "order", "email")))[hanako].Allowed);
        await crm.Done(new Unsubscribe(key, All: true));
        Assert.False((await crm.Ask(new MayContact([hanako], "newsletter", "email")))[hanako].Allowed);

        var forged = key[..^2] + (key[^1] == 'A' ? "BB" : "AA");
        Assert.Equal("campaigns.no-such-mail", (await crm.Problems(new Unsubscribe(forged)))[0].Code);
        Assert.Equal("campaigns.no-such-mail", (await crm.Problems(new Unsubscribe()))[0].Code);
    }

    [Fact]
    public async Task A_link_leads_where_it_led_in_the_mail_and_nowhere_else()
    {
        using var server = new SmtpPostbox();
        await using var crm = await CampaignsHost.Start(Databases.Sqlite, server);
        var hanako = await crm.Reader("佐藤", "花子", "hanako@example.jp");
        var campaign = await crm.Campaign();
        await crm.Send(campaign);
        var mail = server.Mails.Single();
        var click = Links(mail.Html).Single(l => l.Contains("/click?key=", StringComparison.Ordinal));
        var key = click[(click.IndexOf("key=", StringComparison.Ordinal) + 4)..];

        for (var i = 0; i < 3; i++) Assert.Equal("https://www.minato.example/new", (await crm.Ask(new TrackClick(key))).Address);
        Assert.Equal(1, await crm.InDb(db => db.Clicks.CountAsync()));
        var recipient = await crm.Recipient(campaign, hanako);
        Assert.True(recipient is { ClickedAt: not null, OpenedAt: not null });
        Assert.DoesNotContain("https://www.minato.example/new", mail.Html, StringComparison.Ordinal);

        // A sealed link of another kind, a changed one, none at all.
        foreach (var bad in new[] { Key(mail), key[..^1] + (key[^1] == 'A' ? 'Q' : 'A'), "", "https://evil.example", new string('A', 42) })
        {
            Assert.Equal("campaigns.no-such-link", (await crm.Send(new TrackClick(bad))).Problems.Single().Code);
        }
    }

    [Fact]
    public async Task A_tenant_that_counts_nothing_sends_links_as_they_are_and_no_picture()
    {
        using var server = new SmtpPostbox();
        await using var crm = await CampaignsHost.Start(Databases.Sqlite, server);
        await crm.SetCampaigns(("tracking", false));
        await crm.Reader("佐藤", "花子", "hanako@example.jp");
        await crm.Send(await crm.Campaign());

        var mail = server.Mails.Single();
        Assert.Contains("href=\"https://www.minato.example/new\"", mail.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("<img", mail.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("/click?", mail.Text + mail.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_stands_in_a_customers_name_becomes_neither_markup_nor_header_nor_template()
    {
        using var server = new SmtpPostbox();
        await using var crm = await CampaignsHost.Start(Databases.Sqlite, server);
        await crm.Reader("<script>alert(1)</script>", "{{tenant.name}} [x](https://evil.example)", "hanako@example.jp", ("occupation", "医師\u2028Bcc: all@example.jp"));
        await crm.Send(await crm.Campaign(("templateId", await crm.Template("{{customer.lastName}} {{customer.occupation}}", "{{salutation}} {{customer.occupation}}"))));

        var mail = server.Mails.Single();
        Assert.DoesNotContain("<script", mail.Html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("href=\"https://evil", mail.Html, StringComparison.Ordinal);
        Assert.Contains("{{tenant.name}}", mail.Text, StringComparison.Ordinal);
        Assert.Empty(mail.Header("Bcc"));
        Assert.Equal("<hanako@example.jp>", mail.Header("To"));
    }

    [Theory]
    [InlineData("{{{customer.lastName}}}"), InlineData("{{#each customer}}{{/each}}"), InlineData("{{> layout}}"), InlineData("{{lookup this 'x'}}"), InlineData("{{customer.__proto__}}")]
    [InlineData("{{#if customer.lastName}}"), InlineData("{{customer"), InlineData("{{else}}"), InlineData("{{default customer.lastName \"a}}\" }}"), InlineData("{{#with customer}}{{lastName}}{{/with}}"), InlineData("{{customer.lastName.Length()}}")]
    [InlineData("{{default}}"), InlineData("{{if}}"), InlineData("{{this}}"), InlineData("{{#if customer.lastName}}a{{else}}b{{else}}c{{/if}}"), InlineData("{{#if customer.lastName}}a{{/unless}}")]
    public async Task A_template_that_says_more_than_it_may_is_refused(string body)
    {
        await using var crm = await CampaignsHost.Start(Databases.Sqlite);
        var saved = await crm.Send(new Crm.Sdk.Records.SaveRecord(CampaignsContract.Template, null, new Dictionary<string, object?> { ["name"] = "x", ["subject"] = "y", ["body"] = body }));
        Assert.Equal("campaigns.bad-template", saved.Problems.Single().Code);
    }

    [Fact]
    public async Task Missing_values_have_a_default_fields_of_the_tenant_are_fields_and_unknown_ones_are_refused()
    {
        await using var crm = await CampaignsHost.Start(Databases.Sqlite);
        var nobody = await crm.Reader("名無", "", "n@example.jp");
        var template = await crm.Template(body: "{{default customer.firstName \"お客様\"}}、{{#if customer.occupation}}お仕事{{else}}未登録{{/if}}、{{customer.mailMagazine}}");
        var campaign = await crm.Campaign(("templateId", template));

        var preview = await crm.Ask(new GetPreview(campaign, nobody));
        Assert.Contains("お客様、未登録、", preview.Letter.Text, StringComparison.Ordinal);
        Assert.Contains(preview.Fields, f => f.Path == "customer.mailMagazine");

        await crm.InDb(db => db.Templates.Where(t => t.Id == template).ExecuteUpdateAsync(set => set.SetProperty(t => t.Body, "{{customer.noSuchField}}"))); // as when its plugin is gone
        Assert.Equal("campaigns.unknown-field", (await crm.Send(new GetPreview(campaign, nobody))).Problems.Single().Code);
    }

    [Fact]
    public async Task A_template_is_shown_as_any_customer_would_get_it()
    {
        await using var crm = await CampaignsHost.Start(Databases.Sqlite);
        var (hanako, nobody) = (await crm.Reader("青葉", "花子", "hanako@example.jp"), await crm.Reader("名無", "", "n@example.jp"));
        var template = await crm.Template(subject: "{{customer.lastName}}様へ", body: "{{default customer.firstName \"お客様\"}}");
        Task<Result<TemplatePreview>> Shown(Guid? customer, string type = CustomersContract.Person) => crm.Send(new GetTemplatePreview(template, type, customer));

        var toHanako = (await Shown(hanako)).Value;
        Assert.Equal(("青葉様へ", hanako), (toHanako.Letter.Subject, toHanako.CustomerId));
        Assert.Contains("花子", toHanako.Letter.Text, StringComparison.Ordinal);
        Assert.Contains("お客様", (await Shown(nobody)).Value.Letter.Text, StringComparison.Ordinal);
        Assert.Contains((await Shown(null)).Value.CustomerId, new[] { hanako, nobody });

        // Nobody of the kind yet; and a field that this kind of customer does not have.
        Assert.Equal("campaigns.unknown-field", (await Shown(null, CustomersContract.Company)).Problems.First().Code);
        await crm.Save(CampaignsContract.Template, template, ("subject", "ご案内"), ("body", "{{salutation}}"));
        Assert.Equal("campaigns.nobody-to-show", (await Shown(null, CustomersContract.Company)).Problems.Single().Code);

        // Who may read templates and no customers sees none by way of a template.
        var writer = TestHost.UserWith((CampaignsContract.Template, RecordAction.Read, Reach.All));
        Assert.True((await crm.Send(new GetTemplatePreview(template, CustomersContract.Person, hanako), actor: writer)).Failed);
    }

    private static string Key(ArrivedMail mail) => Links(mail.Header("List-Unsubscribe")).Single() is var link ? link[(link.IndexOf("key=", StringComparison.Ordinal) + 4)..] : "";

    private static List<string> Links(string text) => [.. Regex.Matches(text, @"https?://[^\s""<>]+", RegexOptions.None, TimeSpan.FromSeconds(1)).Select(m => m.Value).Distinct()];
}
