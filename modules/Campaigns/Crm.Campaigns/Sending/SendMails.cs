using Crm.Campaigns.Audience;
using Crm.Campaigns.Contracts;
using Crm.Campaigns.Setup;
using Crm.Campaigns.Writing;
using Crm.Customers.Contracts;
using Crm.Sdk.Jobs;
using Crm.Sdk.Mail;
using Crm.Sdk.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Crm.Campaigns.Sending;

/// <summary>What is to be sent: the recipients of one campaign or of one step of a flow, and what they get.</summary>
/// <param name="Recipients">All of them, in whatever state.</param>
/// <param name="Content">What is written.</param>
/// <param name="Purpose">Code of the purpose it is sent for.</param>
/// <param name="Channel">E-mail or text message.</param>
/// <param name="IsOn">Whether it may still be sent.</param>
internal sealed record MailSource(IQueryable<Recipient> Recipients, LetterContent Content, string Purpose, string Channel, Func<CancellationToken, Task<bool>> IsOn)
{
    /// <summary>The kept number of each link of the content, in its order; null when they are the same.</summary>
    public IReadOnlyList<int>? LinkNumbers { get; init; }
}

/// <summary>
/// Sends in rounds of a hundred: who is due, who of them still may, write down that they are being sent, hand over, write down what came of it.
/// What a killed node leaves behind is at most the round it was in, each of whose mails is known by name (docs/adr/0030).
/// </summary>
internal sealed class SendMails(CampaignsDb db, Screening screening, ShutAddresses addresses, Readers readers, Outlets outlets, LawfulSender sender, ISettings settings, TimeProvider clock)
{
    private const int Round = 100;
    private const int MostAttempts = 6;

    // So many refused in a row say something about us, not about them.
    private const int Suspicious = 20;
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan WorthWaiting = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMinutes(5);

    /// <summary>What a run that was killed, or any whose time is over, left behind. Nothing of it is lost, and nothing is sent twice unless the setting says so.</summary>
    /// <returns>How many are in doubt now.</returns>
    public Task<int> TakeBack(Guid run, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var left = db.Recipients.Where(r => r.State == RecipientStates.Sending && (r.RunId == run || r.LeasedUntil < now));
        var state = settings.Of<CampaignSettings>().InDoubt == InDoubtRules.Again ? RecipientStates.Waiting : RecipientStates.InDoubt;
        return left.ExecuteUpdateAsync(set => set.SetProperty(r => r.State, state).SetProperty(r => r.RunId, (Guid?)null).SetProperty(r => r.NextAt, now), cancellation);
    }

    /// <summary>Sends all that is due.</summary>
    /// <exception cref="IOException">The server is not there.</exception>
    public async Task Send(MailSource source, JobRun run, CancellationToken cancellation)
    {
        var known = sender.Known();
        known.OrThrow("Nothing is sent");
        var (letter, pace) = (new Letter(source.Content), new Pace(PaceText.Read(settings.Of<CampaignSettings>().Pace) ?? new Dictionary<string, int>()));
        List<IOutlet> open = [];
        try
        {
            var sent = 0L;
            while (await source.IsOn(cancellation))
            {
                cancellation.ThrowIfCancellationRequested();
                var due = await Due(source, cancellation);
                if (due.Count == 0)
                {
                    if (!await WaitForNext(source, cancellation)) return;
                    continue;
                }

                var allowed = await StillAllowed(source, due, pace, cancellation);
                if (allowed.Count == 0) continue;
                if (open.Count == 0 || open.Exists(o => !o.IsOpen))
                {
                    await Close(open);
                    open = await outlets.Open(source, known.Value, letter, cancellation);
                }

                sent += await HandOver(allowed, letter, open, run.Id, cancellation);
                await run.Report(sent, null);
            }
        }
        finally
        {
            await Close(open);
        }
    }

    private Task<List<Recipient>> Due(MailSource source, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        return source.Recipients.AsNoTracking().Where(r => r.State == RecipientStates.Waiting && r.NextAt <= now && r.Variant != null).OrderBy(r => r.NextAt).ThenBy(r => r.Id).Take(Round).ToListAsync(cancellation);
    }

    private async Task<bool> WaitForNext(MailSource source, CancellationToken cancellation)
    {
        var next = await source.Recipients.Where(r => r.State == RecipientStates.Waiting && r.Variant != null).MinAsync(r => (DateTimeOffset?)r.NextAt, cancellation);
        var wait = next - clock.GetUtcNow();
        if (wait is null || wait > WorthWaiting) return false;
        if (wait > TimeSpan.Zero) await Task.Delay(wait.Value, clock, cancellation);
        return true;
    }

    /// <summary>Those of a round who may get it at this moment; the others are left out, or wait for their domain's pace.</summary>
    private async Task<List<Recipient>> StillAllowed(MailSource source, List<Recipient> due, Pace pace, CancellationToken cancellation)
    {
        var (allowed, later) = (new List<Recipient>(), new List<(Guid Id, DateTimeOffset At)>());
        foreach (var ofType in due.GroupBy(r => r.CustomerType, StringComparer.Ordinal))
        {
            var screened = (await screening.Of([.. ofType.Select(r => r.CustomerId).Distinct()], ofType.Key, source.Purpose, source.Channel, cancellation)).ToDictionary(s => s.CustomerId);
            foreach (var refused in ofType.Where(r => screened[r.CustomerId].Reason is not null).GroupBy(r => screened[r.CustomerId].Reason!.Key, StringComparer.Ordinal))
            {
                var (ids, reason) = (refused.Select(r => r.Id).ToList(), screened[refused.First().CustomerId].Reason!);
                var text = reason.Kept;
                await db.Recipients.Where(r => ids.Contains(r.Id) && r.State == RecipientStates.Waiting)
                    .ExecuteUpdateAsync(set => set.SetProperty(r => r.State, RecipientStates.Excluded).SetProperty(r => r.Reason, reason.Key).SetProperty(r => r.ReasonText, text), cancellation);
            }

            foreach (var one in ofType.Where(r => screened[r.CustomerId].Reason is null))
            {
                var now = clock.GetUtcNow();
                var slot = source.Channel == Planning.Channels.Email ? pace.Slot(screened[one.CustomerId].AddressKey!, now) : now;
                if (slot > now)
                {
                    later.Add((one.Id, slot));
                    continue;
                }

                (one.Address, one.AddressKey, one.ConsentId) = (screened[one.CustomerId].Address, screened[one.CustomerId].AddressKey, screened[one.CustomerId].ConsentId);
                allowed.Add(one);
            }
        }

        foreach (var second in later.GroupBy(l => l.At))
        {
            var ids = second.Select(l => l.Id).ToList();
            await db.Recipients.Where(r => ids.Contains(r.Id)).ExecuteUpdateAsync(set => set.SetProperty(r => r.NextAt, second.Key), cancellation);
        }

        return allowed;
    }

    private async Task<int> HandOver(List<Recipient> allowed, Letter letter, List<IOutlet> open, Guid run, CancellationToken cancellation)
    {
        var values = new Dictionary<Guid, IReadOnlyDictionary<string, object?>>();
        foreach (var ofType in allowed.GroupBy(r => r.CustomerType, StringComparer.Ordinal))
        {
            var known = await readers.Of(ofType.Key, [.. ofType.Select(r => r.CustomerId)], letter.Paths, cancellation);
            known.OrThrow("Nobody says what stands in the mails");
            foreach (var (customer, reader) in known.Value) values[customer] = reader;
        }

        // Whoever was deleted since they were looked at gets nothing.
        var gone = allowed.Where(r => !values.ContainsKey(r.CustomerId)).Select(r => r.Id).ToList();
        if (gone.Count > 0)
        {
            await db.Recipients.Where(r => gone.Contains(r.Id) && r.State == RecipientStates.Waiting)
                .ExecuteUpdateAsync(set => set.SetProperty(r => r.State, RecipientStates.Excluded).SetProperty(r => r.Reason, ContactAnswer.Unknown), cancellation);
        }

        // Written down before the server hears of any of them: whose update comes first sends.
        var (ids, until) = (allowed.Where(r => values.ContainsKey(r.CustomerId)).Select(r => r.Id).ToList(), clock.GetUtcNow() + Lease);
        await db.Recipients.Where(r => ids.Contains(r.Id) && r.State == RecipientStates.Waiting)
            .ExecuteUpdateAsync(set => set.SetProperty(r => r.State, RecipientStates.Sending).SetProperty(r => r.RunId, run).SetProperty(r => r.LeasedUntil, until).SetProperty(r => r.Attempts, r => r.Attempts + 1), cancellation);
        var mine = await db.Recipients.Where(r => ids.Contains(r.Id) && r.State == RecipientStates.Sending && r.RunId == run).ToListAsync(cancellation);
        var seen = allowed.ToDictionary(r => r.Id);
        foreach (var recipient in mine) (recipient.Address, recipient.AddressKey, recipient.ConsentId) = (seen[recipient.Id].Address, seen[recipient.Id].AddressKey, seen[recipient.Id].ConsentId);

        // Each line takes the next one as soon as the server has answered the one before.
        var outcomes = new Handover?[mine.Count];
        var next = -1;
        await Task.WhenAll(open.Select(async outlet =>
        {
            for (var i = Interlocked.Increment(ref next); i < mine.Count; i = Interlocked.Increment(ref next))
            {
                if (!outlet.IsOpen || cancellation.IsCancellationRequested || clock.GetUtcNow() > until - Margin) return;
                outcomes[i] = await outlet.Send(mine[i], values[mine[i].CustomerId], CancellationToken.None);
            }
        }));
        // Also when the run is to stop: what the server took is written down.
        for (var i = 0; i < mine.Count; i++) await Note(mine[i], outcomes[i]);
        var saved = await db.SaveAsync(cancellation: CancellationToken.None);
        db.ChangeTracker.Clear();
        saved.OrThrow("What was sent could not be written down");
        var taken = outcomes.Count(o => o?.Outcome == HandoverOutcome.Taken);
        if (taken == 0 && mine.Count >= Suspicious && outcomes.All(o => o?.Outcome is HandoverOutcome.Refused or HandoverOutcome.Later or null)) throw new IOException("The server takes nothing: " + (Array.Find(outcomes, o => o is not null)?.Answer ?? "no answer"));
        return taken;
    }

    private async Task Note(Recipient recipient, Handover? handover)
    {
        var now = clock.GetUtcNow();
        (recipient.RunId, recipient.LeasedUntil, recipient.Answer) = (null, null, handover?.Answer ?? recipient.Answer);
        switch (handover?.Outcome)
        {
            case HandoverOutcome.Taken:
                (recipient.State, recipient.SentAt) = (RecipientStates.Sent, now);
                break;
            case HandoverOutcome.Refused:
                recipient.State = RecipientStates.Failed;
                if (BounceAnswer.SaysNobodyThere(recipient.Answer) && recipient.AddressKey is { } key)
                {
                    recipient.BouncedAt = now;
                    await addresses.Shut(key, CampaignsContract.Exclusions.Bounced, "", CancellationToken.None);
                }

                break;
            case HandoverOutcome.InDoubt when settings.Of<CampaignSettings>().InDoubt == InDoubtRules.Report:
                recipient.State = RecipientStates.InDoubt;
                break;
            case HandoverOutcome.Later or HandoverOutcome.InDoubt:
                (recipient.State, recipient.NextAt) = recipient.Attempts >= MostAttempts ? (RecipientStates.Failed, now) : (RecipientStates.Waiting, now + (FirstRetry * Math.Pow(2, recipient.Attempts - 1)));
                break;
            default:
                // Its turn never came.
                (recipient.State, recipient.NextAt, recipient.Attempts) = (RecipientStates.Waiting, now, recipient.Attempts - 1);
                break;
        }
    }

    private static async Task Close(List<IOutlet> open)
    {
        foreach (var outlet in open) await outlet.DisposeAsync();
        open.Clear();
    }
}
