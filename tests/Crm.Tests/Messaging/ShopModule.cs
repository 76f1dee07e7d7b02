using System.Collections.Concurrent;
using Crm.Sdk;
using Crm.Sdk.Jobs;
using Crm.Sdk.Messaging;
using Crm.Sdk.Modules;
using Crm.Sdk.Records;
using Crm.Sdk.Storage;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.Extensions.DependencyInjection;

namespace Crm.Tests.Messaging.Shop
{
    /// <summary>A module that takes orders, tells of them and reacts to them, to try events and jobs on.</summary>
    internal sealed class ShopModule : CrmModule
    {
        public override string Key => "shop";

        public override Label Name => ("店", "Shop");

        public override void Configure(ModuleBuilder module)
        {
            module.Database<ShopDb>();
            module.Services.AddSingleton<Trouble>();
            module.Jobs.Add<CountStock>("count-stock", "棚卸し", "Count the stock");
            module.Jobs.Add<CloseTheDay>("close-the-day", "日締め", "Close the day").Daily(new TimeOnly(2, 0));
            module.Jobs.Add<CloseTheDay>("heartbeat", "定期確認", "Heartbeat").Every(TimeSpan.FromSeconds(1));
        }

        internal override IEnumerable<Type> Types() => base.Types().Where(t => t.Namespace == typeof(ShopModule).Namespace);
    }

    [Event("shop.order-placed.v1")]
    internal sealed record OrderPlaced(Guid Order, string Note) : IEvent;

    [Event("shop.order-packed.v1")]
    internal sealed record OrderPacked(Guid Order) : IEvent;

    /// <summary>What a test tells a handler or job to do beside its work.</summary>
    internal sealed class Trouble
    {
        public ConcurrentDictionary<string, Func<CancellationToken, Task>> In { get; } = new();

        public ConcurrentQueue<string> Seen { get; } = new();

        public Task Maybe(string where, CancellationToken cancellation)
        {
            Seen.Enqueue(where);
            return In.TryGetValue(where, out var trouble) ? trouble(cancellation) : Task.CompletedTask;
        }
    }

    /// <summary>The lasting effect of a handler: one row each time it did its work.</summary>
    internal sealed class Effect
    {
        public Guid TenantId { get; set; }

        public Guid Id { get; set; } = Ids.New();

        public required string Subscriber { get; set; }

        public Guid Order { get; set; }

        public string? By { get; set; }
    }

    internal sealed class ShopDb(ModuleDbOptions options) : ModuleDb(options)
    {
        public DbSet<Effect> Effects => Set<Effect>();

        protected override void Describe(ModelBuilder model)
        {
            model.Entity<Effect>().ToTable("shop_effect").HasKey(e => new { e.TenantId, e.Id });
            model.Entity<Effect>().Property(e => e.Id).ValueGeneratedNever();
        }
    }

    [DbContext(typeof(ShopDb))]
    [Migration("20261122_0001_Effects")]
    internal sealed class ShopTables : Migration
    {
        protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.TenantTable("shop_effect", t => t
            .Column<Guid>("id").Column<string>("subscriber", 100, required: true).Column<Guid>("order").Column<string>("by", 200).Key("id"));
    }

    [Subscriber(Name)]
    internal sealed class PackOrder(ShopDb db, IEvents events, Trouble trouble, Crm.Sdk.Users.IUser user, IMediator mediator) : INotificationHandler<OrderPlaced>
    {
        public const string Name = "shop.pack-order";

        /// <summary>A note upon which it sends a request of the installation.</summary>
        public const string AsksForTenants = "全テナント";

        public async Task Handle(OrderPlaced notification, CancellationToken cancellationToken)
        {
            db.Effects.Add(new Effect { Subscriber = Name, Order = notification.Order, By = user.Name });
            await db.SaveAsync(cancellation: cancellationToken);
            await trouble.Maybe(Name, cancellationToken);
            if (notification.Note == AsksForTenants)
            {
                var tenants = await mediator.Send(new Crm.Platform.Tenancy.ListTenants(), cancellationToken);
                trouble.Seen.Enqueue(tenants.Failed ? tenants.Problems[0].Code : "listed");
            }

            events.Raise(new OrderPacked(notification.Order));
        }
    }

    [Subscriber(Name)]
    internal sealed class ShipOrder(ShopDb db, Trouble trouble) : INotificationHandler<OrderPacked>
    {
        public const string Name = "shop.ship-order";

        public async Task Handle(OrderPacked notification, CancellationToken cancellationToken)
        {
            await trouble.Maybe(Name, cancellationToken);
            db.Effects.Add(new Effect { Subscriber = Name, Order = notification.Order });
            await db.SaveAsync(cancellation: cancellationToken);
        }
    }

    /// <summary>Counts in steps and remembers with its data how far it got.</summary>
    internal sealed class CountStock(ShopDb db, Trouble trouble) : IJob
    {
        public const string Key = "shop.count-stock";
        public const int Shelves = 5;

        public async Task Run(JobRun run, CancellationToken cancellation)
        {
            var counted = await db.Effects.CountAsync(e => e.Order == run.Id, cancellation);
            while (counted < Shelves)
            {
                await trouble.Maybe($"shelf {counted}", cancellation);
                db.Effects.Add(new Effect { Subscriber = Key, Order = run.Id, By = run.Arguments });
                await db.SaveAsync(cancellation: cancellation);
                await run.Report(++counted, Shelves, ($"棚 {counted}", $"Shelf {counted}"));
            }
        }
    }

    internal sealed class CloseTheDay(Trouble trouble, Crm.Sdk.Tenancy.ITenant tenant) : IJob
    {
        public Task Run(JobRun run, CancellationToken cancellation) => trouble.Maybe("close " + tenant.Key, cancellation);
    }
}

namespace Crm.Tests.Messaging.Newsletter
{
    /// <summary>Another module, which listens to the shop.</summary>
    internal sealed class NewsletterModule : CrmModule
    {
        public override string Key => "newsletter";

        public override Label Name => ("便り", "Newsletter");

        public override void Configure(ModuleBuilder module)
        {
            module.Requires("shop");
            module.Database<NewsletterDb>();
            module.Services.AddSingleton<Shop.Trouble>();
        }

        internal override IEnumerable<Type> Types() => base.Types().Where(t => t.Namespace == typeof(NewsletterModule).Namespace);
    }

    internal sealed class NewsletterDb(ModuleDbOptions options) : ModuleDb(options)
    {
        public DbSet<Shop.Effect> Effects => Set<Shop.Effect>();

        protected override void Describe(ModelBuilder model)
        {
            model.Entity<Shop.Effect>().ToTable("newsletter_effect").HasKey(e => new { e.TenantId, e.Id });
            model.Entity<Shop.Effect>().Property(e => e.Id).ValueGeneratedNever();
        }
    }

    [DbContext(typeof(NewsletterDb))]
    [Migration("20261122_0001_Effects")]
    internal sealed class NewsletterTables : Migration
    {
        protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.TenantTable("newsletter_effect", t => t
            .Column<Guid>("id").Column<string>("subscriber", 100, required: true).Column<Guid>("order").Column<string>("by", 200).Key("id"));
    }

    [Subscriber(Name)]
    internal sealed class ThankCustomer(NewsletterDb db, Shop.Trouble trouble) : INotificationHandler<Shop.OrderPlaced>
    {
        public const string Name = "newsletter.thank-customer";

        public async Task Handle(Shop.OrderPlaced notification, CancellationToken cancellationToken)
        {
            await trouble.Maybe(Name, cancellationToken);
            db.Effects.Add(new Shop.Effect { Subscriber = Name, Order = notification.Order });
            await db.SaveAsync(cancellation: cancellationToken);
        }
    }
}
