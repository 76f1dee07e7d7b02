using System.Globalization;

namespace Crm.Customers.Shared;

internal static class Money
{
    /// <summary>An amount as people of the request's language read it, without decimals that are zero.</summary>
    public static string Show(decimal amount, string currency)
    {
        var text = amount.ToString(amount == decimal.Truncate(amount) ? "N0" : "N2", CultureInfo.CurrentUICulture);
        return currency == "JPY" ? (CultureInfo.CurrentUICulture.TwoLetterISOLanguageName == "ja" ? text + "円" : "¥" + text) : $"{text} {currency}";
    }
}
