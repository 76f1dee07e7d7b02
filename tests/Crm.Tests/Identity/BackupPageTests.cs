using System.Net;

namespace Crm.Tests.Identity;

/// <summary>The installation's page of backups: say when and where to, make one now, see it with its sum.</summary>
public sealed class BackupPageTests(SignInHost crm) : IClassFixture<SignInHost>
{
    private const string Page = "/installation/backups";

    [Fact]
    public async Task A_plan_is_saved_and_a_backup_made_now_is_listed_with_its_sum()
    {
        await crm.NewInstallationAdministrator("backups@vendor.example");
        var root = await crm.Browser().SignIn("backups@vendor.example");
        var folder = Directory.CreateTempSubdirectory("crm-backups-").FullName;
        try
        {
            await root.Get(Page);
            await root.Submit(Page, ("folder", "relative"), ("hour", "2"), ("timeZone", "Asia/Tokyo"), ("keep", "7"));
            Assert.Equal(HttpStatusCode.UnprocessableEntity, root.Status);
            await root.Submit(Page, ("active", "true"), ("folder", folder), ("hour", "2"), ("timeZone", "Asia/Tokyo"), ("keep", "7"));
            await root.Get(Page);
            await root.Submit(Page + "/now");

            for (var i = 0; i < 200 && root.Page.QuerySelector("[data-backup=done]") is null; i++)
            {
                await Task.Delay(100);
                await root.Get(Page);
            }

            Assert.Equal(64, root.Page.QuerySelector("[data-backup=done] code")!.GetAttribute("title")!.Length);
            Assert.Single(Directory.GetFiles(folder, "crm-*.zip"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
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
}
