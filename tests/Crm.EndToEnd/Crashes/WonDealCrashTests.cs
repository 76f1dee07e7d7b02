using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Crm.EndToEnd.Infrastructure;

namespace Crm.EndToEnd.Crashes;

/// <summary>The host is killed (SIGKILL) while deals are won: each deal that was acknowledged as won has its purchases once.</summary>
public sealed class WonDealCrashTests
{
    private const int Deals = 30;
    private static readonly string[] Quick = ["--Messaging:Lease", "00:00:06", "--Messaging:HandlerTimeout", "00:00:05", "--Messaging:FirstRetry", "00:00:01", "--Identity:RefusalTakes", "00:00:00"];

    [Fact]
    public async Task A_won_deal_has_its_purchases_once_whenever_the_host_is_killed()
    {
        using var installation = new Installation(Quick);
        await installation.Run("tenant", "create", "shop");
        await installation.Run("user", "add", "--tenant", "shop", "--email", Shop.Admin, "--role", "administrator", "--password", Installation.Password);
        var token = (await installation.Run("token", "create", "--tenant", "shop", "--user", Shop.Admin))["token"]!.GetValue<string>();
        var host = await HostProcess.Serve(installation, "serve");
        try
        {
            var deals = await Prepare(host.Address, token);
            for (var i = 0; i < deals.Count; i++)
            {
                using var http = Client(host.Address, token);
                (await http.PostAsJsonAsync("/api/v1/commands/deals.win", new { id = deals[i] })).EnsureSuccessStatusCode();
                if (i % 10 != 9) continue;

                // Right after the answer: the purchases are not made yet, half made, or just made.
                await Task.Delay(i * 7);
                await host.Kill();
                await host.DisposeAsync();
                host = await HostProcess.Serve(installation, "serve");
            }

            await new Shop(token, host.Address).Settled();
            using var last = Client(host.Address, token);
            var bought = (await last.GetFromJsonAsync<JsonObject>("/api/v1/records/customers.purchase?fields=number,amount,productName&limit=500"))!["items"]!.AsArray();
            Assert.Equal(Deals * 2, bought.Count);
            Assert.Equal(Deals * 2, bought.Select(b => b!["number"]!.GetValue<string>()).Distinct().Count());
            Assert.Equal(Enumerable.Range(1, Deals).SelectMany(i => new[] { $"品{i}A", $"品{i}B" }).Order(StringComparer.Ordinal), bought.Select(b => b!["productName"]!.GetValue<string>()).Order(StringComparer.Ordinal));
        }
        finally
        {
            await host.DisposeAsync();
        }
    }

    private static async Task<List<string>> Prepare(string address, string token)
    {
        using var http = Client(address, token);
        var stage = (await http.GetFromJsonAsync<JsonObject>("/api/v1/records/deals.stage?sort=position"))!["items"]![0]!["id"]!.GetValue<string>();
        var company = await Create(http, "customers.company", new() { ["name"] = "株式会社青葉製作所" });
        var deals = new List<string>();
        for (var i = 1; i <= Deals; i++)
        {
            var deal = await Create(http, "deals.deal", new() { ["name"] = $"案件{i}", ["companyId"] = company, ["stageId"] = stage });
            await Create(http, "deals.line", new() { ["dealId"] = deal, ["productName"] = $"品{i}A", ["quantity"] = 2, ["unitPrice"] = "1000" });
            await Create(http, "deals.line", new() { ["dealId"] = deal, ["productName"] = $"品{i}B", ["quantity"] = 1, ["unitPrice"] = "500" });
            deals.Add(deal);
        }

        return deals;
    }

    private static async Task<string> Create(HttpClient http, string type, JsonObject record)
    {
        var answer = await http.PostAsJsonAsync($"/api/v1/records/{type}", record);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return (await answer.Content.ReadFromJsonAsync<JsonObject>())!["id"]!.GetValue<string>();
    }

    private static HttpClient Client(string address, string token) => new()
    {
        BaseAddress = new Uri(address), Timeout = TimeSpan.FromSeconds(60), DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", token) },
    };
}
