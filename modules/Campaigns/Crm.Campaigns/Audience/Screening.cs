using Crm.Campaigns.Contracts;
using Crm.Campaigns.Planning;
using Crm.Campaigns.Setup;
using Crm.Customers.Contracts;
using Crm.Sdk;
using Crm.Sdk.Japan;
using Crm.Sdk.Records;
using Crm.Sdk.Tenancy;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Campaigns.Audience;

/// <summary>Somebody who was looked at: what to reach them by, or why not.</summary>
/// <param name="CustomerId">Who.</param>
/// <param name="Address">Mail address or mobile number; null for lists.</param>
/// <param name="AddressKey">The same for all spellings of it.</param>
/// <param name="Reason">Why they get nothing; null when they may get it.</param>
/// <param name="ConsentId">The entry of the ledger that allows it.</param>
internal sealed record Screened(Guid CustomerId, string? Address, string? AddressKey, Reason? Reason, Guid? ConsentId);

/// <summary>
/// Says who may get something now and why each of the others may not. The one way to a mail: asked when an audience is drawn up, again right
/// before each mail goes out, and when a list is handed out. It asks Customers whether we may, everybody whom to leave alone, and its own
/// books about addresses and frequency.
/// </summary>
internal sealed class Screening(CampaignsDb db, IMediator mediator, ISettings settings, TimeProvider clock)
{
    public const int AtOnce = 500;

    /// <summary>Up to <see cref="AtOnce"/> customers of one record type, in order.</summary>
    /// <exception cref="InvalidOperationException">Somebody who was asked did not answer: then nobody is sent anything.</exception>
    public async Task<IReadOnlyList<Screened>> Of(IReadOnlyList<Guid> customers, string customerType, string purpose, string channel, CancellationToken cancellation)
    {
        var may = await mediator.Send(new MayContact(customers, purpose, channel), cancellation);
        may.OrThrow("Nobody says whether we may contact customers");
        var others = new CollectSalesHolds(customers);
        await mediator.Publish(others, cancellation);
        if (others.Missing.Count > 0) throw new InvalidOperationException("Not all have said whom to leave out: " + string.Join(", ", others.Missing));
        var holds = others.Parts.GroupBy(p => p.CustomerId).ToDictionary(g => g.Key, g => g.First());
        var addresses = await Addresses(customers, customerType, channel, cancellation);
        var keys = addresses.Values.Select(a => a.Key).OfType<string>().Distinct().ToList();
        var suppressed = (await db.Suppressions.AsNoTracking().Where(s => keys.Contains(s.AddressKey)).ToListAsync(cancellation)).ToLookup(s => s.AddressKey, StringComparer.Ordinal);
        var often = await WrittenOftenEnough(customers, channel, cancellation);

        return [.. customers.Select(id => Look(id, may.Value[id], addresses.GetValueOrDefault(id), holds.GetValueOrDefault(id), suppressed, often.Contains(id), purpose, channel))];
    }

    /// <summary>Whether who asks may see what customers of a type are reached by: who may not cannot draw up an audience.</summary>
    public async Task<bool> SeesAddresses(string customerType, string channel, CancellationToken cancellation) =>
        AddressField(customerType, channel) is not { } field || !(await mediator.Send(new ListRecords(customerType) { Fields = [field], Limit = 1 }, cancellation)).Failed;

    private static Screened Look(Guid id, ContactAnswer may, (string? Address, string? Key) at, SalesHold? hold, ILookup<string, Suppression> suppressed, bool often, string purpose, string channel)
    {
        var reason =
            !may.Allowed ? new Reason(may.Reason, may.Text)
            : !Channels.IsList(channel) && at.Key is null ? Reasons.BadAddress
            : Suppressed(at.Key, suppressed, purpose, may.ConsentedAt)
            ?? (hold is not null ? new Reason(CampaignsContract.Exclusions.OnHold, hold.Reason) : often ? Reasons.FrequencyCap : null);
        return new(id, at.Address, at.Key, reason, may.ConsentId);
    }

    /// <summary>Who consents anew after opting out gets mail again at their address; what came back or was reported is for somebody to lift.</summary>
    private static Reason? Suppressed(string? key, ILookup<string, Suppression> suppressed, string purpose, DateTimeOffset? consented) => key is null ? null
        : suppressed[key].Where(s => (s.Purpose.Length == 0 || s.Purpose == purpose) && !(s.Reason == CampaignsContract.Exclusions.OptedOut && consented > s.At)).Select(s => s.Reason switch
        {
            CampaignsContract.Exclusions.Bounced => Reasons.Bounced,
            CampaignsContract.Exclusions.Complained => Reasons.Complained,
            _ => Reasons.OptedOut,
        }).FirstOrDefault();

    private async Task<Dictionary<Guid, (string? Address, string? Key)>> Addresses(IReadOnlyList<Guid> customers, string customerType, string channel, CancellationToken cancellation)
    {
        if (AddressField(customerType, channel) is not { } field) return [];
        var page = await mediator.Send(new ListRecords(customerType) { Filter = new Filter.Ids(customers), Fields = [field], Limit = AtOnce }, cancellation);
        page.OrThrow("Nobody says where customers are reached");
        return page.Value.Read().Where(row => row.Text(field) is not null).ToDictionary(row => row.Id, row => (row.Text(field), Key(row.Text(field)!, channel)));
    }

    /// <summary>The field by which customers of a type are reached; null when that is no single field, or none.</summary>
    private static string? AddressField(string customerType, string channel) => channel switch
    {
        Channels.Email => "email",
        Channels.Sms when customerType == CustomersContract.Person => "mobile",
        _ => null,
    };

    private static string? Key(string address, string channel) => channel == Channels.Email
        ? EmailKey.TryParse(address, out var key) && key.Strict.Length <= 254 ? key.Strict : null
        : Phone.TryParse(address, out var phone, out _) ? phone.E164 : null;

    private async Task<HashSet<Guid>> WrittenOftenEnough(IReadOnlyList<Guid> customers, string channel, CancellationToken cancellation)
    {
        var set = settings.Of<CampaignSettings>();
        if (set.CapMails <= 0 || channel is Channels.Post or Channels.Phone) return [];
        var since = clock.GetUtcNow() - TimeSpan.FromDays((double)set.CapDays);
        var most = (int)set.CapMails;

        // Letters and calls have no address here and do not count.
        return await db.Recipients.Where(r => customers.Contains(r.CustomerId) && r.SentAt >= since && r.State == RecipientStates.Sent && r.AddressKey != null)
            .GroupBy(r => r.CustomerId).Where(g => g.Count() >= most).Select(g => g.Key).ToHashSetAsync(cancellation);
    }
}

/// <summary>A purpose of use, as Customers declares it.</summary>
internal sealed record PurposeCard(string Code, string Name, bool Contract);

/// <summary>Looks purposes up.</summary>
internal sealed class Purposes(IMediator mediator)
{
    public async Task<PurposeCard?> Of(Guid id, CancellationToken cancellation)
    {
        var purpose = await mediator.Send(new GetRecord(CustomersContract.Purpose, id), cancellation);
        return purpose.Failed ? null : new(purpose.Value["code"] as string ?? "", purpose.Value["name"] as string ?? "", purpose.Value["contract"] is true);
    }

    /// <summary>One that campaigns and flows may send for, looked up right before they do: it may have been changed since they were approved.</summary>
    /// <exception cref="InvalidOperationException">It fulfils a contract, for which nobody is asked for consent; or it is gone. Nothing is sent.</exception>
    public async Task<PurposeCard> ToSend(Guid id, CancellationToken cancellation) =>
        await Of(id, cancellation) is { Contract: false } purpose ? purpose : throw new InvalidOperationException("Nothing is sent: its purpose is gone, or has become one that fulfils a contract.");

    /// <summary>What each is called, those out of use too, by its code.</summary>
    public async Task<IReadOnlyDictionary<string, string>> Names(CancellationToken cancellation)
    {
        var page = await mediator.Send(new ListRecords(CustomersContract.Purpose) { Fields = ["code", "name"], Limit = 500 }, cancellation);
        return page.Failed ? new Dictionary<string, string>() : page.Value.Read().Where(p => p.Text("code") is not null).GroupBy(p => p.Text("code")!, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.First().Text("name") ?? g.Key, StringComparer.Ordinal);
    }

    /// <summary>All that are advertising and in use.</summary>
    public async Task<IReadOnlyList<PurposeCard>> Advertising(CancellationToken cancellation)
    {
        var page = await mediator.Send(new ListRecords(CustomersContract.Purpose) { Fields = ["code", "name", "contract", "outOfUse"], Limit = 100 }, cancellation);
        return page.Failed ? [] : [.. page.Value.Read().Where(p => p["contract"] is not true && p["outOfUse"] is not true).Select(p => new PurposeCard(p.Text("code") ?? "", p.Text("name") ?? "", false))];
    }
}
