using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Crm.Platform.Editions.Packages;
using Crm.Platform.Plugins.Packages;
using Crm.Platform.Tenancy;
using Crm.Sdk.Records;
using Crm.Tests.Identity;
using Crm.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;

namespace Crm.Tests.Editions;

/// <summary>The editions in plugins/Editions on the whole product, as a vendor ships them: signed, through the pages.</summary>
public sealed class SampleEditionTests(SignInHost crm) : IClassFixture<SignInHost>
{
    private const string Home = "/installation/editions";

    [Fact]
    public async Task The_waste_edition_is_taken_in_a_tenant_made_from_it_shows_its_brand_and_is_upgraded_and_rolled_back()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var root = await Root(key, "sanpai");
        await Upload(root, Pack("SanpaiEdition", key));
        Assert.Contains("1.0.0", root.Page.QuerySelector("[data-edition='sanpai 1.0.0']")!.TextContent, StringComparison.Ordinal);

        await root.Get("/installation");
        await root.Submit("/installation/tenants", ("key", "midori"), ("tenantName", "みどり環境"), ("name", "緑川 誠"), ("email", "first@midori.example"), ("edition", "sanpai"));
        Assert.NotNull(root.Page.QuerySelector("[data-one-time-link]"));
        var tenant = (await crm.Services.GetRequiredService<Tenants>().Find("midori", CancellationToken.None))!;
        await crm.NewUser(tenant, "boss@midori.example");
        var boss = await crm.Browser().SignIn("boss@midori.example");

        await boss.Get("/");
        Assert.Equal("産廃ナビ", boss.Page.QuerySelector(".brand-name")!.TextContent);
        Assert.Contains(boss.Page.QuerySelectorAll(".menu-link"), a => a.TextContent.Contains("排出事業者・取引先", StringComparison.Ordinal));
        var (style, logo) = (boss.Page.QuerySelector("link[href^='/brand/']")!.GetAttribute("href")!, boss.Page.QuerySelector(".brand img")!.GetAttribute("src")!);
        Assert.Contains("--tblr-primary: #0b6e4f;", await (await boss.Get(style)).Content.ReadAsStringAsync(), StringComparison.Ordinal);
        var picture = await boss.Get(logo);
        Assert.Equal(("image/svg+xml", "private, max-age=31536000, immutable"), (picture.Content.Headers.ContentType!.MediaType, string.Join(", ", picture.Headers.GetValues("Cache-Control")).Replace("max-age=31536000, private", "private, max-age=31536000", StringComparison.Ordinal)));
        Assert.Contains("sandbox", string.Join(' ', picture.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
        Assert.Equal(4, (await crm.Ask(tenant, new ListRecords("deals.stage") { Filter = Filter.Eq("pipelineId", (await crm.Ask(tenant, new ListRecords("deals.pipeline") { Filter = Filter.Eq("code", "sanpai") })).Rows[0].Id) })).Rows.Count);
        await boss.Get("/r/custom.vehicle");
        Assert.Equal(HttpStatusCode.OK, boss.Status);

        // The next version, on the page of the tenant: seen first, then done, then taken back.
        await Upload(root, Pack("SanpaiEdition", key, e =>
        {
            e["version"] = "1.1.0";
            e.At("labels", "deals.deal#plural")["ja"] = "引合い・商談";
        }));
        await boss.Get("/settings/edition");
        await boss.Get(boss.Page.QuerySelector("a[href*='version=1.1.0']")!.GetAttribute("href")!);
        var row = Assert.Single(boss.Page.QuerySelectorAll("[data-edition-plan] tbody tr"));
        Assert.Equal(("label:deals.deal#plural#", "Change"), (row.GetAttribute("data-line"), row.GetAttribute("data-action")));
        Assert.Contains("引合い・商談", row.TextContent, StringComparison.Ordinal);
        await boss.Submit("/settings/edition");
        Assert.Equal(HttpStatusCode.OK, boss.Status);
        await boss.Get("/");
        Assert.Contains(boss.Page.QuerySelectorAll(".menu-link"), a => a.TextContent.Contains("引合い・商談", StringComparison.Ordinal));
        await boss.Get("/settings/edition");
        await boss.Submit("/settings/edition/rollback");
        await boss.Get("/");
        Assert.DoesNotContain(boss.Page.QuerySelectorAll(".menu-link"), a => a.TextContent.Contains("引合い・商談", StringComparison.Ordinal));

        // Another tenant of the same installation is as it was.
        var other = await crm.NewTenant();
        await crm.NewUser(other, $"boss@{other.Key}.example");
        var stranger = await crm.Browser().SignIn($"boss@{other.Key}.example");
        await stranger.Get("/");
        Assert.Equal(other.Name, stranger.Page.QuerySelector(".brand-name")!.TextContent);
        Assert.Null(stranger.Page.QuerySelector("link[href^='/brand/']"));
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.Get(style)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.Get(logo)).StatusCode);
        await stranger.Get(Home);
        Assert.Equal(HttpStatusCode.Forbidden, stranger.Status);
    }

    [Fact]
    public async Task The_inn_edition_fits_the_product_too()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var root = await Root(key, "ryokan");
        await Upload(root, Pack("RyokanEdition", key));
        Assert.NotNull(root.Page.QuerySelector("[data-edition='ryokan 1.0.0']"));

        // Changed on the way it is refused with its reason.
        var files = EditionPackage.Read(Pack("RyokanEdition", key)).Value.Files.ToDictionary(f => f.Key, f => f.Value);
        files[EditionManifest.File] = [.. files[EditionManifest.File], (byte)'\n'];
        await Upload(root, Plugins.PluginMaker.Zip(files));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, root.Status);
        Assert.Contains("SHA256SUMS", root.Text, StringComparison.Ordinal);
    }

    private async Task<Browser> Root(ECDsa key, string name)
    {
        await crm.NewInstallationAdministrator($"{name}@vendor.example");
        var root = await crm.Browser().SignIn($"{name}@vendor.example");
        await root.Get("/installation/plugins");
        await root.Submit("/installation/plugins/keys", ("name", name), ("pem", key.ExportSubjectPublicKeyInfoPem()));
        return root;
    }

    private static byte[] Pack(string folder, ECDsa key, Action<JsonObject>? change = null)
    {
        var from = Path.Combine(Tree.Root, "plugins", "Editions", folder);
        var edition = JsonNode.Parse(File.ReadAllBytes(Path.Combine(from, EditionManifest.File)))!.AsObject();
        change?.Invoke(edition);
        var packed = EditionPackage.Pack(
            name => name == EditionManifest.File ? JsonSerializer.SerializeToUtf8Bytes(edition) : File.Exists(Path.Combine(from, name)) ? File.ReadAllBytes(Path.Combine(from, name)) : null, plugin => Built(plugin, key));
        Assert.True(!packed.Failed, string.Join("\n", packed.Problems.Select(p => p.Message.En)));
        return SummedZip.Signed(packed.Value, EditionPackage.Read(packed.Value).Value.Files[SummedZip.Sums], key.ExportPkcs8PrivateKeyPem());
    }

    /// <summary>The package its build made, signed by the vendor.</summary>
    private static byte[] Built(EditionPlugin plugin, ECDsa key)
    {
        var package = Directory.GetFiles(Path.Combine(Tree.Root, "plugins"), Path.GetFileName(plugin.Path), SearchOption.AllDirectories).Where(f => f.Contains("bin", StringComparison.Ordinal)).MaxBy(File.GetLastWriteTimeUtc);
        Assert.True(package is not null, $"{plugin.Path} was not built.");
        var content = File.ReadAllBytes(package);
        return SummedZip.Signed(content, PluginPackage.Read(content, new PackageLimits()).Value.Files[SummedZip.Sums], key.ExportPkcs8PrivateKeyPem());
    }

    private static async Task Upload(Browser root, byte[] package)
    {
        await root.Get(Home);
        using var form = new MultipartFormDataContent();
        form.Add(new StringContent(root.Page.QuerySelector("input[name=__RequestVerificationToken]")!.GetAttribute("value")!), "__RequestVerificationToken");
        var file = new ByteArrayContent(package);
        file.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        form.Add(file, "file", "edition.crmedition");
        await root.Send(new HttpRequestMessage(HttpMethod.Post, Home) { Content = form });
    }
}
