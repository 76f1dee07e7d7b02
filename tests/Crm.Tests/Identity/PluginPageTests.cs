using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using Crm.Platform.Tenancy;
using Crm.Tests.Plugins;
using Microsoft.Extensions.DependencyInjection;

namespace Crm.Tests.Identity;

/// <summary>The installation's page of plugins: trust a publisher, install, see why something is refused, remove.</summary>
public sealed class PluginPageTests(SignInHost crm) : IClassFixture<SignInHost>
{
    private const string Page = "/installation/plugins";

    private const string Kind = """
        public sealed class M : CrmModule
        {
            public override string Key => "kind";
            public override Label Name => ("親切", "Kind");
            public override void Configure(ModuleBuilder module) { }
        }
        """;

    [Fact]
    public async Task A_package_is_installed_once_its_publisher_is_trusted_and_removed_again()
    {
        await crm.NewInstallationAdministrator("plugins@vendor.example");
        var root = await crm.Browser().SignIn("plugins@vendor.example");
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var package = PluginMaker.Pack("kind", "1.0.0", PluginMaker.Compile("Plugin", Kind), m => m["name"] = new { ja = "親切", en = "Kind" }, key: key);

        await Upload(root, package);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, root.Status);
        Assert.Contains("not by a key that is trusted here (publisher: テスト)", root.Text, StringComparison.Ordinal);

        await root.Get(Page);
        await root.Submit(Page + "/keys", ("name", "発行元"), ("pem", "鍵ではない"));
        Assert.Contains("no public key for ECDSA P-256", root.Text, StringComparison.Ordinal);
        await root.Submit(Page + "/keys", ("name", "発行元"), ("pem", key.ExportSubjectPublicKeyInfoPem()));
        await Upload(root, package);
        Assert.Contains("is installed", root.Text, StringComparison.Ordinal);
        Assert.Contains("1.0.0", root.Page.QuerySelector("[data-plugin=kind]")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("発行元", root.Page.QuerySelector("[data-plugin=kind]")!.TextContent, StringComparison.Ordinal);

        // Whoever takes it out is told who works with it, and an upgrade what it leaves behind.
        var tenant = await crm.NewTenant();
        await crm.Services.GetRequiredService<Tenants>().Switch(tenant.Id, "kind", on: true, CancellationToken.None);
        await root.Get(Page);
        Assert.Contains("In use by " + tenant.Name, root.Page.QuerySelector("[data-plugin=kind]")!.InnerHtml, StringComparison.Ordinal);
        await Upload(root, PluginMaker.Pack("kind", "0.9.0", PluginMaker.Compile("Plugin", Kind), key: key));
        Assert.Contains("It is older than 1.0.0", root.Page.QuerySelector(".alert-warning")!.TextContent, StringComparison.Ordinal);

        await root.Submit(Page + "/kind/remove");
        Assert.Null(root.Page.QuerySelector("[data-plugin=kind]"));
    }

    [Fact]
    public async Task Nobody_but_the_installations_administrator_sees_it()
    {
        var tenant = await crm.NewTenant();
        await crm.NewUser(tenant, $"boss@{tenant.Key}.example", "administrator");
        var boss = await crm.Browser().SignIn($"boss@{tenant.Key}.example");
        await boss.Get(Page);
        Assert.Equal(HttpStatusCode.Forbidden, boss.Status);
    }

    private static async Task Upload(Browser root, byte[] package)
    {
        await root.Get(Page);
        using var form = new MultipartFormDataContent();
        form.Add(new StringContent(root.Page.QuerySelector("input[name=__RequestVerificationToken]")!.GetAttribute("value")!), "__RequestVerificationToken");
        var file = new ByteArrayContent(package);
        file.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        form.Add(file, "file", "kind-1.0.0.crmplugin");
        await root.Send(new HttpRequestMessage(HttpMethod.Post, Page) { Content = form });
    }
}
