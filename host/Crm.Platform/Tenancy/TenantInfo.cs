using Crm.Platform.Modules;
using System.Globalization;
using Crm.Sdk.Tenancy;

namespace Crm.Platform.Tenancy;

/// <summary>A tenant as the installation knows it; immutable, replaced when something changes.</summary>
internal sealed record TenantInfo : ITenant
{
    public required Guid Id { get; init; }

    /// <summary>Small and never reused: stands in search tokens in place of the id.</summary>
    public required int Number { get; init; }

    public required string Key { get; init; }

    public required string Name { get; init; }

    public required TimeZoneInfo TimeZone { get; init; }

    public required CultureInfo Language { get; init; }

    public required string Currency { get; init; }

    public required int FiscalYearStart { get; init; }

    /// <summary>Connection string of its own database; null when it lives in the installation's.</summary>
    public string? Database { get; init; }

    /// <summary>Whether its users may sign in and its jobs run.</summary>
    public bool Active { get; init; } = true;

    /// <summary>Keys of the modules and plugins that are on.</summary>
    public required IReadOnlySet<string> Modules { get; init; }

    /// <summary>Modules and plugins that are on and were closed all the same, with the reason.</summary>
    public IReadOnlyDictionary<string, Quarantine> Closed { get; init; } = new Dictionary<string, Quarantine>();

    /// <summary>Modules whose seed data was made.</summary>
    public IReadOnlySet<string> Seeded { get; init; } = new HashSet<string>();

    /// <summary>What was set for modules, as JSON by key of the module.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>What its shell shows in place of the product's own; null for the product's.</summary>
    public Editions.Branding? Branding { get; init; }

    /// <summary>The edition it was made from and its version, such as <c>sanpai 1.0.0</c>; null for none.</summary>
    public string? Edition { get; init; }

    /// <summary>Raised by each change of fields, labels, roles or modules; what is cached by it is thrown away then.</summary>
    public required long Version { get; init; }
}
