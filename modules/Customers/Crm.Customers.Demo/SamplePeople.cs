using Crm.Customers.People;
using Crm.Customers.Shared;

namespace Crm.Customers.Demo;

/// <summary>Invents people: names that fit sex and decade, and the spellings their bearers insist on.</summary>
internal sealed class SamplePeople(Dice dice, DateOnly today)
{
    private static readonly string[] Jobs =
    [
        "会社員", "会社役員", "公務員", "自営業", "パート・アルバイト", "主婦・主夫", "教員", "看護師", "医師", "エンジニア", "デザイナー", "農業", "美容師", "学生", "年金生活",
    ];

    private static readonly string[] Hobbies =
    [
        "ゴルフ", "釣り", "登山", "旅行", "読書", "映画鑑賞", "料理", "ガーデニング", "温泉めぐり", "写真", "野球観戦", "サッカー", "カラオケ", "囲碁", "将棋", "茶道", "書道",
        "ランニング", "キャンプ", "日本酒", "コーヒー", "ドライブ", "鉄道", "美術館めぐり",
    ];

    /// <summary>A person with name, sex and birth date; nothing else.</summary>
    public Person Person(int youngest, int oldest, double kanaMissing = 0.08)
    {
        var age = Math.Clamp(dice.Around((youngest + oldest) / 2.0, (oldest - youngest) / 4.0), youngest, oldest);
        var birth = today.AddYears(-age).AddDays(-dice.Between(0, 364));
        var woman = dice.Chance(0.45);
        var family = dice.PickEarly(SampleNames.Family);
        var given = dice.PickEarly((woman ? SampleNames.Women : SampleNames.Men)[Math.Clamp(birth.Year / 10 * 10, 1930, 2000)]);
        var kana = !dice.Chance(kanaMissing);
        return new Person
        {
            LastName = OwnSpelling(family.Text),
            FirstName = given.Text,
            LastNameKana = kana ? family.Kana : null,
            FirstNameKana = kana ? given.Kana : null,
            Sex = woman ? "female" : "male",
            BirthDate = birth,
        };
    }

    /// <summary>Adds what consumers tell about themselves.</summary>
    public void Private(Person person)
    {
        person.Address = SamplePlaces.Home(dice);
        person.Mobile = SamplePlaces.Mobile(dice);
        person.Phone = dice.Chance(0.3) ? SamplePlaces.Phone(dice, person.Address) : null;
        person.Email = dice.Chance(0.85) ? Mail(person, "mail.example") : null;
        person.Occupation = dice.Pick(Jobs);
        person.Hobbies = string.Join("、", dice.Shuffle(Hobbies).Take(dice.Between(0, 3))) is { Length: > 0 } hobbies ? hobbies : null;
        person.Family = dice.Chance(0.25) ? dice.Pick(["夫婦2人", "夫婦と子ども1人", "夫婦と子ども2人", "一人暮らし", "親と同居", "三世代同居"]) : null;
        Permissions(person);
    }

    public void Permissions(Customer customer)
    {
        customer.MailMagazine = Answer(0.45, 0.12);
        customer.DirectMail = Answer(0.3, 0.15);
        customer.PhoneCalls = Answer(0.25, 0.2);
        if (dice.Chance(0.35)) customer.PreferredMeans = [dice.Pick(ContactHabits.Means).Key];
        if (dice.Chance(0.25)) customer.PreferredHours = [dice.Pick(ContactHabits.Hours).Key];
    }

    /// <summary>yamada.taro@…; a number behind it for those without reading.</summary>
    public string Mail(Person person, string domain)
    {
        var name = Romaji.Of(person.LastNameKana ?? "");
        var given = Romaji.Of(person.FirstNameKana ?? "");
        return name.Length == 0 || given.Length == 0 ? $"user{dice.Digits(5)}@{domain}" : dice.Chance(0.6) ? $"{given}.{name}@{domain}" : $"{name}{dice.Digits(2)}@{domain}";
    }

    /// <summary>The same person as somebody else in the office typed them: another spelling, another notation of the phone, less known.</summary>
    public static Person Again(Person person, Dice dice) => new()
    {
        LastName = CommonSpelling(person.LastName),
        FirstName = person.FirstName,
        LastNameKana = dice.Chance(0.5) ? person.LastNameKana : null,
        FirstNameKana = dice.Chance(0.5) ? person.FirstNameKana : null,
        Sex = dice.Chance(0.5) ? person.Sex : null,
        BirthDate = dice.Chance(0.4) ? person.BirthDate : null,
        Address = person.Address with { PostalCode = dice.Chance(0.5) ? person.Address.PostalCode : null, Building = null },
        Phone = person.Phone,
        Mobile = person.Mobile?.Replace("-", "", StringComparison.Ordinal),
        Email = dice.Chance(0.5) ? person.Email : null,
        CompanyId = person.CompanyId,
        Source = dice.Pick(Sources.All).Key,
    };

    private string OwnSpelling(string family)
    {
        if (!dice.Chance(0.3)) return family;
        var own = SampleNames.Variants.Where(v => v.Common == family).ToList();
        return own.Count == 0 ? family : dice.Pick(own).Own;
    }

    private static string CommonSpelling(string family) => SampleNames.Variants.FirstOrDefault(v => v.Own == family).Common ?? family;

    private string Answer(double ok, double no) =>
        dice.Chance(ok) ? Contracts.CustomersContract.Contact.Ok : dice.Chance(no / (1 - ok)) ? Contracts.CustomersContract.Contact.No : ContactPermission.Unknown;
}
