using Crm.Customers.Contracts;
using Crm.Plugins.HotelGuests.Contracts;
using Crm.Sdk.Testing;

namespace Crm.Plugins.HotelGuests.Tests;

/// <summary>People who stay, and their stays. The clock of the tests stands at 2026-11-20, 10:00 in Tokyo.</summary>
internal static class Guests
{
    public static Task<Guid> Hanako(this Acting crm, params (string Field, object? Value)[] more) =>
        crm.Save(CustomersContract.Person, [("lastName", "山田"), ("firstName", "花子"), ("lastNameKana", "ヤマダ"), ("firstNameKana", "ハナコ"), ("mobile", "090-1234-5678"), .. more]);

    public static Task<Guid> Taro(this Acting crm, params (string Field, object? Value)[] more) =>
        crm.Save(CustomersContract.Person, [("lastName", "佐藤"), ("firstName", "太郎"), ("lastNameKana", "サトウ"), ("firstNameKana", "タロウ"), .. more]);

    public static Task<Guid> Stay(this Acting crm, Guid? guest, string arrives, string departs, params (string Field, object? Value)[] more) =>
        crm.Save(HotelContract.Stay, [("personId", guest), ("arrivesOn", arrives), ("departsOn", departs), .. more]);

    /// <summary>What the law wants of a guest who lives in Japan, but for what is changed.</summary>
    public static (string Field, object? Value)[] Entry(params (string Field, object? Value)[] changed)
    {
        (string Field, object? Value)[] usual =
        [
            ("madeOn", "2026-11-20"), ("name", "山田 花子"), ("prefecture", "東京都"), ("city", "大田区"), ("street", "本羽田2-12-1"), ("contact", "090-1234-5678"),
        ];
        return [.. usual.Where(u => changed.All(c => c.Field != u.Field)), .. changed];
    }
}
