using Crm.Customers.Contracts;
using Crm.Sdk.Records;
using Crm.Support.Contracts;
using Crm.Support.FollowUps;
using Crm.Support.Knowledge;
using Crm.Support.Surveys;
using Crm.Tests.Campaigns;
using Crm.Tests.Customers;
using Crm.Tests.Deals;
using Crm.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace Crm.Tests.Support;

/// <summary>What comes after an answer: surveys, follow-ups, articles.</summary>
public sealed class AfterTests
{
    [Theory, EveryDatabase]
    public async Task A_closed_inquiry_asks_for_satisfaction_once_and_the_answer_stands_on_it(string database)
    {
        await using var crm = await SupportHost.Start(database);
        await crm.Set(("siteUrl", "https://crm.example.jp"));
        var inquiry = await crm.Inquiry("請求書の宛名");
        await crm.Do(new CloseInquiry(inquiry));
        await crm.DeliverEvents();
        await crm.Do(new ReopenInquiry(inquiry));
        await crm.Do(new CloseInquiry(inquiry));
        await crm.DeliverEvents();

        var mail = Assert.Single(await crm.Query(db => db.Outgoing.ToListAsync()));
        Assert.Contains("https://crm.example.jp/public/alpha/support/rate?key=", mail.Text, StringComparison.Ordinal);
        var key = mail.Text.Split("?key=")[1].Split('&')[0];
        await crm.Do(new Rate(key, 2));
        await crm.Do(new Rate(key, 4, "早くて助かりました"));

        Assert.Equal(4m, (await crm.Get(SupportContract.Inquiry, inquiry))["score"]);
        Assert.Equal("support.no-such-survey", await crm.Refused(new Rate(key + "0", 5)));
        Assert.Equal("support.no-score", await crm.Refused(new Rate(key, 6)));
    }

    [Theory, EveryDatabase]
    public async Task A_purchase_is_followed_up_by_its_plans_and_nothing_is_planned_twice(string database)
    {
        await using var crm = await SupportHost.Start(database);
        var misaki = await crm.Reader("高橋", "美咲", "misaki@aoba.example");
        var ichiro = await crm.Person("鈴木", "一郎", ("email", "ichiro@aoba.example"), ("mailMagazine", "ok"));
        Assert.Equal("purposeId", Assert.Single((await crm.Send(new SaveRecord(SupportContract.FollowPlan, null, new Dictionary<string, object?> { ["name"] = "お礼", ["startedBy"] = "purchase", ["days"] = 7, ["means"] = "mail" }))).Problems).Field);
        await crm.Save(SupportContract.FollowPlan, ("name", "お礼"), ("startedBy", "purchase"), ("days", 7), ("means", "mail"), ("purposeId", await crm.Newsletter()), ("subject", "{name} 様 その後いかがですか"));
        await crm.Save(SupportContract.FollowPlan, ("name", "滞在のお礼"), ("startedBy", "stay"), ("days", 1));
        foreach (var person in new[] { misaki, ichiro }) await crm.Save(CustomersContract.Purchase, ("personId", person), ("boughtOn", "2026-11-20"), ("productName", "梱包機"), ("amount", 50_000m));
        await crm.Save(CustomersContract.Purchase, ("personId", misaki), ("boughtOn", "2020-01-10"), ("productName", "昔の品"), ("amount", 1_000m));
        await crm.DeliverEvents();

        var planned = await crm.List(SupportContract.FollowUp, null, "title", "dueOn", "personId");
        Assert.Equal(2, planned.Rows.Count);
        Assert.All(planned.Read(), f => Assert.Equal(new DateOnly(2026, 11, 27), f.Day("dueOn")));
        Assert.Equal(1, await crm.Ask(new PlanFollowUps("stay", new(2026, 11, 20), "hotel.stay", misaki) { PersonId = misaki }));
        Assert.Equal(0, await crm.Ask(new PlanFollowUps("stay", new(2026, 11, 20), "hotel.stay", misaki) { PersonId = misaki }));

        // Only for whom the ledger allows the purpose gets one; the other becomes a task.
        crm.Clock.Advance(TimeSpan.FromDays(7));
        await crm.Run<SendFollowUps>();
        Assert.Equal(("misaki@aoba.example", "高橋 美咲 様 その後いかがですか"), Assert.Single((await crm.Query(db => db.Outgoing.ToListAsync())).Select(m => (m.Address, m.Subject))));
        var task = Assert.Single((await crm.List(SupportContract.FollowUp, Filter.Eq("personId", ichiro), "means", "status")).Read());
        Assert.Equal(("task", "planned"), (task.Text("means"), task.Text("status")));
        await crm.Do(new CompleteFollowUp(task.Id, "電話で確認した"));
        Assert.Equal("support.follow-up-done", await crm.Refused(new CompleteFollowUp(task.Id)));
    }

    [Fact]
    public async Task What_starts_a_plan_is_said_in_the_readers_language_and_a_plugins_word_is_taken_too()
    {
        await using var crm = await SupportHost.Start(Databases.Sqlite);
        var bought = await crm.Save(SupportContract.FollowPlan, ("name", "お礼"), ("startedBy", "購入"), ("days", 7));
        var fitted = await crm.Save(SupportContract.FollowPlan, ("name", "点検"), ("startedBy", "fitted"), ("days", 30));

        var plans = (await crm.List(SupportContract.FollowPlan, null, "startedBy")).Read().ToDictionary(p => p.Id);

        Assert.Equal("purchase", plans[bought].Text("startedBy"));
        foreach (var (language, purchase) in new[] { ("ja", "購入"), ("en", "Purchase") })
        {
            System.Globalization.CultureInfo.CurrentUICulture = System.Globalization.CultureInfo.GetCultureInfo(language);
            Assert.Equal((purchase, "fitted"), (plans[bought].Choice("startedBy"), plans[fitted].Choice("startedBy")));
        }

        Assert.Equal(1, await crm.Ask(new PlanFollowUps("fitted", new(2026, 11, 20), "elevators.job", bought) { PersonId = await crm.Person("高橋", "美咲") }));
        Assert.Equal("too-long", Assert.Single((await crm.Send(new SaveRecord(SupportContract.FollowPlan, fitted, new Dictionary<string, object?> { ["startedBy"] = new string('x', 61) }))).Problems).Code);
    }

    [Fact]
    public async Task What_should_have_been_followed_up_long_ago_is_not_planned_any_more()
    {
        await using var crm = await SupportHost.Start(Databases.Sqlite);
        var misaki = await crm.Person("高橋", "美咲");
        await crm.Save(SupportContract.FollowPlan, ("name", "1週間後"), ("startedBy", "stay"), ("days", 7));
        await crm.Save(SupportContract.FollowPlan, ("name", "1か月後"), ("startedBy", "stay"), ("days", 30));

        Assert.Equal(1, await crm.Ask(new PlanFollowUps("stay", new(2026, 11, 5), "hotel.stay", misaki) { PersonId = misaki }));
        Assert.Equal("1か月後", Assert.Single((await crm.List(SupportContract.FollowUp, null, "title")).Read()).Text("title"));
    }

    [Fact]
    public async Task Who_bought_three_things_on_a_day_is_followed_up_once()
    {
        await using var crm = await SupportHost.Start(Databases.Sqlite);
        var (misaki, ichiro) = (await crm.Person("高橋", "美咲"), await crm.Person("鈴木", "一郎"));
        await crm.Save(SupportContract.FollowPlan, ("name", "納品後の確認"), ("startedBy", "purchase"), ("days", 7));
        foreach (var (person, day) in new[] { (misaki, "2026-11-20"), (misaki, "2026-11-20"), (misaki, "2026-11-19"), (ichiro, "2026-11-20") })
        {
            await crm.Save(CustomersContract.Purchase, ("personId", person), ("boughtOn", day), ("productName", "梱包機"), ("amount", 50_000m));
        }

        await crm.DeliverEvents();

        Assert.Equal(3, (await crm.List(SupportContract.FollowUp)).Rows.Count);
    }

    [Theory, EveryDatabase]
    public async Task Who_opted_out_or_complains_gets_no_follow_up_mail_and_no_survey(string database)
    {
        await using var crm = await SupportHost.Start(database);
        await crm.Set(("siteUrl", "https://crm.example.jp"));
        await crm.Save(SupportContract.FollowPlan, ("name", "その後"), ("startedBy", "purchase"), ("days", 7), ("means", "mail"), ("purposeId", await crm.Newsletter()));
        var left = await crm.Reader("高橋", "美咲", "misaki@aoba.example", ("mailMagazine", "ok"));
        var angry = await crm.Reader("鈴木", "一郎", "ichiro@aoba.example");
        foreach (var person in new[] { left, angry }) await crm.Save(CustomersContract.Purchase, ("personId", person), ("boughtOn", "2026-11-20"), ("productName", "梱包機"), ("amount", 50_000m));
        await crm.DeliverEvents();

        await crm.Done(new WithdrawConsent(left, How: "配信停止リンク"));
        await crm.Inquiry("壊れていました", o => o with { PersonId = angry, Complaint = true });
        crm.Clock.Advance(TimeSpan.FromDays(7));
        await crm.Run<SendFollowUps>();
        await crm.Do(new CloseInquiry(await crm.Inquiry("請求書の宛名", o => o with { PersonId = left })));
        await crm.DeliverEvents();

        Assert.Empty(await crm.Query(db => db.Outgoing.ToListAsync()));
        var tasks = (await crm.List(SupportContract.FollowUp, null, "personId", "means", "status", "result")).Read().ToDictionary(f => f.Reference("personId")!.Value);
        Assert.All(tasks.Values, f => Assert.Equal(("task", "planned"), (f.Text("means"), f.Text("status"))));
        Assert.Contains("撤回", tasks[left].Text("result"), StringComparison.Ordinal);
        Assert.Contains("苦情", tasks[angry].Text("result"), StringComparison.Ordinal);
    }

    [Theory, EveryDatabase]
    public async Task An_article_is_read_as_it_was_published_voted_on_and_suggested(string database)
    {
        await using var crm = await SupportHost.Start(database);
        var article = await crm.Save(SupportContract.Article, ("title", "請求書を再発行できますか"), ("body", "マイページから発行できます。"), ("audience", "public"), ("keywords", "紛失 宛名"));
        await crm.Save(SupportContract.Article, ("title", "社内の承認手順"), ("body", "部長に確認する。"));
        Assert.Empty((await crm.Ask(new GetPublicArticles())).Articles);

        Assert.Equal(1, await crm.Ask(new PublishArticle(article)));
        await crm.Ask(new SaveRecord(SupportContract.Article, article, new Dictionary<string, object?> { ["body"] = "書きかけ" }));
        var read = Assert.Single((await crm.Ask(new GetPublicArticles("せいきゅうしょ 再発行"))).Articles.Concat((await crm.Ask(new GetPublicArticles("請求書の再発行"))).Articles).DistinctBy(a => a.Id));
        Assert.Equal("マイページから発行できます。", read.Body);
        Assert.Equal(article, Assert.Single((await crm.Ask(new GetPublicArticles("請求書がほしいのですが"))).Articles).Id);
        Assert.Empty((await crm.Ask(new GetPublicArticles("梱包機の故障"))).Articles);
        Assert.Equal(2, await crm.Ask(new PublishArticle(article)));
        Assert.Equal("書きかけ", (await crm.Ask(new GetPublicArticles(ArticleId: article))).One!.Body);

        await crm.Do(new VotePublicArticle(article, true, "page-1"));
        await crm.Do(new VotePublicArticle(article, true, "page-1"));
        await crm.Do(new VotePublicArticle(article, false, "page-2"));
        Assert.Equal((1m, 1m), ((await crm.Get(SupportContract.Article, article))["helpful"], (await crm.Get(SupportContract.Article, article))["notHelpful"]));
        Assert.Equal(article, Assert.Single(await crm.Ask(new SuggestArticles("先月の請求書を紛失したので再発行してほしい"))).Id);
        await crm.Do(new WithdrawArticle(article));
        Assert.Null((await crm.Ask(new GetPublicArticles(ArticleId: article))).One);
    }

    [Theory, EveryDatabase]
    public async Task What_is_asked_often_and_has_no_article_is_proposed(string database)
    {
        await using var crm = await SupportHost.Start(database);
        foreach (var subject in new[] { "領収書の宛名を変更したい", "領収書の宛名変更について", "領収書の宛名を変更できますか", "領収書の宛名を変えたい", "機械が動かない" }) await crm.Inquiry(subject);

        var proposal = Assert.Single(await crm.Ask(new GetProposals()));
        Assert.Equal(4, proposal.Inquiries);
        await crm.Ask(new DraftArticle(proposal.Examples[0]));
        Assert.Empty(await crm.Ask(new GetProposals()));
    }

    [Theory, EveryDatabase]
    public async Task What_two_questions_share_in_grammar_makes_them_no_one_topic(string database)
    {
        await using var crm = await SupportHost.Start(database);
        for (var i = 0; i < 4; i++)
        {
            await crm.Inquiry("納期を知りたい");
            await crm.Inquiry("耐荷重を知りたい");
        }

        await crm.Inquiry("耐荷重を知りたいです");
        Assert.Equal([("耐荷重を知りたいです", 5), ("納期を知りたい", 4)], (await crm.Ask(new GetProposals())).Select(p => (p.Subject, p.Inquiries)));

        await crm.Save(SupportContract.Article, ("title", "耐荷重の調べ方"), ("body", "銘板をご覧ください。"));
        Assert.Equal("納期を知りたい", Assert.Single(await crm.Ask(new GetProposals())).Subject);
    }
}
