using Crm.Sdk.Japan;
using Crm.Sdk.Records;

namespace Crm.Customers.Shared;

/// <summary>
/// What somebody should look at again in a customer's record. It is saved all the same: nothing here is certain enough to refuse,
/// and what was typed is never rewritten by guess.
/// </summary>
internal static class CustomerChecks
{
    public const string PhoneZeroLost = "phone-zero-lost";
    public const string PhoneUnreadable = "phone-unreadable";
    public const string PostalCodeZeroLost = "postal-code-zero-lost";
    public const string PostalCodeForm = "postal-code-form";
    public const string PostalCodeElsewhere = "postal-code-elsewhere";
    public const string InvoiceNumberOfAnother = "invoice-number-of-another";
    public const string InvoiceNumberNotCorporate = "invoice-number-not-corporate";

    public static readonly IReadOnlyList<Choice> All =
    [
        Choice.Of(PhoneZeroLost, "電話番号の先頭の0が抜けている？", "Leading 0 of a phone number lost?", "yellow"),
        Choice.Of(PhoneUnreadable, "電話番号として読めない", "Not a phone number", "yellow"),
        Choice.Of(PostalCodeZeroLost, "郵便番号の先頭の0が抜けている？", "Leading 0 of the postal code lost?", "yellow"),
        Choice.Of(PostalCodeForm, "郵便番号が7桁でない", "Postal code without 7 digits", "yellow"),
        Choice.Of(PostalCodeElsewhere, "郵便番号と都道府県が合わない", "Postal code of another prefecture", "yellow"),
        Choice.Of(InvoiceNumberOfAnother, "T番号が法人番号と一致しない", "Invoice number differs from the corporate number", "yellow"),
        Choice.Of(InvoiceNumberNotCorporate, "T番号の検査用数字が合わない", "Check digit of the invoice number does not fit", "yellow"),
    ];

    /// <summary>The value of the computed field: keys of <see cref="All"/>, or null when there is nothing to say.</summary>
    public static string[]? Of(Customer customer, IEnumerable<string?> phones, params IEnumerable<string> more)
    {
        string[] found = [.. phones.Select(Phone).Append(PostalCode(customer.Address)).OfType<string>().Concat(more).Distinct()];
        return found.Length == 0 ? null : found;
    }

    private static string? Phone(string? typed) =>
        typed is null || Crm.Sdk.Japan.Phone.TryParse(typed, out _, out var flaw) ? null
        : flaw!.Suggestion is not null ? PhoneZeroLost
        : PhoneUnreadable;

    private static string? PostalCode(PostalAddress address)
    {
        // Abroad codes have other forms.
        if (address.PostalCode is null || (address.Prefecture is { } typed && Prefectures.Find(typed) is null)) return null;
        if (!Crm.Sdk.Japan.PostalCode.TryParse(address.PostalCode, out var code, out var flaw))
        {
            return flaw!.Suggestion is not null ? PostalCodeZeroLost : PostalCodeForm;
        }

        if (address.Prefecture is null) return null;
        var prefecture = Prefectures.Find(address.Prefecture);
        var places = PostalCodes.Lookup(code);
        return places.Count == 0 || places.Any(p => p.Prefecture == prefecture) ? null : PostalCodeElsewhere;
    }
}
