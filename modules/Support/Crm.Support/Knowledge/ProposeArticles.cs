using Crm.Sdk;
using Crm.Sdk.Messaging;
using Crm.Sdk.Tenancy;
using Crm.Sdk.Users;
using Crm.Support.Contracts;
using Crm.Support.Inquiries;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Support.Knowledge;

/// <summary>What is asked again and again and has no article: inquiries of the last three months, those alike together.</summary>
internal sealed record GetProposals : IRequest<Result<IReadOnlyList<Proposal>>>;

/// <summary>A topic without an article.</summary>
/// <param name="Subject">The subject most like the others.</param>
/// <param name="Inquiries">How many there were.</param>
/// <param name="TypeId">Its type.</param>
/// <param name="Examples">Some of them, newest first.</param>
internal sealed record Proposal(string Subject, int Inquiries, Guid? TypeId, IReadOnlyList<Guid> Examples);

/// <summary>Makes a draft from an inquiry: its subject as the question, our last answer as the beginning of the answer.</summary>
/// <remarks>Answers with the article. Problems: <c>not-found</c>, <c>forbidden</c>.</remarks>
[Command("support.draft-article")]
internal sealed record DraftArticle(Guid InquiryId) : IRequest<Result<Guid>>;

internal sealed class ProposeArticlesHandler(SupportDb db, Readable readable, TimeProvider clock, ITenant tenant, IUser user)
    : IRequestHandler<GetProposals, Result<IReadOnlyList<Proposal>>>, IRequestHandler<DraftArticle, Result<Guid>>
{
    private const int Days = 90;
    private const int MostInquiries = 3_000;
    private const int Frequent = 4;
    private const int Shown = 20;
    private const double Alike = 0.6;
    private const double Answered = 0.5;

    public async Task<Result<IReadOnlyList<Proposal>>> Handle(GetProposals query, CancellationToken cancellationToken)
    {
        var since = tenant.StartOf(clock.Today(tenant).AddDays(-Days));
        var inquiries = await readable.Inquiries.Where(i => i.ReceivedAt >= since).OrderByDescending(i => i.ReceivedAt).ThenByDescending(i => i.Id).Take(MostInquiries)
            .Select(i => new { i.Id, i.Subject, i.TypeId }).ToListAsync(cancellationToken);
        var articles = (await db.Articles.AsNoTracking().Where(a => a.Status != ArticleStatuses.Retired).Select(a => a.Title + " " + a.Keywords).ToListAsync(cancellationToken)).ConvertAll(Likeness.Pairs);

        // Each inquiry joins the first topic whose first subject is about the same; 「…を知りたい」 makes no two alike.
        var topics = new List<(HashSet<string> About, List<Guid> Ids, string Subject, Guid? Type)>();
        foreach (var inquiry in inquiries)
        {
            var about = Likeness.Topic(inquiry.Subject);
            if (about.Count == 0) continue;
            var topic = topics.FindIndex(t => Likeness.Alike(t.About, about) >= Alike);
            if (topic >= 0) topics[topic].Ids.Add(inquiry.Id);
            else topics.Add((about, [inquiry.Id], inquiry.Subject, inquiry.TypeId));
        }

        return Result.Of<IReadOnlyList<Proposal>>(
        [
            .. topics.Where(t => t.Ids.Count >= Frequent && !articles.Exists(a => (double)t.About.Count(a.Contains) / t.About.Count >= Answered))
                .OrderByDescending(t => t.Ids.Count).Take(Shown).Select(t => new Proposal(t.Subject, t.Ids.Count, t.Type, [.. t.Ids.Take(3)])),
        ]);
    }

    public async Task<Result<Guid>> Handle(DraftArticle draft, CancellationToken cancellationToken)
    {
        if (!user.MayAct(SupportContract.Article, user.Id, RecordAction.Create)) return Problems.Forbidden($"{SupportContract.Article}:create");
        var inquiry = await db.Load<Inquiry>(draft.InquiryId, RecordAction.Read, cancellation: cancellationToken);
        if (inquiry.Failed) return inquiry.Problems[0];
        var sees = await readable.Fields(SupportContract.Message, cancellationToken);
        var answer = !sees("text") ? null : await readable.Of(db.Messages, SupportContract.Message).Where(m => m.InquiryId == draft.InquiryId && m.Kind == MessageKinds.Reply).OrderByDescending(m => m.At).Select(m => m.Text).FirstOrDefaultAsync(cancellationToken);
        var article = new Article { Title = inquiry.Value.Subject, Body = answer ?? inquiry.Value.Resolution, TypeId = inquiry.Value.TypeId, ProductId = inquiry.Value.ProductId, OwnerId = user.Id };
        db.Articles.Add(article);
        var saved = await db.SaveAsync(cancellation: cancellationToken);
        return saved.Failed ? Result<Guid>.Fail(saved.Problems) : article.Id;
    }
}
