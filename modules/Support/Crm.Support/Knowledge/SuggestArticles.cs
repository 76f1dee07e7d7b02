using Crm.Sdk;
using Crm.Sdk.Users;
using Crm.Support.Contracts;
using Crm.Support.Inquiries;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Support.Knowledge;

/// <summary>Published articles that may answer a text, as they were published, best first.</summary>
/// <param name="Text">What is asked.</param>
/// <param name="TypeId">Its type; articles of the same type come sooner.</param>
/// <param name="ProductId">Its product; the same.</param>
internal sealed record SuggestArticles(string? Text, Guid? TypeId = null, Guid? ProductId = null) : IRequest<Result<IReadOnlyList<SuggestedArticle>>>;

internal sealed record SuggestedArticle(Guid Id, string Title, string Body, bool Everybody, double Score);

internal sealed class SuggestArticlesHandler(SupportDb db, Readable readable) : IRequestHandler<SuggestArticles, Result<IReadOnlyList<SuggestedArticle>>>
{
    private const int Best = 4;
    private const int MostArticles = 2_000;
    private const int BodyThatCounts = GetPublicArticlesHandler.BodyThatCounts;
    private const double Enough = 0.25;
    private const double SameTopic = 0.15;

    public async Task<Result<IReadOnlyList<SuggestedArticle>>> Handle(SuggestArticles query, CancellationToken cancellationToken)
    {
        var asked = Likeness.Topic(query.Text);
        if (asked.Count == 0) return Result.Of<IReadOnlyList<SuggestedArticle>>([]);
        var sees = await readable.Fields(SupportContract.Article, cancellationToken);
        if (!sees("title") || !sees("body")) return Result.Of<IReadOnlyList<SuggestedArticle>>([]);
        var mine = readable.Of(db.Articles, SupportContract.Article);
        var published = from article in mine
                        join version in db.ArticleVersions.AsNoTracking() on new { ArticleId = article.Id, Number = article.Published ?? 0 } equals new { version.ArticleId, version.Number }
                        where article.Status == ArticleStatuses.Published
                        orderby article.Helpful descending, article.Id
                        select new { article.Id, version.Title, version.Body, article.Keywords, article.TypeId, article.ProductId, article.Audience, Votes = article.Helpful - article.NotHelpful };
        var articles = await published.Take(MostArticles).ToListAsync(cancellationToken);
        var likeness = new Likeness();
        var known = articles.ConvertAll(a => (Article: a, Pairs: Likeness.Pairs($"{a.Title} {a.Keywords} {(a.Body.Length > BodyThatCounts ? a.Body[..BodyThatCounts] : a.Body)}")));
        foreach (var (_, pairs) in known) likeness.Learn(pairs);
        var found =
            from article in known
            let score = likeness.Answers(asked, Likeness.Topic($"{article.Article.Title} {article.Article.Keywords}"), article.Pairs)
                + (query.TypeId is not null && article.Article.TypeId == query.TypeId ? SameTopic : 0) + (query.ProductId is not null && article.Article.ProductId == query.ProductId ? SameTopic : 0)
            where score >= Enough
            orderby score descending, article.Article.Votes descending, article.Article.Id
            select new SuggestedArticle(article.Article.Id, article.Article.Title, article.Article.Body, article.Article.Audience == Audiences.Everybody, score);
        return Result.Of<IReadOnlyList<SuggestedArticle>>([.. found.Take(Best)]);
    }
}
