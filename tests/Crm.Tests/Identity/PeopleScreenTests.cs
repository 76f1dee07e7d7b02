using System.Net;
using Crm.Platform.Identity.Rights;
using Crm.Platform.Identity.Roles;
using Crm.Sdk.Records;
using Crm.Sdk.Users;

namespace Crm.Tests.Identity;

public sealed class PeopleScreenTests(SignInHost crm) : IClassFixture<SignInHost>
{
    [Fact]
    public async Task An_administrator_invites_somebody_who_then_signs_in_with_their_own_password()
    {
        var tenant = await crm.NewTenant();
        await crm.NewUser(tenant, "boss@invite.example");
        var sales = (await crm.Ask(tenant, new ListRoles())).Roles.Single(r => r.Role.BuiltIn == "sales").Role.Id;
        var browser = await crm.Browser().SignIn("boss@invite.example");
        await browser.Get("/settings/users/new");
        await browser.Submit("/settings/users", ("name", "佐藤 花子"), ("email", "hanako@invite.example"), ("roles", sales.ToString()));
        var link = new Uri(browser.Page.QuerySelector("[data-one-time-link]")!.GetAttribute("value")!);
        Assert.Equal("https://crm.example", link.GetLeftPart(UriPartial.Authority));

        var hanako = crm.Browser();
        await hanako.Get(link.AbsolutePath);
        var token = hanako.Page.QuerySelector("input[name=__RequestVerificationToken]")!.GetAttribute("value")!;
        await hanako.Post(link.AbsolutePath, ("__RequestVerificationToken", token), ("password", "つきひにせきもりなし"));
        await hanako.SignIn("hanako@invite.example", "つきひにせきもりなし");
        Assert.True(await hanako.IsIn());

        await hanako.Get("/settings/users");
        Assert.Equal(HttpStatusCode.Forbidden, hanako.Status);
        await browser.Get("/settings/users");
        Assert.Contains("佐藤 花子", browser.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mistake_in_the_form_keeps_what_was_typed_and_says_what_is_wrong()
    {
        await crm.NewUser(await crm.NewTenant(), "boss@mistake.example");
        var browser = await crm.Browser().SignIn("boss@mistake.example");
        await browser.Get("/settings/users/new");
        await browser.Submit("/settings/users", ("name", "佐藤 花子"), ("email", "boss@mistake.example"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, browser.Status);
        Assert.Equal("佐藤 花子", browser.Page.QuerySelector("#name")!.GetAttribute("value"));
        Assert.NotEmpty(browser.Page.QuerySelectorAll(".error-box li"));
    }

    [Fact]
    public async Task All_personal_data_is_ticked_at_once_and_a_role_needs_no_English_name()
    {
        var tenant = await crm.NewTenant();
        await crm.NewUser(tenant, "boss@hiding.example");
        var browser = await crm.Browser().SignIn("boss@hiding.example");
        await browser.Get("/settings/roles/new");
        Assert.Null(browser.Page.QuerySelector("input[name=hidden][value='customers.company/sortName']"));

        await browser.Submit("/settings/roles", ("ja", "外部委託"), ("reach.*.Read", "all"), ("mark", "personal"));
        Assert.Equal("外部委託", browser.Page.QuerySelector("#ja")!.GetAttribute("value"));
        Assert.DoesNotContain((await crm.Ask(tenant, new ListRoles())).Roles, r => r.Role.Name.Ja == "外部委託");
        var ticked = browser.Page.QuerySelectorAll("input[name=hidden][checked]").Select(i => i.GetAttribute("value")!).ToList();
        Assert.Contains("customers.person/mobile", ticked);
        Assert.DoesNotContain("customers.company/rank", ticked);

        await browser.Submit("/settings/roles", [("ja", "外部委託"), ("en", ""), ("reach.*.Read", "all"), .. ticked.Select(t => ("hidden", t))]);
        var role = (await crm.Ask(tenant, new ListRoles())).Roles.Single(r => r.Role.Name.Ja == "外部委託").Role;
        Assert.Equal(("外部委託", ticked.Count), (role.Name.En, role.Rights.Hidden.Count));
    }

    [Fact]
    public async Task The_matrix_of_a_role_is_saved_as_it_was_chosen()
    {
        var tenant = await crm.NewTenant();
        await crm.NewUser(tenant, "boss@matrix.example");
        var browser = await crm.Browser().SignIn("boss@matrix.example");
        await browser.Get("/settings/roles/new");
        await browser.Submit(
            "/settings/roles", ("ja", "窓口"), ("en", "Desk"), ("reach.*.Read", "all"), ("reach.customers.person.Edit", "team"), ("reach.customers.person.Export", "none"),
            ("permission", "records.import"), ("permission", "no.such"), ("hidden", "customers.person/birthDate"), ("locked", "customers.person/rank"), ("locked", "no/such"));
        Assert.Equal("/settings/roles", browser.LeadsTo);

        var role = (await crm.Ask(tenant, new ListRoles())).Roles.Single(r => r.Role.Name.En == "Desk").Role;
        Assert.Equal(Reach.All, role.Rights.Reach("customers.company", RecordAction.Read));
        Assert.Equal(Reach.None, role.Rights.Reach("customers.company", RecordAction.Edit));
        Assert.Equal(Reach.All, role.Rights.Reach("customers.person", RecordAction.Read));
        Assert.Equal(Reach.Team, role.Rights.Reach("customers.person", RecordAction.Edit));
        Assert.Equal(["records.import"], role.Rights.Permissions);
        Assert.Equal(["customers.person/birthDate"], role.Rights.Hidden);
        Assert.Equal(["customers.person/rank"], role.Rights.Locked);

        await browser.Get("/settings/roles/" + role.Id);
        Assert.Equal("team", browser.Page.QuerySelector("select[name='reach.customers.person.Edit'] option[selected]")!.GetAttribute("value"));
        Assert.True(browser.Page.QuerySelector("input[name=locked][value='customers.person/rank']")!.HasAttribute("checked"));
    }

    [Fact]
    public async Task Who_may_see_a_field_and_not_change_it_finds_no_input_for_it()
    {
        var tenant = await crm.NewTenant();
        var role = await crm.Ask(tenant, new SaveRole(null, "受付係", "Reception", new() { Records = new Dictionary<string, Reaches> { [RoleRights.OtherTypes] = Reaches.All }, Locked = ["customers.person/rank"] }));
        await crm.NewUser(tenant, "desk@locked.example", role.ToString());
        var person = (await crm.Ask(tenant, new SaveRecord("customers.person", null, new Dictionary<string, object?> { ["lastName"] = "高橋", ["rank"] = "good" }))).Id;
        var browser = await crm.Browser().SignIn("desk@locked.example");

        await browser.Get($"/r/customers.person/{person}/edit");
        Assert.NotNull(browser.Page.QuerySelector("[name=lastName]"));
        Assert.Null(browser.Page.QuerySelector("[name=rank]"));
        await browser.Get($"/r/customers.person/{person}");
        Assert.NotNull(browser.Page.QuerySelector("#d-lastName .detail-edit"));
        Assert.NotNull(browser.Page.QuerySelector("#d-rank"));
        Assert.Null(browser.Page.QuerySelector("#d-rank .detail-edit"));

        await browser.Get($"/r/customers.person/{person}/edit");
        await browser.Submit($"/r/customers.person/{person}", ("lastName", "高橋"), ("rank", "VIP"));
        Assert.Equal("good", (await crm.Ask(tenant, new GetRecord("customers.person", person)))["rank"]);
    }

    [Fact]
    public async Task Teams_are_made_changed_and_removed_on_one_page()
    {
        var tenant = await crm.NewTenant();
        var boss = await crm.NewUser(tenant, "boss@teams.example");
        var browser = await crm.Browser().SignIn("boss@teams.example");
        await browser.Get("/settings/teams");
        await browser.Submit("/settings/teams", ("name", "東日本"), ("members", boss.ToString()));
        var team = Assert.Single((await crm.Ask(tenant, new Crm.Platform.Identity.Teams.ListTeams())).Teams);
        Assert.Equal([boss], team.Members);

        await browser.Get("/settings/teams");
        await browser.Submit($"/settings/teams/{team.Id}/delete");
        Assert.Empty((await crm.Ask(tenant, new Crm.Platform.Identity.Teams.ListTeams())).Teams);
    }

    [Fact]
    public async Task The_page_about_access_answers_for_a_user_and_a_record_type()
    {
        var tenant = await crm.NewTenant();
        await crm.NewUser(tenant, "boss@why.example");
        var viewer = await crm.NewUser(tenant, "viewer@why.example", "viewer", "閲覧 花子");
        var browser = await crm.Browser().SignIn("boss@why.example");
        await browser.Get($"/settings/access?user={viewer}&type=customers.person");
        var rows = browser.Page.QuerySelectorAll("[data-access] tbody tr").Select(r => r.TextContent).ToList();
        Assert.Equal(5, rows.Count);
        Assert.Contains(rows, r => r.Contains("閲覧のみ", StringComparison.Ordinal) || r.Contains("Viewer", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("/me")]
    [InlineData("/settings/users")]
    [InlineData("/settings/roles")]
    [InlineData("/settings/teams")]
    [InlineData("/settings/access")]
    [InlineData("/settings/tenant")]
    public async Task Every_page_exists_in_both_languages(string path)
    {
        var email = $"boss@{path.GetHashCode(StringComparison.Ordinal) & 0xffff}.example";
        await crm.NewUser(await crm.NewTenant(), email);
        var browser = await crm.Browser().SignIn(email);
        browser.Cookies.Add(new Uri("https://crm.example"), new Cookie("crm.lang", "ja"));
        await browser.Get(path);
        Assert.Equal(HttpStatusCode.OK, browser.Status);
        var japanese = browser.Page.QuerySelector("h1")!.TextContent;
        browser.Cookies.Add(new Uri("https://crm.example"), new Cookie("crm.lang", "en"));
        await browser.Get(path);
        Assert.NotEqual(japanese, browser.Page.QuerySelector("h1")!.TextContent);
    }
}
