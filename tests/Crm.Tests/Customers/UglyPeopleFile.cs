// A file of people as it comes out of twenty years of spreadsheets: CP932, twenty columns, and every habit that makes imports fail.
using System.Globalization;
using System.Text;
using Crm.Customers.Demo;
using Crm.Customers.People;
using Crm.Customers.Shared;
using Crm.Sdk.Japan;

namespace Crm.Tests.Customers;

/// <summary>One row of the file.</summary>
/// <param name="Cells">As written, in the order of <see cref="UglyPeopleFile.Columns"/>.</param>
/// <param name="Refused">Key of the field for which an import must refuse the row; null when it must take it.</param>
/// <param name="Clean">The person meant; null when the row must be refused.</param>
internal sealed record UglyRow(string[] Cells, string? Refused, Person? Clean);

/// <summary>Writes people as CP932 CSV; the same for the same number of rows and seed. About one row in a hundred cannot be read.</summary>
internal static class UglyPeopleFile
{
    /// <summary>Keys of the fields, in the order of the columns; the header shows their Japanese names.</summary>
    public static readonly IReadOnlyList<string> Columns =
    [
        "code", "lastName", "firstName", "lastNameKana", "firstNameKana", "sex", "birthDate", "postalCode", "prefecture", "city", "street", "building",
        "phone", "mobile", "email", "occupation", "hobbies", "rank", "mailMagazine", "memo",
    ];

    private static readonly DateOnly Today = new(2026, 11, 1);

    private static readonly string[] Remarks =
    [
        "㈱山田製作所より紹介", "(株)北斗商事 購買ご担当", "年間￥１２０，０００", "①カタログ送付済 ②見積り待ち", "旧姓：斎藤", "ご来店は10時～12時", "Ⅳ期会員", "電話不可",
        "住所変更,要確認", "「様」は\"さま\"と表記", "1行目\r\n2行目", "℡は夜間のみ", "㍻15年から取引",
    ];

    /// <summary>Writes header and rows; memory does not grow with their number.</summary>
    public static void Write(Stream to, int rows, int seed = 1)
    {
        using var writer = new StreamWriter(to, Cp932.Encoding, 64 * 1024, leaveOpen: true) { NewLine = "\r\n" };
        writer.WriteLine(string.Join(',', Columns.Select(key => PersonFields.Type[key].Label.Ja)));
        foreach (var row in Rows(rows, seed)) writer.WriteLine(string.Join(',', row.Cells.Select(Quoted)));
    }

    public static IEnumerable<UglyRow> Rows(int rows, int seed = 1)
    {
        var dice = new Dice(seed);
        var people = new SamplePeople(dice, Today);
        var recent = new Queue<Person>();
        for (var number = 1; number <= rows; number++)
        {
            Person person;
            if (recent.Count == 50 && dice.Chance(0.02))
            {
                person = SamplePeople.Again(recent.Peek(), dice);
            }
            else
            {
                person = people.Person(18, 90, kanaMissing: 0.1);
                people.Private(person);
                person.Rank = dice.Chance(0.8) ? dice.Pick(Ranks.All).Key : null;
                recent.Enqueue(person);
                if (recent.Count > 50) recent.Dequeue();
            }

            person.Code = $"U{number:0000000}";
            person.Memo = dice.Chance(0.15) ? dice.Pick(Remarks) : null;
            Encodable(person);
            yield return dice.Chance(0.01) ? Broken(person, dice) : new(Cells(person, dice), null, person);
        }
    }

    private static string[] Cells(Person person, Dice dice) =>
    [
        person.Code + (dice.Chance(0.01) ? " " : ""),
        Blank(person.LastName, dice), Blank(person.FirstName, dice), Kana(person.LastNameKana, dice), Kana(person.FirstNameKana, dice),
        Blank(Label("sex", person.Sex), dice), Date(person.BirthDate, dice), PostalCode(person.Address.PostalCode, dice),
        person.Address.Prefecture ?? "", Blank(person.Address.City, dice), Street(person.Address.Street, dice), person.Address.Building ?? "",
        Phone(person.Phone, dice), Phone(person.Mobile, dice), Mail(person.Email, dice), person.Occupation ?? "", person.Hobbies ?? "",
        Rank(person.Rank, dice), Label("mailMagazine", person.MailMagazine), person.Memo ?? "",
    ];

    /// <summary>Rows nobody can read, each for one reason.</summary>
    private static UglyRow Broken(Person person, Dice dice)
    {
        var (field, cell) = dice.Pick<(string, string)>(
        [
            ("lastName", ""), ("birthDate", "昭和100年13月40日"), ("birthDate", "不明"), ("birthDate", "2025/2/30"), ("birthDate", "2999/1/1"),
            ("email", "yamada@@mail.example"), ("email", "なし"), ("rank", "SSS"), ("mailMagazine", "たぶん可"), ("sex", "?"), ("lastNameKana", "山田"),
        ]);
        var cells = Cells(person, dice);
        cells[Columns.ToList().IndexOf(field)] = cell;
        return new(cells, field, null);
    }

    /// <summary>CP932 has no 𠮷, no variation selectors and few foreign letters; who exports to it replaces them first.</summary>
    private static void Encodable(Person person) =>
        person.LastName = person.LastName.Replace("𠮷", "吉", StringComparison.Ordinal).Replace("\U000E0100", "", StringComparison.Ordinal);

    private static string Blank(string? text, Dice dice) => dice.Between(1, 100) switch { 1 => text + "　", 2 => text + " ", 3 => " " + text, _ => text ?? "" };

    private static string Kana(string? kana, Dice dice) => kana is null ? "" : dice.Between(1, 100) switch
    {
        <= 20 => HalfWidth(kana),
        <= 28 => string.Concat(kana.Select(c => c is >= 'ァ' and <= 'ヶ' ? (char)(c - 0x60) : c)),
        _ => kana,
    };

    private static string Date(DateOnly? date, Dice dice)
    {
        if (date is not { } day) return "";
        return dice.Between(1, 100) switch
        {
            <= 40 => $"{day.Year}/{day.Month}/{day.Day}",
            <= 55 => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            <= 65 => JapaneseDate.Format(day),
            <= 75 => JapaneseDate.FormatShort(day),
            <= 85 => Wide($"{day.Year}/{day.Month}/{day.Day}"),
            <= 92 => $"{day.Year}年{day.Month}月{day.Day}日",
            <= 96 => day.ToString("yyyyMMdd", CultureInfo.InvariantCulture),
            _ => (day.DayNumber - new DateOnly(1899, 12, 30).DayNumber).ToString(CultureInfo.InvariantCulture), // a spreadsheet's own count
        };
    }

    private static string PostalCode(string? code, Dice dice) => code is null ? "" : dice.Between(1, 100) switch
    {
        <= 15 => code.Replace("-", "", StringComparison.Ordinal),
        <= 25 => Wide(code),
        <= 30 => "〒" + code,
        <= 35 when code[0] == '0' => code.Replace("-", "", StringComparison.Ordinal).TrimStart('0'),
        <= 37 => dice.Digits(3) + "-" + dice.Digits(4), // of somewhere else, or of nowhere
        _ => code,
    };

    private static string Street(string? street, Dice dice) => street is null ? "" : dice.Between(1, 100) switch
    {
        <= 12 => Wide(street),
        <= 24 => Spelt(street),
        _ => street,
    };

    /// <summary>芝5-29-11 → 芝5丁目29番11号.</summary>
    private static string Spelt(string street)
    {
        var parts = street.Split('-');
        return parts.Length == 3 ? $"{parts[0]}丁目{parts[1]}番{parts[2]}号" : street;
    }

    private static string Phone(string? phone, Dice dice) => phone is null ? "" : dice.Between(1, 100) switch
    {
        <= 12 => phone.Replace("-", "", StringComparison.Ordinal),
        <= 18 => phone.Replace("-", "", StringComparison.Ordinal)[1..], // a spreadsheet took it for a number
        <= 28 => Wide(phone),
        <= 33 => phone.Replace('-', ' '),
        <= 38 when phone.Split('-') is [var area, var exchange, var line] => $"{area}({exchange}){line}",
        _ => phone,
    };

    private static string Mail(string? mail, Dice dice) => mail is null ? "" : dice.Between(1, 100) switch
    {
        <= 3 => mail.Replace("mail.example", "MAIL.EXAMPLE", StringComparison.Ordinal),
        <= 5 => Wide(mail),
        <= 7 => mail + " ",
        _ => mail,
    };

    private static string Rank(string? rank, Dice dice) => dice.Chance(0.1) ? Wide(Label("rank", rank)) : Label("rank", rank);

    private static string Label(string field, string? key) => PersonFields.Type[field].Choices.FirstOrDefault(c => c.Key == key)?.Label.Ja ?? "";

    private static string Wide(string text) => string.Concat(text.Select(c => c is > ' ' and <= '~' ? (char)(c + 0xFEE0) : c));

    private static string HalfWidth(string kana)
    {
        const string whole = "ァアィイゥウェエォオカキクケコサシスセソタチツッテトナニヌネノハヒフヘホマミムメモャヤュユョヨラリルレロワヲンー";
        const string half = "ｧｱｨｲｩｳｪｴｫｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂｯﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓｬﾔｭﾕｮﾖﾗﾘﾙﾚﾛﾜｦﾝｰ";
        return string.Concat(kana.Normalize(NormalizationForm.FormD).Select(c => c switch
        {
            '\u3099' => 'ﾞ',
            '\u309A' => 'ﾟ',
            _ => whole.IndexOf(c) is var i and >= 0 ? half[i] : c,
        }));
    }

    private static string Quoted(string cell) =>
        cell.AsSpan().IndexOfAny(",\"\r\n") < 0 ? cell : $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
