using Crm.Platform.Identity.Rights;
using Crm.Platform.Identity.Roles;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Modules;
using Crm.Sdk.Users;
using Crm.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;

namespace Crm.Tests.Modules;

/// <summary>The platform knows no module by name: each says what the roles a tenant begins with may do with it.</summary>
public sealed class RoleGrantTests
{
    [Theory, EveryDatabase]
    public async Task A_new_tenant_has_the_roles_with_what_its_modules_give_them(string database)
    {
        await using var crm = await TestHost.Start(database, new PastureModule());

        var roles = await Roles(crm, await crm.NewTenant("meadow"));

        Assert.Equal(new Reaches { Read = Reach.All, Edit = Reach.Own }, roles["sales"].Records[PastureModule.Cow]);
        Assert.Contains(PastureModule.Milk, roles["sales"].Permissions);
        Assert.Equal(Reach.Team, roles["support"].Reach(PastureModule.Cow, RecordAction.Edit));
        Assert.DoesNotContain(PastureModule.Milk, roles["support"].Permissions);
        Assert.Equal(Reaches.None, roles["viewer"].Records[PastureModule.Cow]);
    }

    [Theory, EveryDatabase]
    public async Task A_plugin_waits_to_be_switched_on_and_gives_its_rights_once(string database)
    {
        await using var crm = await TestHost.Start(database, new PastureModule());
        crm.Services.GetRequiredService<Platform.Modules.ModuleList>().Find("pasture")!.Boxed = false;
        var tenants = crm.Services.GetRequiredService<Tenants>();
        var meadow = await crm.NewTenant("meadow");
        Assert.DoesNotContain("pasture", meadow.Modules);
        Assert.False((await Roles(crm, meadow))["sales"].Records.ContainsKey(PastureModule.Cow));

        // A role that has a line of its own for these records keeps it.
        var support = (await crm.Ask(new ListRoles(), meadow)).Roles.Single(r => r.Role.BuiltIn == "support").Role;
        await crm.Ask(new SaveRole(support.Id, "サポート", "Support", support.Rights with { Records = new Dictionary<string, Reaches>(support.Rights.Records) { [PastureModule.Cow] = Reaches.All } }), meadow);
        await tenants.Switch(meadow.Id, "pasture", on: false, CancellationToken.None);
        await tenants.Switch(meadow.Id, "pasture", on: true, CancellationToken.None);

        var first = await Roles(crm, meadow);
        Assert.Equal(Reach.Own, first["sales"].Reach(PastureModule.Cow, RecordAction.Edit));
        Assert.Contains(PastureModule.Milk, first["sales"].Permissions);
        Assert.Equal(Reaches.All, first["support"].Records[PastureModule.Cow]);

        var sales = (await crm.Ask(new ListRoles(), meadow)).Roles.Single(r => r.Role.BuiltIn == "sales").Role;
        await crm.Ask(new SaveRole(sales.Id, "営業", "Sales", new RoleRights { Records = new Dictionary<string, Reaches> { [RoleRights.OtherTypes] = Reaches.ReadOnly } }), meadow);
        await tenants.Switch(meadow.Id, "pasture", on: false, CancellationToken.None);
        await tenants.Switch(meadow.Id, "pasture", on: true, CancellationToken.None);

        Assert.False((await Roles(crm, meadow))["sales"].Records.ContainsKey(PastureModule.Cow));
    }

    [Fact]
    public void Rights_to_records_of_others_and_roles_that_are_not_there_are_refused()
    {
        Assert.Contains("not its own", Refused(m => m.Roles.Grant(BuiltInRole.Sales, "customers.person", Reaches.All)), StringComparison.Ordinal);
        Assert.Contains("no role administrator", Refused(m => m.Roles.Grant("administrator", PastureModule.Cow, Reaches.All)), StringComparison.Ordinal);
        Assert.Contains("no role boss", Refused(m => m.Permissions.Add(PastureModule.Milk, "搾乳", "Milk").To("boss")), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_said_after_configure_is_refused()
    {
        ScreenBuilder? kept = null;
        var description = ModuleDescription.Of(new Saying(m => kept = m.Screens.Add<Microsoft.AspNetCore.Components.Web.PageTitle>("board", "板", "Board").Icon("cow").Requires(PastureModule.Milk)));

        Assert.Throws<DescriptionException>(() => kept!.NotInMenu());
        Assert.Equal(("cow", PastureModule.Milk, true), (description.Screens[0].Icon, description.Screens[0].Permission, description.Screens[0].InMenu));
    }

    private static string Refused(Action<ModuleBuilder> say) => Assert.IsType<DescriptionException>(ModuleDescription.Of(new Saying(say)).Broken).Message;

    private static async Task<Dictionary<string, RoleRights>> Roles(TestHost crm, TenantInfo tenant) =>
        (await crm.Ask(new ListRoles(), tenant)).Roles.ToDictionary(r => r.Role.BuiltIn!, r => r.Role.Rights);

    private sealed class Saying(Action<ModuleBuilder> say) : CrmModule
    {
        public override string Key => "pasture";

        public override Label Name => ("放牧", "Pasture");

        public override void Configure(ModuleBuilder module) => say(module);
    }
}

internal sealed class PastureModule : CrmModule
{
    /// <summary>Nothing of what else stands in this assembly is its.</summary>
    internal override IEnumerable<Type> Types() => [];

    public const string Cow = "pasture.cow";
    public const string Milk = "pasture.milk";

    public override string Key => "pasture";

    public override Label Name => ("放牧", "Pasture");

    public override void Configure(ModuleBuilder module)
    {
        module.Permissions.Add(Milk, "搾乳", "Milk").To(BuiltInRole.Sales, BuiltInRole.Marketing);
        module.Roles.Grant(BuiltInRole.Sales, Cow, new() { Read = Reach.All, Edit = Reach.Own })
            .Grant(BuiltInRole.Viewer, Cow, Reaches.None);
    }
}
