using Crm.Sdk;
using Crm.Sdk.Records;

namespace Crm.Platform.Identity.Storage;

/// <summary>Somebody who can sign in: to one tenant, or to the installation itself. The same address in two tenants is two users.</summary>
internal sealed class User
{
    /// <summary>Stands as tenant of those who administer the installation.</summary>
    public static readonly Guid Installation = Guid.Empty;

    public Guid Id { get; set; } = Ids.New();

    public Guid TenantId { get; set; }

    public required string Email { get; set; }

    /// <summary>The address as it is compared: <see cref="KeyOf"/>.</summary>
    public required string EmailKey { get; set; }

    public required string Name { get; set; }

    public string? PasswordHash { get; set; }

    /// <summary>Changes with password and second factor; a session begun under another one is over.</summary>
    public string Stamp { get; set; } = Secrets.New(20);

    public int FailedCount { get; set; }

    public DateTimeOffset? LockoutEnd { get; set; }

    /// <summary>The authenticator app's secret, encrypted; it counts once <see cref="TwoFactor"/> is set.</summary>
    public string? TotpKey { get; set; }

    /// <summary>The half minute of the last code accepted, in ten digits: codes up to it open nothing any more.</summary>
    public string? TotpUsed { get; set; }

    public bool TwoFactor { get; set; }

    /// <summary>Hashes of the recovery codes not used yet.</summary>
    public string[] RecoveryCodes { get; set; } = [];

    public bool Active { get; set; } = true;

    /// <summary>Whether they come in by password and second factor also where everybody else must sign in at the tenant's provider.</summary>
    public bool BreakGlass { get; set; }

    /// <summary><c>ja</c> or <c>en</c>; null follows the tenant.</summary>
    public string? Language { get; set; }

    /// <summary><c>light</c>, <c>dark</c> or <c>auto</c>; null follows the device.</summary>
    public string? Theme { get; set; }

    /// <summary>Their start page as <see cref="Account.HomeCards"/>; null when they left it as it is.</summary>
    public string? HomeCards { get; set; }

    /// <summary>Hash of the one-time link by which a password is set, while there is one.</summary>
    public byte[]? LinkHash { get; set; }

    public DateTimeOffset? LinkExpiresAt { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset? SignedInAt { get; set; }

    public static string KeyOf(string email) => email.Trim().Normalize(System.Text.NormalizationForm.FormKC).ToLowerInvariant();
}

/// <summary>A set of rights with a name.</summary>
internal sealed class RoleRow
{
    public Guid Id { get; set; } = Ids.New();

    public Guid TenantId { get; set; }

    public required string Ja { get; set; }

    public required string En { get; set; }

    /// <summary>Key of the role made with the tenant, such as <c>sales</c>; null for those an admin made.</summary>
    public string? BuiltIn { get; set; }

    /// <summary>A <see cref="Rights.RoleRights"/> as JSON; empty for a built-in role as the product has it (<see cref="Rights.BuiltInRoles.RightsOf"/>).</summary>
    public required string Rights { get; set; }

    public Label Name => new(Ja, En);
}

internal sealed class UserRoleRow
{
    public Guid UserId { get; set; }

    public Guid RoleId { get; set; }

    public Guid TenantId { get; set; }
}

/// <summary>People who may see each other's records where a right reaches the team.</summary>
internal sealed class TeamRow
{
    public Guid Id { get; set; } = Ids.New();

    public Guid TenantId { get; set; }

    public required string Name { get; set; }
}

internal sealed class TeamMemberRow
{
    public Guid TeamId { get; set; }

    public Guid UserId { get; set; }

    public Guid TenantId { get; set; }
}

/// <summary>One browser that is signed in; without its row its cookie is worth nothing.</summary>
internal sealed class SessionRow
{
    public Guid Id { get; set; } = Ids.New();

    public Guid UserId { get; set; }

    public Guid TenantId { get; set; }

    /// <summary>The user's <see cref="User.Stamp"/> when it began.</summary>
    public required string Stamp { get; set; }

    /// <summary>One of <see cref="SignIn.SignInMethod"/>.</summary>
    public required string Method { get; set; }

    public required string Device { get; set; }

    public required string Address { get; set; }

    /// <summary>Whether it outlives the browser.</summary>
    public bool Stay { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset SeenAt { get; set; }

    public DateTimeOffset ExpiresAt { get; set; }
}

/// <summary>A personal token for the API; only its hash is kept.</summary>
internal sealed class TokenRow
{
    public Guid Id { get; set; } = Ids.New();

    public Guid UserId { get; set; }

    public Guid TenantId { get; set; }

    public required string Name { get; set; }

    /// <summary>Its first characters: finds the row, and lets a person tell tokens apart.</summary>
    public required string Prefix { get; set; }

    public required byte[] Hash { get; set; }

    /// <summary>One of <see cref="Rights.TokenScope"/>.</summary>
    public required string Scope { get; set; }

    public DateTimeOffset? ExpiresAt { get; set; }

    public DateTimeOffset? UsedAt { get; set; }

    public DateTimeOffset CreatedAt { get; set; }
}

internal sealed class PasskeyRow
{
    public Guid Id { get; set; } = Ids.New();

    public Guid UserId { get; set; }

    /// <summary>SHA-256 of the credential id in hexadecimal: ids are too long for an index on SQL Server.</summary>
    public required string Credential { get; set; }

    public required string Name { get; set; }

    /// <summary>A <see cref="PasskeyData"/> as JSON.</summary>
    public required string Data { get; set; }

    public DateTimeOffset CreatedAt { get; set; }
}

/// <summary>A key by which cookies and one-time states are protected; shared by all nodes.</summary>
internal sealed class KeyRow
{
    public Guid Id { get; set; } = Ids.New();

    public required string Name { get; set; }

    public required string Xml { get; set; }

    public DateTimeOffset CreatedAt { get; set; }
}
