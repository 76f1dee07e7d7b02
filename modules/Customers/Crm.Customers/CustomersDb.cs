using Crm.Customers.Companies;
using Crm.Customers.People;
using Crm.Customers.Purchases;
using Crm.Customers.Shared;
using Crm.Customers.Subscriptions;
using Crm.Customers.Timeline;
using Crm.Sdk.Records;
using Crm.Sdk.Storage;
using Microsoft.EntityFrameworkCore;

namespace Crm.Customers;

/// <summary>The tables of Customers.</summary>
internal sealed class CustomersDb(ModuleDbOptions options) : ModuleDb(options)
{
    public DbSet<Company> Companies => Set<Company>();

    public DbSet<Person> People => Set<Person>();

    public DbSet<Employment> Employments => Set<Employment>();

    public DbSet<FormerName> FormerNames => Set<FormerName>();

    public DbSet<Product> Products => Set<Product>();

    public DbSet<Purchase> Purchases => Set<Purchase>();

    public DbSet<Subscription> Subscriptions => Set<Subscription>();

    public DbSet<Note> Notes => Set<Note>();

    public DbSet<PurchaseHabits> Habits => Set<PurchaseHabits>();

    protected override void Describe(ModelBuilder model)
    {
        Customer(model, CompanyFields.Type);
        Customer(model, PersonFields.Type);
        Add(model, EmploymentFields.Type);
        Add(model, FormerNameFields.Type);
        Add(model, ProductFields.Type);
        Add(model, NoteFields.Type);
        Add(model, PurchaseFields.Type);
        Add(model, SubscriptionFields.Type);
        model.Entity<PurchaseHabits>().ToTable("customers_habit").HasKey(h => new { h.TenantId, h.CustomerId });
    }

    private static void Customer<T>(ModelBuilder model, RecordType<T> type) where T : Customer, new() =>
        Add(model, type).ComplexProperty(c => c.Address);
}
