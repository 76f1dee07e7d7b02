using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Crm.Sdk;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Crm.Platform.Identity.SingleSignOn;

/// <summary>Checks what a provider says about somebody (OpenID Connect Core 1.0, 3.1.3.7), and reads it.</summary>
internal sealed partial class IdTokens(Providers providers, ProviderCalls calls, IOptions<SsoOptions> options, TimeProvider clock, ILogger<IdTokens> log)
{
    /// <summary>Signatures with a key pair; never none, nor one made with something we know ourselves.</summary>
    private static readonly string[] Algorithms =
    [
        SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512, SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.RsaSsaPssSha384,
        SecurityAlgorithms.RsaSsaPssSha512, SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384, SecurityAlgorithms.EcdsaSha512,
    ];

    private static readonly JsonWebTokenHandler Handler = new() { MapInboundClaims = false };

    /// <summary>The account that signed in, when everything about the token is right.</summary>
    public async Task<Result<ProviderAccount>> Check(Provider provider, SsoRow sso, string nonce, ProviderTokens tokens, CancellationToken cancellation)
    {
        var client = sso.ClientId;
        var checkedToken = await Validate(provider, client, tokens.IdToken);
        if (checkedToken.Exception is SecurityTokenSignatureKeyNotFoundException or SecurityTokenInvalidSignatureException)
        {
            // The provider may have changed its keys since they were read.
            var now = await providers.Read(provider.Issuer, cancellation);
            if (now.Failed) return Result<ProviderAccount>.Fail(now.Problems);
            checkedToken = await Validate(now.Value, client, tokens.IdToken);
        }

        if (!checkedToken.IsValid || checkedToken.SecurityToken is not JsonWebToken token)
        {
            LogRefused(log, checkedToken.Exception, provider.Issuer);
            return Refused(Reason(checkedToken.Exception));
        }

        using var payload = JsonDocument.Parse(Base64UrlEncoder.Decode(token.EncodedPayload));
        var claims = payload.RootElement.Clone();
        if (Text(claims, "nonce") is not { } said || !CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(said), Encoding.UTF8.GetBytes(nonce))) return Refused("nonce");
        if (claims.TryGetProperty("azp", out _) ? Text(claims, "azp") != client : token.Audiences.Skip(1).Any()) return Refused("azp");
        if (Text(claims, "sub") is not { Length: > 0 and <= 255 } subject || subject.Any(char.IsControl)) return Refused("sub");
        var account = new ProviderAccount(provider.Issuer, subject, [claims]);
        var isWhole = account.Email is not null && (sso.ReadGroups().Count == 0 || account.Values(sso.GroupsClaim).Count > 0);
        return !isWhole && provider.UserInfo is not null && tokens.AccessToken is not null ? await WithUserInfo(provider, account, tokens.AccessToken, cancellation) : account;
    }

    private Task<TokenValidationResult> Validate(Provider provider, string client, string token) => Handler.ValidateTokenAsync(token, new TokenValidationParameters
    {
        ValidIssuer = provider.Issuer,
        ValidAudience = client,
        IssuerSigningKeys = provider.Keys,
        ValidAlgorithms = Algorithms,
        RequireSignedTokens = true,
        RequireExpirationTime = true,
        RequireAudience = true,
        ValidateIssuerSigningKey = true,
        LifetimeValidator = (from, until, _, _) => IsNow(from, until),
    });

    // The library hands the first and last moment there is for what a token does not say: nothing is added to those.
    private bool IsNow(DateTime? from, DateTime? until)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        return until > now - options.Value.Skew && (from is null || from < now + options.Value.Skew);
    }

    /// <summary>Many providers tell address and groups only when asked (Core, 5.3); the answer must be about the same person.</summary>
    private async Task<Result<ProviderAccount>> WithUserInfo(Provider provider, ProviderAccount account, string accessToken, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, provider.UserInfo);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", accessToken);
        var answer = await calls.Send(request, cancellation);
        if (answer.Failed) return Result<ProviderAccount>.Fail(answer.Problems);
        try
        {
            using var json = JsonDocument.Parse(answer.Value.Body);
            var told = json.RootElement.Clone();
            if (answer.Value.Status != 200 || told.ValueKind != JsonValueKind.Object) return account;
            return Text(told, "sub") == account.Subject ? account with { Claims = [.. account.Claims, told] } : Refused("userinfo");
        }
        catch (JsonException)
        {
            return account;
        }
    }

    private static string Reason(Exception? refused) => refused switch
    {
        SecurityTokenInvalidLifetimeException or SecurityTokenExpiredException or SecurityTokenNoExpirationException => "exp",
        SecurityTokenInvalidAudienceException => "aud",
        SecurityTokenInvalidIssuerException => "iss",
        SecurityTokenInvalidAlgorithmException => "alg",
        SecurityTokenInvalidSignatureException => "signature",
        _ => "token",
    };

    private static Problem Refused(string reason) => new(
        "sso-token-refused", ($"認証サーバーの応答を確認できませんでした（{reason}）。サインインしていません。", $"What the provider answered could not be verified ({reason}). You are not signed in."),
        ("もう一度サインインしてください。続く場合は、この画面を管理者に見せてください。", "Sign in again; if it goes on, show this page to an administrator."));

    private static string? Text(JsonElement claims, string name) => claims.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    [LoggerMessage(Level = LogLevel.Warning, Message = "An ID token of {Issuer} was refused")]
    private static partial void LogRefused(ILogger logger, Exception? exception, string issuer);
}
