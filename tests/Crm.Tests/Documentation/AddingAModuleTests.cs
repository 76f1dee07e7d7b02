using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Crm.Customers;
using Crm.Tests.Api;
using Crm.Tests.Infrastructure;

namespace Crm.Tests.Documentation;

/// <summary>docs/adding-a-module.md is true: what it shows builds as shown, runs in the host, and passes the tests it shows.</summary>
public sealed partial class AddingAModuleTests(SampleModule sample) : IClassFixture<SampleModule>
{
    public static TheoryData<string> TestsOfThePage =>
        [.. TestMethod().Matches(SampleModule.TestFile.Value).Select(m => m.Groups[1].Value)];

    [Theory, MemberData(nameof(TestsOfThePage))]
    public async Task The_tests_of_the_page_pass(string name)
    {
        var test = sample.TestAssembly.GetExportedTypes().SelectMany(t => t.GetMethods()).Single(m => m.Name == name && m.GetCustomAttribute<FactAttribute>() is not null);
        object[][] runs = test.GetParameters().Length == 0 ? [[]] : [.. Infrastructure.Databases.Reachable.Select(d => new object[] { d })];
        foreach (var arguments in runs) await (Task)test.Invoke(Activator.CreateInstance(test.DeclaringType!), arguments)!;
    }

    [Fact]
    public async Task The_module_is_in_the_menu_on_the_companys_page_and_in_the_api()
    {
        await using var host = await ApiHost.Start(Infrastructure.Databases.Sqlite, [new CustomersModule(), sample.New()]);
        var tenant = await host.NewTenant();
        var company = (await tenant.Admin.Post("records/customers.company", new { name = "株式会社青葉製作所" })).Is(201).Id;
        var gift = (await tenant.Admin.Post("records/gifts.gift", new { companyId = company, item = "水ようかん詰合せ", sentOn = "2026-07-01", price = 3240 })).Is(201).Id;
        var browser = await tenant.BrowserWith("administrator");

        var page = (await browser.Send(HttpMethod.Get, $"/r/customers.company/{company}?tab=gifts.waiting")).Is(200).Text;
        var list = (await browser.Send(HttpMethod.Get, "/r/gifts.gift?q=ようかん")).Is(200).Text;
        var budget = (await browser.Send(HttpMethod.Get, "/x/gifts/budget")).Is(200).Text;

        Assert.Contains("href=\"/r/gifts.gift\"", page, StringComparison.Ordinal);
        Assert.Contains("href=\"/x/gifts/budget\"", page, StringComparison.Ordinal);
        Assert.Contains($"/r/gifts.gift/{gift}", page, StringComparison.Ordinal);
        Assert.Contains($"/r/gifts.gift/{gift}", list, StringComparison.Ordinal);
        Assert.Contains("お中元", (await tenant.Admin.Get("record-types")).Is(200).Json.ToString(), StringComparison.Ordinal);
        Assert.Contains("贈答の費用", budget, StringComparison.Ordinal);
        Assert.Equal(403, (await (await tenant.BrowserWith("sales")).Send(HttpMethod.Get, "/x/gifts/budget")).Status);

        (await tenant.Admin.Post("commands/gifts.record-thanks", new { giftId = gift, on = "2026-07-05" })).Is(204);

        Assert.DoesNotContain($"/r/gifts.gift/{gift}", (await browser.Send(HttpMethod.Get, $"/r/customers.company/{company}?tab=gifts.waiting")).Is(200).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void One_line_in_the_hosts_project_file_brings_a_module_in()
    {
        var modules = XDocument.Load(Tree.PathOf(SampleModule.HostProject)).Descendants("ProjectReference").Select(r => r.Attribute("Include")!.Value).ToList();
        var shown = XElement.Parse(SampleModule.HostLine).Attribute("Include")!.Value;

        Assert.Contains(shown.Replace("Gifts", "Customers", StringComparison.Ordinal), modules);
        Assert.Contains(shown.Replace("../", "", StringComparison.Ordinal), SampleModule.Files.Keys);
    }

    [GeneratedRegex(@"public async Task (\w+)\(", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex TestMethod();
}
