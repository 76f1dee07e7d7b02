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
