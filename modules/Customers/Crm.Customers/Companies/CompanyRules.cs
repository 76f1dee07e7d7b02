// Rules of a company. What is not certain enough to refuse stands in CompanyChecks.
using Crm.Customers.Shared;
using Crm.Sdk;
using Crm.Sdk.Japan;
using Crm.Sdk.Records;

namespace Crm.Customers.Companies;

/// <summary>法人番号 has 13 digits and its check digit. Proves the form, not that the company exists.</summary>
internal static class CorporateNumberHasItsCheckDigit
{
    public static Problem? Check(Company company) =>
        company.CorporateNumber is null || CorporateNumber.TryParse(company.CorporateNumber, out _, out var flaw)
            ? null
            : flaw!.Problem with { Field = "corporateNumber" };
}

/// <summary>適格請求書発行事業者の登録番号 is T and 13 digits; nothing more is certain of it.</summary>
internal static class InvoiceNumberIsTAndThirteenDigits
{
    public static Problem? Check(Company company) =>
        company.InvoiceNumber is null || InvoiceNumber.TryParse(company.InvoiceNumber, out _, out var flaw)
            ? null
            : flaw!.Problem with { Field = "invoiceNumber" };
}

/// <summary>A company does not belong to itself.</summary>
internal static class CompanyIsNotItsOwnParent
{
    public static Problem? Check(Company company) => company.ParentId is null || company.ParentId != company.Id
        ? null
        : new Problem(
            "customers.own-parent",
            ("会社は自分自身に属することはできません。", "A company cannot belong to itself."),
            ("別の会社を選ぶか、空欄にしてください。", "Choose another company, or leave it empty."),
            "parentId");
}

/// <summary>A company is not founded in the future.</summary>
internal static class FoundingIsNotInTheFuture
{
    public static Problem? Check(Company company, RuleContext rule) => company.FoundedOn is null || company.FoundedOn <= rule.Today
        ? null
        : new Problem(
            "customers.founded-in-future",
            ("設立年月日が未来の日付です。", "The founding date lies in the future."),
            ("今日までの日付を入力してください。", "Enter a date up to today."),
            "foundedOn");
}

/// <summary>What somebody should look at again in a company's record.</summary>
internal static class CompanyChecks
{
    public static string[]? Of(Company company) => CustomerChecks.Of(company, [company.Phone, company.Fax], Invoice(company));

    /// <summary>A corporation's registration number is T and its corporate number; others have numbers of their own.</summary>
    private static IEnumerable<string> Invoice(Company company)
    {
        if (company.Kind != CompanyKinds.Corporation || !InvoiceNumber.TryParse(company.InvoiceNumber, out var invoice, out _)) yield break;
        if (invoice.CorporateNumber is null) yield return CustomerChecks.InvoiceNumberNotCorporate;
        else if (company.CorporateNumber is { } own && own != invoice.CorporateNumber.ToString()) yield return CustomerChecks.InvoiceNumberOfAnother;
    }
}
