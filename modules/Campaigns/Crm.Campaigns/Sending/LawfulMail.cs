using System.Net;
using System.Text;
using Crm.Campaigns.Audience;
using Crm.Campaigns.Contracts;
using Crm.Campaigns.Setup;
using Crm.Campaigns.Tracking;
using Crm.Campaigns.Writing;
using Crm.Sdk.Mail;
using Crm.Sdk.Tenancy;
using Crm.Sdk.Web;

namespace Crm.Campaigns.Sending;

/// <summary>
/// The only place that makes mails of letters. It puts in what the law wants (特定電子メール法 Art. 4: who sends, that and where one opts out;
/// postal address and contact for complaints) and the headers by which mail programs opt out with one click (RFC 2369, 8058). Without a
/// <see cref="Sender"/> there is no way to call it.
/// </summary>
internal sealed class LawfulMail(ISettings settings, LinkKeyRing ring, ITenant tenant)
{
    /// <summary>Writes the mails of recipients. Links are known by their kept numbers; by their order when there are none.</summary>
    public async Task<Func<Recipient, Letter, IReadOnlyDictionary<string, object?>, Mail>> Writer(Sender sender, IReadOnlyList<int>? linkNumbers, CancellationToken cancellation)
    {
        var (keys, tracked) = (await ring.Keys(cancellation), settings.Of<CampaignSettings>().Tracking);
        return (recipient, letter, values) =>
        {
            Func<int, string>? track = tracked ? number => At(sender, "click", keys.Write(new(recipient.Id, LinkKind.Click, linkNumbers?[number] ?? number))) : null;
            return Finish(
                sender, letter.For(values, recipient.Variant, track), recipient.Address!, At(sender, "unsubscribe", keys.Write(new(recipient.Id, LinkKind.Unsubscribe))),
                tracked ? At(sender, "open", keys.Write(new(recipient.Id, LinkKind.Open))) : null) with { Id = recipient.Id };
        };
    }

    /// <summary>The text message of a recipient: the law asks the same of it.</summary>
    public async Task<Func<Recipient, IReadOnlyDictionary<string, object?>, string>> TextMessage(Sender sender, Letter letter, CancellationToken cancellation)
    {
        var keys = await ring.Keys(cancellation);
        return (recipient, values) => $"{letter.For(values, recipient.Variant).Text}\n{sender.Name}\n{In("配信停止", "Stop")}: {At(sender, "unsubscribe", keys.Write(new(recipient.Id, LinkKind.Unsubscribe)))}";
    }

    /// <summary>The same mail to who works on it: its links to opt out lead to a page that says there is nothing to stop.</summary>
    public async Task<Mail> Test(Sender sender, WrittenLetter letter, string to, CancellationToken cancellation) =>
        Finish(sender, letter, to, At(sender, "unsubscribe", (await ring.Keys(cancellation)).Write(new(Guid.Empty, LinkKind.Unsubscribe))), null);

    private Mail Finish(Sender sender, WrittenLetter letter, string to, string optOut, string? pixel)
    {
        var headers = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["List-Unsubscribe"] = $"<{optOut}>", ["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click", ["Precedence"] = "bulk",
        };
        if (sender.ReplyTo is { } replyTo) headers["Reply-To"] = replyTo;
        return new Mail(to, letter.Subject, Plain(sender, letter, optOut)) { Html = Html(sender, letter, optOut, pixel), Headers = headers };
    }

    private string Plain(Sender sender, WrittenLetter letter, string optOut) =>
        $"""
        {letter.Text}

        ----------------------------------------
        {In("このメールの配信停止はこちら", "Stop these mails")}
        {optOut}

        {In("送信者", "Sent by")}: {sender.Name}
        {In("住所", "Address")}: {sender.Address}
        {In("苦情・お問い合わせ", "Complaints and questions")}: {sender.Contact}
        """;

    private string Html(Sender sender, WrittenLetter letter, string optOut, string? pixel)
    {
        var html = new StringBuilder(letter.Html.Length + 2000);
        html.Append("<!DOCTYPE html><html lang=\"").Append(tenant.Language.TwoLetterISOLanguageName).Append("\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>")
            .Append(Encoded(letter.Subject)).Append("</title></head><body style=\"margin:0;background:#f4f5f7;font-family:sans-serif;line-height:1.7;color:#1f2937\">");
        if (letter.Preheader is { } preheader) html.Append("<div style=\"display:none;max-height:0;overflow:hidden\">").Append(Encoded(preheader)).Append("</div>");
        html.Append("<div style=\"max-width:600px;margin:0 auto;padding:24px;background:#ffffff\">").Append(letter.Html).Append("</div>")
            .Append("<div style=\"max-width:600px;margin:0 auto;padding:16px 24px;font-size:12px;color:#4b5563\"><p><a href=\"").Append(Encoded(optOut)).Append("\">").Append(In("このメールの配信を停止する", "Stop these mails")).Append("</a></p><p>")
            .Append(In("送信者", "Sent by")).Append(": ").Append(Encoded(sender.Name)).Append("<br>")
            .Append(In("住所", "Address")).Append(": ").Append(Encoded(sender.Address)).Append("<br>")
            .Append(In("苦情・お問い合わせ", "Complaints and questions")).Append(": ").Append(Encoded(sender.Contact)).Append("</p></div>");
        if (pixel is not null) html.Append("<img src=\"").Append(Encoded(pixel)).Append("\" width=\"1\" height=\"1\" alt=\"\">");
        return html.Append("</body></html>").ToString();
    }

    private string At(Sender sender, string key, string secret) => $"{sender.Site}{Routes.Public(tenant.Key, CampaignsContract.Module, key)}?key={secret}";

    private string In(string ja, string en) => tenant.Language.TwoLetterISOLanguageName == "ja" ? ja : en;

    private static string Encoded(string text) => WebUtility.HtmlEncode(text);
}
