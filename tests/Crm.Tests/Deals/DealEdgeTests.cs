using System.Text.Json.Nodes;
using Crm.Customers;
using Crm.Deals;
using Crm.Deals.Contracts;
using Crm.Platform.Identity.Users;
using Crm.Platform.Pipeline;
using Crm.Platform.Tenancy;
using Crm.Sdk.Records;
using Crm.Sdk.Users;
using Crm.Sdk.Web;
using Crm.Tests.Api;
using Crm.Tests.Infrastructure;
using MediatR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;

namespace Crm.Tests.Deals;

/// <summary>Deals from outside: another tenant's ids open nothing, and a calendar's secret address opens one feed and nothing else.</summary>
public sealed class DealEdgeTests
{
    [Theory, EveryDatabase]
    public async Task No_command_screen_or_record_of_deals_opens_or_changes_what_is_another_tenants(string database)
    {
        await using var host = await ApiHost.Start(database, [new CustomersModule(), new DealsModule()]);
        const string secret = "秘密の商談";
        var (theirs, mine) = (await host.NewTenant("相手"), await host.NewTenant("自分"));
        var ids = await Fill(theirs, secret);
        var before = await Everything(host, theirs);
        var browser = await mine.BrowserWith("administrator");
        List<string> wrong = [];
        void Judge(string call, ApiAnswer answer)
        {
            if (answer.Status >= 500) wrong.Add($"{call}: {answer.Status}");
            if (answer.Text.Contains(secret, StringComparison.Ordinal)) wrong.Add($"{call}: shows what is theirs");
        }

        foreach (var (type, id) in ids)
        {
            Assert.Equal(404, (await mine.Admin.Get($"records/{type}/{id}")).Status);
            Judge(type, await browser.Send(HttpMethod.Get, Routes.Record(type, id)));
            foreach (var screen in new[] { $"move?deal={id}", $"quote?id={id}", $"board?pipeline={id}&stage={id}", $"board?who=user:{id}", $"todo?who=team:{id}", $"calendar?who=user:{id}", $"forecast?who=user:{id}", $"report?who=user:{id}" })
            {
                Judge(screen, await browser.Send(HttpMethod.Get, "/x/deals/" + screen));
            }
        }

        var document = OpenApiDocument.Parse((await mine.Admin.Get("/openapi/v1.json")).Is(200).Text, "json").Document!;
        var commands = document.Paths.Where(p => p.Key.StartsWith("/api/v1/commands/deals.", StringComparison.Ordinal)).ToList();
        Assert.True(commands.Count >= 11, $"only {commands.Count} commands");
        foreach (var (path, item) in commands)
        {
            var schema = item.Operations![HttpMethod.Post].RequestBody!.Content!["application/json"].Schema!;
            foreach (var id in ids.Values)
            {
                var body = (JsonObject)SchemaSample.Of(schema, whole: true, id)!;
                var answer = await mine.Admin.Post(path, body.ToJsonString());
                Judge(path, answer);
                if (body.ToJsonString().Contains(id.ToString(), StringComparison.Ordinal) && answer.Status < 400) wrong.Add($"{path}: took an id of theirs");
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong.Distinct()));
        Assert.Equal(before, await Everything(host, theirs));
    }

    [Fact]
    public async Task Deals_switched_off_leave_no_trace_in_menu_page_api_or_timeline_and_come_back_whole()
    {
        await using var host = await ApiHost.Start(Databases.Sqlite, [new CustomersModule(), new DealsModule()]);
        var tenant = await host.NewTenant();
        const string name = "移転にともなう什器";
        var ids = await Fill(tenant, name);
        var (deal, company) = (ids[DealsContract.Deal], ids["customers.company"]);
        (await tenant.Admin.Post("commands/deals.win", new { id = deal })).Is(204);
        var browser = await tenant.BrowserWith("administrator");
        var tenants = host.Services.GetRequiredService<Tenants>();
        string[] pages = ["/", $"/r/customers.company/{company}", $"/r/customers.company/{company}?tab=timeline", $"/r/customers.company/{company}?tab=deals.deal.companyId", "/x/deals/board", $"/r/deals.deal/{deal}", "/x/deals/report"];
        var before = await Seen();

        await tenants.Switch(tenant.Info.Id, "deals", on: false, CancellationToken.None);
        var off = await Seen();
        var document = (await tenant.Admin.Get("/openapi/v1.json")).Is(200).Text;
        var (records, command, types) = (await tenant.Admin.Get("records/deals.deal"), await tenant.Admin.Post("commands/deals.reopen", new { id = deal }), (await tenant.Admin.Get("record-types")).Is(200));
        await tenants.Switch(tenant.Info.Id, "deals", on: true, CancellationToken.None);

        Assert.All(before.Values, page => Assert.Equal(200, page.Status));
        Assert.Contains("/x/deals/board", before["/"].Text, StringComparison.Ordinal);
        Assert.Contains("deals.deal", before[pages[1]].Text, StringComparison.Ordinal);
        Assert.Contains("受注: " + name, before[pages[2]].Text, StringComparison.Ordinal);
        foreach (var (path, page) in off)
        {
            Assert.Equal(path.Contains("deals", StringComparison.Ordinal) && !path.Contains("customers", StringComparison.Ordinal) ? 404 : 200, page.Status);
            var left = page.Text.Replace(path.Replace("&", "&amp;", StringComparison.Ordinal), "", StringComparison.Ordinal);
            Assert.DoesNotContain("/x/deals/", left, StringComparison.Ordinal);
            Assert.DoesNotContain("/r/deals.", left, StringComparison.Ordinal);
            Assert.DoesNotContain("受注: ", left, StringComparison.Ordinal);
        }

        Assert.Equal((404, 404), (records.Status, command.Status));
        Assert.DoesNotContain("\"deals.", types.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("/deals.", document, StringComparison.Ordinal);
        Assert.Contains("受注: " + name, (await Seen())[pages[2]].Text, StringComparison.Ordinal);

        async Task<Dictionary<string, ApiAnswer>> Seen()
        {
            var seen = new Dictionary<string, ApiAnswer>();
            foreach (var page in pages) seen[page] = await browser.Send(HttpMethod.Get, page);
            return seen;
        }
    }

    [Fact]
    public async Task A_figure_of_the_report_leads_to_the_deals_behind_it()
    {
        await using var host = await ApiHost.Start(Databases.Sqlite, [new CustomersModule(), new DealsModule()]);
        var tenant = await host.NewTenant();
        var company = (await tenant.Admin.Post("records/customers.company", new { name = "株式会社青葉製作所" })).Is(201).Id;
        var stage = (await tenant.Admin.Get("records/deals.stage?sort=position")).Is(200)["items"][0].GetProperty("id").GetString();
        var reason = (await tenant.Admin.Get("records/deals.loss-reason?sort=position")).Is(200)["items"][0].GetProperty("id").GetString();
        var lost = (await tenant.Admin.Post("records/deals.deal", new { name = "負けた案件", companyId = company, stageId = stage, amount = "1000", source = "web" })).Is(201).Id;
        (await tenant.Admin.Post("records/deals.deal", new { name = "続いている案件", companyId = company, stageId = stage, amount = "1000", source = "web" })).Is(201);
        (await tenant.Admin.Post("records/deals.deal", new { name = "二十年前の失注", companyId = company, stageId = stage, amount = "1000", source = "web", status = "lost", lossReasonId = reason, openedOn = "2006-01-01", closedOn = "2006-02-01" })).Is(201);
        (await tenant.Admin.Post("commands/deals.lose", new { id = lost, reason })).Is(204);
        var browser = await tenant.BrowserWith("administrator");

        var report = (await browser.Send(HttpMethod.Get, "/x/deals/report")).Text;

        foreach (var field in new[] { "source", "lossReasonId", "owner" })
        {
            var link = System.Text.RegularExpressions.Regex.Match(report, $"/r/deals\\.deal\\?filter\\[{field}\\][^\"]*", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(5)).Value;
            Assert.True(link.Length > 0, $"no link by {field}");
            var list = await browser.Send(HttpMethod.Get, System.Net.WebUtility.HtmlDecode(link));
            Assert.Equal(200, list.Status);
            Assert.Contains("負けた案件", list.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("続いている案件", list.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("二十年前の失注", list.Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_secret_address_of_a_calendar_is_shown_once_and_stands_in_no_address()
    {
        await using var host = await ApiHost.Start(Databases.Sqlite, [new CustomersModule(), new DealsModule()]);
        var tenant = await host.NewTenant();
        var browser = await tenant.BrowserWith("administrator");

        var made = await browser.Send(HttpMethod.Post, "/send/me.make-feed-link", ("feedKey", DealsContract.CalendarFeed), ("_return", "/x/deals/calendar"), ("_once", "1"));
        var (once, again) = ((await browser.Send(HttpMethod.Get, "/x/deals/calendar")).Text, (await browser.Send(HttpMethod.Get, "/x/deals/calendar")).Text);
        var planted = (await browser.Send(HttpMethod.Get, "/x/deals/calendar?feed=/feed/deals/calendar/somebody-elses")).Text;

        Assert.Equal((302, "/x/deals/calendar"), (made.Status, made.Headers.Location?.ToString()));
        Assert.Contains($"value=\"{host.Address.GetLeftPart(UriPartial.Authority)}/feed/deals/calendar/", once, StringComparison.Ordinal);
        Assert.DoesNotContain("/feed/deals/calendar/", again, StringComparison.Ordinal);
        Assert.DoesNotContain("data-feed", planted, StringComparison.Ordinal);
    }

    [Theory, EveryDatabase]
    public async Task A_calendars_address_shows_ones_own_activities_until_another_is_made(string database)
    {
        await using var host = await ApiHost.Start(database, [new CustomersModule(), new DealsModule()]);
        var tenant = await host.NewTenant();
        var (hanako, ken) = (await Colleague(tenant, "hanako"), await Colleague(tenant, "ken"));
        foreach (var (owner, subject) in new[] { (hanako, "自分の訪問"), (ken, "ほかの人の訪問") })
        {
            (await tenant.Admin.Post("records/deals.activity", new { kind = "task", subject, startsAt = TimeProvider.System.GetUtcNow().AddDays(1).ToString("o"), owner })).Is(201);
        }

        var first = await Link(host, tenant, hanako);
        var feed = await tenant.Admin.Without().Get(first);

        Assert.Equal((200, "text/calendar"), (feed.Status, feed.ContentType));
        Assert.Contains("自分の訪問", feed.Text, StringComparison.Ordinal);
        Assert.Contains($"URL:{host.Address.GetLeftPart(UriPartial.Authority)}/r/deals.activity/", feed.Text.Replace("\r\n ", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.DoesNotContain("ほかの人の訪問", feed.Text, StringComparison.Ordinal);

        // The token opens this feed and nothing else, and no other feed's name opens with it.
        var token = first[(first.LastIndexOf('/') + 1)..];
        Assert.Equal(401, (await new ApiClient(host.Address, token, hanako).Get("records/deals.activity")).Status);
        Assert.Equal(404, (await tenant.Admin.Without().Get($"/feed/deals/other/{token}")).Status);
        Assert.Equal(404, (await tenant.Admin.Without().Get(first[..^1] + (first[^1] == 'a' ? 'b' : 'a'))).Status);

        var second = await Link(host, tenant, hanako);
        Assert.Equal(404, (await tenant.Admin.Without().Get(first)).Status);
        Assert.Equal(200, (await tenant.Admin.Without().Get(second)).Status);

        await using (var scope = await Scope(host, tenant, Actor.System(ChangeSource.CommandLine))) Assert.False((await scope.Get<IMediator>().Send(new SetUserActive(hanako, Active: false))).Failed);
        Assert.Equal(404, (await tenant.Admin.Without().Get(second)).Status);
    }

    private static async Task<Guid> Colleague(ApiTenant tenant, string name) => (await tenant.Ask(new InviteUser($"{name}@example.jp", name) { Roles = ["sales"] })).Id;

    private static async Task<string> Link(ApiHost host, ApiTenant tenant, Guid user)
    {
        await using var scope = await Scope(host, tenant, new Actor(user, "営業 花子", ChangeSource.Screen, new AccessRights { All = true }));
        return (await scope.Get<IMediator>().Send(new MakeFeedLink(DealsContract.CalendarFeed))).Value;
    }

    private static async Task<WorkScope> Scope(ApiHost host, ApiTenant tenant, Actor actor) =>
        await host.Services.GetRequiredService<WorkScopes>().Open((await host.Services.GetRequiredService<Tenants>().Find(tenant.Info.Id, CancellationToken.None))!, actor, CancellationToken.None);

    private static async Task<Dictionary<string, Guid>> Fill(ApiTenant tenant, string secret)
    {
        var ids = new Dictionary<string, Guid>(StringComparer.Ordinal);
        async Task Make(string type, object values) => ids[type] = (await tenant.Admin.Post("records/" + type, values)).Is(201).Id;
        var stage = (await tenant.Admin.Get("records/deals.stage?sort=position")).Is(200)["items"][0].GetProperty("id").GetString();
        await Make("customers.company", new { name = secret });
        await Make(DealsContract.Deal, new { name = secret, companyId = ids["customers.company"], stageId = stage, amount = "1000", content = secret, expectedClose = "2026-12-01" });
        await Make(DealsContract.Line, new { dealId = ids[DealsContract.Deal], productName = secret, unitPrice = "1000" });
        await Make(DealsContract.Activity, new { kind = "call", subject = secret, startsAt = "2026-11-01T10:00:00Z", dealId = ids[DealsContract.Deal] });
        await Make(DealsContract.Goal, new { startsOn = "2026-11-01", target = 1 });
        var quote = (await tenant.Admin.Post("/api/v1/commands/deals.begin-quote", new { dealId = ids[DealsContract.Deal] })).Is(200);
        ids[DealsContract.Quote] = Guid.Parse(quote.Text.Trim('"'));
        ids[DealsContract.Stage] = Guid.Parse(stage!);
        return ids;
    }

    private static async Task<string> Everything(ApiHost host, ApiTenant tenant)
    {
        await using var scope = await Scope(host, tenant, Actor.System(ChangeSource.Job));
        var all = new List<string>();
        foreach (var type in scope.Get<Current>().Catalog.RecordTypes.OrderBy(t => t.Key, StringComparer.Ordinal))
        {
            var page = (await scope.Get<IMediator>().Send(new ListRecords(type.Key) { Limit = 500 })).Value;
            all.AddRange(page.Rows.Select(r => $"{type.Key} {r.Id} {r.Version} {string.Join('|', r.Values)}").Order(StringComparer.Ordinal));
        }

        return string.Join('\n', all);
    }
}
