using Crm.Deals.Activities;
using Crm.Deals.Dealing;
using Crm.Deals.Forecasts;
using Crm.Deals.Goals;
using Crm.Deals.Pipelines;
using Crm.Deals.Quotes;
using Crm.Sdk.Storage;
using Microsoft.EntityFrameworkCore;

namespace Crm.Deals;

/// <summary>The tables of Deals.</summary>
internal sealed class DealsDb(ModuleDbOptions options) : ModuleDb(options)
{
    public DbSet<Pipeline> Pipelines => Set<Pipeline>();

    public DbSet<Stage> Stages => Set<Stage>();

    public DbSet<LossReason> LossReasons => Set<LossReason>();

    public DbSet<Competitor> Competitors => Set<Competitor>();

    public DbSet<Deal> Deals => Set<Deal>();

    public DbSet<DealLine> Lines => Set<DealLine>();

    public DbSet<Participant> Participants => Set<Participant>();

    public DbSet<StageChange> Changes => Set<StageChange>();

    public DbSet<Activity> Activities => Set<Activity>();

    public DbSet<Quote> Quotes => Set<Quote>();

    public DbSet<QuoteLine> QuoteLines => Set<QuoteLine>();

    public DbSet<Issuer> Issuers => Set<Issuer>();

    public DbSet<NumberRange> NumberRanges => Set<NumberRange>();

    public DbSet<ForecastSnapshot> ForecastSnapshots => Set<ForecastSnapshot>();

    public DbSet<Goal> Goals => Set<Goal>();

    protected override void Describe(ModelBuilder model)
    {
        Add(model, PipelineFields.Type);
        Add(model, StageFields.Type);
        Add(model, LossReasonFields.Type);
        Add(model, CompetitorFields.Type);
        Add(model, DealFields.Type).Ignore(d => d.Stepped);
        Add(model, DealLineFields.Type);
        Add(model, ParticipantFields.Type);
        Add(model, ActivityFields.Type);
        Add(model, QuoteFields.Type).Ignore(q => q.Stepped);
        Add(model, QuoteLineFields.Type);
        Add(model, IssuerFields.Type).ComplexProperty(i => i.Address);
        Add(model, GoalFields.Type);
        model.Entity<StageChange>(change =>
        {
            change.ToTable("deals_stage_change").HasKey(c => new { c.TenantId, c.Id });
            change.Property(c => c.FromStatus).HasMaxLength(60);
            change.Property(c => c.ToStatus).HasMaxLength(60);
        });
        model.Entity<ForecastSnapshot>().ToTable("deals_forecast").HasKey(s => new { s.TenantId, s.Month, s.TakenOn });
        model.Entity<NumberRange>(range =>
        {
            range.ToTable("deals_number_range").HasKey(r => new { r.TenantId, r.Key });
            range.Property(r => r.Key).HasMaxLength(100);
            range.Property(r => r.Next).IsConcurrencyToken();
        });
    }
}
