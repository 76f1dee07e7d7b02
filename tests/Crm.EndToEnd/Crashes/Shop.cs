// Programs that sell through the API, whatever happens to the host, and remember what it promised them.
using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Crm.EndToEnd.Infrastructure;

namespace Crm.EndToEnd.Crashes;

internal sealed partial class Shop(string token, string address)
{
    public const string Admin = "admin@shop.example";

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly ConcurrentDictionary<string, string> customers = new();
    private readonly ConcurrentDictionary<string, (string Id, string Customer, decimal Amount)> sales = new();
    private int interrupted;
    private volatile string current = address;

    /// <summary>Where the host answers now; another one after each start.</summary>
    public string Address
    {
        set => current = value;
    }

    /// <summary>How many answers never came because the host was killed while it worked.</summary>
    public int Interrupted => interrupted;

    /// <summary>How many saves were acknowledged.</summary>
    public int Saves => customers.Count + sales.Count;

    /// <summary>One program: enters its customer, then sells to them, line after line, until the shop closes.</summary>
    public async Task SellTo(string customer, CancellationToken closing)
    {
        using var http = Client();
        var person = await Save(http, "customers.person", "code", customer, new() { ["code"] = customer, ["lastName"] = customer, ["firstName"] = "耐久" });
        customers[customer] = person;
        for (var line = 1; !closing.IsCancellationRequested; line++)
        {
            var number = $"{customer}-{line:0000}";
            var amount = 100m + line;
            var id = await Save(http, "customers.purchase", "number", number, new()
            {
                ["number"] = number, ["personId"] = person, ["boughtOn"] = "2026-04-01", ["productName"] = "緑茶", ["amount"] = amount.ToString(CultureInfo.InvariantCulture),
            });
            sales[number] = (id, customer, amount);
        }
    }

    /// <summary>Waits until so many saves were acknowledged; tells when a program gave up.</summary>
    public async Task Acknowledged(int saves, IReadOnlyList<Task> clients)
    {
        using var late = new CancellationTokenSource(Patience);
        while (Saves < saves)
        {
            foreach (var broken in clients.Where(c => c.IsCompleted)) await broken;
            await Task.Delay(Look, late.Token);
        }
    }

    /// <summary>Waits until no event is under way; none may have failed for good.</summary>
    public async Task Settled()
    {
        using var http = Client();
        http.DefaultRequestHeaders.Authorization = null;
        var form = await http.GetStringAsync("/sign-in");
        var signedIn = await http.PostAsync("/sign-in", new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["__RequestVerificationToken"] = FormToken().Match(form).Groups[1].Value, ["email"] = Admin, ["password"] = Installation.Password,
        }));
        Assert.Equal(HttpStatusCode.OK, signedIn.StatusCode);

        using var late = new CancellationTokenSource(Patience);
        string page;
        while (!(page = await http.GetStringAsync("/settings/outbox", late.Token)).Contains("未配信 0 件", StringComparison.Ordinal)) await Task.Delay(Look, late.Token);
        Assert.Contains("配信を諦めた連携はありません", page, StringComparison.Ordinal);
    }

    /// <summary>What the host knows is what it promised: each save once, its history once, and the sums that events keep.</summary>
    public async Task Check()
    {
        using var http = Client();
        var stored = await All(http, "customers.purchase?fields=number,amount,personId");
        var numbers = stored.Select(s => s["number"]!.GetValue<string>()).ToList();
        Assert.Equal(numbers.Count, numbers.Distinct().Count());
        Assert.Equal(sales.Keys.Order(StringComparer.Ordinal), numbers.Order(StringComparer.Ordinal));

        foreach (var (id, _, _) in sales.Values)
        {
            var history = await Get(http, $"records/customers.purchase/{id}/history");
            Assert.Single(history["items"]!.AsArray());
        }

        foreach (var (customer, id) in customers)
        {
            var bought = sales.Values.Where(s => s.Customer == customer).ToList();
            var person = await Get(http, $"records/customers.person/{id}");
            Assert.Equal(bought.Count, (int)Number(person["purchaseCount"]));
            Assert.Equal(bought.Sum(s => s.Amount), Number(person["purchaseTotal"]));
            var hits = await Get(http, "search?type=customers.person&q=" + Uri.EscapeDataString(customer));
            Assert.Equal(id, Assert.Single(Assert.Single(hits["groups"]!.AsArray())!["hits"]!.AsArray())!["id"]!.GetValue<string>());
        }
    }

    // A lost answer is no refusal: the program looks whether its line is there, as a careful one does, and only then sends it again.
    private async Task<string> Save(HttpClient http, string type, string key, string value, Dictionary<string, string> record)
    {
        using var late = new CancellationTokenSource(Patience);
        while (true)
        {
            try
            {
                var answer = await http.PostAsJsonAsync(current + $"/api/v1/records/{type}", record, late.Token);
                if (answer.StatusCode == HttpStatusCode.Created) return (await answer.Content.ReadFromJsonAsync<JsonObject>(late.Token))!["id"]!.GetValue<string>();
                if ((int)answer.StatusCode < 500) throw new InvalidOperationException($"{type} {value} was refused: {await answer.Content.ReadAsStringAsync(late.Token)}");
            }
            catch (Exception e) when (e is HttpRequestException or IOException or TaskCanceledException && !late.IsCancellationRequested)
            {
                // The host was killed; the next one has another address.
                Interlocked.Increment(ref interrupted);
            }

            if (await Find(http, type, key, value, late.Token) is { } known) return known;
        }
    }

    private async Task<string?> Find(HttpClient http, string type, string key, string value, CancellationToken late)
    {
        while (true)
        {
            try
            {
                var found = await http.GetFromJsonAsync<JsonObject>(current + $"/api/v1/records/{type}?filter[{key}]={Uri.EscapeDataString(value)}", late);
                return found!["items"]!.AsArray() is [var one, ..] ? one!["id"]!.GetValue<string>() : null;
            }
            catch (Exception e) when (e is HttpRequestException or IOException or TaskCanceledException && !late.IsCancellationRequested)
            {
                await Task.Delay(Look, late);
            }
        }
    }

    private async Task<List<JsonObject>> All(HttpClient http, string query)
    {
        var items = new List<JsonObject>();
        string? after = null;
        do
        {
            var page = await Get(http, $"records/{query}&limit=500" + (after is null ? "" : "&after=" + Uri.EscapeDataString(after)));
            items.AddRange(page["items"]!.AsArray().Select(i => i!.AsObject()));
            after = page["next"]?.GetValue<string>();
        }
        while (after is not null);
        return items;
    }

    private async Task<JsonObject> Get(HttpClient http, string path) => (await http.GetFromJsonAsync<JsonObject>(current + "/api/v1/" + path))!;

    private static decimal Number(JsonNode? node) => decimal.Parse(node?.ToString() ?? "0", CultureInfo.InvariantCulture);

    private HttpClient Client() => new()
    {
        BaseAddress = new Uri(current), Timeout = TimeSpan.FromSeconds(30), DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", token) },
    };

    [GeneratedRegex("name=\"__RequestVerificationToken\"[^>]*value=\"([^\"]+)\"", RegexOptions.None, 1000)]
    private static partial Regex FormToken();
}
