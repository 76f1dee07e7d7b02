using Crm.Deals.Contracts;
using Crm.Platform.Messaging;
using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Messaging;
using Crm.Sdk.Users;
using Crm.Tests.Customers;
using Crm.Tests.Deals;
using Crm.Tests.Infrastructure;
using Crm.Tests.Messaging.Newsletter;
using Crm.Tests.Messaging.Shop;
using MediatR;
using Databases = Crm.Tests.Infrastructure.Databases;

namespace Crm.Tests.Messaging;

/// <summary>Events reach every subscriber once in effect, whatever fails and whenever a node dies.</summary>
public sealed class OutboxTests
{
    private const int EffectsPerOrder = 3;

    [Theory, EveryDatabase]
    public async Task An_event_reaches_each_subscriber_and_what_they_raise_goes_on(string database)
    {
        await using var host = await ShopNode.Installation(database);
        await using var node = await ShopNode.Start(host);
        var order = (await host.PlaceOrders(1))[0];
        var effects = await host.SettledEffects(EffectsPerOrder);
        Assert.Equal([ThankCustomer.Name, PackOrder.Name, ShipOrder.Name], effects.Select(e => e.Subscriber).Order(StringComparer.Ordinal));
        Assert.All(effects, e => Assert.Equal(order, e.Order));
    }

    [Theory, EveryDatabase]
    public async Task Who_names_record_types_hears_of_those_alone_and_nothing_else_is_queued_for_them(string database)
    {
        await using var crm = await DealsHost.Start(database);
        await crm.Company("株式会社青葉製作所");
        await crm.DeliverEvents();

        var told = await Told();
        Assert.Contains("customers.find-duplicates", told);
        Assert.DoesNotContain("deals.amount-from-lines", told);

        var deal = await crm.Deal("安全靴の一括更新");
        await crm.Save(DealsContract.Line, ("dealId", deal), ("productName", "安全靴"), ("quantity", 2m), ("unitPrice", 4_000m));
        await crm.DeliverEvents();
        Assert.Contains("deals.amount-from-lines", await Told());
        Assert.Equal(8_000m, (await crm.Get(DealsContract.Deal, deal))["amount"]);

        async Task<List<string>> Told()
        {
            await using var scope = await crm.Scope();
            var sql = await scope.Get<Session>().Sql(CancellationToken.None);
            return await sql.Rows($"SELECT DISTINCT subscriber FROM platform_delivery WHERE tenant_id = {crm.Tenant.Id}", r => r.Text(0), CancellationToken.None);
        }
    }

    [Theory, EveryDatabase]
    public async Task A_handler_acts_in_the_name_of_whoever_caused_the_event(string database)
    {
        await using var host = await ShopNode.Installation(database);
        await using var node = await ShopNode.Start(host);
        await using (var scope = await host.Scope(actor: new Actor(Guid.CreateVersion7(), "佐藤 花子", ChangeSource.Screen, AccessRights.Everything)))
        {
            await scope.Get<Outbox>().Append([new OrderPlaced(Guid.CreateVersion7(), "天ぷら")], CancellationToken.None);
        }

        var effects = await host.SettledEffects(EffectsPerOrder);
        Assert.Equal("佐藤 花子", effects.Single(e => e.Subscriber == PackOrder.Name).By);
    }

    [Theory, EveryDatabase]
    public async Task A_handler_may_do_everything_in_its_tenant_and_nothing_of_the_installation(string database)
    {
        await using var host = await ShopNode.Installation(database);
        await using var node = await ShopNode.Start(host);
        await using (var scope = await host.Scope(actor: Actor.AtTheServer))
        {
            await scope.Get<Outbox>().Append([new OrderPlaced(Guid.CreateVersion7(), PackOrder.AsksForTenants)], CancellationToken.None);
        }

        await host.SettledEffects(EffectsPerOrder);
        Assert.Contains("forbidden", node.Trouble.Seen);
    }

    [Theory, EveryDatabase]
    public async Task An_event_of_a_transaction_that_rolls_back_never_happened(string database)
    {
        await using var host = await ShopNode.Installation(database);
        await using var node = await ShopNode.Start(host);
        await using (var scope = await host.Scope())
        {
            var session = scope.Get<Crm.Platform.Storage.Session>();
            await Assert.ThrowsAsync<InvalidOperationException>(() => session.Write<bool>(
                async (_, _) =>
                {
                    await scope.Get<Outbox>().Append([new OrderPlaced(Guid.CreateVersion7(), "取り消し")], CancellationToken.None);
                    throw new InvalidOperationException("後の処理で失敗");
                },
                CancellationToken.None));
        }

        await host.PlaceOrders(1);
        Assert.Equal(EffectsPerOrder, (await host.SettledEffects(EffectsPerOrder)).Count);
    }

    public static TheoryData<string, DeliveryStepName, int> Deaths()
    {
        var deaths = new TheoryData<string, DeliveryStepName, int>();
        foreach (var database in Databases.Reachable)
        {
            foreach (var step in Enum.GetValues<DeliveryStepName>())
            {
                deaths.Add(database, step, 1);

                // Events are fanned out in few passes: what was there at the start, then what its handlers raised.
                deaths.Add(database, step, step is DeliveryStepName.FannedOut or DeliveryStepName.FanOutCommitted ? 2 : 3);
            }
        }

        return deaths;
    }

    [Theory, MemberData(nameof(Deaths))]
    public async Task A_node_that_dies_between_two_steps_loses_nothing_and_doubles_nothing(string database, DeliveryStepName step, int time)
    {
        await using var host = await ShopNode.Installation(database);
        var orders = await host.PlaceOrders(4);
        await using (var node = await ShopNode.Start(host, dieAt: (DeliveryStep)step, dieTime: time))
        {
            await ShopInstallation.Eventually(() => Task.FromResult(node.Died), "the node died");
        }

        orders.AddRange(await host.PlaceOrders(2));
        host.Clock.Advance(new MessagingOptions().Lease + TimeSpan.FromSeconds(1));
        await using var next = await ShopNode.Start(host);
        var effects = await host.SettledEffects(orders.Count * EffectsPerOrder);
        Assert.Equal(orders.Count * EffectsPerOrder, effects.Count);
        Assert.Equal(effects.Count, effects.Select(e => (e.Order, e.Subscriber)).Distinct().Count());
        Assert.Equal(0, (await State(host)).Sum(s => s.Waiting + s.Retrying + s.Dead));
    }

    [Theory, EveryDatabase]
    public async Task Several_nodes_share_the_work_and_do_nothing_twice(string database)
    {
        await using var host = await ShopNode.Installation(database);
        var second = await host.NewTenant("beta");
        await using var a = await ShopNode.Start(host);
        await using var b = await ShopNode.Start(host);
        await using var c = await ShopNode.Start(host);
        var orders = (await Task.WhenAll(host.PlaceOrders(30), host.PlaceOrders(30, second))).SelectMany(o => o).ToList();
        var effects = (await host.SettledEffects(30 * EffectsPerOrder)).Concat(await host.SettledEffects(30 * EffectsPerOrder, second)).ToList();
        Assert.Equal(orders.Count * EffectsPerOrder, effects.Count);
        Assert.Equal(effects.Count, effects.Select(e => (e.Order, e.Subscriber)).Distinct().Count());
    }

    [Theory, EveryDatabase]
    public async Task A_subscriber_that_throws_is_tried_again_later_and_holds_up_no_other(string database)
    {
        await using var host = await ShopNode.Installation(database);
        await using var node = await ShopNode.Start(host);
        node.Trouble.In[PackOrder.Name] = _ => throw new InvalidOperationException("箱がない");
        await host.PlaceOrders(3);
        await ShopInstallation.Eventually(async () => (await host.Effects()).Count(e => e.Subscriber == ThankCustomer.Name) == 3, "the other subscriber");
        await ShopInstallation.Eventually(async () => (await State(host)).Any(s => s.Subscriber == PackOrder.Name && s.Retrying == 3), "three retries");
        var retries = await host.Ask(new ListRetries());
        Assert.Equal(3, retries.Count);
        Assert.All(retries, r => Assert.Equal((PackOrder.Name, 1, true), (r.Subscriber, r.Attempts, r.NextTry > host.Clock.GetUtcNow())));
        Assert.All(retries, r => Assert.Contains("箱がない", r.Error, StringComparison.Ordinal));
        Assert.Equal(ProblemKind.Forbidden, (await host.Send(new ListRetries(), actor: TestHost.UserWith())).Problems.Single().Kind);
        Assert.DoesNotContain(await host.Effects(), e => e.Subscriber == PackOrder.Name);

        node.Trouble.In.Clear();
        host.Clock.Advance(TimeSpan.FromSeconds(7));
        Assert.Equal(3 * EffectsPerOrder, (await host.SettledEffects(3 * EffectsPerOrder)).Count);
        Assert.Empty(await host.Ask(new ListRetries()));
    }

    [Theory, EveryDatabase]
    public async Task What_fails_every_time_becomes_a_dead_letter_that_can_be_retried_or_discarded(string database)
    {
        await using var host = await ShopNode.Installation(database);
        await using var node = await ShopNode.Start(host, m => (m.Attempts, m.FirstRetry) = (3, TimeSpan.Zero));
        node.Trouble.In[PackOrder.Name] = _ => throw new InvalidOperationException("箱がない");
        await host.PlaceOrders(2);
        await ShopInstallation.Eventually(async () => (await State(host)).Any(s => s.Subscriber == PackOrder.Name && s.Dead == 2), "two dead letters");
        var dead = await host.Ask(new ListDeadLetters());
        Assert.All(dead, d => Assert.Equal((PackOrder.Name, "shop", "shop.order-placed.v1", 3), (d.Subscriber, d.Module, d.Name, d.Attempts)));
        Assert.Contains("箱がない", dead[0].Error, StringComparison.Ordinal);
        Assert.Contains("寿司", dead[0].Payload, StringComparison.Ordinal);

        node.Trouble.In.Clear();
        Assert.False((await host.Send(new RetryDeadLetter(dead[0].Event, dead[0].Subscriber))).Failed);
        Assert.False((await host.Send(new DiscardDeadLetter(dead[1].Event, dead[1].Subscriber))).Failed);
        await ShopInstallation.Eventually(async () => (await host.Effects()).Count(e => e.Subscriber == PackOrder.Name) == 1, "the retried one");
        Assert.Empty(await host.Ask(new ListDeadLetters()));
        var gone = await host.Send(new RetryDeadLetter(dead[1].Event, dead[1].Subscriber));
        Assert.Equal(ProblemKind.NotFound, gone.Problems.Single().Kind);
    }

    [Theory, EveryDatabase]
    public async Task An_event_that_kills_the_node_each_time_becomes_a_dead_letter(string database)
    {
        await using var host = await ShopNode.Installation(database);
        await host.PlaceOrders(1);

        // Two subscribers, two attempts each: after four deaths at the latest both are worn out.
        for (var deaths = 0; (await State(host)).Sum(s => s.Dead) < 2; deaths++)
        {
            Assert.InRange(deaths, 0, 4);
            await using (var node = await ShopNode.Start(host, m => m.Attempts = 2, dieAt: DeliveryStep.Marked))
            {
                await ShopInstallation.Eventually(async () => node.Died || (await State(host)).Sum(s => s.Dead) == 2, "the node died");
            }

            host.Clock.Advance(TimeSpan.FromMinutes(2));
        }

        Assert.Empty(await host.Effects());
        Assert.All(await host.Ask(new ListDeadLetters()), d => Assert.Contains("node stopped", d.Error, StringComparison.Ordinal));
    }

    [Theory, EveryDatabase]
    public async Task A_handler_that_hangs_is_given_up_after_its_time_and_leaves_nothing_behind(string database)
    {
        await using var host = await ShopNode.Installation(database);
        await using var node = await ShopNode.Start(host, m => (m.HandlerTimeout, m.Attempts) = (TimeSpan.FromSeconds(3), 1));
        var hangs = new TaskCompletionSource();
        node.Trouble.In[PackOrder.Name] = _ => hangs.Task;
        await host.PlaceOrders(1);
        await ShopInstallation.Eventually(async () => (await State(host)).Sum(s => s.Dead) == 1, "the time ran out");
        Assert.Contains("longer than 3 seconds", (await host.Ask(new ListDeadLetters())).Single().Error, StringComparison.Ordinal);
        Assert.Equal([ThankCustomer.Name], (await host.SettledEffects(1)).Select(e => e.Subscriber));
        hangs.SetResult();
    }

    [Theory, EveryDatabase]
    public async Task A_module_that_is_off_gets_nothing_and_all_it_missed_when_it_is_on_again(string database)
    {
        await using var host = await ShopNode.Installation(database);
        await using var node = await ShopNode.Start(host);
        var early = await host.PlaceOrders(1);
        await host.SettledEffects(EffectsPerOrder);

        await Switch(host, node, on: false);
        var missed = await host.PlaceOrders(2);
        Assert.DoesNotContain(await host.SettledEffects(EffectsPerOrder + 4), e => e.Subscriber == ThankCustomer.Name && missed.Contains(e.Order));

        await Switch(host, node, on: true);
        await ShopInstallation.Eventually(async () => (await host.Effects()).Count == 3 * EffectsPerOrder, "what was missed");
        var thanked = (await host.Effects()).Where(e => e.Subscriber == ThankCustomer.Name).Select(e => e.Order).ToList();
        Assert.Equal(early.Concat(missed).Order(), thanked.Order());
    }

    [Theory, EveryDatabase]
    public async Task What_was_waiting_when_a_module_went_off_arrives_once_it_is_on_again(string database)
    {
        await using var host = await ShopNode.Installation(database);
        await using var node = await ShopNode.Start(host);
        node.TroubleOf("newsletter").In[ThankCustomer.Name] = _ => throw new InvalidOperationException("紙がない");
        var order = (await host.PlaceOrders(1))[0];
        await ShopInstallation.Eventually(async () => (await State(host)).Any(s => s.Subscriber == ThankCustomer.Name && s.Retrying == 1), "a retry");

        await Switch(host, node, on: false);
        await ShopInstallation.Eventually(async () => (await State(host)).All(s => s.Subscriber != ThankCustomer.Name), "nothing waits for a module that is off");
        node.TroubleOf("newsletter").In.Clear();
        await Switch(host, node, on: true);
        await ShopInstallation.Eventually(async () => (await host.Effects()).Any(e => e.Subscriber == ThankCustomer.Name && e.Order == order), "the event");
    }

    [Theory, EveryDatabase]
    public async Task A_module_switched_on_for_the_first_time_is_not_flooded_with_the_past(string database)
    {
        await using var host = await ShopNode.Installation(database);
        await host.Services.GetTenants().Switch(host.Tenant.Id, "newsletter", on: false, CancellationToken.None);
        await using var node = await ShopNode.Start(host);
        await host.PlaceOrders(2);
        await host.SettledEffects(4);
        await Switch(host, node, on: true);
        var later = await host.PlaceOrders(1);
        await ShopInstallation.Eventually(async () => (await host.Effects()).Any(e => e.Subscriber == ThankCustomer.Name), "the new event");
        await Task.Delay(150);
        Assert.Equal(later, (await host.Effects()).Where(e => e.Subscriber == ThankCustomer.Name).Select(e => e.Order));
    }

    [Theory, EveryDatabase]
    public async Task Events_do_not_cross_tenants(string database)
    {
        await using var host = await ShopNode.Installation(database);
        var beta = await host.NewTenant("beta");
        await using var node = await ShopNode.Start(host);
        var ours = await host.PlaceOrders(1);
        var theirs = await host.PlaceOrders(1, beta);
        Assert.All(await host.SettledEffects(EffectsPerOrder), e => Assert.Equal(ours[0], e.Order));
        Assert.All(await host.SettledEffects(EffectsPerOrder, beta), e => Assert.Equal(theirs[0], e.Order));
    }

    [Theory, EveryDatabase]
    public async Task Old_events_go_when_everybody_had_them_and_stay_while_somebody_has_not(string database)
    {
        await using var host = await ShopNode.Installation(database);
        await using var node = await ShopNode.Start(host, m => (m.Attempts, m.FirstRetry) = (1, TimeSpan.Zero));
        await host.PlaceOrders(2);
        await host.SettledEffects(2 * EffectsPerOrder);
        node.TroubleOf("newsletter").In[ThankCustomer.Name] = _ => throw new InvalidOperationException("紙がない");
        await host.PlaceOrders(1);
        await ShopInstallation.Eventually(
            async () => (await host.Ask(new GetOutboxState())) is { NewEvents: 0, Subscribers: [{ Dead: 1, Waiting: 0, Retrying: 0 }] }, "nothing but a dead letter");
        host.Clock.Advance(TimeSpan.FromDays(31));
        await using (var scope = await host.Scope())
        {
            var sql = await scope.Get<Crm.Platform.Storage.Session>().Sql(CancellationToken.None);
            await node.Get<IEnumerable<Crm.Platform.Jobs.ITidy>>().OfType<MessagingTidy>().Single().Tidy(host.Tenant, sql, CancellationToken.None);
            Assert.Equal(1, (await sql.Rows($"SELECT id FROM platform_outbox WHERE tenant_id = {host.Tenant.Id}", r => r.Id(0), CancellationToken.None)).Count);
        }

        Assert.Single(await host.Ask(new ListDeadLetters()));
    }

    [Fact]
    public async Task Only_who_may_settles_dead_letters()
    {
        await using var host = await ShopNode.Installation(Databases.Sqlite);
        var refused = await host.Send(new ListDeadLetters(), actor: TestHost.UserWith());
        Assert.Equal(ProblemKind.Forbidden, refused.Problems.Single().Kind);
    }

    private static async Task<IReadOnlyList<SubscriberState>> State(TestHost host) => (await host.Ask(new GetOutboxState())).Subscribers;

    private static async Task Switch(TestHost host, ShopNode node, bool on)
    {
        await host.Services.GetTenants().Switch(host.Tenant.Id, "newsletter", on, CancellationToken.None);
        await node.Get<Tenants>().Refresh(CancellationToken.None);
        node.Get<OutboxDispatcher>().Wake(host.Tenant.Id);
    }
}

/// <summary>The steps by name, for the list of tests.</summary>
public enum DeliveryStepName
{
    FannedOut = DeliveryStep.FannedOut,
    FanOutCommitted = DeliveryStep.FanOutCommitted,
    Taken = DeliveryStep.Taken,
    Marked = DeliveryStep.Marked,
    Handled = DeliveryStep.Handled,
    Committed = DeliveryStep.Committed,
}

internal static class Shorthand
{
    public static Tenants GetTenants(this IServiceProvider services) => (Tenants)services.GetService(typeof(Tenants))!;
}
