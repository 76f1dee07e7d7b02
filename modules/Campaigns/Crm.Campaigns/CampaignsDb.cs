using Crm.Campaigns.Audience;
using Crm.Campaigns.Nurturing;
using Crm.Campaigns.Planning;
using Crm.Campaigns.Results;
using Crm.Campaigns.Tracking;
using Crm.Campaigns.Writing;
using Crm.Sdk.Storage;
using Microsoft.EntityFrameworkCore;

namespace Crm.Campaigns;

/// <summary>The tables of Campaigns.</summary>
internal sealed class CampaignsDb(ModuleDbOptions options) : ModuleDb(options)
{
    public DbSet<Campaign> Campaigns => Set<Campaign>();

    public DbSet<MailTemplate> Templates => Set<MailTemplate>();

    public DbSet<Cost> Costs => Set<Cost>();

    public DbSet<Flow> Flows => Set<Flow>();

    public DbSet<FlowStep> FlowSteps => Set<FlowStep>();

    public DbSet<Recipient> Recipients => Set<Recipient>();

    public DbSet<Suppression> Suppressions => Set<Suppression>();

    public DbSet<LinkSecret> Secrets => Set<LinkSecret>();

    public DbSet<TrackedLink> Links => Set<TrackedLink>();

    public DbSet<Click> Clicks => Set<Click>();

    public DbSet<Response> Responses => Set<Response>();

    public DbSet<Enrolment> Enrolments => Set<Enrolment>();

    public DbSet<FlowEntry> FlowEntries => Set<FlowEntry>();

    protected override void Describe(ModelBuilder model)
    {
        Add(model, CampaignFields.Type).Ignore(c => c.Stepped).Ignore(c => c.IsOpen);
        Add(model, MailTemplateFields.Type);
        Add(model, CostFields.Type);
        Add(model, FlowFields.Type);
        Add(model, FlowFields.StepType);
        model.Entity<Recipient>(recipient =>
        {
            recipient.ToTable("campaigns_recipient").HasKey(r => new { r.TenantId, r.Id });
            recipient.Property(r => r.Id).ValueGeneratedNever();
            recipient.Property(r => r.CustomerType).HasMaxLength(60);
            recipient.Property(r => r.State).HasMaxLength(20);
            recipient.Property(r => r.Reason).HasMaxLength(60);
            recipient.Property(r => r.ReasonText).HasMaxLength(500);
            recipient.Property(r => r.Address).HasMaxLength(320);
            recipient.Property(r => r.AddressKey).HasMaxLength(320);
            recipient.Property(r => r.Variant).HasMaxLength(10);
            recipient.Property(r => r.Answer).HasMaxLength(300);
        });
        model.Entity<Suppression>(suppression =>
        {
            suppression.ToTable("campaigns_suppression").HasKey(s => new { s.TenantId, s.AddressKey, s.Reason, s.Purpose });
            suppression.Property(s => s.AddressKey).HasMaxLength(320);
            suppression.Property(s => s.Reason).HasMaxLength(60);
            suppression.Property(s => s.Purpose).HasMaxLength(40);
        });
        model.Entity<LinkSecret>(secret =>
        {
            secret.ToTable("campaigns_secret").HasKey(s => new { s.TenantId, s.Key });
            secret.Property(s => s.Key).HasMaxLength(20);
        });
        model.Entity<TrackedLink>(link =>
        {
            link.ToTable("campaigns_link").HasKey(l => new { l.TenantId, l.CampaignId, l.Number });
            link.Property(l => l.Url).HasMaxLength(2000);
        });
        model.Entity<Click>(click =>
        {
            click.ToTable("campaigns_click").HasKey(c => new { c.TenantId, c.Id });
            click.Property(c => c.Id).ValueGeneratedNever();
        });
        model.Entity<Response>(response =>
        {
            response.ToTable("campaigns_response").HasKey(r => new { r.TenantId, r.RecordType, r.RecordId });
            response.Property(r => r.RecordType).HasMaxLength(100);
            response.Property(r => r.Kind).HasMaxLength(60);
            response.Property(r => r.KindText).HasMaxLength(200);
        });
        model.Entity<Enrolment>(enrolment =>
        {
            enrolment.ToTable("campaigns_enrolment").HasKey(e => new { e.TenantId, e.Id });
            enrolment.Property(e => e.Id).ValueGeneratedNever();
            enrolment.Property(e => e.CustomerType).HasMaxLength(60);
        });
        model.Entity<FlowEntry>(entry =>
        {
            entry.ToTable("campaigns_flow_entry").HasKey(e => new { e.TenantId, e.Id });
            entry.Property(e => e.Id).ValueGeneratedNever();
            entry.Property(e => e.Kind).HasMaxLength(20);
        });
    }
}
