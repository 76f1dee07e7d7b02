using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Crm.Platform.Identity.Rights;
using Crm.Platform.Messaging;
using Crm.Platform.Tenancy;
using Crm.Platform.Webhooks;
using Crm.Sdk.Users;
using Crm.Tests.Infrastructure;
using Crm.Tests.Messaging;
using Microsoft.Extensions.DependencyInjection;

namespace Crm.Tests.Webhooks;

/// <summary>Other systems hear of events: signed, repeated until they take it, and never behind the firewall.</summary>
public sealed class WebhookTests
{
    private const string Placed = "shop.order-placed.v1";

    [Theory, EveryDatabase]
    public async Task An_event_is_told_with_a_signature_that_its_secret_explains(string database)
    {
        await using var host = await ShopNode.Installation(database);
        await using var there = await Receiver.Start();
        await using var node = await Node(host);
        var saved = await SaveFor(node, host, new SaveWebhook(null, there.Url, [Placed]));
        var other = await host.NewTenant("beta");

        var order = (await host.PlaceOrders(1))[0];
        await host.PlaceOrders(1, other);
        await Until(() => Task.FromResult(!there.Came.IsEmpty));

        var call = Assert.Single(there.Came);
        using var body = JsonDocument.Parse(call.Body);
        Assert.Equal(Placed, body.RootElement.GetProperty("type").GetString());
        Assert.Equal(order, body.RootElement.GetProperty("data").GetProperty("order").GetGuid());
        var key = Convert.FromBase64String(saved.Secret!["whsec_".Length..]);
        Assert.Equal("v1," + Convert.ToBase64String(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{call.Id}.{call.Timestamp}.{call.Body}"))), call.Signature);
        await Until(async () => (await List(host)).Single() is { Waiting: 0, LastAnswer: not null });
        Assert.StartsWith("HTTP 204", (await List(host)).Single().LastAnswer, StringComparison.Ordinal);
    }

    [Theory, EveryDatabase]
    public async Task What_is_not_taken_is_told_again_under_the_same_id(string database)
    {
        await using var host = await ShopNode.Installation(database);
        await using var there = await Receiver.Start();
        there.Answers = call => call < 3 ? 503 : 200;
        await using var node = await Node(host);
        await SaveFor(node, host, new SaveWebhook(null, there.Url, [Placed]));

        await host.PlaceOrders(1);
        await Until(() => Task.FromResult(there.Came.Count >= 1));
        await Until(async () =>
        {
            host.Clock.Advance(TimeSpan.FromMinutes(1));
            return (await List(host)).Single().Waiting == 0;
        });

        Assert.Equal(3, there.Came.Count);
        Assert.Single(there.Came.Select(c => c.Id).Distinct());
    }

    [Fact]
    public async Task One_that_fails_for_days_is_paused_and_told_when_resumed_what_it_missed()
    {
        await using var host = await ShopNode.Installation(Databases.Sqlite);
        await using var there = await Receiver.Start();
        there.Answers = _ => 500;
        await using var node = await Node(host);
        var hook = await SaveFor(node, host, new SaveWebhook(null, there.Url, [Placed]), out var owner);
        await host.PlaceOrders(1);
        await Until(async () =>
        {
            host.Clock.Advance(TimeSpan.FromHours(25));
            return !(await List(host)).Single().Active;
        });
        await host.PlaceOrders(1);
        await Until(async () => (await List(host)).Single().Waiting == 1);
        var tried = there.Came.Count;

        await Until(async () => (await host.Ask(new ListNotifications(), actor: owner)).Items.Count > 0);
        Assert.Equal("/settings/webhooks", (await host.Ask(new ListNotifications(), actor: owner)).Items[0].Link);
        Assert.Equal(10, tried);
        there.Answers = _ => 200;
        await SaveFor(node, host, new SaveWebhook(hook.Id, there.Url, [Placed]));

        await Until(async () => (await List(host)).Single() is { Waiting: 0, Failed: 0 });
        Assert.Equal(tried + 2, there.Came.Count);
    }

    [Fact]
    public async Task No_redirect_is_followed()
    {
        await using var host = await ShopNode.Installation(Databases.Sqlite);
        await using var there = await Receiver.Start();
        there.Answers = _ => 302;
        await using var node = await Node(host);
        await SaveFor(node, host, new SaveWebhook(null, there.Url, [Placed]));

        await host.PlaceOrders(1);
        await Until(async () => (await List(host)).Single().LastAnswer is not null);

        Assert.DoesNotContain(there.Came, c => c.Id == "elsewhere");
        Assert.StartsWith("HTTP 302", (await List(host)).Single().LastAnswer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ftp://example.com/", "not-an-address")]
    [InlineData("http://example.com/", "not-an-address")]
    [InlineData("https://user:secret@example.com/", "not-an-address")]
    [InlineData("https://127.0.0.1/", "address-inside")]
    [InlineData("https://[::1]/", "address-inside")]
    [InlineData("https://[::ffff:10.0.0.1]/", "address-inside")]
    [InlineData("https://169.254.169.254/latest/meta-data", "address-inside")]
    [InlineData("https://2130706433/", "address-inside")]
    public async Task An_address_within_is_refused(string url, string code)
    {
        await using var host = await ShopNode.Installation(Databases.Sqlite);
        var refused = await host.Send(new SaveWebhook(null, url, [Placed]));
        Assert.Equal(code, Assert.Single(refused.Problems).Code);
        Assert.Empty(await List(host));
    }

    [Fact]
    public async Task A_name_that_leads_within_is_not_called()
    {
        await using var there = await Receiver.Start();
        using var post = new WebhookPost(Microsoft.Extensions.Options.Options.Create(new WebhookOptions()));
        var (taken, _, answer) = await post.Send(there.Url.Replace("127.0.0.1", "localhost", StringComparison.Ordinal), WebhookSignature.NewSecret(), "msg_1", DateTimeOffset.UnixEpoch, "{}", CancellationToken.None);
        Assert.False(taken);
        Assert.Contains("internal network", answer, StringComparison.Ordinal);
        Assert.Empty(there.Came);
    }

    [Theory]
    [InlineData("8.8.8.8", false)]
    [InlineData("100.64.0.1", true)]
    [InlineData("172.31.255.255", true)]
    [InlineData("172.32.0.1", false)]
    [InlineData("198.19.0.1", true)]
    [InlineData("224.0.0.1", true)]
    [InlineData("2400:4050::1", false)]
    [InlineData("fd00::1", true)]
    [InlineData("fe80::1", true)]
    [InlineData("2002:7f00:1::", true)]
    [InlineData("64:ff9b::7f00:1", true)]
    [InlineData("::", true)]
    public void Addresses_within_are_known(string address, bool within) => Assert.Equal(within, WebhookPost.IsInside(IPAddress.Parse(address)));

    [Fact]
    public async Task Only_who_may_change_settings_sees_or_sets_them()
    {
        await using var host = await ShopNode.Installation(Databases.Sqlite);
        var clerk = TestHost.UserWith();
        Assert.Equal("forbidden", Assert.Single((await host.Send(new ListWebhooks(), actor: clerk)).Problems).Code);
        Assert.Equal("forbidden", Assert.Single((await host.Send(new SaveWebhook(null, "https://example.com/", [Placed]), actor: clerk)).Problems).Code);
        var mine = await host.Ask(new SaveWebhook(null, "https://example.com/", [Placed]));
        var beta = await host.NewTenant("beta");
        Assert.Equal("no-such-webhook", Assert.Single((await host.Send(new DeleteWebhook(mine.Id), beta)).Problems).Code);
        Assert.Equal("no-such-webhook", Assert.Single((await host.Send(new SaveWebhook(mine.Id, "https://example.org/", [Placed]), beta)).Problems).Code);
        Assert.Equal("no-such-event", Assert.Single((await host.Send(new SaveWebhook(null, "https://example.org/", ["shop.nothing.v1"]))).Problems).Code);
        Assert.False((await host.Send(new DeleteWebhook(mine.Id))).Failed);
        Assert.Empty(await List(host));
    }

    private static Task<ShopNode> Node(TestHost host) => ShopNode.Start(host, adjust: node => node.Configure<WebhookOptions>(o => o.AllowInside = true));

    private static Task<SavedWebhook> SaveFor(ShopNode node, TestHost host, SaveWebhook save) => SaveFor(node, host, save, out _);

    /// <summary>Saves at the node that may call this machine.</summary>
    private static Task<SavedWebhook> SaveFor(ShopNode node, TestHost host, SaveWebhook save, out Actor owner)
    {
        var actor = TestHost.UserWith([PlatformPermissions.Settings]);
        owner = actor;
        return Send();

        async Task<SavedWebhook> Send()
        {
            await using var scope = await node.Get<Platform.Pipeline.WorkScopes>().Open(host.Tenant, actor, CancellationToken.None);
            var saved = await scope.Get<MediatR.IMediator>().Send(save);
            Assert.False(saved.Failed, saved.Failed ? saved.Problems[0].Message.En : "");
            return saved.Value;
        }
    }

    private static async Task<IReadOnlyList<Webhook>> List(TestHost host) => (await host.Ask(new ListWebhooks())).Webhooks;

    private static Task Until(Func<Task<bool>> happens) => ShopInstallation.Eventually(happens, "what is waited for");
}
