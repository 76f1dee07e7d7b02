// Small steps of an inquiry: load, decide, save.
using Crm.Sdk;
using Crm.Sdk.Users;
using Crm.Support.Clock;
using Crm.Support.Contracts;
using FluentValidation;
using MediatR;

namespace Crm.Support.Inquiries;

/// <summary>Hands an inquiry on, or takes it.</summary>
internal sealed class AssignInquiryHandler(SupportDb db, Intake intake, TimeProvider clock, IUser user) : IRequestHandler<AssignInquiry, Result>, IRequestHandler<TakeInquiry, Result>
{
    public async Task<Result> Handle(AssignInquiry assign, CancellationToken cancellationToken)
    {
        var inquiry = await intake.Load(assign.Id, cancellationToken);
        if (inquiry.Failed) return inquiry;
        var done = inquiry.Value.Assign(assign.OwnerId, assign.QueueId, clock.GetUtcNow(), user.Id);
        return done.Failed ? done : await db.Keep(inquiry.Value, cancellationToken);
    }

    public Task<Result> Handle(TakeInquiry take, CancellationToken cancellationToken) => Handle(new AssignInquiry(take.Id, user.Id), cancellationToken);
}

/// <summary>The customer's turn, and ours again.</summary>
internal sealed class PauseInquiryHandler(SupportDb db, Intake intake, SupportClock desk, TimeProvider clock, IUser user) : IRequestHandler<PauseInquiry, Result>, IRequestHandler<ResumeInquiry, Result>
{
    public async Task<Result> Handle(PauseInquiry pause, CancellationToken cancellationToken)
    {
        var inquiry = await intake.Load(pause.Id, cancellationToken);
        if (inquiry.Failed) return inquiry;
        var done = inquiry.Value.Pause(clock.GetUtcNow(), user.Id);
        return done.Failed ? done : await db.Keep(inquiry.Value, cancellationToken);
    }

    public async Task<Result> Handle(ResumeInquiry resume, CancellationToken cancellationToken)
    {
        var inquiry = await intake.Load(resume.Id, cancellationToken);
        if (inquiry.Failed) return inquiry;
        var done = inquiry.Value.Resume(clock.GetUtcNow(), user.Id, await desk.TargetOf(inquiry.Value, cancellationToken), desk.Hours);
        return done.Failed ? done : await db.Keep(inquiry.Value, cancellationToken);
    }
}

/// <summary>The end, and going on after all.</summary>
internal sealed class CloseInquiryHandler(SupportDb db, Intake intake, SupportClock desk, TimeProvider clock, IUser user) : IRequestHandler<CloseInquiry, Result>, IRequestHandler<ReopenInquiry, Result>
{
    public async Task<Result> Handle(CloseInquiry close, CancellationToken cancellationToken)
    {
        var loaded = await intake.Load(close.Id, cancellationToken);
        if (loaded.Failed) return loaded;
        var inquiry = loaded.Value;
        inquiry.Resolution = Said(close.Resolution) ?? inquiry.Resolution;
        inquiry.Cause = Said(close.Cause) ?? inquiry.Cause;
        inquiry.Satisfied = Said(close.Satisfied) ?? inquiry.Satisfied;
        inquiry.NotSatisfied = Said(close.NotSatisfied) ?? inquiry.NotSatisfied;
        var done = inquiry.Close(clock.GetUtcNow(), user.Id, desk.Hours);
        return done.Failed ? done : await db.Keep(inquiry, cancellationToken);
    }

    public async Task<Result> Handle(ReopenInquiry reopen, CancellationToken cancellationToken)
    {
        var inquiry = await intake.Load(reopen.Id, cancellationToken);
        if (inquiry.Failed) return inquiry;
        var done = inquiry.Value.Reopen(clock.GetUtcNow(), user.Id, await desk.TargetOf(inquiry.Value, cancellationToken), desk.Hours);
        return done.Failed ? done : await db.Keep(inquiry.Value, cancellationToken);
    }

    private static string? Said(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
