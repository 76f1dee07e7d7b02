using Crm.Customers.Contracts;
using Crm.Deals.Contracts;
using Crm.Sdk.Records;

namespace Crm.Benchmarks.Serving;

/// <summary>
/// Pages as browsers get them from the host's own process: a list (W7), a record with a past (W8), the board of deals (W15), the manifests of
/// a waste business. Beside each stands what a bare server takes for the same rows.
/// </summary>
internal sealed class Pages(Site site, Arguments arguments, Report report)
{
    private const int OpenDeals = 2_000;
    private const int Manifests = 100_000;
    private const string Waste = "waste";

    private static readonly TimeSpan Short = TimeSpan.FromSeconds(5);

    public static readonly string[] Workloads = ["W7", "W8", "W15", "waste"];

    private List<Guid> companies = [];

    public async Task Run()
    {
        companies = await site.Save(CustomersContract.Company, Math.Max(100, arguments.Rows / 5), i => new()
        {
            ["name"] = $"第{i:000000}工業株式会社", ["nameKana"] = $"ダイ{i}コウギョウ", ["code"] = $"C{i:000000}", ["prefecture"] = "東京都", ["city"] = "大田区", ["phone"] = $"03-{i % 9000 + 1000}-{i * 7 % 9000 + 1000}", ["rank"] = i % 3 == 0 ? "VIP" : "good",
        });
        var packages = ServedProcess.Packages();
        foreach (var (id, package) in packages)
        {
            await site.Install(package);
            await site.Switch(id);
        }

        if (arguments.Wants("W8")) await FillPast();
        if (arguments.Wants("W15")) await FillBoard();
        if (arguments.Wants("waste") && packages.ContainsKey(Waste)) await FillManifests();
        await site.Settle();
        var (email, token) = await site.NewUser();
        await using var host = await site.Serve();
        await using var bare = await BareServer.Start(site);
        using var user = await Visitor.SignIn(host.Address, email);
        using var program = Visitor.With(host.Address, token);
        using var anybody = Visitor.With(bare.Address);
        if (arguments.Wants("W7"))
        {
            await Page("W7", $"list of 50 companies of {companies.Count:N0}, signed in", "/r/customers.company", "/list");
            await Page("W7", "the same as the API gives it", "/api/v1/records/customers.company?limit=50", "/list", asProgram: true);
        }

        if (arguments.Wants("W8")) await Page("W8", $"company with a timeline of 1,000, {packages.Count} plugins", $"/r/customers.company/{companies[0]}", $"/record/{companies[0]}");
        if (arguments.Wants("W15")) await Board();
        if (arguments.Wants("waste") && packages.ContainsKey(Waste)) await Chase();

        async Task Page(string workload, string what, string path, string barePath, bool asProgram = false)
        {
            var who = asProgram ? program : user;
            await Serving.Calls.Add(report, new(workload, site.Database, what), host, _ => who.Get(path), bare, _ => anybody.Get(barePath), Short, () => $"{who.Bytes / 1024.0:0.0} KiB compressed");
        }

        async Task Board()
        {
            await Page("W15", $"board of {OpenDeals:N0} open deals", "/x/deals/board", "/board");
            var stages = await Stages();
            var deals = (await site.Ask(new ListRecords(DealsContract.Deal) { Fields = ["stageId"], Limit = 500 })).Rows;
            await Serving.Calls.Add(report, new("W15", site.Database, "a card moved and stored"), host, i => program.Post("/api/v1/commands/deals.move", new { id = deals[i % deals.Count].Id, stage = stages[1 + ((i + (i / deals.Count)) % 2)] }), bare, i => anybody.Post($"/move/{deals[i % deals.Count].Id}/{stages[1 + ((i + (i / deals.Count)) % 2)]}", new { }), Short);
            await BoardInBrowser.Measure(report, site.Database, host.Address, email, bare.Address);
        }

        async Task Chase()
        {
            await site.Delivered();
            await Page("waste", $"manifests to chase, of {ManifestCount:N0}", "/x/waste/chase?show=late", "/chase");
            await Page("waste", "list of 50 manifests", "/r/waste.manifest", "/chase");
            await Serving.Calls.Add(report, new("waste", site.Database, "a route checked"), host, i => program.Post("/api/v1/commands/waste.check-route", new
            {
                generatorId = companies[i % 50], wasteKind = "plastics", on = "2026-11-20", transporterId = companies[50 + (i % 20)], disposerId = companies[70 + (i % 20)],
            }), null, null, Short);
        }
    }

    private int ManifestCount => Math.Min(Manifests, arguments.Rows);

    private async Task<List<Guid>> Stages() => [.. (await site.Ask(new ListRecords(DealsContract.Stage) { Fields = ["position"], Sort = [new("position")], Limit = 500 })).Rows.Select(r => r.Id)];

    private async Task FillPast()
    {
        var company = companies[0];
        var people = await site.Save(CustomersContract.Person, 30, i => new() { ["lastName"] = "佐藤", ["firstName"] = $"花子{i}", ["companyId"] = company });
        await site.Save(CustomersContract.Purchase, 400, i => new() { ["companyId"] = company, ["personId"] = people[i % 3], ["productName"] = "切削油", ["boughtOn"] = new DateOnly(2024, 1, 1).AddDays(i * 2), ["amount"] = 12_000 });
        await site.Save(CustomersContract.Note, 300, i => new() { ["companyId"] = company, ["title"] = $"訪問 {i}", ["text"] = "先方の購買担当と面談。次回は見積を持参する。", ["writtenAt"] = new DateTimeOffset(2024, 1, 1, 10, 0, 0, TimeSpan.FromHours(9)).AddDays(i * 3) });
        await site.Save(DealsContract.Activity, 300, i => new() { ["subject"] = $"打ち合わせ {i}", ["startsAt"] = new DateTimeOffset(2024, 1, 2, 10, 0, 0, TimeSpan.FromHours(9)).AddDays(i * 3), ["companyId"] = company });
    }

    private async Task FillBoard()
    {
        var stages = await Stages();
        var people = await site.Save(CustomersContract.Person, 20, i => new() { ["lastName"] = "高橋", ["firstName"] = $"美咲{i}" });
        await site.Save(DealsContract.Deal, OpenDeals, i => new()
        {
            ["name"] = $"案件 {i:0000}", ["companyId"] = companies[i % companies.Count], ["personId"] = people[i % 20], ["stageId"] = stages[i % 3], ["amount"] = 300_000 + i, ["expectedClose"] = new DateOnly(2027, 1, 1).AddDays(i % 200), ["openedOn"] = "2026-10-01", ["content"] = "年間契約",
        });
    }

    private async Task FillManifests()
    {
        await site.Save("waste.permit", 40, i => new() { ["companyId"] = companies[50 + i], ["number"] = i < 20 ? $"013001{90100 + i}" : $"012201{90100 + i}", ["issuedOn"] = "2024-04-01", ["wasteKinds"] = "plastics", ["expiresOn"] = "2029-03-31" });
        await site.Save("waste.contract", 50, i => new()
        {
            ["title"] = "処分委託契約", ["form"] = "disposal", ["status"] = "incomplete", ["generatorId"] = companies[i], ["contractorId"] = companies[70 + (i % 20)], ["concludedOn"] = "2026-04-01", ["startsOn"] = "2026-04-01", ["endsOn"] = "2027-03-31", ["wasteKinds"] = "plastics",
        });
        await site.Save("waste.manifest", ManifestCount, i => new()
        {
            ["number"] = $"{70_000_000_000 + i}", ["medium"] = "paper", ["issuedOn"] = new DateOnly(2026, 11, 20).AddDays(-(i % 360)), ["generatorId"] = companies[i % 50], ["transporterId"] = companies[50 + (i % 20)], ["disposerId"] = companies[70 + (i % 20)],
            ["wasteKind"] = "plastics", ["quantity"] = 2.5m, ["unit"] = "t",
        });
    }
}
