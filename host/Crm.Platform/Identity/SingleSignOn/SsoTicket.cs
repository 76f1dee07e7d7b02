using System.Security.Cryptography;
using System.Text.Json;
using Crm.Platform.Storage;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;

namespace Crm.Platform.Identity.SingleSignOn;

/// <summary>What was begun in a browser and is finished when it comes back from the provider; kept by the browser, protected.</summary>
/// <param name="Tenant">Into which tenant; another's provider finishes nothing.</param>
/// <param name="Issuer">At which provider.</param>
/// <param name="State">Binds the answer to this browser (RFC 6749, 10.12).</param>
/// <param name="Nonce">Binds the token to this attempt.</param>
/// <param name="Verifier">Proves that who began redeems the code (RFC 7636).</param>
/// <param name="Return">Where to go then.</param>
internal sealed record SsoTicket(Guid Tenant, string Issuer, string State, string Nonce, string Verifier, string Return)
{
    public static SsoTicket New(Guid tenant, string issuer, string returnTo) => new(tenant, issuer, Random(), Random(), Random(), returnTo);

    public string Challenge => Base64UrlEncoder.Encode(SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(Verifier)));

    private static string Random() => Base64UrlEncoder.Encode(RandomNumberGenerator.GetBytes(32));
}

internal sealed class SsoTickets(IDataProtectionProvider protection, IOptions<SsoOptions> options)
{
    private readonly ITimeLimitedDataProtector protector = protection.CreateProtector("crm.identity.sso").ToTimeLimitedDataProtector();

    public string Write(SsoTicket ticket) => protector.Protect(JsonSerializer.Serialize(ticket, Json.Compact), options.Value.Patience);

    /// <summary>Null when it ran out or is not ours.</summary>
    public SsoTicket? Read(string? text)
    {
        if (string.IsNullOrEmpty(text)) return null;
        try
        {
            return JsonSerializer.Deserialize<SsoTicket>(protector.Unprotect(text), Json.Compact);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
