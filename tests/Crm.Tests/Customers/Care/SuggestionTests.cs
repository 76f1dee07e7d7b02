using Crm.Customers;
using Crm.Customers.Contracts;
using Crm.Customers.Suggestions;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Messaging;
using Crm.Sdk.Modules;
using Crm.Sdk.Records;
using Crm.Sdk.Users;
using Crm.Tests.Infrastructure;
using MediatR;

namespace Crm.Tests.Customers.Care;

/// <summary>What to offer next, and to whom nothing is offered.</summary>
public sealed class SuggestionTests
{
    [Theory, EveryDatabase]
    public async Task Who_bought_the_one_is_offered_the_other_with_the_reason_unless_they_have_a_complaint_or_opted_out(string database)
    {
        await using var crm = await TestHost.Start(database, new CustomersModule(), new ComplaintsModule());
        var (beans, filter) = (await crm.Save(CustomersContract.Product, ("name", "珈琲豆")), await crm.Save(CustomersContract.Product, ("name", "ペーパーフィルター")));
        for (var i = 0; i < 12; i++)
        {
            var buyer = await crm.Person("客", $"{i}");
            await Buy(crm, buyer, i < 6 ? beans : await crm.Save(CustomersContract.Product, ("name", $"茶 {i}")));
            if (i < 6) await Buy(crm, buyer, filter);
        }

        var (hanako, angry, left) = (await crm.Person("佐藤", "花子"), await crm.Person(ComplaintsModule.Angry, "次郎"), await crm.Person("高橋", "健一"));
        foreach (var person in (Guid[])[hanako, angry, left]) await Buy(crm, person, beans);
        await crm.Done(new WithdrawConsent(left));
        await using (var scope = await crm.Scope(actor: Actor.System(ChangeSource.Job)))
        {
            await scope.Of<RecountSuggestions>("customers").Run(new Import.ImportTests.OneRun(null), CancellationToken.None);
        }

        var offer = Assert.Single((await Of(hanako)).Offers);
        Assert.Equal(("ペーパーフィルター", filter), (offer.Product, offer.ProductId));
        Assert.Contains("珈琲豆", offer.Reason.Ja, StringComparison.Ordinal);
        Assert.Contains("66.7%", offer.Reason.Ja, StringComparison.Ordinal);

        var held = await Of(angry);
        Assert.Equal("対応中の苦情があります。", Assert.Single(held.Holds).Ja);
        Assert.Empty(held.Offers);
        Assert.Empty((await Of(left)).Offers);
        Assert.NotEmpty((await Of(left)).Holds);

        // Who sees purchases of their own alone is not told what others sold.
        var seller = TestHost.UserWith((CustomersContract.Person, RecordAction.Read, Reach.All), (CustomersContract.Product, RecordAction.Read, Reach.All), (CustomersContract.Purchase, RecordAction.Read, Reach.Own));
        Assert.Empty((await crm.Send(new GetSuggestions(await crm.Ask(new GetRecord(CustomersContract.Person, hanako))), actor: seller)).Value.Offers);

        async Task<SuggestionView> Of(Guid person) => await crm.Ask(new GetSuggestions(await crm.Ask(new GetRecord(CustomersContract.Person, person))));
    }

    private static Task<Guid> Buy(TestHost crm, Guid person, Guid product) =>
        crm.Save(CustomersContract.Purchase, ("personId", person), ("productId", product), ("boughtOn", new DateOnly(2026, 5, 1)), ("quantity", 1m), ("unitPrice", 900m));
}

/// <summary>Keeps complaints, as a module for inquiries does.</summary>
internal sealed class ComplaintsModule : CrmModule
{
    public const string Angry = "怒田";

    public override string Key => "complaints";

    public override Label Name => ("苦情", "Complaints");

    internal override IEnumerable<Type> Types() => [typeof(Holds)];

    public override void Configure(ModuleBuilder module) => module.Requires(CustomersContract.Module);

    internal sealed class Holds(IMediator mediator) : INotificationHandler<CollectSalesHolds>
    {
        public async Task Handle(CollectSalesHolds notification, CancellationToken cancellationToken)
        {
            var cards = await mediator.Send(new GetCustomerCards(notification.Customers), cancellationToken);
            foreach (var card in cards.Value.Values.Where(c => c.Name.StartsWith(Angry, StringComparison.Ordinal))) notification.Add(new SalesHold(card.Id, ("対応中の苦情があります。", "A complaint is open.")));
        }
    }
}
