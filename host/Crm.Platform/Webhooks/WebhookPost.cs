using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Crm.Sdk;
using Microsoft.Extensions.Options;

namespace Crm.Platform.Webhooks;

/// <summary>
/// Makes one call. It follows no redirect and connects to no address of the network within, whatever a name leads to at that moment;
/// else a tenant could look around behind the firewall with it.
/// </summary>
internal sealed class WebhookPost : IDisposable
{
    private readonly HttpClient http;
    private readonly bool allowInside;

    public WebhookPost(IOptions<WebhookOptions> options)
    {
        allowInside = options.Value.AllowInside;
        http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false, UseCookies = false, UseProxy = false, PooledConnectionLifetime = TimeSpan.FromMinutes(2), MaxConnectionsPerServer = 8,
            ConnectTimeout = TimeSpan.FromSeconds(5), ConnectCallback = Connect,
        })
        { Timeout = options.Value.Timeout };
        http.DefaultRequestHeaders.UserAgent.ParseAdd("Crm.Modular-Webhooks/1");
    }

    /// <returns>Whether it was taken, whether the address wants no more (410), and what it answered or why it could not be asked.</returns>
    public async Task<(bool Taken, bool Gone, string Answer)> Send(string url, string secret, string id, DateTimeOffset now, string body, CancellationToken cancellation)
    {
        var at = now.ToUnixTimeSeconds();
        using var message = new HttpRequestMessage(HttpMethod.Post, url) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        message.Headers.Add("webhook-id", id);
        message.Headers.Add("webhook-timestamp", at.ToString(CultureInfo.InvariantCulture));
        message.Headers.Add("webhook-signature", WebhookSignature.Of(secret, id, at, body));
        try
        {
            using var answer = await http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellation);
            return (answer.IsSuccessStatusCode, answer.StatusCode == HttpStatusCode.Gone, $"HTTP {(int)answer.StatusCode} {answer.ReasonPhrase}".Cut(400));
        }
        catch (HttpRequestException e)
        {
            return (false, false, (e.InnerException?.Message ?? e.Message).Cut(400));
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return (false, false, $"No answer within {http.Timeout.TotalSeconds:0} s");
        }
    }

    /// <summary>Whether an address is one of this machine or of a network that is not the public one (RFC 6890), or is led to one by its form.</summary>
    public static bool IsInside(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        if (IPAddress.IsLoopback(address)) return true;
        var b = address.GetAddressBytes();
        if (address.AddressFamily == AddressFamily.InterNetwork)
        {
            return b[0] is 0 or 10 or 127 or >= 224 || (b[0] == 100 && b[1] is >= 64 and < 128) || (b[0] == 169 && b[1] == 254) || (b[0] == 172 && b[1] is >= 16 and < 32)
                || (b[0] == 192 && (b[1] == 168 || (b[1] == 0 && b[2] is 0 or 2))) || (b[0] == 198 && (b[1] is 18 or 19 || (b[1] == 51 && b[2] == 100))) || (b[0] == 203 && b[1] == 0 && b[2] == 113);
        }

        // Only 2000::/3 is public, and of it not documentation, nor what carries an IPv4 address within (6to4, Teredo).
        return (b[0] & 0xE0) != 0x20 || (b[0] == 0x20 && b[1] == 0x02) || (b[0] == 0x20 && b[1] == 0x01 && ((b[2] == 0x0D && b[3] == 0xB8) || (b[2] == 0 && b[3] == 0)));
    }

    public void Dispose() => http.Dispose();

    private async ValueTask<Stream> Connect(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        var addresses = await Dns.GetHostAddressesAsync(context.DnsEndPoint.Host, cancellation);
        var allowed = allowInside ? addresses : [.. addresses.Where(a => !IsInside(a))];
        if (allowed.Length == 0) throw new HttpRequestException($"{context.DnsEndPoint.Host} leads to the internal network.");
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, context.DnsEndPoint.Port, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
