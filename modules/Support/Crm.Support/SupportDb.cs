using Crm.Sdk;
using Crm.Sdk.Storage;
using Crm.Support.FollowUps;
using Crm.Support.Inquiries;
using Crm.Support.Knowledge;
using Crm.Support.Mailing;
using Crm.Support.PublicForm;
using Crm.Support.Replies;
using Crm.Support.Setup;
using Crm.Support.Surveys;
using Microsoft.EntityFrameworkCore;

namespace Crm.Support;

/// <summary>The tables of Support.</summary>
internal sealed class SupportDb(ModuleDbOptions options) : ModuleDb(options)
{
    public DbSet<Inquiry> Inquiries => Set<Inquiry>();

    public DbSet<Message> Messages => Set<Message>();

    public DbSet<Attachment> Attachments => Set<Attachment>();

    public DbSet<InquiryLink> Links => Set<InquiryLink>();

    public DbSet<StatusChange> Changes => Set<StatusChange>();

    public DbSet<Channel> Channels => Set<Channel>();

    public DbSet<InquiryType> Types => Set<InquiryType>();

    public DbSet<SupportQueue> Queues => Set<SupportQueue>();

    public DbSet<ReplyTemplate> ReplyTemplates => Set<ReplyTemplate>();

    public DbSet<OutgoingMail> Outgoing => Set<OutgoingMail>();

    public DbSet<Article> Articles => Set<Article>();

    public DbSet<ArticleVersion> ArticleVersions => Set<ArticleVersion>();

    public DbSet<ArticleVote> ArticleVotes => Set<ArticleVote>();

    public DbSet<Survey> Surveys => Set<Survey>();

    public DbSet<FollowPlan> FollowPlans => Set<FollowPlan>();

    public DbSet<FollowUp> FollowUps => Set<FollowUp>();

    public DbSet<HeldPost> HeldPosts => Set<HeldPost>();

    public DbSet<UsedChallenge> UsedChallenges => Set<UsedChallenge>();

    public DbSet<FormSecret> FormSecrets => Set<FormSecret>();

    protected override void Describe(ModelBuilder model)
    {
        Add(model, InquiryFields.Type).Ignore(i => i.Steps);
        Add(model, MessageFields.Type).Ignore(m => m.Kept);
        Add(model, AttachmentFields.Type);
        Add(model, LinkFields.Type);
        Add(model, ChannelFields.Type);
        Add(model, TypeFields.Type);
        Add(model, QueueFields.Type);
        Add(model, ReplyTemplateFields.Type);
        Add(model, ArticleFields.Type).Ignore(a => a.Stepped);
        Add(model, SurveyFields.Type).Property(s => s.Secret).HasMaxLength(64);
        Add(model, FollowPlanFields.Type);
        Add(model, FollowUpFields.Type).Property(f => f.Key).HasMaxLength(100);
        model.Entity<StatusChange>(change =>
        {
            change.ToTable("support_status_change").HasKey(c => new { c.TenantId, c.Id });
            change.Property(c => c.FromStatus).HasMaxLength(60);
            change.Property(c => c.ToStatus).HasMaxLength(60);
        });
        model.Entity<OutgoingMail>(mail =>
        {
            mail.ToTable("support_mail").HasKey(m => new { m.TenantId, m.Id });
            mail.Property(m => m.Address).HasMaxLength(254);
            mail.Property(m => m.Cc).HasMaxLength(1000);
            mail.Property(m => m.Subject).HasMaxLength(400);
            mail.Property(m => m.InReplyTo).HasMaxLength(400);
        });
        model.Entity<ArticleVersion>(version =>
        {
            version.ToTable("support_article_version").HasKey(v => new { v.TenantId, v.ArticleId, v.Number });
            version.Property(v => v.Title).HasMaxLength(200);
        });
        model.Entity<ArticleVote>(vote =>
        {
            vote.ToTable("support_article_vote").HasKey(v => new { v.TenantId, v.ArticleId, v.Voter });
            vote.Property(v => v.Voter).HasMaxLength(60);
        });
        model.Entity<HeldPost>(post =>
        {
            post.ToTable("support_held_post").HasKey(p => new { p.TenantId, p.Id });
            post.Property(p => p.Email).HasMaxLength(254);
            post.Property(p => p.Sender).HasMaxLength(60);
        });
        model.Entity<UsedChallenge>(used =>
        {
            used.ToTable("support_used_challenge").HasKey(u => new { u.TenantId, u.Nonce });
            used.Property(u => u.Nonce).HasMaxLength(60);
        });
        model.Entity<FormSecret>(secret =>
        {
            secret.ToTable("support_form_secret").HasKey(s => new { s.TenantId, s.Key });
            secret.Property(s => s.Key).HasMaxLength(60);
        });
    }

    /// <summary>Saves the inquiry with the steps it took.</summary>
    public async Task<Result> Keep(Inquiry inquiry, CancellationToken cancellation)
    {
        Changes.AddRange(inquiry.Steps);
        return await SaveAsync(cancellation: cancellation);
    }
}
