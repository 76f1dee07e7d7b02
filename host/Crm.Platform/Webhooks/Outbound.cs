using System.Net;
using System.Net.Sockets;
using Crm.Sdk.Web;
using Microsoft.Extensions.Options;

namespace Crm.Platform.Webhooks;

/// <summary>What modules call with. It holds nothing that has an end, as it is given out of the host's container into theirs.</summary>
internal sealed class Outbound(OutboundHttp http) : IOutbound
{
    public Task<HttpResponseMessage> Send(HttpRequestMessage request, CancellationToken cancellation = default) => http.Send(request, cancellation);
}

/// <summary>
/// Calls what tenants typed. It follows no redirect and connects to no address of the network within, whatever a name leads to at that moment;
/// else a tenant could look around behind the firewall with it.
/// </summary>
internal sealed class OutboundHttp : IDisposable
{
    private readonly HttpClient http;
    private readonly bool allowInside;

    public OutboundHttp(IOptions<WebhookOptions> options)
    {
        allowInside = options.Value.AllowInside;
        http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false, UseCookies = false, UseProxy = false, PooledConnectionLifetime = TimeSpan.FromMinutes(2), MaxConnectionsPerServer = 8,
            ConnectTimeout = TimeSpan.FromSeconds(5), ConnectCallback = Connect,
        })
        { Timeout = options.Value.Timeout };
    }

    public Task<HttpResponseMessage> Send(HttpRequestMessage request, CancellationToken cancellation) => http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);

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
        if (allowed.Length == 0) throw new HttpRequestException(HttpRequestError.ConnectionError, $"{context.DnsEndPoint.Host} leads to the internal network.");
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
