using Crm.Sdk;

namespace Crm.Customers.Shared;

/// <summary>From a day to a day, both included; either may be open.</summary>
internal static class Period
{
    public static Problem? Check(DateOnly? from, DateOnly? until, string untilField) => from is null || until is null || from <= until
        ? null
        : new Problem(
            "customers.ends-before-it-begins",
            ("終了日が開始日より前です。", "The end lies before the beginning."),
            ("開始日以後の日付を入力してください。", "Enter a day on or after the beginning."),
            untilField);
}
