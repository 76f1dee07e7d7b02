using Crm.Customers.Contracts;
using Crm.Plugins.WasteDisposal.Agreements;
using Crm.Plugins.WasteDisposal.Contracts;
using Crm.Plugins.WasteDisposal.Manifests;
using Crm.Plugins.WasteDisposal.Permits;
using Crm.Plugins.WasteDisposal.Sites;
using Crm.Sdk;
using Crm.Sdk.Japan;
using Crm.Sdk.Modules;
using Crm.Sdk.Records;
using Crm.Sdk.Tenancy;
using MediatR;

namespace Crm.Plugins.WasteDisposal.Demo;

/// <summary>A year at a waste company in Tokyo and around it: whom it works for, with what permits and contracts, and its manifests.</summary>
internal sealed class WasteDemo(WasteDb db, IMediator mediator, TimeProvider clock, ITenant tenant) : IDemoData
{
    private const int Generators = 24;
    private const int AtOnce = 200;

    public async Task Fill(int seed, CancellationToken cancellation)
    {
        var today = clock.Today(tenant);
        var story = new WasteStory(seed, today, await Contractors(cancellation));
        foreach (var generator in await Companies(cancellation)) story.WorkFor(generator);

        await Mark(story, cancellation);
        foreach (var some in story.Records.Chunk(AtOnce))
        {
            db.AddRange(some);
            Must(await db.SaveAsync(cancellation: cancellation));
            db.ChangeTracker.Clear();
        }
    }

    /// <summary>The company itself and those it works with.</summary>
    private async Task<IReadOnlyDictionary<string, Guid>> Contractors(CancellationToken cancellation)
    {
        var ids = new Dictionary<string, Guid>();
        foreach (var firm in WasteFirms.All)
        {
            var saved = await mediator.Send(
                new SaveRecord(CustomersContract.Company, null, new Dictionary<string, object?>
                {
                    ["name"] = firm.Name, ["nameKana"] = firm.Kana, ["postalCode"] = firm.PostalCode, ["prefecture"] = firm.Prefecture, ["city"] = firm.City, ["street"] = firm.Street,
                    ["phone"] = firm.Phone, ["business"] = firm.Business, [WasteContract.CompanyFields.Roles] = firm.Roles, [WasteContract.CompanyFields.JwnetNumber] = firm.Jwnet,
                }),
                cancellation);
            Must(saved);
            ids[firm.Key] = saved.Value.Id;
        }

        return ids;
    }

    /// <summary>Customers in the reach of the lorries, as the sample data of Customers made them.</summary>
    private async Task<IReadOnlyList<WasteCustomer>> Companies(CancellationToken cancellation)
    {
        var page = await mediator.Send(
            new ListRecords(CustomersContract.Company)
            {
                Filter = new Filter.All(new Filter.Compare("parentId", FilterOp.Empty, true), new Filter.Compare(WasteContract.CompanyFields.Roles, FilterOp.Empty, true)),
                Sort = [new("createdAt")], Fields = ["name", "industry", "postalCode", "prefecture", "city", "street", "phone"], Limit = 500,
            },
            cancellation);
        Must(page);
        var all = page.Value.Read()
            .Select(r => new WasteCustomer(
                r.Id, r.Text("name")!, r.Text("industry"), new() { PostalCode = r.Text("postalCode"), Prefecture = r.Text("prefecture"), City = r.Text("city"), Street = r.Text("street") }, r.Text("phone")))
            .ToList();
        var near = all.Where(c => WasteFirms.Reach.Contains(Prefectures.Find(c.Address.Prefecture)?.Name.Ja)).ToList();
        return [.. near.Concat(all.Except(near)).Take(Generators)];
    }

    private async Task Mark(WasteStory story, CancellationToken cancellation)
    {
        if (story.Marks.Count == 0) return;
        var saved = await mediator.Send(new SaveRecords(CustomersContract.Company, story.Marks) { Atomic = true }, cancellation);
        Must(saved);
        if (saved.Value.Rows.FirstOrDefault(r => r.Problems.Count > 0) is { Problems: { Count: > 0 } problems }) Must(Result.Fail(problems));
    }

    private static void Must(Result saved)
    {
        saved.OrThrow("The sample data breaks a rule");
    }
}

/// <summary>A customer of the demonstration whose waste is carried.</summary>
internal sealed record WasteCustomer(Guid Id, string Name, string? Industry, PostalAddress Address, string? Phone);

/// <summary>A waste company of the demonstration.</summary>
internal sealed record WasteFirm(string Key, string Name, string Kana, string PostalCode, string Prefecture, string City, string Street, string Phone, string Number, string[] Roles, string Business)
{
    public string Jwnet => "1" + Number;
}

/// <summary>Invented companies around Tokyo Bay; the company numbers of their permits begin with 19, which is far above those given out.</summary>
internal static class WasteFirms
{
    public const string Own = "own";
    public const string Hauler = "hauler";
    public const string Incinerator = "incinerator";
    public const string Recycler = "recycler";
    public const string Landfill = "landfill";

    public static readonly IReadOnlyList<string> Reach = ["東京都", "神奈川県", "千葉県", "埼玉県", "茨城県", "栃木県", "群馬県", "静岡県", "山梨県"];

    public static readonly IReadOnlyList<WasteFirm> All =
    [
        new(Own, "みどり環境株式会社", "ミドリカンキョウ", "2610002", "千葉県", "千葉市美浜区", "新港900-1", "043-555-0110", "190101", [CompanyRoles.Transporter, CompanyRoles.Disposer], "産業廃棄物の収集運搬・中間処理"),
        new(Hauler, "湾岸運輸株式会社", "ワンガンウンユ", "1360082", "東京都", "江東区", "新木場4-90-2", "03-5555-0121", "190102", [CompanyRoles.Transporter], "産業廃棄物の収集運搬"),
        new(Incinerator, "房総クリーンセンター株式会社", "ボウソウクリーンセンター", "2990109", "千葉県", "市原市", "千種海岸90", "0436-55-0132", "190103", [CompanyRoles.Disposer], "焼却・溶融"),
        new(Recycler, "武蔵リサイクル株式会社", "ムサシリサイクル", "3600843", "埼玉県", "熊谷市", "三ケ尻9000", "048-555-0143", "190104", [CompanyRoles.Disposer], "破砕・選別・再資源化"),
        new(Landfill, "北総環境開発株式会社", "ホクソウカンキョウカイハツ", "2880001", "千葉県", "銚子市", "川口町9-9000", "0479-55-0154", "190105", [CompanyRoles.Disposer], "管理型最終処分場の運営"),
    ];

    public static WasteFirm Find(string key) => All.First(f => f.Key == key);
}
