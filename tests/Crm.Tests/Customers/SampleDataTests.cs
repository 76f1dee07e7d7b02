using System.Globalization;
using System.Text;
using Crm.Customers;
using Crm.Customers.Contracts;
using Crm.Customers.Demo;
using Crm.Customers.Purchases;
using Crm.Customers.Shared;
using Crm.Sdk.Japan;
using Crm.Sdk.Modules;
using Crm.Sdk.Records;
using Crm.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace Crm.Tests.Customers;

/// <summary>The sample data: as much as promised, the same every time, and not too clean.</summary>
public sealed class SampleDataTests
{
    private static readonly DateOnly Today = new(2026, 11, 20);

    [Fact]
    public void The_trading_company_has_what_is_promised_and_is_the_same_every_time()
    {
        var data = TradingScenario.Make(1, Today);
        var again = TradingScenario.Make(1, Today);

        Assert.Equal((300, 2_000, 12_000, 80), (data.Companies.Count, data.People.Count, data.Purchases.Count, data.Products.Count));
        Assert.Equal((25, 600, 70), (data.FormerNames.Count, data.Notes.Count, data.Subscriptions.Count));
        Assert.Equal(data.Companies.Select(c => (c.Name, c.Phone, c.CorporateNumber)), again.Companies.Select(c => (c.Name, c.Phone, c.CorporateNumber)));
        Assert.Equal(data.People.Select(p => (p.FullName, p.Mobile, p.Email)), again.People.Select(p => (p.FullName, p.Mobile, p.Email)));
        Assert.Equal(data.Purchases.Select(p => (p.BoughtOn, p.ProductName, p.Amount)), again.Purchases.Select(p => (p.BoughtOn, p.ProductName, p.Amount)));
        Assert.NotEqual(data.People[0].FullName + data.People[1].FullName, string.Concat(TradingScenario.Make(2, Today).People.Take(2).Select(p => p.FullName)));
        Assert.All(data.Purchases, p => Assert.InRange(p.BoughtOn!.Value, Today.AddYears(-3), Today));
    }

    [Fact]
    public void It_has_the_ugly_corners_of_real_customers()
    {
        var data = TradingScenario.Make(1, Today);

        Assert.InRange(data.People.Count(p => p.LastNameKana is null), 80, 400);
        Assert.Contains(data.People, p => p.LastName.Contains('髙'));
        Assert.Contains(data.People, p => p.LastName.Contains('﨑'));
        Assert.Contains(data.People, p => p.LastName is "渡邉" or "渡邊");
        Assert.Contains(data.People.Where(p => p.Phone is not null).GroupBy(p => p.Phone), g => g.Count() >= 20);
        Assert.InRange(data.People.GroupBy(p => PersonName.Key(p.FullName) + Phone(p.Mobile)).Count(g => g.Count() > 1), 20, 400);
        Assert.InRange(data.Employments.Count(e => e.EndedOn is not null), 100, 300);
        Assert.Contains(data.Purchases, p => p.Amount < 0);
        Assert.Contains(data.Companies, c => c.ParentId is not null);
        Assert.Equal(data.People.Count, data.People.Select(p => p.Code).Distinct().Count());

        static string? Phone(string? typed) => Crm.Sdk.Japan.Phone.TryParse(typed, out var phone, out _) ? phone.E164 : null;
    }

    [Fact]
    public void No_phone_number_or_mail_address_can_reach_anybody()
    {
        var data = TradingScenario.Make(1, Today);

        Assert.All(data.People.Select(p => p.Mobile).OfType<string>(), m => Assert.Matches("^0[789]0-?00", m));
        Assert.All(data.Companies.SelectMany(c => new[] { c.Phone, c.Fax }).OfType<string>(), p => Assert.Matches("^0[0-9]+-0", p));
        Assert.All(data.People.Select(p => p.Email).Concat(data.Companies.Select(c => c.Email)).OfType<string>(), m => Assert.EndsWith(".example", m, StringComparison.Ordinal));
        Assert.All(data.Companies.Select(c => c.CorporateNumber).OfType<string>(), n => Assert.StartsWith("9999", n[1..], StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("タカハシ", "takahashi")]
    [InlineData("ショウタ", "shota")]
    [InlineData("リョウ", "ryo")]
    [InlineData("ハットリ", "hattori")]
    [InlineData("ジュンコ", "junko")]
    public void Readings_become_the_letters_of_mail_addresses(string kana, string letters) => Assert.Equal(letters, Romaji.Of(kana));

    [Theory]
    [InlineData("trading")]
    [InlineData("waste")]
    [InlineData("inn")]
    public async Task Every_scenario_passes_the_rules_and_has_its_figures(string scenario)
    {
        await using var crm = await CustomersHost.Start(Databases.Sqlite);
        await using var scope = await crm.Scope();

        await Crm.Host.CommandLine.Serving.Demo.Fill(scope, scenario, 1, CancellationToken.None);

        var db = scope.Of<CustomersDb>("customers");
        Assert.True(await db.People.CountAsync() >= 100);
        var flawed = await db.People.AsNoTracking().ToListAsync();
        Assert.DoesNotContain(flawed, p => CustomerChecks.Of(p, [p.Phone, p.Mobile]) is { } checks && checks.Contains(CustomerChecks.PhoneUnreadable));
        if (scenario == "waste") Assert.True(await db.Companies.CountAsync(c => c.ParentId != null) >= 50);
        if (scenario != "trading") return;
        Assert.Equal(await db.Purchases.SumAsync(p => p.Amount), (decimal?)await db.People.SumAsync(p => p.PurchaseTotal) + await db.Purchases.Where(p => p.PersonId == null).SumAsync(p => p.Amount));
        Assert.InRange(await db.Companies.CountAsync(c => c.NextPurchaseOn != null), 100, 300);
        Assert.True(await db.Companies.AnyAsync(c => c.PurchaseSeason != null));
    }
}

/// <summary>The file with every ugly habit.</summary>
public sealed class UglyPeopleFileTests
{
    [Fact]
    public void It_is_CP932_with_twenty_columns_and_the_same_every_time()
    {
        using var first = new MemoryStream();
        using var second = new MemoryStream();
        UglyPeopleFile.Write(first, 3_000);
        UglyPeopleFile.Write(second, 3_000);

        Assert.Equal(first.ToArray(), second.ToArray());
        var text = Cp932.Encoding.GetString(first.ToArray());
        Assert.Equal("顧客コード,姓,名,セイ,メイ,性別,生年月日,郵便番号,都道府県,市区町村,町名・番地,建物名,電話,携帯電話,メールアドレス,職業,趣味・好み,ランク,メールマガジン,備考", text.Split("\r\n")[0]);
        Assert.All(UglyPeopleFile.Rows(3_000), r => Assert.Equal(20, r.Cells.Length));
        foreach (var habit in (string[])["ｻﾄ", "㈱", "(株)", "￥", "昭和", "〒", "１９", "髙", "﨑", "①", "～", "丁目", "さ"]) Assert.Contains(habit, text, StringComparison.Ordinal);
    }

    [Fact]
    public void About_one_row_in_a_hundred_cannot_be_read()
    {
        var rows = UglyPeopleFile.Rows(20_000).ToList();
        Assert.InRange(rows.Count(r => r.Refused is not null), 150, 260);
        Assert.Equal(9, rows.Select(r => r.Refused).OfType<string>().Distinct().Count() + 2);
    }

    [Theory, EveryDatabase]
    public async Task The_engine_takes_what_can_be_read_and_names_the_field_of_what_cannot(string database)
    {
        await using var crm = await CustomersHost.Start(database);
        var rows = UglyPeopleFile.Rows(2_000).ToList();

        var saved = await crm.Ask(new SaveRecords(CustomersContract.Person, [.. rows.Select(Values)]) { Match = ["code"] });

        for (var i = 0; i < rows.Count; i++)
        {
            var (row, outcome) = (rows[i], saved.Rows[i]);
            if (row.Refused is { } field) Assert.Equal(field, Assert.Single(outcome.Problems).Field);
            else Assert.True(outcome.Action == RowAction.Created, $"{string.Join('|', row.Cells)}: {string.Join(';', outcome.Problems.Select(p => $"{p.Field} {p.Code}"))}");
        }

        await using var scope = await crm.Scope();
        var stored = await scope.Of<CustomersDb>("customers").People.AsNoTracking().ToDictionaryAsync(p => p.Code!);
        foreach (var clean in rows.Select(r => r.Clean).OfType<Crm.Customers.People.Person>())
        {
            var person = stored[clean.Code!];
            Assert.Equal(
                (clean.FullName, clean.FullKana, clean.BirthDate, clean.Email, clean.Rank, clean.Sex, clean.MailMagazine),
                (person.FullName, person.FullKana, person.BirthDate, person.Email, person.Rank, person.Sex, person.MailMagazine));
        }

        var again = await crm.Ask(new SaveRecords(CustomersContract.Person, [.. rows.Select(Values)]) { Match = ["code"] });
        Assert.All(again.Rows, r => Assert.True(r.Action is RowAction.Unchanged or RowAction.Refused));
    }

    /// <summary>A row as an import hands it on: a spreadsheet's day count has been understood as one.</summary>
    private static Dictionary<string, object?> Values(UglyRow row) => UglyPeopleFile.Columns.Zip(row.Cells).ToDictionary(
        c => c.First,
        c => c is { First: "birthDate", Second.Length: 5 } && int.TryParse(c.Second, CultureInfo.InvariantCulture, out var serial)
            ? new DateOnly(1899, 12, 30).AddDays(serial)
            : (object?)c.Second);
}
