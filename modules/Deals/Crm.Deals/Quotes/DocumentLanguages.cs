using System.Globalization;
using Crm.Sdk.Records;
using Crm.Sdk.Tenancy;

namespace Crm.Deals.Quotes;

/// <summary>Languages documents are written in: that of the customer who reads them, whatever the screens of whoever prints them speak.</summary>
internal static class DocumentLanguages
{
    public const string Japanese = "ja";
    public const string English = "en";

    public static readonly IReadOnlyList<Choice> All = [Choice.Of(Japanese, "日本語", "Japanese"), Choice.Of(English, "英語", "English")];

    /// <summary>The one chosen, else the tenant's.</summary>
    public static string Of(string? chosen, ITenant tenant) => chosen ?? (tenant.Language.TwoLetterISOLanguageName == Japanese ? Japanese : English);

    public static CultureInfo Culture(string language) => CultureInfo.GetCultureInfo(language == Japanese ? "ja" : "en");
}
