using Crm.Plugins.WasteDisposal.Agreements;
using Crm.Plugins.WasteDisposal.Contracts;
using Crm.Plugins.WasteDisposal.Law;
using Crm.Plugins.WasteDisposal.Manifests;
using Crm.Plugins.WasteDisposal.Permits;
using Crm.Plugins.WasteDisposal.Sites;
using Crm.Sdk.Japan;
using Crm.Sdk.Records;

namespace Crm.Plugins.WasteDisposal.Demo;

/// <summary>Makes up the year: the same for the same seed and day. Nearly all is in order; what is not is what the screens are for.</summary>
internal sealed class WasteStory
{
    private static readonly string[] Burnt = ["plastics", "wood", "paper", "fibre", "sludge", "oil", "plant-animal-residue"];
    private static readonly string[] Crushed = ["plastics", "metal", "glass", "debris", "wood", "rubber"];
    private static readonly string[] Carried = [.. Burnt.Union(Crushed), "ash", "acid", "alkali", "dust"];

    private const string CityOfChiba = "055";

    private readonly Random random;
    private readonly DateOnly today;
    private readonly IReadOnlyDictionary<string, Guid> firms;
    private readonly Dictionary<string, Site> plants = [];
    private readonly Dictionary<string, Permit> disposals = [];
    private readonly Dictionary<string, Permit> transports = [];
    private long paper = 40_796;
    private long electronic = 1_926_000_000;
    private int contracts;

    public WasteStory(int seed, DateOnly today, IReadOnlyDictionary<string, Guid> firms)
    {
        (random, this.today, this.firms) = (new(seed), today, firms);
        Plants();
        Permits();
    }

    public List<Record> Records { get; } = [];

    /// <summary>What is noted with companies that are there.</summary>
    public List<IReadOnlyDictionary<string, object?>> Marks { get; } = [];

    public void WorkFor(WasteCustomer customer)
    {
        var (kinds, flags) = Waste(customer.Industry);
        var factory = customer.Industry is "manufacturing";
        Marks.Add(new Dictionary<string, object?>
        {
            ["id"] = customer.Id, [WasteContract.CompanyFields.Roles] = new[] { CompanyRoles.Generator }, [WasteContract.CompanyFields.Prtr] = factory ? Chance(0.6) : false,
            [WasteContract.CompanyFields.LargeGenerator] = factory && Chance(0.3) ? new[] { LargeGenerators.Industrial } : null,
        });
        var origin = new Site
        {
            CompanyId = customer.Id, Name = customer.Name + Pick("本社事業場", "第一工場", "資材置場", "東事業所"), Kind = SiteKinds.Origin, Address = customer.Address, Phone = customer.Phone, WasteKinds = kinds,
        };
        Records.Add(origin);
        var plant = kinds.All(k => Crushed.Contains(k)) ? Pick(WasteFirms.Own, WasteFirms.Recycler) : WasteFirms.Incinerator;
        var hauler = Chance(0.7) ? WasteFirms.Own : WasteFirms.Hauler;
        var (transport, disposal) = (Contract(customer, hauler, plant, kinds, flags, ContractForms.Transport), Contract(customer, plant, plant, kinds, flags, ContractForms.Disposal));
        for (var count = random.Next(8, 26); count > 0; count--) Manifest(customer, origin, hauler, plant, Pick(kinds), flags, transport.StartsOn!.Value, disposal.StartsOn!.Value);
    }

    private static (string[] Kinds, string[] Flags) Waste(string? industry) => industry switch
    {
        "construction" => (["debris", "wood", "glass", "plastics"], []),
        "manufacturing" => (["sludge", "oil", "plastics"], []),
        "medical" => (["plastics"], [WasteFlags.Special]),
        "hospitality" => (["plant-animal-residue", "plastics"], []),
        _ => (["plastics", "metal"], []),
    };

    private void Plants()
    {
        Plant(WasteFirms.Own, "新港リサイクルセンター", SiteKinds.Treatment, Crushed, "破砕・圧縮", "180 t/日(8時間)");
        Plant(WasteFirms.Incinerator, "市原クリーンセンター", SiteKinds.Treatment, Burnt, "焼却(ロータリーキルン)", "120 t/日(24時間)");
        Plant(WasteFirms.Recycler, "熊谷再資源化工場", SiteKinds.Treatment, Crushed, "破砕・選別", "300 t/日(8時間)");
        Plant(WasteFirms.Landfill, "北総管理型最終処分場", SiteKinds.Landfill, ["ash", "dust", "sludge", "slag", "glass", "debris", "plastics"], "埋立(管理型)", "420,000 m³");
    }

    private void Plant(string firm, string name, string kind, string[] kinds, string method, string capacity)
    {
        var owner = WasteFirms.Find(firm);
        plants[firm] = new()
        {
            CompanyId = firms[firm], Name = name, Kind = kind, WasteKinds = kinds, Method = method, Capacity = capacity, Phone = owner.Phone,
            Address = new() { PostalCode = owner.PostalCode, Prefecture = owner.Prefecture, City = owner.City, Street = owner.Street },
        };
        Records.Add(plants[firm]);
    }

    private void Permits()
    {
        foreach (var (prefecture, years) in WasteFirms.Reach.Select((name, at) => (Prefectures.Find(name)!, at)))
        {
            // One permit of the company itself comes near its end, one of the hauler is being renewed.
            transports[WasteFirms.Own + prefecture.Code] = Permit(WasteFirms.Own, prefecture, '0', Carried, years == 0 ? today.AddDays(52) : today.AddDays(400 + (years * 97)));
            if (years < 4) transports[WasteFirms.Hauler + prefecture.Code] = Permit(WasteFirms.Hauler, prefecture, '0', Carried, years == 2 ? today.AddDays(-12) : today.AddDays(250 + (years * 61)), renewal: years == 2);
            if (years < 4) Permit(WasteFirms.Own, prefecture, '5', ["plastics", "acid", "alkali", "oil"], today.AddDays(500 + (years * 40)));
        }

        foreach (var (firm, kind, until) in new[] { (WasteFirms.Own, '2', 730), (WasteFirms.Incinerator, '2', 27), (WasteFirms.Recycler, '2', 1210), (WasteFirms.Landfill, '3', 950) })
        {
            // The plant in Chiba lies in a city whose mayor permits treatment there.
            var city = DesignatedCities.Of(plants[firm].Address.Prefecture, plants[firm].Address.City)?.Name;
            disposals[firm] = Permit(firm, Prefectures.Find(WasteFirms.Find(firm).Prefecture)!, kind, plants[firm].WasteKinds!, today.AddDays(until), site: plants[firm], city: city);
        }

        Permit(WasteFirms.Incinerator, Prefectures.Find("千葉県")!, '7', ["plastics", "oil"], today.AddDays(610), site: plants[WasteFirms.Incinerator]);
    }

    private Permit Permit(string firm, Prefecture prefecture, char kind, string[] kinds, DateOnly expires, bool renewal = false, Site? site = null, string? city = null)
    {
        var permit = new Permit
        {
            CompanyId = firms[firm], City = city, Number = $"{(city is null ? "0" + prefecture.Code : CityOfChiba)}{kind}0{WasteFirms.Find(firm).Number}", IssuedOn = expires.AddYears(-5).AddDays(1), ExpiresOn = expires, WasteKinds = kinds,
            RenewalAppliedOn = renewal ? expires.AddDays(-70) : null, SiteId = site?.Id, Flags = kind is '0' or '2' ? [WasteFlags.MercuryProduct] : null,
        };
        Records.Add(permit);
        return permit;
    }

    private Contract Contract(WasteCustomer customer, string contractor, string plant, string[] kinds, string[] flags, string form)
    {
        var concluded = today.AddDays(-random.Next(430, 900));
        var ends = concluded.AddYears(1).AddDays(-1);
        while (ends < today.AddDays(-20)) ends = ends.AddYears(1);
        var transport = form == ContractForms.Transport;
        var contract = new Contract
        {
            Number = $"W{concluded.Year % 100}-{++contracts:0000}", Title = $"{customer.Name} {(transport ? "収集運搬委託契約" : "処分委託契約")}", Form = form, GeneratorId = customer.Id, ContractorId = firms[contractor],
            ConcludedOn = concluded, StartsOn = concluded, EndsOn = ends, RenewsByItself = true, RenewedOn = ends.AddYears(-1).AddDays(1) is var renewed && renewed > concluded ? renewed : null,
            WasteKinds = kinds, Flags = flags, Status = ContractStatuses.Concluded,
            PermitId = (transport ? transports.GetValueOrDefault(contractor + Prefectures.Find(customer.Address.Prefecture)?.Code) : disposals[contractor])?.Id,
            DestinationId = transport ? plants[plant].Id : null, DisposalPlaceId = transport ? null : plants[plant].Id,
        };
        Say(contract, "quantity", $"約 {random.Next(3, 60) * 4} t/年");
        Say(contract, "fee", transport ? $"{random.Next(18, 45) * 1000:#,##0} 円/車(税別)" : $"{random.Next(15, 60) * 1000:#,##0} 円/t(税別)");
        Say(contract, "scopeText", transport ? "産業廃棄物収集運搬業(積替え・保管を除く)" : $"産業廃棄物処分業({plants[plant].Method})");
        Say(contract, "permitCopyAttached", true);
        Say(contract, "transships", false);
        if (!transport)
        {
            Say(contract, "disposalMethod", plants[plant].Method);
            Say(contract, "disposalCapacity", plants[plant].Capacity);
            Say(contract, "finalPlaceId", plants[WasteFirms.Landfill].Id);
            Say(contract, "finalMethod", plants[WasteFirms.Landfill].Method);
            Say(contract, "finalCapacity", plants[WasteFirms.Landfill].Capacity);
        }

        Say(contract, "nature", kinds.Contains("sludge") || kinds.Contains("oil") ? "泥状・液状" : "固形");
        Say(contract, "packaging", kinds.Contains("oil") ? "drum" : "container");
        Say(contract, "decay", kinds.Contains("plant-animal-residue") ? "夏季は腐敗しやすい" : "なし");
        Say(contract, "mixing", "酸・アルカリ・電池類の混入禁止");
        Say(contract, "jisMark", false);
        Say(contract, "containsListed", false);
        Say(contract, "prtrContent", false);
        Say(contract, "cautions", "火気厳禁。積込み時は排出事業者が立ち会う");
        Say(contract, "changeNotice", "変更が生じたときは書面(WDS)で速やかに通知する");
        Say(contract, "completionReport", "マニフェストの返送をもって報告とする");
        if (Chance(0.15)) contract.Status = ContractStatuses.Incomplete;
        else Say(contract, "untreatedWaste", "受託者の責任と費用で処理する。費用負担は協議による");
        Records.Add(contract);
        return contract;
    }

    private void Manifest(WasteCustomer customer, Site origin, string hauler, string plant, string kind, string[] flags, params DateOnly[] contracted)
    {
        var issued = today.AddDays(-random.Next(0, 420));
        if (issued < contracted.Max()) return;
        var isElectronic = Chance(0.25);
        DateOnly? Happened(DateOnly? after, int least, int most) => after?.AddDays(random.Next(least, most + 1)) is { } day && day <= today ? day : null;
        var carried = Happened(issued, 0, 1);
        var treated = Happened(carried, 2, 18);
        var final = Happened(treated, 15, 90);

        // A few slips never come.
        var lost = Chance(0.035);
        var manifest = new Manifest
        {
            Medium = isElectronic ? Media.Electronic : Media.Paper, Number = isElectronic ? NextElectronic() : NextPaper(), IssuedOn = issued, GeneratorId = customer.Id, SiteId = origin.Id,
            TransporterId = firms[hauler], DisposerId = firms[plant], DestinationId = plants[plant].Id, WasteKind = kind, Flags = flags, WasteName = Name(kind, flags),
            Quantity = random.Next(4, 90) / 10m, Unit = kind is "plastics" or "wood" && Chance(0.4) ? Units.CubicMetre : Units.Tonne,
            Packaging = flags.Length > 0 ? "box" : kind is "oil" ? "drum" : Chance(0.5) ? "container" : "bulk", TransportEndedOn = carried, DisposalEndedOn = treated, FinalEndedOn = final,
        };
        if (isElectronic)
        {
            manifest.RegisteredOn = Happened(issued, 0, 2);
            (manifest.TransportReportedOn, manifest.DisposalReportedOn, manifest.FinalReportedOn) = (Happened(carried, 0, 2), lost ? null : Happened(treated, 0, 2), lost ? null : Happened(final, 0, 3));
        }
        else
        {
            (manifest.B2On, manifest.C2On, manifest.DOn, manifest.EOn) = (Happened(carried, 2, 8), Happened(treated, 2, 9), lost ? null : Happened(treated, 3, 9), lost ? null : Happened(final, 4, 10));
        }

        Records.Add(manifest);
    }

    private static string Name(string kind, string[] flags) => flags.Contains(WasteFlags.Special) ? "感染性産業廃棄物" : kind switch
    {
        "plastics" => "廃プラスチック(梱包材・成形くず)", "debris" => "コンクリートがら", "wood" => "解体木くず", "glass" => "石膏ボード・ガラスくず", "sludge" => "有機性汚泥", "oil" => "廃切削油",
        "plant-animal-residue" => "食品残さ", "metal" => "鉄くず", _ => WasteKinds.Name(kind).Ja,
    };

    private string NextPaper()
    {
        var ten = ++paper * 10 + 4;
        return $"{ten:0000000000}{ten % 7}";
    }

    private string NextElectronic() => $"1{electronic += random.Next(3, 400)}";

    private bool Chance(double share) => random.NextDouble() < share;

    private T Pick<T>(params IReadOnlyList<T> from) => from[random.Next(from.Count)];

    private static void Say(Contract contract, string field, object? value) => ContractFields.Type[field].Set(contract, value);
}
