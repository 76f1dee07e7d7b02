// Rules of a person and of their posts.
using Crm.Customers.Shared;
using Crm.Sdk;
using Crm.Sdk.Records;

namespace Crm.Customers.People;

/// <summary>Nobody is born in the future, nor before anyone alive.</summary>
internal static class BirthDateIsPossible
{
    private static readonly DateOnly Earliest = new(1868, 1, 1);

    public static Problem? Check(Field field, object value, RuleContext record)
    {
        var day = (DateOnly)value;
        if (day > record.Today)
        {
            return new Problem(
                "customers.born-in-future",
                ("生年月日が未来の日付です。", "The birth date lies in the future."),
                ("今日までの日付を入力してください。", "Enter a date up to today."),
                field.Key);
        }

        return day >= Earliest
            ? null
            : new Problem(
                "customers.born-too-early",
                ("生年月日が古すぎます。", "The birth date is too long ago."),
                ("1868年（明治元年）以後の日付を入力してください。和暦の元号も確かめてください。", "Enter a date since 1868; check the era."),
                field.Key);
    }
}

/// <summary>A post does not end before it begins.</summary>
internal static class EmploymentEndsAfterItBegins
{
    public static Problem? Check(Employment employment) => Period.Check(employment.StartedOn, employment.EndedOn, "endedOn");
}
