using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Crm.Platform.Webhooks;

/// <summary>
/// Signs calls as the Standard Webhooks specification says, so that receivers can take a library of their own:
/// <c>webhook-signature: v1,</c> and the Base64 of HMAC-SHA256 over <c>id.timestamp.body</c>.
/// </summary>
internal static class WebhookSignature
{
    private const string Prefix = "whsec_";

    public static string NewSecret() => Prefix + Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    /// <summary>What a stored secret is sealed for.</summary>
    public static string About(Guid webhook) => "webhook/" + webhook.ToString("n");

    /// <param name="secret">The webhook's.</param>
    /// <param name="id">Of the message; the same with each repeated try.</param>
    /// <param name="at">When it is sent, in seconds since 1970.</param>
    /// <param name="body">The body as it is sent.</param>
    public static string Of(string secret, string id, long at, string body) => "v1," + Convert.ToBase64String(HMACSHA256.HashData(
        Convert.FromBase64String(secret[Prefix.Length..]), Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{at}.{body}"))));
}
