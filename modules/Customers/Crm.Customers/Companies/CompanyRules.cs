// Rules of a company. Where a law or an office is not certain, nothing is refused: it is listed under "to check" (CompanyChecks).
using System.Text.RegularExpressions;
using Crm.Sdk;
using Crm.Sdk.Records;

namespace Crm.Customers.Companies;

/// <summary>法人番号: 13 digits of which the first is 9 − (Σ Pₙ·Qₙ mod 9). Proves the form, not that the company exists.</summary>
internal static class CorporateNumberHasItsCheckDigit
{
    public static Problem? Check(Company company) => company.CorporateNumber is null || IsValid(company.CorporateNumber)
        ? null
        : new Problem(
            "customers.corporate-number",
            ("法人番号が正しくありません。", "This is not a corporate number."),
            ("13桁の数字を、国税庁の法人番号公表サイトで確かめてください。", "Check the 13 digits on the National Tax Agency's corporate number site."),
            "corporateNumber");

    public static bool IsValid(string digits)
    {
        if (digits.Length != 13 || !digits.All(char.IsAsciiDigit)) return false;
        var sum = 0;
        for (var n = 1; n <= 12; n++) sum += (digits[13 - n] - '0') * (n % 2 == 0 ? 2 : 1);
        return digits[0] - '0' == 9 - (sum % 9);
    }
}

/// <summary>適格請求書発行事業者の登録番号 has the form T and 13 digits; nothing more is certain of it.</summary>
internal static partial class InvoiceNumberIsTAndThirteenDigits
{
    public static Problem? Check(Company company) => company.InvoiceNumber is null || Form.IsMatch(company.InvoiceNumber)
        ? null
        : new Problem(
            "customers.invoice-number",
            ("登録番号（T番号）の形式が正しくありません。", "This is not an invoice registration number."),
            ("「T」に続けて13桁の数字を入力してください。", "Enter T followed by 13 digits."),
            "invoiceNumber");

    [GeneratedRegex(@"^T[0-9]{13}\z", RegexOptions.None, matchTimeoutMilliseconds: 100)]
    private static partial Regex Form { get; }
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
internal sealed class FoundingIsNotInTheFuture(TimeProvider clock)
{
    public Problem? Check(Company company) => company.FoundedOn is null || company.FoundedOn <= Shared.Days.Latest(clock)
        ? null
        : new Problem(
            "customers.founded-in-future",
            ("設立年月日が未来の日付です。", "The founding date lies in the future."),
            ("今日までの日付を入力してください。", "Enter a date up to today."),
            "foundedOn");
}

/// <summary>What somebody should look at again in a company's record; it is saved all the same.</summary>
internal static class CompanyChecks
{
    public const string InvoiceNumberOfAnother = "invoice-number-of-another";

    public static readonly IReadOnlyList<Choice> All =
    [
        Choice.Of(InvoiceNumberOfAnother, "T番号が法人番号と一致しない", "Invoice number differs from the corporate number", "yellow"),
    ];

    /// <summary>A corporation's registration number is T and its corporate number; others have numbers of their own.</summary>
    public static object? Of(Company company)
    {
        var checks = new List<string>();
        if (company is { CorporateNumber: { } number, InvoiceNumber: { } invoice } && invoice != "T" + number) checks.Add(InvoiceNumberOfAnother);
        return checks.Count == 0 ? null : checks.ToArray();
    }
}
