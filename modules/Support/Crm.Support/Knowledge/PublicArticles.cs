using Crm.Sdk;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Support.Knowledge;

/// <summary>What everybody may read of the knowledge base: published versions only, found by words or by type.</summary>
/// <param name="Words">What is looked for; everything, most helpful first, when empty.</param>
/// <param name="ArticleId">One article, whole.</param>
internal sealed record GetPublicArticles(string? Words = null, Guid? ArticleId = null) : IRequest<Result<PublicArticles>>;

internal sealed record PublicArticles(IReadOnlyList<PublicArticle> Articles, PublicArticle? One);

internal sealed record PublicArticle(Guid Id, string Title, string Body, string? Type, int Helpful, DateTimeOffset At);

internal sealed class GetPublicArticlesHandler(SupportDb db) : IRequestHandler<GetPublicArticles, Result<PublicArticles>>
{
    private const int MostArticles = 2_000;
    private const int Shown = 30;

    /// <summary>Letters of a body that count when words are looked for.</summary>
    internal const int BodyThatCounts = 600;
    private const double Enough = 0.3;

    public async Task<Result<PublicArticles>> Handle(GetPublicArticles query, CancellationToken cancellationToken)
    {
        var types = await db.Types.AsNoTracking().ToDictionaryAsync(t => t.Id, t => t.Name, cancellationToken);
        var found = from article in db.Articles.AsNoTracking()
                    join version in db.ArticleVersions.AsNoTracking() on new { ArticleId = article.Id, Number = article.Published ?? 0 } equals new { version.ArticleId, version.Number }
                    where article.Audience == Audiences.Everybody && article.Status == ArticleStatuses.Published
                    select new { article.Id, version.Title, version.Body, article.Keywords, article.TypeId, article.Helpful, article.NotHelpful, version.At };
        if (query.ArticleId is { } id)
        {
            var one = await found.Where(a => a.Id == id).FirstOrDefaultAsync(cancellationToken);
            return new PublicArticles([], one is null ? null : new PublicArticle(one.Id, one.Title, one.Body, Type(one.TypeId), one.Helpful, one.At));
        }

        var all = await found.OrderByDescending(a => a.Helpful - a.NotHelpful).ThenBy(a => a.Id).Take(MostArticles).ToListAsync(cancellationToken);
        var asked = Likeness.Topic(query.Words);
        if (asked.Count > 0)
        {
            var likeness = new Likeness();
            var known = all.ConvertAll(a => (Article: a, Pairs: Likeness.Pairs($"{a.Title} {a.Keywords} {(a.Body.Length > BodyThatCounts ? a.Body[..BodyThatCounts] : a.Body)}")));
            foreach (var (_, pairs) in known) likeness.Learn(pairs);
            all = [.. from a in known let score = likeness.Answers(asked, Likeness.Topic($"{a.Article.Title} {a.Article.Keywords}"), a.Pairs) where score >= Enough orderby score descending select a.Article];
        }

        return new PublicArticles([.. all.Take(Shown).Select(a => new PublicArticle(a.Id, a.Title, a.Body, Type(a.TypeId), a.Helpful, a.At))], null);

        string? Type(Guid? type) => type is { } known ? types.GetValueOrDefault(known) : null;
    }
}
