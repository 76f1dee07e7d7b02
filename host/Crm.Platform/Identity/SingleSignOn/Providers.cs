using System.Collections.Concurrent;
using System.Text.Json;
using Crm.Sdk;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace Crm.Platform.Identity.SingleSignOn;

/// <summary>What identity providers say about themselves (OpenID Connect Discovery 1.0): their addresses and the keys they sign with.</summary>
internal sealed class Providers(ProviderCalls calls, IOptions<SsoOptions> options, TimeProvider clock)
{
    private const int Crowded = 1_000;

    private readonly ConcurrentDictionary<string, Provider> known = new(StringComparer.Ordinal);

    public async Task<Result<Provider>> Of(string issuer, CancellationToken cancellation) =>
        known.TryGetValue(issuer, out var provider) && clock.GetUtcNow() - provider.ReadAt < options.Value.Remember ? provider : await Read(issuer, cancellation);

    /// <summary>
    /// Asks anew: something was signed with a key nobody knew. What was signed came from the provider itself over an own call, so nobody else
    /// makes this node ask again and again.
    /// </summary>
    public async Task<Result<Provider>> Read(string issuer, CancellationToken cancellation)
    {
        if (AnIssuerIsReachedSafely.Refuses(issuer, options.Value) is { } unsafeAddress) return unsafeAddress;
        var discovery = new Uri(issuer.TrimEnd('/') + "/.well-known/openid-configuration");
        var document = await Json(discovery, cancellation);
        if (document.Failed) return Result<Provider>.Fail(document.Problems);
        OpenIdConnectConfiguration said;
        try
        {
            said = OpenIdConnectConfiguration.Create(document.Value);
        }
        catch (Exception e) when (e is ArgumentException or JsonException or InvalidOperationException)
        {
            return NotAProvider(discovery, ("JSON の内容を読み取れません", "its JSON cannot be read"));
        }

        // Exact, character by character (Discovery, 4.3): else one provider could speak for another.
        if (said.Issuer != issuer)
        {
            return new Problem(
                "sso-issuer-mismatch", ($"issuer が一致しません。設定は「{issuer}」、認証サーバーの応答は「{said.Issuer}」です。", $"The issuer differs: set is “{issuer}”, the provider says “{said.Issuer}”."),
                ("認証サーバーの応答にある値をそのまま（末尾の / も含めて）設定してください。", "Set what the provider says, to the letter, with or without the slash at its end."), "issuer");
        }

        foreach (var (name, address) in ((string, string?)[])[("authorization_endpoint", said.AuthorizationEndpoint), ("token_endpoint", said.TokenEndpoint), ("jwks_uri", said.JwksUri)])
        {
            if (string.IsNullOrEmpty(address)) return NotAProvider(discovery, ($"{name} がありません", $"it has no {name}"));
            if (AnIssuerIsReachedSafely.Refuses(address, options.Value) is not null) return NotAProvider(discovery, ($"{name} が https ではありません: {address}", $"its {name} is not https: {address}"));
        }

        var keys = await Json(new Uri(said.JwksUri), cancellation);
        if (keys.Failed) return Result<Provider>.Fail(keys.Problems);
        if (Keys(keys.Value) is not { Count: > 0 } signing) return NotAProvider(new Uri(said.JwksUri), ("署名鍵がありません", "it has no key to sign with"));
        if (known.Count > Crowded) known.Clear();
        return known[issuer] = new Provider(
            issuer, said.AuthorizationEndpoint, said.TokenEndpoint, Safe(said.UserInfoEndpoint), Safe(said.EndSessionEndpoint), [.. said.TokenEndpointAuthMethodsSupported], signing, clock.GetUtcNow());
    }

    private string? Safe(string? address) => string.IsNullOrEmpty(address) || AnIssuerIsReachedSafely.Refuses(address, options.Value) is not null ? null : address;

    private static List<SecurityKey>? Keys(string json)
    {
        try
        {
            return [.. new JsonWebKeySet(json).GetSigningKeys()];
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private async Task<Result<string>> Json(Uri address, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        var answer = await calls.Send(request, cancellation);
        if (answer.Failed) return Result<string>.Fail(answer.Problems);
        return answer.Value switch
        {
            { Status: >= 300 and < 400, Location: var to } => NotAProvider(address, ($"{to} へ転送されました。転送先の issuer を設定してください", $"it leads to {to}; set the issuer of that place")),
            { Status: not 200, Status: var status } => NotAProvider(address, ($"HTTP {status} が返りました", $"it answered HTTP {status}")),
            { Body: var body } => Result.Of(body),
        };
    }

    private static Problem NotAProvider(Uri address, Label why) => new(
        "sso-not-a-provider", ($"OpenID Connect の認証サーバーとして使えません: {address}（{why.Ja}）", $"This is no OpenID Connect provider to use: {address} ({why.En})"),
        ("発行者（issuer）の URL を確認してください。", "Check the address of the issuer."), "issuer");
}

/// <summary>A provider as it describes itself.</summary>
internal sealed record Provider(
    string Issuer, string Authorization, string Token, string? UserInfo, string? EndSession, IReadOnlyList<string> ClientMethods, IReadOnlyList<SecurityKey> Keys, DateTimeOffset ReadAt);
