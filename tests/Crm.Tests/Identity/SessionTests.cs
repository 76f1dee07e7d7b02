using System.Net;
using Crm.Platform.Identity.SignIn;
using Crm.Platform.Identity.Users;
using Crm.Platform.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Crm.Tests.Identity;

public sealed class SessionTests(SignInHost crm) : IClassFixture<SignInHost>
{
    [Fact]
    public async Task A_session_ended_from_another_device_is_out_at_its_next_request()
    {
        await crm.NewUser(await crm.NewTenant(), "taro@end.example");
        var (desk, phone) = (await crm.Browser().SignIn("taro@end.example"), await crm.Browser().SignIn("taro@end.example"));
        Assert.True(await phone.IsIn());

        await desk.Get("/me");
        var other = desk.Page.QuerySelector("form[action='/me/sessions/end'] button[name=id]")!.GetAttribute("value")!;
        await desk.Submit("/me/sessions/end", ("id", other));
        Assert.False(await phone.IsIn());
        Assert.True(await desk.IsIn());
    }

    [Fact]
    public async Task A_changed_password_ends_all_sessions_but_the_one_it_was_changed_in()
    {
        await crm.NewUser(await crm.NewTenant(), "taro@change.example");
        var (desk, phone) = (await crm.Browser().SignIn("taro@change.example"), await crm.Browser().SignIn("taro@change.example"));

        await desk.Get("/me");
        await desk.Submit("/me/password", ("current", SignInHost.Password), ("password", "うゐのおくやまけふこえて"));
        Assert.Equal(HttpStatusCode.Redirect, desk.Status);
        Assert.True(await desk.IsIn());
        Assert.False(await phone.IsIn());
        Assert.False(await (await crm.Browser().SignIn("taro@change.example")).IsIn());
        Assert.True(await (await crm.Browser().SignIn("taro@change.example", "うゐのおくやまけふこえて")).IsIn());
    }

    [Theory]
    [InlineData("short", "password-short")]
    [InlineData("password12345", "password-guessable")]
    [InlineData("1234567890", "password-guessable")]
    [InlineData("aaaaaaaaaaaa", "password-guessable")]
    [InlineData("weakling2026", "password-guessable")]
    public async Task A_weak_password_is_refused(string password, string code)
    {
        var answer = await crm.Send(await crm.NewTenant(), new InviteUser("weakling@weak.example", "鈴木 一郎") { Password = password });
        Assert.Equal(code, Assert.Single(answer.Problems).Code);
    }

    [Fact]
    public async Task A_deactivated_user_is_out_at_once()
    {
        var tenant = await crm.NewTenant();
        await crm.NewUser(tenant, "boss@deactivate.example");
        var user = await crm.NewUser(tenant, "taro@deactivate.example");
        var browser = await crm.Browser().SignIn("taro@deactivate.example");
        Assert.True(await browser.IsIn());
        await crm.Send(tenant, new SetUserActive(user, false));
        Assert.False(await browser.IsIn());
    }

    [Fact]
    public async Task A_closed_tenant_lets_nobody_in()
    {
        var tenant = await crm.NewTenant();
        await crm.NewUser(tenant, "taro@closed.example");
        var browser = await crm.Browser().SignIn("taro@closed.example");
        await crm.Services.GetRequiredService<Tenants>().Update(tenant.Id, row => row.Active = false, CancellationToken.None);
        Assert.False(await browser.IsIn());
        Assert.False(await (await crm.Browser().SignIn("taro@closed.example")).IsIn());
    }

    [Fact]
    public async Task A_session_whose_row_is_gone_on_another_node_is_out_within_seconds()
    {
        var user = await crm.NewUser(await crm.NewTenant(), "taro@node.example");
        var browser = await crm.Browser().SignIn("taro@node.example");
        Assert.True(await browser.IsIn());
        await using (var db = await crm.Services.GetRequiredService<Platform.ControlDbs>().Open())
        {
            await db.Sessions.Where(s => s.UserId == user).ExecuteDeleteAsync();
        }

        for (var i = 0; i < 40 && await browser.IsIn(); i++) await Task.Delay(250);
        Assert.False(await browser.IsIn());
    }

    [Fact]
    public async Task A_request_that_was_seen_before_asks_the_identity_tables_nothing()
    {
        await crm.NewUser(await crm.NewTenant(), "taro@cached.example");
        var browser = await crm.Browser().SignIn("taro@cached.example");
        var sessions = crm.Services.GetRequiredService<Sessions>();
        Assert.True(await browser.IsIn());
        await using var db = await crm.Services.GetRequiredService<Platform.ControlDbs>().Open();
        var id = await db.Sessions.Where(s => db.Users.Any(u => u.Id == s.UserId && u.Email == "taro@cached.example")).Select(s => s.Id).SingleAsync();
        Assert.True(sessions.Check(id, CancellationToken.None).IsCompletedSuccessfully);
    }

    [Fact]
    public async Task When_a_session_was_last_seen_is_written_in_the_background()
    {
        var user = await crm.NewUser(await crm.NewTenant(), "taro@seen.example");
        var browser = await crm.Browser().SignIn("taro@seen.example");
        await using var db = await crm.Services.GetRequiredService<Platform.ControlDbs>().Open();
        var before = await db.Sessions.AsNoTracking().SingleAsync(s => s.UserId == user);
        await browser.IsIn();
        await crm.Services.GetRequiredService<LastSeen>().Write(CancellationToken.None);
        var after = await db.Sessions.AsNoTracking().SingleAsync(s => s.UserId == user);
        Assert.True(after.SeenAt > before.SeenAt && after.ExpiresAt > before.ExpiresAt);
    }
}
