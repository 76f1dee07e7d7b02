using Crm.Customers.Companies;
using Crm.Customers.Consent;
using Crm.Customers.Duplicates;
using Crm.Customers.Incidents;
using Crm.Customers.People;
using Crm.Customers.PersonRights;
using Crm.Customers.Purchases;
using Crm.Customers.Retention.Purging;
using Crm.Customers.Retention.Rules;
using Crm.Customers.Segments;
using Crm.Customers.Shared;
using Crm.Customers.Subscriptions;
using Crm.Customers.Suggestions;
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

    public DbSet<Purpose> Purposes => Set<Purpose>();

    public DbSet<Wording> Wordings => Set<Wording>();

    public DbSet<ConsentEntry> Consents => Set<ConsentEntry>();

    public DbSet<Segment> Segments => Set<Segment>();

    public DbSet<SegmentMember> SegmentMembers => Set<SegmentMember>();

    public DbSet<PersonRequest> PersonRequests => Set<PersonRequest>();

    public DbSet<SensitiveNote> SensitiveNotes => Set<SensitiveNote>();

    public DbSet<Incident> Incidents => Set<Incident>();

    public DbSet<IncidentPerson> IncidentPeople => Set<IncidentPerson>();

    public DbSet<RetentionRule> RetentionRules => Set<RetentionRule>();

    public DbSet<Purge> Purges => Set<Purge>();

    public DbSet<PurgeItem> PurgeItems => Set<PurgeItem>();

    public DbSet<DuplicatePair> DuplicatePairs => Set<DuplicatePair>();

    public DbSet<MatchKey> MatchKeys => Set<MatchKey>();

    public DbSet<CustomerMerge> Merges => Set<CustomerMerge>();

    public DbSet<Suggestion> Suggestions => Set<Suggestion>();

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
        Add(model, ConsentFields.PurposeType);
        Add(model, ConsentFields.WordingType);
        Add(model, ConsentFields.Type);
        Add(model, SegmentFields.Type);
        Add(model, SegmentFields.MemberType);
        Add(model, PersonRequestFields.Type);
        Add(model, SensitiveNoteFields.Type);
        Add(model, IncidentFields.Type);
        Add(model, IncidentPersonFields.Type);
        Add(model, RetentionRuleFields.Type);
        Add(model, PurgeFields.Type);
        model.Entity<PurgeItem>(item =>
        {
            item.ToTable("customers_purge_item").HasKey(i => new { i.TenantId, i.PurgeId, i.RecordType, i.RecordId });
            item.Property(i => i.RecordType).HasMaxLength(100);
            item.Property(i => i.State).HasMaxLength(20);
            item.Property(i => i.ReasonJa).HasMaxLength(200);
            item.Property(i => i.ReasonEn).HasMaxLength(200);
        });
        model.Entity<DuplicatePair>(pair =>
        {
            pair.ToTable("customers_duplicate").HasKey(p => new { p.TenantId, p.FirstId, p.SecondId });
            pair.Property(p => p.RecordType).HasMaxLength(60);
            pair.Property(p => p.Reasons).HasMaxLength(1000);
            pair.Property(p => p.State).HasMaxLength(60);
        });
        model.Entity<MatchKey>().ToTable("customers_match_key").HasKey(k => new { k.TenantId, k.KeyHash, k.CustomerId });
        model.Entity<CustomerMerge>(merge =>
        {
            merge.ToTable("customers_merge").HasKey(m => new { m.TenantId, m.Id });
            merge.Property(m => m.Id).ValueGeneratedNever();
            merge.Property(m => m.RecordType).HasMaxLength(60);
            merge.Property(m => m.SurvivorTitle).HasMaxLength(200);
            merge.Property(m => m.MergedTitle).HasMaxLength(200);
            merge.Property(m => m.Kept).HasMaxLength(2000);
        });
        model.Entity<Suggestion>(suggestion =>
        {
            suggestion.ToTable("customers_suggestion").HasKey(s => new { s.TenantId, s.RecordType, s.IfId, s.ThenId, s.Kind });
            suggestion.Property(s => s.RecordType).HasMaxLength(60);
            suggestion.Property(s => s.Kind).HasMaxLength(20);
        });
        model.Entity<PurchaseHabits>().ToTable("customers_habit").HasKey(h => new { h.TenantId, h.CustomerId });
    }

    private static void Customer<T>(ModelBuilder model, RecordType<T> type) where T : Customer, new() =>
        Add(model, type).ComplexProperty(c => c.Address);
}
