using Crm.Sdk;
using Crm.Sdk.Messaging;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Support.Surveys;

/// <summary>The customer's answer; whoever has the secret of the mail gives it, and may think again.</summary>
/// <param name="Key">The secret.</param>
/// <param name="Score">1 to 5.</param>
/// <param name="Comment">More; or null.</param>
internal sealed record Rate(string? Key = null, int? Score = null, string? Comment = null) : IRequest<Result>;

/// <summary>What a customer has answered so far, for the page of the link.</summary>
/// <param name="Key">The secret.</param>
internal sealed record GetAnswer(string? Key) : IRequest<Result<GivenAnswer>>;

/// <summary>An answer; both are null before it is given.</summary>
internal sealed record GivenAnswer(int? Score, string? Comment);

internal sealed class RateHandler(SupportDb db, TimeProvider clock) : IRequestHandler<Rate, Result>, IRequestHandler<GetAnswer, Result<GivenAnswer>>
{
    public async Task<Result<GivenAnswer>> Handle(GetAnswer query, CancellationToken cancellationToken) =>
        await Find(query.Key, cancellationToken) is { } survey ? new GivenAnswer(survey.Score, survey.Comment) : NoSuchSurvey;

    public async Task<Result> Handle(Rate rate, CancellationToken cancellationToken)
    {
        if (rate.Score is not (>= Survey.Lowest and <= Survey.Highest)) return Problems.Invalid("support.no-score", "score", ("満足度を選んでください。", "Choose how content you were."));
        if (await Find(rate.Key, cancellationToken) is not { } survey) return NoSuchSurvey;
        survey.Score = rate.Score;
        survey.AnsweredAt = clock.GetUtcNow();
        if (!string.IsNullOrWhiteSpace(rate.Comment)) survey.Comment = rate.Comment.Length > 2000 ? rate.Comment[..2000] : rate.Comment;
        var inquiry = await db.Inquiries.SingleOrDefaultAsync(i => i.Id == survey.InquiryId, cancellationToken);
        if (inquiry is not null) inquiry.Score = rate.Score;
        return await db.SaveAsync(cancellation: cancellationToken);
    }

    private Task<Survey?> Find(string? key, CancellationToken cancellation)
    {
        var secret = AskSatisfaction.Hash(key ?? "");
        return db.Surveys.SingleOrDefaultAsync(s => s.Secret == secret, cancellation);
    }

    private static Problem NoSuchSurvey => new(
        "support.no-such-survey", ("このアンケートは見つかりません。", "There is no such survey."),
        ("メールのURLが途中で切れていないか確認してください。アンケートが削除されると開けません。", "See that the address of the mail was opened whole. A survey that was deleted cannot be opened."), Kind: ProblemKind.NotFound);
}
