using Crm.Customers;
using Crm.Customers.Contracts;
using Crm.Customers.Demo;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Messaging;
using Crm.Sdk.Records;
using Crm.Sdk.Users;
using Crm.Tests.Infrastructure;
using MediatR;
using Microsoft.Extensions.DependencyInjection;

namespace Crm.Tests.Customers;

/// <summary>Short words for what the tests of Customers do over and over.</summary>
internal static class CustomersHost
{
    public static Task<TestHost> Start(string database) => TestHost.Start(database, new CustomersModule(), new CustomersDemo());

    public static async Task<Guid> Save(this TestHost crm, string type, params (string Field, object? Value)[] values) =>
        (await crm.Ask(new SaveRecord(type, null, values.ToDictionary(v => v.Field, v => v.Value)))).Id;

    /// <summary>Changes fields of a record.</summary>
    public static Task Save(this TestHost crm, string type, Guid id, params (string Field, object? Value)[] values) =>
        crm.Ask(new SaveRecord(type, id, values.ToDictionary(v => v.Field, v => v.Value)));

    /// <summary>Sends what answers with nothing but success.</summary>
    public static async Task Done(this TestHost crm, IRequest<Result> request) => Assert.Empty((await crm.Send(request)).Problems);

    public static async Task<IReadOnlyList<Problem>> Problems(this TestHost crm, IRequest<Result> request) => (await crm.Send(request)).Problems;

    public static Task<Guid> Company(this TestHost crm, string name, params (string Field, object? Value)[] more) =>
        crm.Save(CustomersContract.Company, [("name", name), .. more]);

    public static Task<Guid> Person(this TestHost crm, string lastName, string firstName, params (string Field, object? Value)[] more) =>
        crm.Save(CustomersContract.Person, [("lastName", lastName), ("firstName", firstName), .. more]);

    public static Task<RecordView> Get(this TestHost crm, string type, Guid id) => crm.Ask(new GetRecord(type, id));

    public static async Task<RecordPage> List(this TestHost crm, string type, Filter? filter = null, params string[] fields) =>
        await crm.Ask(new ListRecords(type) { Filter = filter, Fields = fields.Length == 0 ? null : fields, Limit = 500, Titles = true });

    /// <summary>Hands an event to the subscriber as the outbox does.</summary>
    public static async Task Deliver<TSubscriber>(this TestHost crm, RecordsChanged happened) where TSubscriber : INotificationHandler<RecordsChanged>
    {
        await using var scope = await crm.Scope(actor: Actor.System(ChangeSource.Event));
        await scope.Of<TSubscriber>("customers").Handle(happened, CancellationToken.None);
    }
}
