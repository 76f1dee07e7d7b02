using Crm.Customers.Companies;
using Crm.Customers.People;
using Crm.Customers.Timeline;
using Crm.Sdk.Records;

namespace Crm.Customers.Demo;

/// <summary>Companies with their branches and sites, the people who work there, and what was noted about them: the base of every scenario.</summary>
internal sealed class SampleCustomers(SampleData data, Dice dice, DateOnly today)
{
    private static readonly (string Department, string Title, bool Decides, double Weight)[] Posts =
    [
        ("", "代表取締役", true, 4), ("", "専務取締役", true, 2), ("購買部", "部長", true, 5), ("購買部", "課長", false, 8), ("資材課", "係長", false, 8), ("資材課", "", false, 14),
        ("総務部", "部長", true, 4), ("総務部", "主任", false, 9), ("製造部", "工場長", true, 4), ("製造部", "班長", false, 8), ("営業部", "課長", false, 6), ("営業部", "", false, 10),
        ("経理部", "", false, 8), ("情報システム部", "課長", false, 3), ("品質保証部", "主任", false, 4),
    ];

    private static readonly (string Title, string Text)[] Remarks =
    [
        ("訪問：近況の確認", "新ラインの稼働に合わせて消耗品の使用量が増える見込み。\n\n- 次回は**見積り**を持参\n- 担当者の希望は午前中"), ("電話：納期の問い合わせ", "在庫ありと回答。翌日出荷で了承。"),
        ("見積り依頼", "年間契約での単価を希望。数量は月50箱程度。"), ("値上げのご案内", "4月からの価格改定を説明。代替品の提案を求められた。"), ("展示会で名刺交換", "計測機器に関心。カタログを送付済み。"),
        ("クレーム対応のお礼訪問", "手袋の破れについて交換済み。**ロット番号の連絡が早くて助かった**とのこと。"), ("請求書の送付先変更", "次回から経理部宛てに郵送。メール添付は不可。"), ("競合の情報", "段ボールは他社と相見積り中。決め手は納期。"),
        ("担当者の異動の予告", "来期に異動の可能性あり。後任は未定。"), ("支払条件の相談", "翌月末払いへの変更を希望。社内で確認して回答する。"), ("誕生日のご挨拶", "お礼のお返事をいただいた。"), ("サンプル送付", "LED照明のサンプルを2台貸出。返却は月末。"),
    ];

    private readonly SamplePeople people = new(dice, today);
    private readonly HashSet<string> names = [];
    private int numberOfPeople;

    public SamplePeople People => people;

    public Company Company(IReadOnlyList<Trade>? trades = null)
    {
        var name = SampleCompanies.Name(dice, names, trades);
        var address = SamplePlaces.Office(dice);
        var corporate = name.Kind == CompanyKinds.Corporation;
        var number = corporate ? SampleCompanies.CorporateNumber(dice) : null;
        var domain = $"{Romaji.Of(name.StemKana)}-{Romaji.Of(name.Trade.Kana)}.example";
        var head = people.Person(35, 78);
        var company = new Company
        {
            Code = $"C{data.Companies.Count + 1:00000}",
            Name = name.Full,
            NameKana = dice.Chance(0.93) ? name.Kana : null,
            Kind = name.Kind,
            Status = dice.Chance(0.82) ? CompanyStatuses.Active : dice.Chance(0.7) ? CompanyStatuses.Prospect : "paused",
            Rank = dice.Weighted([("VIP", 4), ("good", 14), ("regular", 55), ("new", 12), ("dormant", 8)], r => r.Item2).Item1,
            CorporateNumber = dice.Chance(0.85) ? number : null,
            InvoiceNumber = dice.Chance(0.7) ? "T" + (number ?? "1" + dice.Digits(12)) : null,
            Address = address,
            Phone = SamplePlaces.Phone(dice, address),
            Fax = dice.Chance(0.7) ? SamplePlaces.Phone(dice, address) : null,
            Email = dice.Chance(0.8) ? "info@" + domain : null,
            Site = dice.Chance(0.75) ? "https://www." + domain : null,
            Sns = dice.Chance(0.15) ? "@" + domain.Split('.')[0] : null,
            Representative = $"{head.LastName} {head.FirstName}",
            RepresentativeTitle = corporate ? "代表取締役" : "代表",
            Industry = name.Trade.Industry,
            Business = name.Trade.Business,
            FoundedOn = new DateOnly(dice.Between(1921, today.Year - 2), dice.Between(1, 12), dice.Chance(0.6) ? 1 : dice.Between(2, 28)),
            Employees = corporate ? (int)Math.Exp(dice.Around(36, 12, 7) / 10.0) : dice.Between(1, 6),
            Capital = corporate ? dice.Pick([1m, 3, 5, 10, 10, 20, 30, 50, 100, 300]) * 1_000_000 : null,
            PaymentTerms = dice.PickEarly(PaymentTermChoices.All).Key,
            Memo = dice.Chance(0.1) ? dice.Pick(["請求書は毎月25日必着", "駐車場は裏門から", "年末は12/27で休業", "納品は午前指定", "先代社長からのお付き合い"]) : null,
        };
        people.Permissions(company);
        data.Companies.Add(company);
        return company;
    }

    /// <summary>A branch, works or site of a company; same name with an addition, own address and phone.</summary>
    public Company Part(Company head, string relation, string word)
    {
        var address = relation == CompanyRelations.Site ? SamplePlaces.Office(dice) with { Building = null } : SamplePlaces.Office(dice);
        var city = address.City!;
        var place = city[(city.IndexOf('市', StringComparison.Ordinal) + 1)..].TrimEnd('区', '市');
        if (place.Length == 0) place = city.TrimEnd('市');
        var part = new Company
        {
            Code = $"C{data.Companies.Count + 1:00000}", Name = $"{head.Name} {place}{word}", NameKana = head.NameKana, Kind = head.Kind, Status = head.Status, Rank = head.Rank,
            Industry = head.Industry, Business = head.Business, ParentId = head.Id, Relation = relation, Address = address, Phone = SamplePlaces.Phone(dice, address),
            Email = head.Email, PaymentTerms = head.PaymentTerms, CorporateNumber = null, MailMagazine = head.MailMagazine, DirectMail = head.DirectMail, PhoneCalls = head.PhoneCalls,
        };
        data.Companies.Add(part);
        return part;
    }

    /// <summary>Somebody who works at a company, with the company's phone and often an earlier post elsewhere.</summary>
    public Person Employee(Company company, double movedFrom = 0.12)
    {
        var person = people.Person(22, 66);
        var post = dice.Weighted(Posts, p => p.Weight);
        person.Code = NextCode();
        person.CompanyId = company.Id;
        person.Address = dice.Chance(0.15) ? company.Address with { } : new PostalAddress();
        person.Phone = company.Phone; // the main number, shared by everybody there
        person.Mobile = dice.Chance(0.5) ? SamplePlaces.Mobile(dice) : null;
        person.Email = company.Email is { } mail && dice.Chance(0.85) ? people.Mail(person, mail[(mail.IndexOf('@', StringComparison.Ordinal) + 1)..]) : null;
        if (dice.Chance(0.6)) person.BirthDate = null;
        person.Rank = company.Rank;
        person.Source = dice.Weighted([("business-card", 5), ("exhibition", 2), ("referral", 3), ("web-search", 2), ("phone", 1)], s => s.Item2).Item1;
        people.Permissions(person);
        data.People.Add(person);

        var from = today.AddDays(-dice.Between(60, 3_000));
        if (dice.Chance(movedFrom) && data.Companies.Count > 1)
        {
            var before = dice.Pick(data.Companies);
            var earlier = dice.Weighted(Posts, p => p.Weight);
            data.Employments.Add(new Employment
            {
                PersonId = person.Id, CompanyId = before.Id, Department = Filled(earlier.Department), Title = Filled(earlier.Title), DecisionMaker = earlier.Decides,
                StartedOn = from.AddDays(-dice.Between(400, 2_500)), EndedOn = from.AddDays(-1),
            });
        }

        data.Employments.Add(new Employment
        {
            PersonId = person.Id, CompanyId = company.Id, Department = Filled(post.Department), Title = Filled(post.Title), DecisionMaker = post.Decides, StartedOn = from,
        });
        return person;
    }

    /// <summary>Somebody who buys for themselves.</summary>
    public Person Consumer(string source, int youngest = 20, int oldest = 85)
    {
        var person = people.Person(youngest, oldest);
        person.Code = NextCode();
        person.Source = source;
        person.Rank = dice.Weighted([("VIP", 3), ("good", 12), ("regular", 60), ("new", 20), ("dormant", 5)], r => r.Item2).Item1;
        people.Private(person);
        data.People.Add(person);
        return person;
    }

    /// <summary>Enters some people a second time, as happens.</summary>
    public void Duplicate(int count)
    {
        foreach (var person in dice.Shuffle(data.People).Take(count))
        {
            var again = SamplePeople.Again(person, dice);
            again.Code = NextCode();
            data.People.Add(again);
        }
    }

    /// <summary>Gives some companies names they had before: renamed, merged with another that is gone, split off.</summary>
    public void OldNames(int count)
    {
        var companies = dice.Shuffle(data.Companies.Where(c => c.ParentId is null && c.Kind == CompanyKinds.Corporation)).Take(count).ToList();
        foreach (var (company, kind) in companies.Select((c, i) => (c, i % 6 == 4 ? FormerNameKinds.Merged : i % 6 == 5 ? FormerNameKinds.Split : FormerNameKinds.Renamed)))
        {
            var old = SampleCompanies.Name(dice, names);
            var former = new FormerName
            {
                CompanyId = company.Id, Name = old.Full, NameKana = dice.Chance(0.8) ? old.Kana : null, Kind = kind, Until = dice.Day(today.AddYears(-9), today.AddDays(-30)),
                SuccessorId = kind == FormerNameKinds.Split ? dice.Pick(companies.Where(c => c != company).ToList()).Id : null,
            };
            data.FormerNames.Add(former);
        }

        foreach (var company in companies)
        {
            company.FormerNames = FormerName.Joined(
                data.FormerNames.Where(n => n.CompanyId == company.Id || n.SuccessorId == company.Id).OrderByDescending(n => n.Until).Select(n => n.Text));
        }
    }

    public void Remark(int count)
    {
        var employed = data.People.Where(p => p.CompanyId is not null).ToList();
        for (var i = 0; i < count; i++)
        {
            var person = employed.Count > 0 && dice.Chance(0.7) ? dice.Pick(employed) : null;
            var (title, text) = dice.Pick(Remarks);
            var on = dice.Day(today.AddYears(-3), today.AddDays(-1)).ToDateTime(new TimeOnly(dice.Between(0, 8), dice.Between(0, 11) * 5));
            data.Notes.Add(new Note
            {
                PersonId = person?.Id, CompanyId = person?.CompanyId ?? dice.Pick(data.Companies).Id,
                WrittenAt = new DateTimeOffset(on, TimeSpan.Zero), // 9 to 17 o'clock in Japan
                Title = title, Text = text,
            });
        }
    }

    private string NextCode() => $"P{++numberOfPeople:00000}";

    private static string? Filled(string text) => text.Length == 0 ? null : text;
}
