using System.Security.Cryptography;
using System.Text;
using Crm.Customers.Contracts;
using Crm.Sdk;
using Crm.Sdk.Messaging;
using Crm.Sdk.Tenancy;
using Crm.Sdk.Web;
using Crm.Support.Contracts;
using Crm.Support.Inquiries;
using Crm.Support.Mailing;
using Crm.Support.Setup;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Support.Surveys;

/// <summary>
/// When an inquiry is closed, asks the customer by mail whether they were content: once per inquiry, and not more than once in two weeks. They
/// wrote to us about it, so it needs no consent of its own; who refused mail or surveys, or is to be left alone, is not asked.
/// </summary>
[Subscriber("support.ask-satisfaction")]
internal sealed class AskSatisfaction(SupportDb db, ISettings settings, Recipients recipients, Outbox outbox, IMediator mediator, TimeProvider clock, ITenant tenant) : INotificationHandler<InquiryClosed>
{
    /// <summary>Code of the purpose of use that surveys have in the ledger.</summary>
    public const string Purpose = "survey";

    private static readonly TimeSpan NotAgainWithin = TimeSpan.FromDays(14);

    public async Task Handle(InquiryClosed closed, CancellationToken cancellationToken)
    {
        var set = settings.Of<SupportSettings>();
        if (!set.AskSatisfaction || set.SiteUrl is not { Length: > 0 } site) return;
        var inquiry = await db.Inquiries.SingleOrDefaultAsync(i => i.Id == closed.InquiryId, cancellationToken);
        if (inquiry is null || !inquiry.IsClosed || await db.Surveys.AnyAsync(s => s.InquiryId == inquiry.Id, cancellationToken)) return;
        if (await recipients.AddressOf(inquiry, cancellationToken) is not { } address) return;

        var since = clock.GetUtcNow() - NotAgainWithin;
        var asked = from survey in db.Surveys
                    join other in db.Inquiries on survey.InquiryId equals other.Id
                    where survey.AskedAt >= since && ((other.PersonId != null && other.PersonId == inquiry.PersonId) || (other.FromEmail != null && other.FromEmail == inquiry.FromEmail))
                    select survey.Id;
        if (await asked.AnyAsync(cancellationToken) || await IsRefused(inquiry, cancellationToken)) return;

        var secret = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(20));
        db.Surveys.Add(new Survey { InquiryId = inquiry.Id, OwnerId = inquiry.OwnerId, AskedAt = clock.GetUtcNow(), Secret = Hash(secret) });
        var link = site.TrimEnd('/') + Routes.Public(tenant.Key, SupportContract.Module, "rate") + "?key=" + secret;
        outbox.Queue(new OutgoingMail { InquiryId = inquiry.Id, Address = address, Subject = Outbox.Subject(In("対応はいかがでしたか", "How did we do?"), inquiry), Text = Plain(inquiry, link), Html = Html(inquiry, link) });
        (await db.SaveAsync(cancellation: cancellationToken)).OrThrow("The survey could not be saved");
    }

    private async Task<bool> IsRefused(Inquiry inquiry, CancellationToken cancellation)
    {
        if ((inquiry.PersonId ?? inquiry.CompanyId) is not { } customer) return false;
        var may = (await mediator.Send(new MayContact([customer], Purpose, CustomersContract.Channels.Email), cancellation)).OrThrow("Nobody says whether we may write to customers");
        var holds = new CollectSalesHolds([customer]);
        await mediator.Publish(holds, cancellation);
        if (holds.Missing.Count > 0) throw new InvalidOperationException("Not all have said whom to leave alone: " + string.Join(", ", holds.Missing));
        return holds.Parts.Count > 0 || may[customer].Reason is ContactAnswer.Refused or ContactAnswer.Withdrawn;
    }

    public static string Hash(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    private string Plain(Inquiry inquiry, string link)
    {
        var text = new StringBuilder(In($"お問い合わせ「{inquiry.Subject}」への対応はいかがでしたか。\n次のどれかを開いてお答えください。\n\n", $"How content were you with our answer to “{inquiry.Subject}”?\nOpen one of these to tell us.\n\n"));
        for (var score = Survey.Highest; score >= Survey.Lowest; score--) text.Append(ScoreNames.Of(score).In(tenant.Language)).Append(": ").Append(link).Append("&score=").Append(score).Append('\n');
        return text.Append('\n').Append(tenant.Name).ToString();
    }

    private string Html(Inquiry inquiry, string link)
    {
        var html = new StringBuilder("<p>").Append(Encoded(In($"お問い合わせ「{inquiry.Subject}」への対応はいかがでしたか。", $"How content were you with our answer to “{inquiry.Subject}”?"))).Append("</p><p>");
        for (var score = Survey.Highest; score >= Survey.Lowest; score--)
        {
            html.Append("<a href=\"").Append(Encoded($"{link}&score={score}")).Append("\">").Append(Encoded(ScoreNames.Of(score).In(tenant.Language))).Append("</a>　");
        }

        return html.Append("</p><p>").Append(Encoded(tenant.Name)).Append("</p>").ToString();
    }

    private static string Encoded(string text) => System.Net.WebUtility.HtmlEncode(text);

    private string In(string ja, string en) => tenant.Language.TwoLetterISOLanguageName == "ja" ? ja : en;
}

/// <summary>What the scores are called.</summary>
internal static class ScoreNames
{
    public static Label Of(int score) => score switch
    {
        5 => ("とても満足", "Very content"),
        4 => ("満足", "Content"),
        3 => ("どちらでもない", "Neither"),
        2 => ("不満", "Not content"),
        _ => ("とても不満", "Not content at all"),
    };
}
