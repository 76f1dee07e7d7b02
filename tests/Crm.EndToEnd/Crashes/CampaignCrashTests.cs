using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Crm.EndToEnd.Infrastructure;
using Crm.Tests.Campaigns;
using Xunit.Abstractions;

namespace Crm.EndToEnd.Crashes;

/// <summary>
/// The host is killed (SIGKILL) twice while a campaign goes out by SMTP. What was under way is in doubt, not sent again by guess; the mail
/// server's log settles it, and in the end each who may have the mail has it once.
/// </summary>
/// <remarks>CRM_CAMPAIGN_RECIPIENTS sets how many there are; 100,000 take some minutes.</remarks>
public sealed class CampaignCrashTests(ITestOutputHelper output)
{
    private const int AtOnce = 2_000;
    private const int EveryTenthRefuses = 10;
    private const int LinesAroundTheStop = 1_000;
    private static readonly int Recipients = int.TryParse(Environment.GetEnvironmentVariable("CRM_CAMPAIGN_RECIPIENTS"), NumberStyles.None, CultureInfo.InvariantCulture, out var set) ? set : 2_000;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(40);

    [Fact]
    public async Task Each_who_may_have_the_mail_has_it_once_though_the_host_is_killed_twice()
    {
        using var server = new SmtpPostbox();
        using var installation = new Installation(
            "--Mail:Host", "127.0.0.1", "--Mail:Port", server.Port.ToString(CultureInfo.InvariantCulture), "--Mail:StartTls", "false", "--Mail:From", "news@minato.example",
            "--Jobs:Lease", "00:00:06", "--Jobs:Beat", "00:00:01", "--Messaging:Lease", "00:00:06", "--Messaging:HandlerTimeout", "00:00:05", "--Messaging:FirstRetry", "00:00:01", "--Identity:RefusalTakes", "00:00:00");
        await installation.Run("tenant", "create", "shop");
        await installation.Run("user", "add", "--tenant", "shop", "--email", Shop.Admin, "--role", "administrator", "--password", Installation.Password);
        var token = (await installation.Run("token", "create", "--tenant", "shop", "--user", Shop.Admin))["token"]!.GetValue<string>();
        var host = await HostProcess.Serve(installation, "serve");
        try
        {
            var began = Stopwatch.GetTimestamp();
            var (campaign, refusing) = await Prepare(host.Address, token);
            output.WriteLine($"{Recipients} people, consents and the audience: {Stopwatch.GetElapsedTime(began)}");
            began = Stopwatch.GetTimestamp();
            using (var http = Client(host.Address, token)) await Command(http, "campaigns.approve", new { id = campaign });

            var log = new List<ArrivedMail>();
            foreach (var part in new[] { 3, 2 })
            {
                // In the middle of a round: some mails of it were answered, some lie at the server without an answer, some were not sent.
                using var gate = new Gate(server, (Recipients / part * 6 / 10) + 37);
                await gate.Reached.WaitAsync(Patience);
                output.WriteLine($"killed after {server.Mails.Count} mails, {Stopwatch.GetElapsedTime(began)}");
                await host.Kill();
                await host.DisposeAsync();
                gate.Open();
                await Task.Delay(TimeSpan.FromSeconds(1));
                log.AddRange(server.Mails.TakeLast(LinesAroundTheStop));
                host = await HostProcess.Serve(installation, "serve");
            }

            using var last = Client(host.Address, token);
            await Until(async () => await Status(last, campaign) == "done");
            var before = await States(last, campaign);
            output.WriteLine($"{server.Mails.Count} mails with two kills: {Stopwatch.GetElapsedTime(began)}; in doubt: {before.GetValueOrDefault("in-doubt")}");
            await Command(last, "campaigns.settle-doubts", new { id = campaign, log = string.Join('\n', log.Select(m => $"postfix/qmgr: message-id=<{m.Id:N}@minato.example> queue active")), sendOthers = true });
            await Until(async () => await Status(last, campaign) == "done" && !(await States(last, campaign)).ContainsKey("waiting"));

            var states = await States(last, campaign);
            Assert.Equal((Recipients - refusing, refusing), (states["sent"], states["excluded"]));
            Assert.Equal(2, states.Count);
            var arrived = server.Mails.GroupBy(m => m.To).ToDictionary(g => g.Key, g => g.Count());
            Assert.Equal(Recipients - refusing, arrived.Count);
            Assert.All(arrived, a => Assert.Equal(1, a.Value));
            Assert.DoesNotContain(arrived.Keys, to => to.StartsWith("no", StringComparison.Ordinal));
            Assert.InRange(before.GetValueOrDefault("in-doubt"), 2, 200);
        }
        finally
        {
            await host.DisposeAsync();
        }
    }

    private static async Task<(string Campaign, int Refusing)> Prepare(string address, string token)
    {
        using var http = Client(address, token);
        (await http.PatchAsJsonAsync("/api/v1/settings/campaigns", new { senderName = "株式会社みなと商事", senderAddress = "横浜市中区", senderContact = "045-555-0110", siteUrl = "https://crm.minato.example", capMails = 0 })).EnsureSuccessStatusCode();
        var purpose = (await http.GetFromJsonAsync<JsonObject>("/api/v1/records/customers.purpose?filter[code]=newsletter"))!["items"]![0]!["id"]!.GetValue<string>();
        var refusing = 0;
        for (var from = 0; from < Recipients; from += AtOnce)
        {
            var rows = Enumerable.Range(from, Math.Min(AtOnce, Recipients - from)).Select(i => new { lastName = "客", firstName = $"{i}", email = i % EveryTenthRefuses == 0 ? $"no{i}@example.jp" : $"c{i}@example.jp", mailMagazine = i % EveryTenthRefuses == 0 ? "no" : "ok" }).ToList();
            refusing += rows.Count(r => r.mailMagazine == "no");
            var people = await Batch(http, "customers.person", rows);
            await Batch(http, "customers.consent", people.Select(id => new { personId = id, purposeId = purpose, channel = "email", basis = "consent", at = "2026-01-05T00:00:00Z", how = "Webフォーム" }).ToList());
        }

        var segment = await Create(http, "customers.segment", new { name = "全員", customerType = "customers.person" });
        var template = await Create(http, "campaigns.template", new { name = "案内", subject = "{{customer.firstName}}番のお客様へ", body = "{{salutation}}\n\n新商品のご案内です。[くわしく](https://www.minato.example/new)" });
        var campaign = await Create(http, "campaigns.campaign", new { name = "春", channel = "email", purposeId = purpose, segmentId = segment, templateId = template });
        await Command(http, "campaigns.prepare", new { id = campaign });
        await Until(async () => await Status(http, campaign) == "prepared");
        return (campaign, refusing);
    }

    private static async Task<string> Status(HttpClient http, string campaign) => (await http.GetFromJsonAsync<JsonObject>($"/api/v1/records/campaigns.campaign/{campaign}"))!["status"]!.GetValue<string>();

    private static async Task<Dictionary<string, int>> States(HttpClient http, string campaign) =>
        (await http.GetFromJsonAsync<JsonObject>($"/api/v1/x/campaigns/audience?id={campaign}"))!["states"]!.AsArray().ToDictionary(s => s!["key"]!.GetValue<string>(), s => s!["count"]!.GetValue<int>());

    private static async Task<List<string>> Batch<T>(HttpClient http, string type, IReadOnlyList<T> rows)
    {
        var answer = await http.PostAsJsonAsync($"/api/v1/records/{type}/batch", new { rows, atomic = true });
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return [.. (await answer.Content.ReadFromJsonAsync<JsonObject>())!["rows"]!.AsArray().Select(r => r!["id"]!.GetValue<string>())];
    }

    private static async Task<string> Create(HttpClient http, string type, object values)
    {
        var answer = await http.PostAsJsonAsync($"/api/v1/records/{type}", values);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return (await answer.Content.ReadFromJsonAsync<JsonObject>())!["id"]!.GetValue<string>();
    }

    private static async Task Command(HttpClient http, string key, object body)
    {
        var answer = await http.PostAsJsonAsync($"/api/v1/commands/{key}", body);
        Assert.True(answer.IsSuccessStatusCode, $"{key}: {await answer.Content.ReadAsStringAsync()}");
    }

    private static async Task Until(Func<Task<bool>> so)
    {
        using var late = new CancellationTokenSource(Patience);
        while (!await so()) await Task.Delay(50, late.Token);
    }

    private static HttpClient Client(string address, string token) => new() { BaseAddress = new Uri(address), DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", token) }, Timeout = TimeSpan.FromMinutes(5) };

    /// <summary>Holds what arrives from some mail on, taken but not answered, until it is opened.</summary>
    private sealed class Gate : IDisposable
    {
        private readonly TaskCompletionSource reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource open = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly SmtpPostbox server;

        public Gate(SmtpPostbox server, int from)
        {
            this.server = server;
            server.Before = async _ =>
            {
                if (server.Mails.Count < from) return;
                reached.TrySetResult();
                await open.Task;
            };
        }

        public Task Reached => reached.Task;

        public void Open()
        {
            server.Before = _ => Task.CompletedTask;
            open.TrySetResult();
        }

        public void Dispose() => Open();
    }
}
