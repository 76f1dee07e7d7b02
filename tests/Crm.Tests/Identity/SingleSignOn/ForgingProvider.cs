using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Crm.Tests.Identity.SingleSignOn;

/// <summary>A provider that can be made to lie, as none that is real can: it answers whatever token the test wrote.</summary>
internal sealed class ForgingProvider : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly RsaSecurityKey key = new(RSA.Create(2048)) { KeyId = "one" };

    private ForgingProvider(WebApplication app) => this.app = app;

    public string Issuer => app.Urls.First();

    /// <summary>The next ID token.</summary>
    public string Token { get; set; } = "";

    /// <summary>What it says about itself instead of the truth; null for the truth.</summary>
    public Action<JsonObject>? Discovery { get; set; }

    public static async Task<ForgingProvider> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var provider = new ForgingProvider(app);
        app.MapGet("/.well-known/openid-configuration", () =>
        {
            var said = new JsonObject
            {
                ["issuer"] = provider.Issuer, ["authorization_endpoint"] = provider.Issuer + "/auth", ["token_endpoint"] = provider.Issuer + "/token", ["jwks_uri"] = provider.Issuer + "/jwks",
            };
            provider.Discovery?.Invoke(said);
            return Results.Text(said.ToJsonString(), "application/json");
        });
        app.MapGet("/jwks", () =>
        {
            var shown = JsonWebKeyConverter.ConvertFromRSASecurityKey(new RsaSecurityKey(provider.key.Rsa.ExportParameters(includePrivateParameters: false)) { KeyId = "one" });
            return Results.Text(JsonSerializer.Serialize(new { keys = new[] { new { kty = "RSA", use = "sig", kid = "one", n = shown.N, e = shown.E } } }), "application/json");
        });
        app.MapPost("/token", () => Results.Json(new { id_token = provider.Token, access_token = "x", token_type = "Bearer" }));
        await app.StartAsync();
        return provider;
    }

    /// <summary>What a token that is right in all says.</summary>
    public JsonObject Claims(string nonce, string email) => new()
    {
        ["iss"] = Issuer, ["aud"] = "crm", ["sub"] = "taro", ["nonce"] = nonce, ["email"] = email, ["email_verified"] = true, ["iat"] = Now, ["exp"] = Now + 300,
    };

    public static long Now => TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();

    public string Sign(JsonObject claims, SecurityKey? with = null, string algorithm = SecurityAlgorithms.RsaSha256) =>
        new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(claims.ToJsonString(), new SigningCredentials(with ?? key, algorithm));

    /// <summary>Signed with the key everybody can read, as if it were a password.</summary>
    public string SignWithPublicKey(JsonObject claims)
    {
        var head = Base64UrlEncoder.Encode("""{"alg":"HS256","typ":"JWT","kid":"one"}""") + "." + Base64UrlEncoder.Encode(claims.ToJsonString());
        var open = Encoding.ASCII.GetBytes(key.Rsa.ExportSubjectPublicKeyInfoPem());
        return head + "." + Base64UrlEncoder.Encode(HMACSHA256.HashData(open, Encoding.ASCII.GetBytes(head)));
    }

    public static string Unsigned(JsonObject claims) => Base64UrlEncoder.Encode("""{"alg":"none","typ":"JWT"}""") + "." + Base64UrlEncoder.Encode(claims.ToJsonString()) + ".";

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        key.Rsa.Dispose();
    }
}
