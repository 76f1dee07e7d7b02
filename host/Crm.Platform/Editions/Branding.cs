using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Crm.Platform.Audit;
using Crm.Platform.Identity.Rights;
using Crm.Platform.Records;
using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Messaging;
using MediatR;

namespace Crm.Platform.Editions;

/// <summary>What the shell of a tenant shows in place of the product's own.</summary>
/// <param name="Product">What the product is called.</param>
/// <param name="Logo">SHA-256 of the picture; null for the product's.</param>
/// <param name="Accent">Colour of buttons and links; null for the product's.</param>
/// <param name="AccentDark">That on dark ground; worked out when null.</param>
internal sealed record Branding(Label Product, string? Logo = null, string? Accent = null, string? AccentDark = null)
{
    public string ToJson() => JsonSerializer.Serialize(this, Json.Compact);

    public static Branding? Parse(string? json) => json is null ? null : JsonSerializer.Deserialize<Branding>(json, Json.Compact);

    /// <summary>Changes with anything in it; names what browsers may keep.</summary>
    [JsonIgnore]
    public string Stamp => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(ToJson())))[..12];

    /// <summary>The colours as a style sheet over that of the product; empty for none.</summary>
    public string Style()
    {
        if (Accent is null) return "";
        var colours = Editions.Accent.Of(Accent, AccentDark);
        var (light, dark) = (colours.Light, colours.Dark);
        return $$"""
            :root, [data-bs-theme="light"], [data-bs-theme="dark"] {
              --tblr-primary: {{light}};
              --tblr-primary-rgb: {{light.R}}, {{light.G}}, {{light.B}};
              --tblr-primary-darken: {{colours.Darker}};
              --crm-tint: light-dark({{colours.LightTint}}, {{colours.DarkTint}});
              --crm-tint-ink: light-dark({{light}}, {{dark}});
              --tblr-link-color: light-dark({{light}}, {{dark}});
              --tblr-link-hover-color: light-dark({{colours.Darker}}, {{dark}});
            }
            """;
    }
}

/// <summary>A picture of a brand.</summary>
/// <param name="Digest">SHA-256 of it, in hex.</param>
/// <param name="Type">Its media type.</param>
/// <param name="Content">The file.</param>
internal sealed record Logo(string Digest, string Type, byte[] Content)
{
    private static readonly byte[] Png = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

    /// <summary>Null for what is neither SVG nor PNG.</summary>
    public static Logo? Read(byte[] content)
    {
        var type = content.AsSpan().StartsWith(Png) ? "image/png" : Encoding.UTF8.GetString(content).Contains("<svg", StringComparison.Ordinal) ? "image/svg+xml" : null;
        return type is null ? null : new(Convert.ToHexStringLower(SHA256.HashData(content)), type, content);
    }
}

/// <summary>Sets what the shell of the tenant shows; null for the product's own.</summary>
[Requires(EditionRights.Key)]
internal sealed record ChangeBranding(Branding? Branding) : IRequest<Result>;

internal sealed class ChangeBrandingHandler(Current current, Tenants tenants, SettingsJournal journal) : IRequestHandler<ChangeBranding, Result>
{
    public async Task<Result> Handle(ChangeBranding change, CancellationToken cancellationToken)
    {
        if (change.Branding is { } wanted && Accent.Faults(wanted.Accent, wanted.AccentDark).ToList() is { Count: > 0 } faults) return Result.Fail(faults);
        var (before, after) = (current.Tenant.Branding?.ToJson(), change.Branding?.ToJson());
        await tenants.Update(current.Tenant.Id, row => row.Branding = after, cancellationToken);
        await journal.Note(AuditedSettings.Tenant, RecordActions.Updated, [("branding", before, after)], cancellationToken);
        return Result.Done;
    }
}
