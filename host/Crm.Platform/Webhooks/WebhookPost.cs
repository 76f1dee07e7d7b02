using System.Globalization;
using System.Net;
using System.Text;
using Crm.Sdk;
using Crm.Sdk.Web;
using Microsoft.Extensions.Options;

namespace Crm.Platform.Webhooks;

/// <summary>Makes one call of a webhook.</summary>
internal sealed class WebhookPost(IOutbound outbound, IOptions<WebhookOptions> options)
{
    /// <returns>Whether it was taken, whether the address wants no more (410), and what it answered or why it could not be asked.</returns>
    public async Task<(bool Taken, bool Gone, string Answer)> Send(string url, string secret, string id, DateTimeOffset now, string body, CancellationToken cancellation)
    {
        var at = now.ToUnixTimeSeconds();
        using var message = new HttpRequestMessage(HttpMethod.Post, url) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        message.Headers.UserAgent.ParseAdd("Crm.Modular-Webhooks/1");
        message.Headers.Add("webhook-id", id);
        message.Headers.Add("webhook-timestamp", at.ToString(CultureInfo.InvariantCulture));
        message.Headers.Add("webhook-signature", WebhookSignature.Of(secret, id, at, body));
        try
        {
            using var answer = await outbound.Send(message, cancellation);
            return (answer.IsSuccessStatusCode, answer.StatusCode == HttpStatusCode.Gone, $"HTTP {(int)answer.StatusCode} {answer.ReasonPhrase}".Cut(400));
        }
        catch (HttpRequestException e)
        {
            return (false, false, (e.InnerException?.Message ?? e.Message).Cut(400));
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return (false, false, $"No answer within {options.Value.Timeout.TotalSeconds:0} s");
        }
    }
}
