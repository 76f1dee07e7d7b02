// The versions of an article: who put out which text when, what changed, and taking an older one up again.
using Crm.Sdk;
using Crm.Sdk.Messaging;
using Crm.Sdk.Records;
using Crm.Sdk.Users;
using Crm.Support.Contracts;
using Crm.Support.Inquiries;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Support.Knowledge.Versions;

/// <summary>An article as it was put out again and again, newest first; before them the draft, when it is not what is out.</summary>
internal sealed record GetArticleVersions(Guid Id) : IRequest<Result<IReadOnlyList<ArticleVersionView>>>;

/// <summary>One version.</summary>
/// <param name="Number">Its number; null for what is written and not put out yet.</param>
/// <param name="At">When.</param>
/// <param name="By">Who; null of a draft, which the history tells, and when the system did.</param>
/// <param name="Title">The question.</param>
/// <param name="Body">The answer.</param>
/// <param name="TitleBefore">The question of the version before, when it was another.</param>
/// <param name="Changes">Lines that the version before had and this has not, and the other way round.</param>
internal sealed record ArticleVersionView(int? Number, DateTimeOffset At, string? By, string Title, string Body, string? TitleBefore, IReadOnlyList<ChangedLine> Changes)
{
    /// <summary>Whether this is what people read.</summary>
    public bool IsOut { get; init; }

    /// <summary>Whether the draft says the same: there is nothing to take up.</summary>
    public bool IsDraft { get; init; }
}

/// <summary>Makes an older version the draft again. What is out stays out until somebody publishes.</summary>
/// <remarks>Problems: <c>not-found</c>, <c>forbidden</c>, <c>support.no-such-version</c>.</remarks>
[Command("support.restore-article-version")]
internal sealed record RestoreArticleVersion(Guid Id, int Number) : IRequest<Result>;

internal sealed class ArticleVersionsHandler(SupportDb db, Readable readable, IMediator mediator)
    : IRequestHandler<GetArticleVersions, Result<IReadOnlyList<ArticleVersionView>>>, IRequestHandler<RestoreArticleVersion, Result>
{
    private const int AtMost = 50;

    public async Task<Result<IReadOnlyList<ArticleVersionView>>> Handle(GetArticleVersions query, CancellationToken cancellationToken)
    {
        var loaded = await db.Load<Article>(query.Id, RecordAction.Read, cancellation: cancellationToken);
        if (loaded.Failed) return Result<IReadOnlyList<ArticleVersionView>>.Fail(loaded.Problems);
        var sees = await readable.Fields(SupportContract.Article, cancellationToken);
        if (!sees("title") || !sees("body")) return Result.Of<IReadOnlyList<ArticleVersionView>>([]);

        // One more than is shown: the last one shown is compared with it.
        var article = loaded.Value;
        var versions = await db.ArticleVersions.AsNoTracking().Where(v => v.ArticleId == article.Id).OrderByDescending(v => v.Number).Take(AtMost + 1).ToListAsync(cancellationToken);
        var staff = await mediator.Send(new GetColleagues(), cancellationToken);
        var names = staff.Failed ? [] : staff.Value.People.ToDictionary(p => p.Id, p => p.Name);
        var views = versions.Take(AtMost).Select((version, at) => View(version, versions.ElementAtOrDefault(at + 1)) with
        {
            IsOut = article.Status == ArticleStatuses.Published && version.Number == article.Published, IsDraft = Same(article, version),
        }).ToList();
        if (versions.Count > 0 && !Same(article, versions[0]))
        {
            var draft = new ArticleVersion { Title = article.Title, Body = article.Body ?? "", At = article.UpdatedAt };
            views.Insert(0, View(draft, versions[0]) with { Number = null, IsDraft = true });
        }

        return views;

        ArticleVersionView View(ArticleVersion version, ArticleVersion? before) => new(
            version.Number, version.At, version.UserId is { } by ? names.GetValueOrDefault(by) : null, version.Title, version.Body,
            before is null || before.Title == version.Title ? null : before.Title, before is null ? [] : LineChanges.Between(before.Body, version.Body));
    }

    public async Task<Result> Handle(RestoreArticleVersion restore, CancellationToken cancellationToken)
    {
        var article = await db.Load<Article>(restore.Id, RecordAction.Edit, cancellation: cancellationToken);
        if (article.Failed) return article;
        var (id, number) = (restore.Id, restore.Number);
        var version = await db.ArticleVersions.AsNoTracking().SingleOrDefaultAsync(v => v.ArticleId == id && v.Number == number, cancellationToken);
        if (version is null) return NoSuchVersion;
        article.Value.TakeUp(version);
        return await db.SaveAsync(cancellation: cancellationToken);
    }

    private static bool Same(Article article, ArticleVersion version) => article.Title == version.Title && (article.Body ?? "") == version.Body;

    private static Problem NoSuchVersion => new(
        "support.no-such-version", ("その版はありません。", "There is no such version."), ("画面を読み直して選び直してください。", "Reload the page and choose again."), "number", ProblemKind.NotFound);
}
