using Crm.Customers.Contracts;
using Crm.Sdk;
using Crm.Sdk.Records;
using Crm.Support.Contracts;

namespace Crm.Support.Knowledge;

/// <summary>A question with its answer. What others read is the version published last; editing goes on beside it.</summary>
internal sealed class Article : Record
{
    public string Title { get; set; } = "";

    public string? Body { get; set; }

    /// <summary>Other words people use for it.</summary>
    public string? Keywords { get; set; }

    public string Audience { get; set; } = Audiences.Internal;

    public string Status { get; set; } = ArticleStatuses.Draft;

    public Guid? TypeId { get; set; }

    public Guid? ProductId { get; set; }

    /// <summary>The number of the version that is out; none while it never was.</summary>
    public int? Published { get; set; }

    public int Helpful { get; set; }

    public int NotHelpful { get; set; }

    /// <summary>Whether its status was changed by a step.</summary>
    internal bool Stepped { get; private set; }

    /// <summary>Puts it out as it stands.</summary>
    public Result<ArticleVersion> Publish(DateTimeOffset now, Guid? by)
    {
        if (string.IsNullOrWhiteSpace(Body)) return Problems.Invalid("support.article-empty", "body", ("回答が空です。", "There is no answer."), ("回答を入力してから公開してください。", "Write one before publishing."));
        (Published, Status, Stepped) = ((Published ?? 0) + 1, ArticleStatuses.Published, true);
        return new ArticleVersion { ArticleId = Id, Number = Published.Value, Title = Title, Body = Body!, At = now, UserId = by };
    }

    /// <summary>Goes on from an older version; what is out stays out.</summary>
    public void TakeUp(ArticleVersion version) => (Title, Body) = (version.Title, version.Body);

    /// <summary>Takes it back; nobody reads it any more.</summary>
    public Result Retire()
    {
        (Status, Stepped) = (ArticleStatuses.Retired, true);
        return Result.Done;
    }
}

internal static class ArticleFields
{
    public static readonly RecordType<Article> Type = RecordType.For<Article>(SupportContract.Article)
        .Titled("FAQ・ナレッジ", "Article", "Knowledge base")
        .WithIcon("book-2")
        .TitledBy("title")
        .SortedBy("-updatedAt")
        .Section("basic", "基本情報", "Basics", s => s
            .Text(a => a.Title, "質問", "Question").Required().Max(200).Searchable().InList()
            .Markdown(a => a.Body, "回答", "Answer").Max(50_000).Searchable()
            .Text(a => a.Keywords, "別の言い方", "Other words").Max(500).Searchable()
                .Hint("検索と提案に使います。", "For search and suggestions.")
            .Choice(a => a.Audience, "公開範囲", "For", Audiences.All).Required().Default(Audiences.Internal).Indexed().InList()
            .Choice(a => a.Status, "状態", "Status", ArticleStatuses.All).Required().Default(ArticleStatuses.Draft).ReadOnly().Indexed().InList()
            .Reference(a => a.TypeId, "種類", "Type", SupportContract.Type).Indexed().InList()
            .Reference(a => a.ProductId, "商品", "Product", CustomersContract.Product).Indexed()
            .Number(a => a.Published, "公開中の版", "Version published").ReadOnly()
            .Number(a => a.Helpful, "役に立った", "Helpful").ReadOnly().InList()
            .Number(a => a.NotHelpful, "役に立たなかった", "Not helpful").ReadOnly())
        .Rule(AnArticleIsPublishedByStep.Check);
}

internal static class Audiences
{
    public const string Internal = "internal";
    public const string Everybody = "public";

    public static readonly IReadOnlyList<Choice> All = [Choice.Of(Internal, "社内", "Staff", "blue"), Choice.Of(Everybody, "お客様にも公開", "Everybody", "green")];
}

internal static class ArticleStatuses
{
    public const string Draft = "draft";
    public const string Published = "published";
    public const string Retired = "retired";

    public static readonly IReadOnlyList<Choice> All =
    [
        Choice.Of(Draft, "下書き", "Draft", "secondary"),
        Choice.Of(Published, "公開中", "Published", "green"),
        Choice.Of(Retired, "取り下げ", "Withdrawn", "red"),
    ];
}

/// <summary>An article comes out and goes by its steps, so that each version is kept.</summary>
internal static class AnArticleIsPublishedByStep
{
    public static Problem? Check(Article article, RuleContext rule) =>
        article.Stepped || (rule.IsNew ? article.Status == ArticleStatuses.Draft : !rule.Changed("status")) ? null : new Problem(
            "support.publish-by-step", ("状態はここでは変えられません。", "The status is not changed here."),
            ("記事の画面の「公開」「取り下げ」を使ってください。", "Use Publish or Withdraw on its page."), "status");
}

/// <summary>An article as it was put out.</summary>
internal sealed class ArticleVersion
{
    public Guid TenantId { get; set; }

    public Guid ArticleId { get; set; }

    public int Number { get; set; }

    public string Title { get; set; } = "";

    public string Body { get; set; } = "";

    public DateTimeOffset At { get; set; }

    public Guid? UserId { get; set; }
}

/// <summary>Whether an article helped somebody; each says it once.</summary>
internal sealed class ArticleVote
{
    public Guid TenantId { get; set; }

    public Guid ArticleId { get; set; }

    /// <summary>A user, or what a public page was given when it was opened.</summary>
    public string Voter { get; set; } = "";

    public bool Helpful { get; set; }

    public DateTimeOffset At { get; set; }
}
