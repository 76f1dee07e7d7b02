using Crm.Customers.Companies;
using Crm.Customers.People;
using Crm.Customers.Purchases;
using Crm.Customers.Subscriptions;
using Crm.Customers.Timeline;
using Crm.Sdk.Records;

namespace Crm.Customers.Demo;

/// <summary>Everything a demonstration tenant begins with; made in memory, the same for the same seed and day.</summary>
internal sealed class SampleData
{
    public List<Company> Companies { get; } = [];

    public List<FormerName> FormerNames { get; } = [];

    public List<Person> People { get; } = [];

    public List<Employment> Employments { get; } = [];

    public List<Product> Products { get; } = [];

    public List<Purchase> Purchases { get; } = [];

    public List<Subscription> Subscriptions { get; } = [];

    public List<Note> Notes { get; } = [];

    /// <summary>All of them, what is pointed to before what points.</summary>
    public IEnumerable<Record> All =>
        [.. Companies, .. FormerNames, .. People, .. Employments, .. Products, .. Purchases, .. Subscriptions, .. Notes];
}
