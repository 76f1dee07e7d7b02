using System.Security.Cryptography;
using Crm.Sdk;
using Crm.Sdk.Jobs;
using Crm.Sdk.Modules;
using Crm.Sdk.Tenancy;
using Crm.Support.Knowledge;
using Crm.Support.Setup;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Support.PublicForm;

/// <summary>What the public form shows, with a challenge for this time.</summary>
internal sealed record GetForm : IRequest<Result<FormView>>;

internal sealed record FormView(string Challenge, int Bits, string Intro, string Consent, IReadOnlyList<(Guid Id, string Name)> Types, bool HasFaq);

internal sealed class GetFormHandler(SupportDb db, ISettings settings, TimeProvider clock) : IRequestHandler<GetForm, Result<FormView>>
{
    public async Task<Result<FormView>> Handle(GetForm query, CancellationToken cancellationToken)
    {
        var set = settings.Of<SupportSettings>();
        if (!set.FormOpen) return FormProblems.Closed;
        var types = await db.Types.AsNoTracking().Where(t => t.OnForm).OrderBy(t => t.Position).ThenBy(t => t.Id).Select(t => new { t.Id, t.Name }).ToListAsync(cancellationToken);
        return new FormView(
            Challenge.New(clock.GetUtcNow(), await SendInquiryHandler.Key(db, cancellationToken)), Challenge.Bits, set.Introduction(), set.ConsentWording(), [.. types.Select(t => (t.Id, t.Name))],
            await db.Articles.AnyAsync(a => a.Audience == Audiences.Everybody && a.Status == ArticleStatuses.Published, cancellationToken));
    }
}

/// <summary>The tenant's key for its form.</summary>
internal sealed class FirstSecret(SupportDb db) : ISeedData
{
    public async Task Seed(CancellationToken cancellation)
    {
        if (await db.FormSecrets.AnyAsync(cancellation)) return;
        db.FormSecrets.Add(new FormSecret { TenantId = db.TenantId, Value = RandomNumberGenerator.GetBytes(32) });
        var saved = await db.SaveAsync(cancellation: cancellation);
        if (saved.Failed) db.ChangeTracker.Clear();
    }
}

/// <summary>Each night: forgets used challenges, what nobody confirmed, and what mails said that have gone: the thread keeps what is to be kept.</summary>
internal sealed class ForgetPosts(SupportDb db, TimeProvider clock) : IJob
{
    private static readonly TimeSpan Kept = TimeSpan.FromDays(7);

    public async Task Run(JobRun run, CancellationToken cancellation)
    {
        var before = clock.GetUtcNow() - Kept;
        var gone = await db.UsedChallenges.Where(u => u.At < before).ExecuteDeleteAsync(cancellation);
        gone += await db.HeldPosts.Where(p => p.At < before).ExecuteDeleteAsync(cancellation);
        gone += await db.Outgoing.Where(m => (m.SentAt < before || m.FailedAt < before) && m.Text != "")
            .ExecuteUpdateAsync(set => set.SetProperty(m => m.Text, "").SetProperty(m => m.Html, (string?)null).SetProperty(m => m.Address, "").SetProperty(m => m.Subject, ""), cancellation);
        await run.Report(gone, gone);
    }
}
