using System.Globalization;
using Crm.Deals.Activities;
using Crm.Deals.Contracts;
using Crm.Deals.Dealing;
using Crm.Deals.Goals;
using Crm.Deals.Pipelines;
using Crm.Deals.Quotes;
using Crm.Sdk.Records;
using Crm.Sdk.Tenancy;
using Crm.Sdk.Users;

namespace Crm.Deals.Demo;

/// <summary>Eighteen months of deals: some end soon, some lie still, some people win more than others. The same for the same seed and day.</summary>
internal sealed class TradingScenario(int seed, DateOnly today, ITenant tenant, IReadOnlyList<Stage> stages, IReadOnlyList<LossReason> reasons, IReadOnlyList<Guid> selling)
{
    public const int Count = 460;

    private static readonly (string Category, string[] Names)[] Topics =
    [
        ("安全保護具", ["安全靴の一括更新", "フルハーネス入替え", "夏季の熱中症対策用品", "新人研修用保護具一式"]),
        ("梱包資材", ["出荷資材の年間契約", "梱包材の切替え", "物流センター向け資材", "緩衝材の環境対応品への変更"]),
        ("作業工具", ["電動工具の更新", "現場事務所の工具一式", "工具の共同購入"]),
        ("清掃用品", ["清掃用品の定期納入", "衛生用品の見直し", "店舗清掃用品の統一"]),
        ("電設資材", ["倉庫照明のLED化", "分電盤の更新", "誘導灯の入替え", "LAN配線の増設"]),
        ("計測機器", ["検査室の計測器更新", "校正サービスの導入", "騒音計の追加"]),
        ("食品容器", ["弁当容器の切替え", "真空袋の年間契約", "イベント向け容器"]),
        ("事務用品", ["コピー用紙の年間契約", "本社移転に伴う備品", "複数拠点の一括発注"]),
        ("サービス", ["定期配送プラン", "工具保守プラン", "Web発注システムの導入"]),
    ];

    private static readonly string[] Contents =
    [
        "現行品の値上げを受けて、他社も含めて比較検討中。年間の使用量は先方で集計してもらう。", "工場の増設に合わせて一式を検討。納期を最優先。", "各拠点でばらばらに買っているものをまとめたい、とのご相談。",
        "前回の納入品の評判が良く、追加の相談をいただいた。", "展示会で名刺交換。サンプルを送付し、現場で試してもらっている。", "来期の予算化に向けて概算がほしいとのこと。決裁は部長。",
    ];

    private static readonly (string Name, string Strong, string Weak)[] Rivals =
    [
        ("東和サプライ", "価格が安い。即日納品の地域が広い。", "提案や技術支援がない。"), ("大和工機", "工具の品揃えと修理。", "梱包・清掃用品が弱い。"), ("グリーンパック", "環境対応の包装資材。", "小口配送が高い。"),
        ("ネットプロ通販", "Webで完結し翌日届く。", "掛け払いの条件が厳しい。"),
    ];

    private readonly Random dice = new(seed);
    private readonly List<Deal> deals = [];
    private readonly List<DealLine> lines = [];
    private readonly List<Participant> participants = [];
    private readonly List<Activity> activities = [];
    private readonly List<Competitor> competitors = [];
    private readonly List<Quote> quotes = [];
    private readonly List<QuoteLine> quoteLines = [];
    private readonly Dictionary<string, int> numbers = new(StringComparer.Ordinal);

    public required IReadOnlyList<(Guid Id, string Name)> Companies { get; init; }

    public required ILookup<Guid, (Guid Id, string Name)> People { get; init; }

    public required IReadOnlyList<SampleProduct> Products { get; init; }

    public List<StageChange> Changes { get; } = [];

    /// <summary>All of them, what is pointed to before what points.</summary>
    public IEnumerable<Record> All => [.. competitors, .. deals, .. lines, .. participants, .. activities, .. quotes, .. quoteLines];

    public void Make()
    {
        competitors.AddRange(Rivals.Select(r => new Competitor { Name = r.Name, Strengths = r.Strong, Weaknesses = r.Weak }));
        for (var i = 1; i <= Count; i++) One(i);
    }

    private void One(int number)
    {
        var (company, companyName) = Companies[dice.Next(Companies.Count)];
        var contacts = People[company].ToList();
        var (category, names) = Topics[dice.Next(Topics.Length)];
        var opened = Working(today.AddDays(-(int)(Math.Pow(dice.NextDouble(), 1.25) * 545)));
        var owner = selling.Count == 0 ? (Guid?)null : selling[dice.Next(selling.Count)];
        var skill = owner is null ? 0.5 : 0.34 + (0.09 * selling.ToList().IndexOf(owner.Value) % 0.3);
        var deal = new Deal
        {
            Code = $"A{number:00000}", Name = $"{Short(companyName)} {names[dice.Next(names.Length)]}", CompanyId = company, PersonId = contacts.Count > 0 ? contacts[dice.Next(contacts.Count)].Id : null,
            OpenedOn = opened, OwnerId = owner, Content = Contents[dice.Next(Contents.Length)], Source = DealSources.All[dice.Next(DealSources.All.Count)].Key,
            CompetitorId = dice.NextDouble() < 0.35 ? competitors[dice.Next(competitors.Count)].Id : null, StageId = stages[0].Id,
        };
        deals.Add(deal);
        Buy(deal, category);
        Live(deal, skill);
        if (contacts.Count > 1 && dice.NextDouble() < 0.4)
        {
            participants.Add(new Participant { DealId = deal.Id, Side = Sides.Theirs, PersonId = contacts[dice.Next(contacts.Count)].Id, Role = ParticipantRoles.Decides });
        }
    }

    private void Buy(Deal deal, string category)
    {
        var goods = Products.Where(p => p.Category == category).OrderBy(_ => dice.Next()).Take(dice.Next(1, 4)).ToList();
        if (goods.Count == 0) goods = [Products[dice.Next(Products.Count)]];
        foreach (var (product, i) in goods.Select((p, i) => (p, i)))
        {
            var quantity = category == "サービス" ? dice.Next(1, 4) : (int)Math.Max(5, Math.Round(Math.Exp(2.2 + (dice.NextDouble() * 2.4)) / 5) * 5);
            var line = new DealLine
            {
                DealId = deal.Id, Position = (i + 1) * 10, ProductId = product.Id, ProductName = product.Name, Unit = product.Unit, Quantity = quantity, UnitPrice = product.Price,
                Discount = dice.NextDouble() < 0.25 ? Math.Round(quantity * product.Price * 0.05m / 100) * 100 : null,
            };
            lines.Add(line);
        }

        deal.Amount = lines.Where(l => l.DealId == deal.Id).Sum(l => l.Total);
    }

    /// <summary>Goes through the stages, a few days to a few weeks in each, until it is won, lost, or today has come.</summary>
    private void Live(Deal deal, double skill)
    {
        var at = deal.OpenedOn!.Value;
        deal.ExpectedClose = Working(at.AddDays(dice.Next(35, 130)));
        if (dice.NextDouble() < 0.55) Meet(deal, at.AddDays(1));
        for (var i = 0; ; i++)
        {
            var stay = dice.Next(4, 30) + (dice.NextDouble() < 0.15 ? dice.Next(20, 90) : 0);
            var leaves = Working(at.AddDays(stay));
            if (leaves > today)
            {
                if (at != deal.OpenedOn) deal.StageSince = at;
                if (deal.ExpectedClose < today && dice.NextDouble() < 0.8) deal.ExpectedClose = Working(today.AddDays(dice.Next(5, 75)));
                Plan(deal, at);
                return;
            }

            Meet(deal, leaves.AddDays(-dice.Next(0, Math.Min(3, stay))));
            var ends = i == stages.Count - 1;
            if (ends || dice.NextDouble() > 0.80 + (skill * 0.1))
            {
                var won = ends && dice.NextDouble() < 0.55 + skill;
                Note(deal, leaves, deal.StageId!.Value, won ? DealsContract.Status.Won : DealsContract.Status.Lost);
                deal.Status = won ? DealsContract.Status.Won : DealsContract.Status.Lost;
                deal.ClosedOn = leaves;
                deal.StageSince = at == deal.OpenedOn ? null : at;
                if (!won) (deal.LossReasonId, deal.LossNote) = (reasons[dice.Next(reasons.Count)].Id, dice.NextDouble() < 0.3 ? "最終的に現行の取引先を継続するとのこと。半年後に再訪の了承をいただいた。" : null);
                return;
            }

            Note(deal, leaves, stages[i + 1].Id, DealsContract.Status.Open);
            deal.StageId = stages[i + 1].Id;
            at = leaves;
        }
    }

    private void Note(Deal deal, DateOnly on, Guid to, string status) => Changes.Add(new StageChange
    {
        DealId = deal.Id, OnDay = on, At = tenant.StartOf(on).AddHours(10), FromStage = deal.StageId, ToStage = to, FromStatus = deal.Status, ToStatus = status, Value = deal.InOwnCurrency, OwnerId = deal.OwnerId,
    });

    private void Meet(Deal deal, DateOnly on)
    {
        on = Working(on);
        if (on > today) return;
        var kind = ActivityKinds.All[dice.Next(4)].Key;
        var starts = tenant.StartOf(on).AddHours(dice.Next(9, 17)).AddMinutes(30 * dice.Next(2));
        activities.Add(new Activity
        {
            Kind = kind, Subject = Subject(kind), StartsAt = starts, EndsAt = kind is ActivityKinds.Mail ? null : starts.AddMinutes(kind == ActivityKinds.Call ? 15 : 60), DoneAt = starts.AddMinutes(60),
            DealId = deal.Id, CompanyId = deal.CompanyId, PersonId = deal.PersonId, OwnerId = deal.OwnerId, Place = kind == ActivityKinds.Visit ? "先方" : null,
            Result = new[] { "次回までに見積の前提を整理する。", "現場の担当者にも好感触。", "価格がもう一段必要とのこと。", "サンプルの評価待ち。", "納期の確認を依頼された。" }[dice.Next(5)],
        });
    }

    private void Plan(Deal deal, DateOnly inStageSince)
    {
        var chance = dice.NextDouble();
        if (chance < 0.25) return;
        var on = chance < 0.37 ? Working(today.AddDays(-dice.Next(1, 12))) : Working(today.AddDays(dice.Next(0, 21)));
        if (on < inStageSince) on = Working(today.AddDays(2));
        var kind = ActivityKinds.All[dice.Next(4)].Key;
        var starts = tenant.StartOf(on).AddHours(dice.Next(9, 17)).AddMinutes(30 * dice.Next(2));
        activities.Add(new Activity
        {
            Kind = kind, Subject = Subject(kind), StartsAt = starts, EndsAt = kind is ActivityKinds.Mail ? null : starts.AddMinutes(kind == ActivityKinds.Call ? 15 : 60),
            DealId = deal.Id, CompanyId = deal.CompanyId, PersonId = deal.PersonId, OwnerId = deal.OwnerId, Place = kind == ActivityKinds.Visit ? "先方" : null, Remind = kind == ActivityKinds.Call ? "10m" : "1h",
        });
    }

    private string Subject(string kind) => kind switch
    {
        ActivityKinds.Visit => new[] { "現場確認", "提案の説明", "定期訪問", "サンプルの持参" }[dice.Next(4)],
        ActivityKinds.Call => new[] { "進み具合の確認", "見積の件で電話", "納期の相談" }[dice.Next(3)],
        ActivityKinds.Mail => new[] { "見積書の送付", "資料の送付", "お礼" }[dice.Next(3)],
        _ => new[] { "オンラインで打ち合わせ", "見積の前提を確認", "決裁者との面談", "キックオフ" }[dice.Next(4)],
    };

    /// <summary>Drafts of quotes for deals that came so far, in the order of their days.</summary>
    public void Quote(Issuer issuer)
    {
        var reached = stages.Skip(3).Select(s => s.Id).ToHashSet();
        foreach (var deal in deals.Where(d => reached.Contains(d.StageId!.Value) && d.OpenedOn > today.AddDays(-240)).OrderBy(d => d.OpenedOn))
        {
            var on = Working(deal.OpenedOn!.Value.AddDays(21));
            if (on > (deal.ClosedOn ?? today)) continue;
            var quote = new Quote
            {
                DealId = deal.Id, Subject = deal.Name, Addressee = $"{Companies.First(c => c.Id == deal.CompanyId).Name} 御中", IssuerId = issuer.Id, ValidUntil = on.AddDays(30), DeliveryOn = "ご発注後2週間",
                DeliveryPlace = "貴社ご指定場所", PaymentTerms = issuer.PaymentTerms, Remarks = issuer.Remarks, OwnerId = deal.OwnerId, Language = DocumentLanguages.Of(null, tenant),
            };
            var own = lines.Where(l => l.DealId == deal.Id).Select(l => new QuoteLine
            {
                QuoteId = quote.Id, Position = l.Position, ProductId = l.ProductId, Name = l.ProductName, Quantity = l.Quantity, Unit = l.Unit, UnitPrice = l.UnitPrice, Discount = l.Discount, TaxRate = l.TaxRate,
            }).ToList();
            quotes.Add(quote);
            quoteLines.AddRange(own);
        }
    }

    public IReadOnlyList<Quote> Quotes => quotes;

    /// <summary>Issues them, once they are there, but for some that wait.</summary>
    public void Issue(Issuer issuer, Colleagues staff)
    {
        foreach (var quote in quotes)
        {
            var deal = deals.First(d => d.Id == quote.DealId);
            var on = quote.ValidUntil!.Value.AddDays(-30);
            if (deal.IsOpen && dice.NextDouble() < 0.2) continue;
            _ = quote.Issue(Next("quote", issuer.QuoteFormat!, on), on, QuoteDocument.Of(quote, issuer, quoteLines.Where(l => l.QuoteId == quote.Id), tenant, on) with { Person = staff.People.FirstOrDefault(p => p.Id == quote.OwnerId)?.Name });
            if (deal.Status == DealsContract.Status.Won) _ = quote.Accept(Next("order", issuer.OrderFormat!, deal.ClosedOn!.Value), deal.ClosedOn.Value);
            else if (deal.Status == DealsContract.Status.Lost) _ = quote.Decline();
        }
    }

    /// <summary>How far the numbers have come.</summary>
    public IEnumerable<NumberRange> Ranges(Guid tenantId) => numbers.Select(n => new NumberRange { TenantId = tenantId, Key = n.Key, Next = n.Value + 1 });

    /// <summary>Goals of this and the last month and of the quarter, a little above what was reached on average.</summary>
    public IEnumerable<Goal> Goals(Colleagues staff)
    {
        var won = deals.Where(d => d.Status == DealsContract.Status.Won && d.ClosedOn > today.AddDays(-365)).ToList();
        if (won.Count == 0) yield break;
        decimal Rounded(decimal value) => Math.Max(100_000, Math.Round(value / 100_000) * 100_000);
        var month = won.Sum(d => d.InOwnCurrency ?? 0) / 12;
        foreach (var on in new[] { today.AddMonths(-1), today })
        {
            yield return new Goal { StartsOn = on, Target = Rounded(month * 1.1m) };
            foreach (var person in selling)
            {
                var own = won.Where(d => d.OwnerId == person).Sum(d => d.InOwnCurrency ?? 0) / 12;
                yield return new Goal { StartsOn = on, UserId = person, Target = Rounded(own * 1.15m) };
            }

            foreach (var team in staff.Teams) yield return new Goal { StartsOn = on, Team = team.Name, Target = Rounded(won.Where(d => d.OwnerId is { } o && team.Members.Contains(o)).Sum(d => d.InOwnCurrency ?? 0) / 12 * 1.1m) };
        }

        yield return new Goal { StartsOn = today, Period = GoalPeriods.Quarter, Target = Rounded(month * 3.3m) };
        yield return new Goal { StartsOn = today, Measure = GoalMeasures.Activities, Target = 60 };
    }

    private string Next(string kind, string format, DateOnly on)
    {
        var parts = NumberFormat.Of(format, on, tenant.FiscalYearStart);
        var key = $"{kind}:{parts.Before}#{parts.After}";
        var next = numbers[key] = numbers.GetValueOrDefault(key) + 1;
        return parts.Before + next.ToString(CultureInfo.InvariantCulture).PadLeft(parts.Digits, '0') + parts.After;
    }

    private static DateOnly Working(DateOnly day) => day.DayOfWeek switch { DayOfWeek.Saturday => day.AddDays(-1), DayOfWeek.Sunday => day.AddDays(-2), _ => day };

    private static string Short(string company) => company.Replace("株式会社", "", StringComparison.Ordinal).Replace("有限会社", "", StringComparison.Ordinal).Replace("合同会社", "", StringComparison.Ordinal).Trim();
}
