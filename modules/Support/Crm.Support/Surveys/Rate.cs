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

internal sealed class RateHandler(SupportDb db, TimeProvider clock) : IRequestHandler<Rate, Result>
{
    public async Task<Result> Handle(Rate rate, CancellationToken cancellationToken)
    {
        if (rate.Score is not (>= Survey.Lowest and <= Survey.Highest)) return Problems.Invalid("support.no-score", "score", ("満足度を選んでください。", "Choose how content you were."));
        var secret = AskSatisfaction.Hash(rate.Key ?? "");
        var survey = await db.Surveys.SingleOrDefaultAsync(s => s.Secret == secret, cancellationToken);
        if (survey is null) return NoSuchSurvey;
        survey.Score = rate.Score;
        survey.AnsweredAt = clock.GetUtcNow();
        if (!string.IsNullOrWhiteSpace(rate.Comment)) survey.Comment = rate.Comment.Length > 2000 ? rate.Comment[..2000] : rate.Comment;
        var inquiry = await db.Inquiries.SingleOrDefaultAsync(i => i.Id == survey.InquiryId, cancellationToken);
        if (inquiry is not null) inquiry.Score = rate.Score;
        return await db.SaveAsync(cancellation: cancellationToken);
    }

    private static Problem NoSuchSurvey => new(
        "support.no-such-survey", ("このアンケートは見つかりません。", "There is no such survey."), ("メールのリンクをもう一度開いてください。", "Open the link of the mail again."), Kind: ProblemKind.NotFound);
}
