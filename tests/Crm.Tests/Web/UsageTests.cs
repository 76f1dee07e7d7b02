using System.Net;
using Crm.Platform.Audit;
using Crm.Platform.Tenancy;
using Crm.Sdk.Records;
using Crm.Sdk.Users;
using Crm.Tests.Identity;
using Crm.Tests.Infrastructure;
using Crm.Tests.Records;

namespace Crm.Tests.Web;

/// <summary>An administrator sees who uses the product and what for, in days of the tenant, and of their own tenant only.</summary>
public sealed class UsageTests(SignInHost host) : IClassFixture<SignInHost>
{
    [Theory, EveryDatabase]
    public async Task People_days_and_modules_are_counted_and_what_happens_by_itself_is_not(string database)
    {
        await using var crm = await TestHost.Start(database);
        var (hanako, jiro, beta) = (Guid.CreateVersion7(), Guid.CreateVersion7(), await crm.NewTenant("beta"));
        async Task<Guid> Save(Guid who, ChangeSource source, Guid? book = null) => (await crm.Ask(
            new SaveRecord(LibraryModule.Book, book, new Dictionary<string, object?> { ["title"] = $"本 {crm.Clock.GetUtcNow():O}" }), actor: new Actor(who, "利用者", source, AccessRights.OfTenant))).Id;
        await Save(hanako, ChangeSource.Screen);
        var book = await Save(hanako, ChangeSource.Screen);
        await Save(jiro, ChangeSource.Screen);

        // One minute to midnight in Tokyo, and one past.
        crm.Clock.Advance(TimeSpan.FromMinutes((13 * 60) + 59));
        await Save(jiro, ChangeSource.Screen);
        crm.Clock.Advance(TimeSpan.FromMinutes(2));
        await Save(hanako, ChangeSource.Import, book);
        await Save(hanako, ChangeSource.Api, book);
        await Save(jiro, ChangeSource.Event, book);
        await Save(jiro, ChangeSource.Job, book);

        var usage = await crm.Ask(new GetUsage(7));

        Assert.Equal((7, new DateOnly(2026, 11, 21)), (usage.ByDay.Count, usage.ByDay[^1].Day));
        Assert.Equal([new(new(2026, 11, 20), 2, 4, 0), new UsageDay(new(2026, 11, 21), 1, 0, 2)], usage.ByDay.Skip(5));
        Assert.All(usage.ByDay.Take(5), day => Assert.Equal((0, 0L, 0L), (day.Active, day.ByHand, day.Brought)));
        Assert.Equal(new ModuleUsage("library", 2, 4, 2, 0), Assert.Single(usage.ByModule));
        Assert.Equal([new(hanako, null, 2, new(2026, 11, 21), 2, 2, 0), new UserUsage(jiro, null, 1, new DateOnly(2026, 11, 20), 2, 0, 0)], usage.ByUser);
        Assert.Equal([new UsageDay(new(2026, 11, 21), 1, 0, 2)], (await crm.Ask(new GetUsage(1))).ByDay);
        Assert.Empty((await crm.Ask(new GetUsage(), beta)).ByModule);
    }

    [Fact]
    public async Task The_screen_names_people_and_modules_and_asks_for_the_right_to_the_audit()
    {
        var tenant = await host.NewTenant();
        await host.NewUser(tenant, $"admin@{tenant.Key}.example", name: "山田 太郎");
        var sales = await host.NewUser(tenant, $"sales@{tenant.Key}.example", "sales", "佐藤 花子");
        await host.Ask(tenant, new SaveRecord("customers.person", null, new Dictionary<string, object?> { ["lastName"] = "機械の登録" }));
        var hers = await host.Browser().SignIn($"sales@{tenant.Key}.example");
        await hers.Get("/r/customers.person/new");
        await hers.Submit("/r/customers.person", ("lastName", "田中"));
        Assert.Equal(HttpStatusCode.Redirect, hers.Status);
        var person = hers.LeadsTo!;
        await hers.Get(person);

        var admin = await host.Browser().SignIn($"admin@{tenant.Key}.example");
        await admin.Get("/settings/usage");

        var rows = admin.Page.QuerySelectorAll("table.records tbody tr").Select(r => string.Join(' ', r.Children.Select(c => c.TextContent.Trim()))).ToList();
        Assert.Contains(rows, r => r.StartsWith("顧客 1 1 0", StringComparison.Ordinal));
        Assert.Contains(rows, r => r.StartsWith("佐藤 花子 1 ", StringComparison.Ordinal));
        Assert.Contains(rows, r => r.StartsWith("山田 太郎 0 – 0 0 0", StringComparison.Ordinal));
        Assert.NotNull(admin.Page.QuerySelector($"a[href^='/settings/audit'][href*='{sales}']"));
        await admin.Get("/settings/usage?days=93");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, admin.Status);
        await hers.Get("/settings/usage");
        Assert.Equal(HttpStatusCode.Forbidden, hers.Status);
    }
}
