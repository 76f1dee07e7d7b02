using System.Security.Cryptography;
using System.Text.Json;
using Crm.Platform.Identity.Storage;
using Crm.Platform.Storage;
using Microsoft.AspNetCore.DataProtection;

namespace Crm.Platform.Identity.SignIn;

/// <summary>What was proved so far while somebody is signing in; carried by the form, protected, for ten minutes.</summary>
/// <param name="Users">The users address and password named, with their stamps: a password changed meanwhile ends it.</param>
/// <param name="Chosen">The one whose tenant was chosen; null while there is a choice.</param>
/// <param name="Stay">Whether the session is to outlive the browser.</param>
/// <param name="Return">Where to go then.</param>
internal sealed record SignInTicket(IReadOnlyDictionary<Guid, string> Users, Guid? Chosen, bool Stay, string Return);

internal sealed class SignInTickets(IDataProtectionProvider protection)
{
    private static readonly TimeSpan Lasts = TimeSpan.FromMinutes(10);

    private readonly ITimeLimitedDataProtector protector = protection.CreateProtector("crm.identity.sign-in").ToTimeLimitedDataProtector();

    public string Write(SignInTicket ticket) => protector.Protect(JsonSerializer.Serialize(ticket, Json.Compact), Lasts);

    /// <summary>Null when it ran out or is not ours.</summary>
    public SignInTicket? Read(string? text)
    {
        if (string.IsNullOrEmpty(text)) return null;
        try
        {
            return JsonSerializer.Deserialize<SignInTicket>(protector.Unprotect(text), Json.Compact);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    public static SignInTicket For(IEnumerable<User> users, bool stay, string returnTo)
    {
        var stamps = users.ToDictionary(u => u.Id, u => u.Stamp);
        return new(stamps, stamps.Count == 1 ? stamps.Keys.Single() : null, stay, returnTo);
    }
}
