// Where things are handed over: the mail server, or the provider of text messages.
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Crm.Campaigns.Audience;
using Crm.Campaigns.Setup;
using Crm.Campaigns.Writing;
using Crm.Sdk.Mail;
using Crm.Sdk.Web;

namespace Crm.Campaigns.Sending;

/// <summary>Hands over one after another; several are used at the same time.</summary>
internal interface IOutlet : IAsyncDisposable
{
    bool IsOpen { get; }

    Task<Handover> Send(Recipient recipient, IReadOnlyDictionary<string, object?> values, CancellationToken cancellation);
}

/// <summary>A line to the mail server.</summary>
internal sealed class MailOutlet(IMailLine line, Func<Recipient, IReadOnlyDictionary<string, object?>, Mail> write) : IOutlet
{
    public bool IsOpen => line.IsOpen;

    public async Task<Handover> Send(Recipient recipient, IReadOnlyDictionary<string, object?> values, CancellationToken cancellation)
    {
        try
        {
            return await line.Send(write(recipient, values), cancellation);
        }
        catch (ArgumentException e)
        {
            return new Handover(HandoverOutcome.Refused, e.Message);
        }
    }

    public ValueTask DisposeAsync() => line.DisposeAsync();
}

/// <summary>Posts text messages to the provider's address: JSON with <c>id</c>, <c>to</c> and <c>text</c>; the id is the same whenever a message is sent again.</summary>
internal sealed class SmsOutlet(IOutbound outbound, Uri address, string? secret, Func<Recipient, IReadOnlyDictionary<string, object?>, string> write) : IOutlet
{
    public bool IsOpen => true;

    public async Task<Handover> Send(Recipient recipient, IReadOnlyDictionary<string, object?> values, CancellationToken cancellation)
    {
        using var post = new HttpRequestMessage(HttpMethod.Post, address) { Content = JsonContent.Create(new { id = recipient.Id, to = recipient.AddressKey, text = write(recipient, values) }) };
        post.Headers.Add("Idempotency-Key", recipient.Id.ToString("N"));
        if (secret is { Length: > 0 }) post.Headers.Authorization = new AuthenticationHeaderValue("Bearer", secret);
        try
        {
            using var answer = await outbound.Send(post, CancellationToken.None);
            var said = $"{(int)answer.StatusCode} {answer.ReasonPhrase}";
            return new Handover((int)answer.StatusCode switch
            {
                >= 200 and < 300 => HandoverOutcome.Taken,
                429 or >= 500 => HandoverOutcome.Later,
                _ => HandoverOutcome.Refused,
            }, said);
        }
        catch (HttpRequestException e) when (e.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError)
        {
            return new Handover(HandoverOutcome.Later, "The provider is not there.");
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException or IOException)
        {
            return new Handover(HandoverOutcome.InDoubt, "The provider did not answer.");
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

/// <summary>Opens outlets for a channel.</summary>
internal sealed class Outlets(IMailLines lines, LawfulMail lawful, IOutbound outbound, Sdk.Tenancy.ISettings settings)
{
    /// <summary>So many outlets, or fewer when the server wants no more.</summary>
    /// <exception cref="IOException">There is not even one.</exception>
    public async Task<List<IOutlet>> Open(MailSource source, Sender sender, Letter letter, CancellationToken cancellation)
    {
        var set = settings.Of<CampaignSettings>();
        if (source.Channel == Planning.Channels.Sms)
        {
            if (!Uri.TryCreate(set.SmsUrl, UriKind.Absolute, out var address)) throw new IOException("There is no address that takes text messages.");
            return [new SmsOutlet(outbound, address, set.SmsSecret, await lawful.TextMessage(sender, letter, cancellation))];
        }

        var write = await lawful.Writer(sender, source.LinkNumbers, cancellation);
        var open = new List<IOutlet>();
        try
        {
            while (open.Count < (int)set.Lines) open.Add(new MailOutlet(await lines.Open(cancellation), (recipient, values) => write(recipient, letter, values)));
        }
        catch (IOException) when (open.Count > 0)
        {
            // A server that lets in fewer is used by fewer.
        }

        return open;
    }
}
