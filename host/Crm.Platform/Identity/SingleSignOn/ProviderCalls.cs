using System.Text;
using Crm.Platform.Webhooks;
using Crm.Sdk;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Crm.Platform.Identity.SingleSignOn;

/// <summary>Calls to a provider. They go through the guard of all addresses that tenants typed, and have an end in time and in size.</summary>
internal sealed partial class ProviderCalls(OutboundHttp http, IOptions<WebhookOptions> options, ILogger<ProviderCalls> log)
{
    private const int Longest = 1 << 20;

    /// <summary>The answer, whatever its status.</summary>
    public async Task<Result<ProviderAnswer>> Send(HttpRequestMessage request, CancellationToken cancellation)
    {
        var address = request.RequestUri!;
        request.Headers.Accept.ParseAdd("application/json");
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(options.Value.Timeout);
        try
        {
            using var answer = await http.Send(request, patience.Token);
            await using var body = await answer.Content.ReadAsStreamAsync(patience.Token);
            if (await Read(body, patience.Token) is not { } text) return Unreachable(address, ("応答が大きすぎます", "its answer is too large"));
            return new ProviderAnswer((int)answer.StatusCode, text, answer.Headers.Location?.ToString());
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            LogUnreachable(log, e, address.Host);
            return Unreachable(address, Label.Same(e.Message));
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return Unreachable(address, ("時間内に応答がありません", "no answer in time"));
        }
    }

    /// <summary>The text, or null when it is too long. What was not sent yet takes no memory.</summary>
    private static async Task<string?> Read(Stream body, CancellationToken cancellation)
    {
        using var kept = new MemoryStream();
        var part = new byte[8_192];
        while (await body.ReadAsync(part, cancellation) is > 0 and var read)
        {
            if (kept.Length + read > Longest) return null;
            kept.Write(part, 0, read);
        }

        return Encoding.UTF8.GetString(kept.GetBuffer(), 0, (int)kept.Length);
    }

    private static Problem Unreachable(Uri address, Label why) => new(
        "sso-unreachable", ($"認証サーバーに接続できません: {address.GetLeftPart(UriPartial.Path)}（{why.Ja}）", $"The identity provider cannot be reached: {address.GetLeftPart(UriPartial.Path)} ({why.En})"),
        ("アドレスと、このサーバーから外部への接続を確認してください。急ぐ場合は緊急用アカウントでサインインできます。", "Check the address and this server's way out. In a hurry, a break-glass account can sign in."), "issuer");

    [LoggerMessage(Level = LogLevel.Warning, Message = "The identity provider {Host} could not be asked")]
    private static partial void LogUnreachable(ILogger logger, Exception exception, string host);
}

/// <summary>What a provider answered.</summary>
internal sealed record ProviderAnswer(int Status, string Body, string? Location);
