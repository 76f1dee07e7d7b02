using Crm.Sdk.Records;

namespace Crm.Customers.Shared;

/// <summary>What companies and people have in common: how to reach them, whether we may, and what they have bought.</summary>
internal abstract class Customer : Record
{
    /// <summary>Our number for them; rows of files are matched by it.</summary>
    public string? Code { get; set; }

    /// <summary>The reading, or the name where no reading is known: lists sort by it, all kana as katakana; kana sort before kanji.</summary>
    public string SortName { get; set; } = "";

    /// <summary>The name as it is compared to find the same customer entered twice.</summary>
    public string? NameKey { get; set; }

    public string? Rank { get; set; }

    public PostalAddress Address { get; set; } = new();

    public string? Phone { get; set; }

    public string? Email { get; set; }

    public string? Sns { get; set; }

    public string? MailMagazine { get; set; } = ContactPermission.Unknown;

    public string? DirectMail { get; set; } = ContactPermission.Unknown;

    public string? PhoneCalls { get; set; } = ContactPermission.Unknown;

    public string[]? PreferredMeans { get; set; }

    public string[]? PreferredHours { get; set; }

    public string? Memo { get; set; }

    // Kept by PurchaseHabits from the purchases; nobody types these.

    public int PurchaseCount { get; set; }

    public decimal PurchaseTotal { get; set; }

    public DateOnly? FirstPurchaseOn { get; set; }

    public DateOnly? LastPurchaseOn { get; set; }

    public decimal? PurchaseInterval { get; set; }

    public DateOnly? NextPurchaseOn { get; set; }

    public DateOnly? NextPurchaseFrom { get; set; }

    public DateOnly? NextPurchaseUntil { get; set; }

    public string? PurchaseSeason { get; set; }
}
