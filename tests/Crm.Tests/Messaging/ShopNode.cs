using System.Diagnostics;
using Crm.Platform.Jobs;
using Crm.Platform.Messaging;
using Crm.Platform.Modules;
using Crm.Tests.Infrastructure;
using Crm.Tests.Messaging.Newsletter;
using Crm.Tests.Messaging.Shop;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Crm.Tests.Messaging;

/// <summary>One node of an installation with the shop: delivers events, runs jobs, and can die at any step.</summary>
internal sealed class ShopNode : IAsyncDisposable
{
    private readonly ServiceProvider services;

    private ShopNode(ServiceProvider services) => this.services = services;

    /// <summary>What goes wrong in the shop of this node.</summary>
    public Trouble Trouble => TroubleOf("shop");

    /// <summary>Whether this node died.</summary>
    public bool Died { get; private set; }

    public JobRunner Runner => services.GetRequiredService<JobRunner>();

    public Trouble TroubleOf(string module) => services.GetRequiredService<ModuleList>().Now.Runtime(module)!.Within(services).ServiceProvider.GetRequiredService<Trouble>();

    public T Get<T>() where T : notnull => services.GetRequiredService<T>();

    public static Task<TestHost> Installation(string database) => TestHost.Start(database, new ShopModule(), new NewsletterModule());

    public static async Task<ShopNode> Start(
        TestHost host, Action<MessagingOptions>? messaging = null, Action<JobOptions>? jobs = null, DeliveryStep? dieAt = null, int dieTime = 1, Action<Trouble>? trouble = null,
        Action<IServiceCollection>? adjust = null)
    {
        DieAt? dies = dieAt is { } step ? new DieAt(step, dieTime) : null;
        var services = host.Node(node =>
        {
            node.Configure<MessagingOptions>(o =>
            {
                (o.Poll, o.IdlePoll) = (TimeSpan.FromMilliseconds(40), TimeSpan.FromMilliseconds(40));
                messaging?.Invoke(o);
            });
            node.Configure<JobOptions>(o =>
            {
                (o.Poll, o.IdlePoll, o.Clock) = (TimeSpan.FromMilliseconds(40), TimeSpan.FromMilliseconds(40), false);
                jobs?.Invoke(o);
            });
            if (dies is not null) node.AddSingleton<DeliverySteps>(dies);
            adjust?.Invoke(node);
        });
        var started = new ShopNode(services);
        if (dies is not null) dies.Node = started;
        trouble?.Invoke(started.Trouble);
        foreach (var hosted in services.GetServices<IHostedService>()) await hosted.StartAsync(CancellationToken.None);
        return started;
    }

    /// <summary>Ends this node as if its power were cut: nothing is finished, nothing handed back.</summary>
    public void Die()
    {
        Died = true;
        var now = new CancellationToken(canceled: true);
        _ = services.GetRequiredService<OutboxDispatcher>().StopAsync(now);
        _ = services.GetRequiredService<JobRunner>().StopAsync(now);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var hosted in services.GetServices<IHostedService>()) await hosted.StopAsync(new CancellationToken(Died));
        await services.DisposeAsync();
    }

    /// <summary>Lets the node die when it comes to a step for the n-th time.</summary>
    private sealed class DieAt(DeliveryStep step, int time) : DeliverySteps
    {
        private int times;

        public ShopNode? Node { get; set; }

        public override Task At(DeliveryStep reached, CancellationToken cancellation)
        {
            if (!Node!.Died && (reached != step || Interlocked.Increment(ref times) < time)) return Task.CompletedTask;
            Node.Die();
            throw new OperationCanceledException("The node died.", new CancellationToken(canceled: true));
        }
    }
}

/// <summary>What tests of events and jobs do with an installation.</summary>
internal static class ShopInstallation
{
    /// <summary>Places orders, each in a unit of work of its own, and answers with their ids.</summary>
    public static async Task<List<Guid>> PlaceOrders(this TestHost host, int count, Crm.Platform.Tenancy.TenantInfo? tenant = null)
    {
        var orders = new List<Guid>();
        for (var i = 0; i < count; i++)
        {
            var order = Guid.CreateVersion7();
            await using var scope = await host.Scope(tenant);
            scope.Get<Sdk.Messaging.IEvents>().Raise(new OrderPlaced(order, "寿司 " + i));
            await scope.Get<Outbox>().Append([], CancellationToken.None);
            orders.Add(order);
        }

        return orders;
    }

    public static async Task<List<Effect>> Effects(this TestHost host, Crm.Platform.Tenancy.TenantInfo? tenant = null)
    {
        await using var scope = await host.Scope(tenant);
        return
        [
            .. await scope.Of<ShopDb>("shop").Effects.AsNoTracking().ToListAsync(),
            .. await scope.Of<NewsletterDb>("newsletter").Effects.AsNoTracking().ToListAsync(),
        ];
    }

    /// <summary>Waits for something that another task brings about while the clock goes on.</summary>
    public static Task EventuallyInTime(this TestHost host, Func<Task<bool>> holds, string what) => Eventually(
        () =>
        {
            host.Clock.Advance(TimeSpan.FromMilliseconds(50));
            return holds();
        },
        what);

    /// <summary>Waits for something that another task brings about.</summary>
    public static async Task Eventually(Func<Task<bool>> holds, string what, int seconds = 60)
    {
        var watch = Stopwatch.StartNew();
        while (!await holds())
        {
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(seconds), $"Not within {seconds} s: {what}");
            await Task.Delay(20);
        }
    }

    /// <summary>Waits until every order had every effect, then a little longer, and answers with the effects there are.</summary>
    public static async Task<List<Effect>> SettledEffects(this TestHost host, int expected, Crm.Platform.Tenancy.TenantInfo? tenant = null)
    {
        await host.EventuallyInTime(async () => (await host.Effects(tenant)).Count >= expected, $"{expected} effects");
        await Task.Delay(150);
        return await host.Effects(tenant);
    }
}
