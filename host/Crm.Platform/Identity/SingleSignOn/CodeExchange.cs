using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Crm.Sdk;

namespace Crm.Platform.Identity.SingleSignOn;

/// <summary>Turns the code a browser brought into tokens (RFC 6749, 4.1.3; with PKCE, RFC 7636), over a call of our own to the provider.</summary>
internal sealed class CodeExchange(ProviderCalls calls)
{
    public async Task<Result<ProviderTokens>> Redeem(Provider provider, Client client, string code, string verifier, string redirect, CancellationToken cancellation)
    {
        var answer = await Ask(provider, client, code, verifier, redirect, cancellation);
        if (answer.Failed) return Result<ProviderTokens>.Fail(answer.Problems);
        if (answer.Value.IdToken is { } token) return new ProviderTokens(token, answer.Value.AccessToken);
        return answer.Value.Error is "invalid_client" or "unauthorized_client" ? BadClient(answer.Value.Error) : new Problem(
            "sso-code-refused", ($"認証サーバーがサインインを完了しませんでした（{answer.Value.Error}）。", $"The provider did not finish the sign-in ({answer.Value.Error})."),
            ("もう一度サインインしてください。続く場合は管理者に連絡してください。", "Sign in again; if it goes on, tell an administrator."));
    }

    /// <summary>
    /// Whether the provider knows the client and its secret: it is shown a code that nobody has. Providers look at the client first
    /// (RFC 6749, 3.2.1), so that only the code is refused when the client is right.
    /// </summary>
    /// <returns>Null when only the code was refused; otherwise what was, of which nobody knows whether it is about the client.</returns>
    public async Task<Result<string?>> Rehearse(Provider provider, Client client, string redirect, CancellationToken cancellation)
    {
        var answer = await Ask(provider, client, "connection-test", new string('0', 43), redirect, cancellation);
        if (answer.Failed) return Result<string?>.Fail(answer.Problems);
        return answer.Value.Error switch
        {
            "invalid_client" or "unauthorized_client" => BadClient(answer.Value.Error),
            "invalid_grant" => Result.Of<string?>(null),
            var other => Result.Of<string?>(other ?? "no error"),
        };
    }

    private static Problem BadClient(string error) => new(
        "sso-bad-client", ($"認証サーバーがクライアント ID またはシークレットを拒否しました（{error}）。", $"The provider refused the client id or its secret ({error})."),
        ("クライアント ID を確かめ、シークレットを発行し直して設定してください（期限切れのこともあります）。", "Check the client id, and set a new secret; it may have run out."), "secret");

    private async Task<Result<TokenAnswer>> Ask(Provider provider, Client client, string code, string verifier, string redirect, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, provider.Token);
        var form = new Dictionary<string, string> { ["grant_type"] = "authorization_code", ["code"] = code, ["redirect_uri"] = redirect, ["code_verifier"] = verifier };
        if (client.Secret is null)
        {
            form["client_id"] = client.Id;
        }
        else if (provider.ClientMethods.Count == 0 || provider.ClientMethods.Contains("client_secret_basic"))
        {
            var both = $"{Uri.EscapeDataString(client.Id)}:{Uri.EscapeDataString(client.Secret)}";
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes(both)));
        }
        else
        {
            (form["client_id"], form["client_secret"]) = (client.Id, client.Secret);
        }

        request.Content = new FormUrlEncodedContent(form);
        var answer = await calls.Send(request, cancellation);
        return answer.Failed ? Result<TokenAnswer>.Fail(answer.Problems) : Read(answer.Value);
    }

    private static TokenAnswer Read(ProviderAnswer answer)
    {
        var unclear = new TokenAnswer($"HTTP {answer.Status}", null, null);
        try
        {
            using var json = JsonDocument.Parse(answer.Body);
            if (json.RootElement.ValueKind != JsonValueKind.Object) return unclear;
            if (Text(json.RootElement, "error") is { } error) return new(Known(error), null, null);
            return answer.Status == 200 && Text(json.RootElement, "id_token") is { } token ? new(null, token, Text(json.RootElement, "access_token")) : unclear with { Error = "no id_token" };
        }
        catch (JsonException)
        {
            return answer.Status == 401 ? unclear with { Error = "invalid_client" } : unclear;
        }
    }

    private static string? Text(JsonElement json, string name) => json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    // It is shown to people: codes of the specification, and no text that a provider makes up.
    private static string Known(string error) => error.Length <= 60 && error.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-') ? error : "error";

    private sealed record TokenAnswer(string? Error, string? IdToken, string? AccessToken);
}

/// <summary>What this tenant is at the provider.</summary>
/// <param name="Id">Its name there.</param>
/// <param name="Secret">Null for a public client, which PKCE alone protects.</param>
internal sealed record Client(string Id, string? Secret);

internal sealed record ProviderTokens(string IdToken, string? AccessToken);
