using Crm.Campaigns;
using Crm.Campaigns.Audience;
using Crm.Campaigns.Contracts;
using Crm.Campaigns.Demo;
using Crm.Campaigns.Results;
using Crm.Customers;
using Crm.Customers.Demo;
using Crm.Platform.Identity.Users;
using Crm.Platform.Modules;
using Crm.Platform.Pipeline;
using Crm.Platform.Tenancy;
using Crm.Sdk.Modules;
using Crm.Tests.Customers;
using Crm.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Crm.Tests.Campaigns;

/// <summary>The demonstration's campaigns belong to its marketing person, and their figures agree with one another.</summary>
public sealed class CampaignsDemoTests
{
    [Fact]
    public async Task Marketing_owns_campaigns_templates_and_flow_and_clicks_agree_with_the_links()
    {
        await using var crm = await TestHost.Start(Databases.Sqlite, new CustomersModule(), new CustomersDemo(), new Crm.Deals.DealsModule(), new CampaignsModule(), new CampaignsDemo());
        var misaki = (await crm.Ask(new InviteUser("marketing@trading.example", "宣伝 美咲") { Roles = ["marketing"] })).Id;
        await Fill<CustomersDemo>(crm, "customers");
        await Fill<CampaignsDemo>(crm, "campaigns");

        Assert.All(await crm.InDb(db => db.Campaigns.Select(c => c.OwnerId).ToListAsync()), owner => Assert.Equal(misaki, owner));
        Assert.All(await crm.InDb(db => db.Templates.Select(c => c.OwnerId).ToListAsync()), owner => Assert.Equal(misaki, owner));
        Assert.All(await crm.InDb(db => db.Flows.Select(c => c.OwnerId).ToListAsync()), owner => Assert.Equal(misaki, owner));

        var mailed = await crm.InDb(db => db.Campaigns.Where(c => c.Status == CampaignsContract.Status.Done && c.Channel == Crm.Customers.Contracts.CustomersContract.Channels.Email).Select(c => c.Id).ToListAsync());
        Assert.NotEmpty(mailed);
        foreach (var campaign in mailed)
        {
            var result = await crm.Ask(new GetResult(campaign));
            Assert.True(result.All.Clicked > 0);
            Assert.Equal(result.All.Clicked, Assert.Single(result.Links).People);
            Assert.Equal(await crm.InDb(db => db.Recipients.CountAsync(r => r.CampaignId == campaign && r.ClickedAt != null && r.State == RecipientStates.Sent)), result.All.Clicked);
        }
    }

    private static async Task Fill<TDemo>(TestHost crm, string module) where TDemo : CrmModule, new()
    {
        await using var scope = await crm.Scope();
        var services = scope.Get<ModuleScopes>().Of(scope.Get<Current>().Catalog.Set.Runtime(module));
        foreach (var demo in ModuleDescription.Of(new TDemo()).Demos.Where(d => d.Scenario == "trading")) await ((IDemoData)ActivatorUtilities.CreateInstance(services, demo.Data)).Fill(1, CancellationToken.None);
    }
}
