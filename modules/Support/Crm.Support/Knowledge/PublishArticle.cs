using Crm.Sdk;
using Crm.Sdk.Messaging;
using Crm.Sdk.Users;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Support.Knowledge;

/// <summary>Puts an article out as it stands; what was out before is kept as an older version.</summary>
/// <remarks>Answers with the number of the version. Problems: <c>not-found</c>, <c>forbidden</c>, <c>support.article-empty</c>.</remarks>
[Command("support.publish-article")]
internal sealed record PublishArticle(Guid Id) : IRequest<Result<int>>;

/// <summary>Takes an article back.</summary>
[Command("support.withdraw-article")]
internal sealed record WithdrawArticle(Guid Id) : IRequest<Result>;

/// <summary>Says whether an article helped; each user says it once and may think again.</summary>
[Command("support.vote-article")]
internal sealed record VoteArticle(Guid Id, bool Helpful) : IRequest<Result>;

/// <summary>The same for everybody, on the public page.</summary>
internal sealed record VotePublicArticle(Guid Id = default, bool Helpful = false, string? Voter = null) : IRequest<Result>;

internal sealed class PublishArticleHandler(SupportDb db, TimeProvider clock, IUser user) : IRequestHandler<PublishArticle, Result<int>>, IRequestHandler<WithdrawArticle, Result>
{
    public async Task<Result<int>> Handle(PublishArticle publish, CancellationToken cancellationToken)
    {
        var article = await db.Load<Article>(publish.Id, RecordAction.Edit, cancellation: cancellationToken);
        if (article.Failed) return article.Problems[0];
        var version = article.Value.Publish(clock.GetUtcNow(), user.Id);
        if (version.Failed) return version.Problems[0];
        version.Value.TenantId = db.TenantId;
        db.ArticleVersions.Add(version.Value);
        var saved = await db.SaveAsync(cancellation: cancellationToken);
        return saved.Failed ? Result<int>.Fail(saved.Problems) : version.Value.Number;
    }

    public async Task<Result> Handle(WithdrawArticle withdraw, CancellationToken cancellationToken)
    {
        var article = await db.Load<Article>(withdraw.Id, RecordAction.Edit, cancellation: cancellationToken);
        if (article.Failed) return article;
        article.Value.Retire();
        return await db.SaveAsync(cancellation: cancellationToken);
    }
}

internal sealed class VoteArticleHandler(SupportDb db, TimeProvider clock, IUser user) : IRequestHandler<VoteArticle, Result>, IRequestHandler<VotePublicArticle, Result>
{
    private const int LongestVoter = 40;

    public async Task<Result> Handle(VoteArticle vote, CancellationToken cancellationToken)
    {
        var article = await db.Load<Article>(vote.Id, RecordAction.Read, cancellation: cancellationToken);
        return article.Failed ? article : await Vote(article.Value, "user:" + user.Id, vote.Helpful, cancellationToken);
    }

    public async Task<Result> Handle(VotePublicArticle vote, CancellationToken cancellationToken)
    {
        if (vote.Voter is not { Length: > 0 and <= LongestVoter } voter) return Result.Done;
        var article = await db.Articles.SingleOrDefaultAsync(a => a.Id == vote.Id && a.Audience == Audiences.Everybody && a.Status == ArticleStatuses.Published, cancellationToken);
        return article is null ? Result.Done : await Vote(article, "page:" + voter, vote.Helpful, cancellationToken);
    }

    /// <summary>A vote is no edit: it changes counts alone, in one statement, and stands in nobody's way.</summary>
    private async Task<Result> Vote(Article article, string voter, bool helpful, CancellationToken cancellation)
    {
        var id = article.Id;
        var before = await db.ArticleVotes.SingleOrDefaultAsync(v => v.ArticleId == id && v.Voter == voter, cancellation);
        if (before?.Helpful == helpful) return Result.Done;
        if (before is null) db.ArticleVotes.Add(new ArticleVote { TenantId = db.TenantId, ArticleId = id, Voter = voter, Helpful = helpful, At = clock.GetUtcNow() });
        else before.Helpful = helpful;
        var saved = await db.SaveAsync(cancellation: cancellation);
        if (saved.Failed) return saved;
        var (yes, no) = (await db.ArticleVotes.CountAsync(v => v.ArticleId == id && v.Helpful, cancellation), await db.ArticleVotes.CountAsync(v => v.ArticleId == id && !v.Helpful, cancellation));
        await db.Articles.Where(a => a.Id == id).ExecuteUpdateAsync(set => set.SetProperty(a => a.Helpful, yes).SetProperty(a => a.NotHelpful, no), cancellation);
        return Result.Done;
    }
}
