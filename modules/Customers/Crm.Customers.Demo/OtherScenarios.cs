using Crm.Customers.Companies;

namespace Crm.Customers.Demo;

/// <summary>Customers of a waste disposal company: who makes waste, head office and each site it comes from.</summary>
internal static class WasteScenario
{
    private static readonly IReadOnlyList<Trade> Makers = SampleCompanies.TradesOf("construction", "manufacturing", "medical", "hospitality", "wholesale-retail");

    public static SampleData Make(int seed, DateOnly today)
    {
        var data = new SampleData();
        var dice = new Dice(seed);
        var customers = new SampleCustomers(data, dice, today);
        for (var i = 0; i < 60; i++) customers.Company(Makers);
        foreach (var head in data.Companies.ToList())
        {
            var (relation, word) = head.Industry switch
            {
                "construction" => (CompanyRelations.Site, "作業所"),
                "manufacturing" => (CompanyRelations.Factory, "工場"),
                _ => (CompanyRelations.Store, head.Industry == "medical" ? "分院" : "店"),
            };
            for (var sites = dice.Between(0, 4); sites > 0; sites--) customers.Part(head, relation, word);
            for (var contacts = dice.Between(1, 4); contacts > 0; contacts--) customers.Employee(head, movedFrom: 0.05);
        }

        customers.OldNames(6);
        customers.Duplicate(4);
        customers.Remark(120);
        return data;
    }
}

/// <summary>Guests of an inn, from all over Japan and from abroad, and the travel agencies that send them.</summary>
internal static class InnScenario
{
    private static readonly Trade Agency = new("トラベル", "トラベル", "leisure", "any", "旅行の企画・手配");

    public static SampleData Make(int seed, DateOnly today)
    {
        var data = new SampleData();
        var dice = new Dice(seed);
        var customers = new SampleCustomers(data, dice, today);
        for (var i = 0; i < 8; i++) customers.Employee(customers.Company([Agency]));
        for (var i = 0; i < 380; i++)
        {
            var guest = customers.Consumer(dice.Pick(["travel-agency", "travel-agency", "web-search", "referral", "phone", "sns", "print"]), 22, 88);
            if (dice.Chance(0.12)) guest.Memo = dice.Pick(["そばアレルギー", "2階以下の部屋を希望", "枕は硬め", "記念日利用（結婚）", "朝食は和食", "送迎希望", "前回、部屋の空調音のご指摘あり"]);
        }

        for (var i = 0; i < 40; i++)
        {
            var (family, given, country) = dice.Pick(SampleNames.Foreign);
            var guest = customers.Consumer("travel-agency", 22, 75);
            (guest.LastName, guest.FirstName, guest.LastNameKana, guest.FirstNameKana) = (family, given, null, null);
            guest.Address = new() { Prefecture = country, PostalCode = null };
            guest.Phone = null;
            guest.Mobile = $"+{dice.Pick(["1", "49", "33", "82", "886", "61"])} {dice.Digits(9)}";
            guest.Email = $"{Ascii(given)}.{Ascii(family)}{dice.Digits(2)}@mail.example";
        }

        customers.Duplicate(12);
        customers.Remark(60);
        return data;
    }

    private static string Ascii(string name) => string.Concat(name.Where(char.IsAsciiLetter)).ToLowerInvariant();
}
