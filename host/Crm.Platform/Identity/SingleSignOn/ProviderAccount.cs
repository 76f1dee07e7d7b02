using System.Text.Json;

namespace Crm.Platform.Identity.SingleSignOn;

/// <summary>Somebody as their provider knows them.</summary>
/// <param name="Issuer">The provider.</param>
/// <param name="Subject">Whom it means; never given to anybody else.</param>
/// <param name="Claims">What it says about them: the ID token, then what it told when asked.</param>
internal sealed record ProviderAccount(string Issuer, string Subject, IReadOnlyList<JsonElement> Claims)
{
    private const string Entra = "https://login.microsoftonline.com/";

    public string? Email => Text("email");

    public string? Name => Text("name") ?? string.Join(' ', ((string?[])[Text("family_name"), Text("given_name")]).OfType<string>()) switch { "" => null, var both => both };

    /// <summary>
    /// Whether the provider stands for the address. Entra ID does not say <c>email_verified</c>; its <c>xms_edov</c> says that the domain's
    /// owner was proved, and only Entra's counts.
    /// </summary>
    public bool EmailIsVerified => IsYes("email_verified") || (Issuer.StartsWith(Entra, StringComparison.Ordinal) && IsYes("xms_edov"));

    /// <summary>All values of a claim; <c>realm_access.roles</c> looks inside, unless there is a claim of just that name.</summary>
    public IReadOnlySet<string> Values(string claim)
    {
        foreach (var claims in Claims)
        {
            if (Find(claims, claim) is not { } found) continue;
            return (found.ValueKind == JsonValueKind.Array ? found.EnumerateArray() : Enumerable.Repeat(found, 1)).Where(v => v.ValueKind == JsonValueKind.String)
                .Select(v => v.GetString()!).ToHashSet(StringComparer.Ordinal);
        }

        return new HashSet<string>();
    }

    private static JsonElement? Find(JsonElement claims, string path)
    {
        if (claims.TryGetProperty(path, out var whole)) return whole;
        var at = claims;
        foreach (var step in path.Split('.'))
        {
            if (at.ValueKind != JsonValueKind.Object || !at.TryGetProperty(step, out at)) return null;
        }

        return at;
    }

    private string? Text(string name) => Telling(name) is { } claims ? claims.GetProperty(name).GetString() : null;

    // Together with the address it is about: one of the two from elsewhere would vouch for another address.
    private bool IsYes(string name) => Telling("email") is { } claims && claims.TryGetProperty(name, out var value) && value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.String => value.GetString() is "true" or "1",
        JsonValueKind.Number => value.TryGetInt32(out var number) && number == 1,
        _ => false,
    };

    /// <summary>The first answer that has text under a name.</summary>
    private JsonElement? Telling(string name)
    {
        foreach (var claims in Claims)
        {
            if (claims.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && !string.IsNullOrWhiteSpace(value.GetString())) return claims;
        }

        return null;
    }
}
