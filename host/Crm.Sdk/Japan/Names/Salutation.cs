// How a name is printed on an envelope or above a letter: 姓 before 名 with 様, companies with 御中.
using System.Globalization;

namespace Crm.Sdk.Japan;

/// <summary>Names as they are written to their owners. (Source: design notes, spreadsheet habits, H.)</summary>
public static class Salutation
{
    /// <summary>
    /// A person's name in the order of the reader's language: 山田 太郎 in Japanese, Taro Yamada in others. Missing parts leave no gap.
    /// </summary>
    public static string FullName(string? family, string? given, CultureInfo culture) =>
        Label.IsJapanese(culture) ? Join(family, given) : Join(given, family);

    /// <summary>The person as addressed: 山田 太郎 様; without a title in other languages.</summary>
    public static string ForPerson(string? family, string? given, CultureInfo culture) =>
        With("様", FullName(family, given, culture), culture);

    /// <summary>The company as addressed: 株式会社山田商店 御中; just its name in other languages.</summary>
    public static string ForCompany(string? name, CultureInfo culture) => With("御中", name?.Trim() ?? "", culture);

    /// <summary>
    /// A person at a company, in two lines. 様 and 御中 never stand together: the person has the title, the company none.
    /// Without a person the company is addressed.
    /// </summary>
    public static string ForPersonAt(string? company, string? family, string? given, CultureInfo culture) =>
        FullName(family, given, culture).Length == 0 ? ForCompany(company, culture)
        : string.IsNullOrWhiteSpace(company) ? ForPerson(family, given, culture)
        : Label.IsJapanese(culture) ? company.Trim() + "\n" + ForPerson(family, given, culture)
        : ForPerson(family, given, culture) + "\n" + company.Trim();

    private static string With(string title, string name, CultureInfo culture) =>
        name.Length == 0 || !Label.IsJapanese(culture) || name.EndsWith(title, StringComparison.Ordinal) ? name : name + " " + title;

    private static string Join(string? first, string? second) => string.Join(' ', new[] { first?.Trim(), second?.Trim() }.Where(p => !string.IsNullOrEmpty(p)));
}
