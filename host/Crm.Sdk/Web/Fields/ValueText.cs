using System.Globalization;
using Crm.Sdk.Records;
using Crm.Sdk.Tenancy;

namespace Crm.Sdk.Web;

/// <summary>Values as people read and type them: the tenant's zone and money, the reader's language.</summary>
public static class ValueText
{
    private static readonly Dictionary<string, (string Sign, int Decimals)> Currencies = new(StringComparer.Ordinal)
    {
        ["JPY"] = ("¥", 0), ["USD"] = ("$", 2), ["EUR"] = ("€", 2), ["GBP"] = ("£", 2), ["KRW"] = ("₩", 0), ["CNY"] = ("CN¥", 2), ["TWD"] = ("NT$", 2),
    };

    /// <summary>A value of a field as one line of plain text; empty for null.</summary>
    /// <param name="field">The field.</param>
    /// <param name="value">Its value, as the field's CLR type.</param>
    /// <param name="tenant">Whose zone and currency.</param>
    /// <param name="titles">Titles of records and names of users by id.</param>
    public static string Of(Field field, object? value, ITenant tenant, IReadOnlyDictionary<Guid, string>? titles = null) => value switch
    {
        null => "",
        decimal number when field.Kind == FieldKind.Money => Money(number, tenant),
        decimal number when field.Plain => number.ToString("0.####", CultureInfo.InvariantCulture),
        decimal number => Number(number),
        DateOnly day => Day(day),
        DateTimeOffset moment => Moment(moment, tenant),
        TimeOnly time => time.ToString("HH:mm", CultureInfo.InvariantCulture),
        bool yes => YesNo(yes),
        string[] keys => string.Join(Texts.L("、", ", "), keys.Select(key => ChoiceLabel(field, key))),
        string key when field.Kind == FieldKind.Choice => ChoiceLabel(field, key),
        string code when field.Kind == FieldKind.PostalCode => PostalCode(code),
        Guid id => titles?.GetValueOrDefault(id) ?? id.ToString()[..8] + "…",
        _ => value.ToString() ?? "",
    };

    /// <summary>An amount with the tenant's currency: ¥1,234,567.</summary>
    public static string Money(decimal amount, ITenant tenant) => Money(amount, tenant.Currency);

    /// <summary>An amount in a currency: $1,234.56.</summary>
    /// <param name="amount">The amount.</param>
    /// <param name="currency">ISO 4217.</param>
    public static string Money(decimal amount, string currency)
    {
        var (sign, decimals) = Currencies.TryGetValue(currency, out var known) ? known : (currency + " ", 2);
        return (amount < 0 ? "-" : "") + sign + Number(Math.Abs(amount), decimals);
    }

    /// <summary>Reads a number as people type it: full width, with commas or a sign of yen.</summary>
    public static bool TryNumber(string text, out decimal number)
    {
        text = text.Normalize(System.Text.NormalizationForm.FormKC).Replace(",", "", StringComparison.Ordinal).Replace('−', '-').Trim('¥', '\\', '円', ' ');
        return decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number);
    }

    /// <summary>The sign of the tenant's currency.</summary>
    public static string CurrencySign(ITenant tenant) => Currencies.TryGetValue(tenant.Currency, out var known) ? known.Sign : tenant.Currency;

    /// <summary>A number in groups of three, with at least so many decimals.</summary>
    public static string Number(decimal number, int decimals = 0) =>
        number.ToString("#,##0" + (decimals == 0 ? ".####" : "." + new string('0', decimals) + new string('#', Math.Max(0, 4 - decimals))), CultureInfo.InvariantCulture);

    /// <summary>A day: 2025/04/01 in Japanese, 1 Apr 2025 in English.</summary>
    public static string Day(DateOnly day) => IsJapanese
        ? day.ToString("yyyy'/'MM'/'dd", CultureInfo.InvariantCulture)
        : day.ToString("d MMM yyyy", CultureInfo.InvariantCulture);

    /// <summary>A moment in the tenant's zone, to the minute.</summary>
    public static string Moment(DateTimeOffset moment, ITenant tenant)
    {
        var local = TimeZoneInfo.ConvertTime(moment, tenant.TimeZone);
        return Day(DateOnly.FromDateTime(local.DateTime)) + " " + local.ToString("HH:mm", CultureInfo.InvariantCulture);
    }

    /// <summary>A count that may be an estimate: 約 12,000.</summary>
    public static string Count(long count, bool estimate) =>
        (estimate ? Texts.L("約 ", "about ") : "") + count.ToString("#,##0", CultureInfo.InvariantCulture);

    /// <summary>A value as an input holds it: ISO dates, plain numbers, keys of choices, ids.</summary>
    public static string ForInput(object? value, ITenant tenant) => value switch
    {
        null => "",
        decimal number => number.ToString("0.####", CultureInfo.InvariantCulture),
        DateOnly day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        DateTimeOffset moment => TimeZoneInfo.ConvertTime(moment, tenant.TimeZone).ToString("yyyy-MM-dd'T'HH:mm", CultureInfo.InvariantCulture),
        TimeOnly time => time.ToString("HH:mm", CultureInfo.InvariantCulture),
        bool yes => yes ? "true" : "false",
        string[] keys => string.Join(',', keys),
        _ => value.ToString() ?? "",
    };

    internal static string ChoiceLabel(Field field, string key) => FindChoice(field, key)?.Label.ToString() ?? key;

    internal static Choice? FindChoice(Field field, string key)
    {
        foreach (var choice in field.Choices)
        {
            if (choice.Key == key) return choice;
        }

        return null;
    }

    internal static string PostalCode(string code) =>
        code.Length == 7 && code.All(char.IsAsciiDigit) ? code[..3] + "-" + code[3..] : code;

    internal static string YesNo(bool yes) => yes ? Texts.L("はい", "Yes") : Texts.L("いいえ", "No");

    private static bool IsJapanese => Label.IsJapanese(CultureInfo.CurrentUICulture);
}
