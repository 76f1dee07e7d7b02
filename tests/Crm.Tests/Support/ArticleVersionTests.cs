using Crm.Sdk.Records;
using Crm.Support.Contracts;
using Crm.Support.Knowledge;
using Crm.Support.Knowledge.Versions;
using Crm.Tests.Customers;
using Crm.Tests.Deals;
using Crm.Tests.Infrastructure;

namespace Crm.Tests.Support;

/// <summary>The versions of an article: what changed from one to the next, and an older one taken up again.</summary>
public sealed class ArticleVersionTests
{
    [Theory, EveryDatabase]
    public async Task Versions_tell_what_changed_and_an_older_one_becomes_the_draft_while_the_newest_stays_out(string database)
    {
        await using var crm = await SupportHost.Start(database);
        var article = await crm.Save(SupportContract.Article, ("title", "請求書を再発行できますか"), ("body", "はい。\nマイページから発行できます。"), ("audience", "public"));
        await crm.Ask(new PublishArticle(article));
        await Write("title", "請求書の再発行");
        await Write("body", "はい。\n過去5年分を発行できます。");
        await crm.Ask(new PublishArticle(article));
        await Write("body", "はい。\n過去5年分を発行できます。\nPDFでも送れます。");

        var versions = await crm.Ask(new GetArticleVersions(article));

        Assert.Equal([null, 2, 1], versions.Select(v => v.Number));
        Assert.Equal([false, true, false], versions.Select(v => v.IsOut));
        Assert.Equal([new ChangedLine(true, "PDFでも送れます。")], versions[0].Changes);
        Assert.Equal("請求書を再発行できますか", versions[1].TitleBefore);
        Assert.Equal([new ChangedLine(false, "マイページから発行できます。"), new ChangedLine(true, "過去5年分を発行できます。")], versions[1].Changes);

        await crm.Do(new RestoreArticleVersion(article, 1));
        var restored = await crm.Get(SupportContract.Article, article);
        Assert.Equal(("請求書を再発行できますか", "はい。\nマイページから発行できます。"), (restored["title"], restored["body"]));
        Assert.Equal("はい。\n過去5年分を発行できます。", (await crm.Ask(new GetPublicArticles(ArticleId: article))).One!.Body);
        Assert.Equal("support.no-such-version", await crm.Refused(new RestoreArticleVersion(article, 9)));

        Task Write(string field, string text) => crm.Ask(new SaveRecord(SupportContract.Article, article, new Dictionary<string, object?> { [field] = text }));
    }

    [Fact]
    public async Task The_page_of_an_article_offers_each_older_version_as_the_draft()
    {
        await using var crm = await SupportHost.Start(Databases.Sqlite);
        var article = await crm.Save(SupportContract.Article, ("title", "納期"), ("body", "翌営業日"));
        await crm.Ask(new PublishArticle(article));
        await crm.Ask(new SaveRecord(SupportContract.Article, article, new Dictionary<string, object?> { ["body"] = "当日" }));
        await crm.Ask(new PublishArticle(article));

        var page = await crm.Render<VersionsTab>(SupportContract.Article, article);

        Assert.Equal(["2", "1"], page.QuerySelectorAll("[data-version]").Select(v => v.GetAttribute("data-version")));
        Assert.Equal("当日", page.QuerySelector("[data-version='2'] ins")!.TextContent);
        Assert.Equal("翌営業日", page.QuerySelector("[data-version='2'] del")!.TextContent);
        Assert.Equal("1", Assert.Single(page.QuerySelectorAll("form[action$='support.restore-article-version'] input[name=number]")).GetAttribute("value"));
    }

    [Theory]
    [InlineData("a\nb\nc", "a\nc", "-b")]
    [InlineData("a\nc", "a\nb\nc", "+b")]
    [InlineData("a\nb\nc\nd", "x\nb\ny\nd", "-a+x-c+y")]
    [InlineData("a\r\nb", "a\nb", "")]
    [InlineData("", "a", "-+a")]
    public void What_changed_is_told_line_by_line(string before, string after, string changes) =>
        Assert.Equal(changes, string.Concat(LineChanges.Between(before, after).Select(c => (c.Added ? "+" : "-") + c.Text)));

    [Fact]
    public void Two_long_texts_with_nothing_in_common_are_told_apart_at_once()
    {
        var (before, after) = (string.Join('\n', Enumerable.Range(0, 20_000)), string.Join('\n', Enumerable.Range(20_000, 20_000)));

        var changes = LineChanges.Between(before, after);

        Assert.Equal((20_000, 20_000), (changes.Count(c => !c.Added), changes.Count(c => c.Added)));
    }
}
