using Crm.Customers.Companies;
using Crm.Customers.Contracts;
using Crm.Customers.People;
using Crm.Customers.Shared;
using Crm.Sdk;
using Crm.Sdk.Messaging;
using Crm.Sdk.Records;
using Crm.Sdk.Tenancy;
using Crm.Sdk.Users;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Customers.Consent;

/// <summary>The one place that says whether somebody may be contacted.</summary>
internal sealed class MayContactHandler(CustomersDb db, IUser user, TimeProvider clock, ITenant tenant) : IRequestHandler<MayContact, Result<IReadOnlyDictionary<Guid, ContactAnswer>>>
{
    private const int MostAtOnce = 5_000;

    public async Task<Result<IReadOnlyDictionary<Guid, ContactAnswer>>> Handle(MayContact ask, CancellationToken cancellationToken)
    {
        if (ask.CustomerIds.Count > MostAtOnce)
        {
            return new Problem("too-many-rows", ($"一度に確かめられるのは {MostAtOnce:N0} 件までです。", $"At most {MostAtOnce:N0} customers at once."), Kind: ProblemKind.TooLarge);
        }

        var purpose = await db.Purposes.AsNoTracking().SingleOrDefaultAsync(p => p.Code == ask.Purpose, cancellationToken);
        var (now, today) = (clock.GetUtcNow(), clock.Today(tenant));
        var answers = new Dictionary<Guid, ContactAnswer>();
        foreach (var ids in ask.CustomerIds.Distinct().Chunk(500).Select(c => c.ToList()))
        {
            var people = await db.People.AsNoTracking().Where(p => ids.Contains(p.Id)).ToListAsync(cancellationToken);
            var companies = await db.Companies.AsNoTracking().Where(c => ids.Contains(c.Id)).ToListAsync(cancellationToken);
            var entries = (await db.Consents.AsNoTracking().Where(c => (c.PersonId != null && ids.Contains(c.PersonId.Value)) || (c.CompanyId != null && ids.Contains(c.CompanyId.Value))).ToListAsync(cancellationToken))
                .ToLookup(c => c.PersonId ?? c.CompanyId!.Value);
            var known = people.Where(p => user.MayAct(CustomersContract.Person, p.OwnerId, RecordAction.Read)).Cast<Customer>()
                .Concat(companies.Where(c => user.MayAct(CustomersContract.Company, c.OwnerId, RecordAction.Read))).ToDictionary(c => c.Id);
            foreach (var id in ids)
            {
                var facts = known.TryGetValue(id, out var customer) ? new ContactFacts(Permission(customer, ask.Channel), Reachable(customer, ask.Channel), [.. entries[id]]) : null;
                answers[id] = ContactDecision.Of(facts, purpose, ask.Channel, now, today);
            }
        }

        return answers;
    }

    private static string? Permission(Customer customer, string channel) => channel switch
    {
        CustomersContract.Channels.Post => customer.DirectMail,
        CustomersContract.Channels.Phone => customer.PhoneCalls,
        _ => customer.MailMagazine,
    };

    private static bool Reachable(Customer customer, string channel) => channel switch
    {
        CustomersContract.Channels.Email => !string.IsNullOrWhiteSpace(customer.Email),
        CustomersContract.Channels.Post => !string.IsNullOrWhiteSpace(customer.Address.City) || !string.IsNullOrWhiteSpace(customer.Address.Street),
        CustomersContract.Channels.Sms => customer is Person { Mobile.Length: > 0 },
        CustomersContract.Channels.Phone => !string.IsNullOrWhiteSpace(customer.Phone) || customer is Person { Mobile.Length: > 0 },
        _ => false,
    };
}

/// <summary>Writes a withdrawal into the ledger; it counts from this moment.</summary>
internal sealed class WithdrawConsentHandler(CustomersDb db, IEvents events, TimeProvider clock) : IRequestHandler<WithdrawConsent, Result>
{
    public async Task<Result> Handle(WithdrawConsent withdraw, CancellationToken cancellationToken)
    {
        var person = await db.Load<Person>(withdraw.CustomerId, RecordAction.Edit, cancellation: cancellationToken);
        var company = person.Failed ? await db.Load<Company>(withdraw.CustomerId, RecordAction.Edit, cancellation: cancellationToken) : null;
        if (company is { Failed: true }) return person;
        Purpose? purpose = null;
        if (withdraw.Purpose is { Length: > 0 } code)
        {
            purpose = await db.Purposes.SingleOrDefaultAsync(p => p.Code == code, cancellationToken);
            if (purpose is null) return new Problem("not-found", ($"利用目的「{code}」はありません。", $"There is no purpose “{code}”."), Field: "purpose", Kind: ProblemKind.NotFound);
        }

        db.Consents.Add(new ConsentEntry
        {
            PersonId = company is null ? withdraw.CustomerId : null, CompanyId = company is null ? null : withdraw.CustomerId, PurposeId = purpose?.Id, Channel = withdraw.Channel,
            Basis = Bases.Withdrawn, At = clock.GetUtcNow(), How = withdraw.How, OwnerId = company is null ? person.Value.OwnerId : company.Value.OwnerId,
        });
        events.Raise(new ConsentWithdrawn(withdraw.CustomerId, withdraw.Purpose, withdraw.Channel));
        return await db.SaveAsync(cancellation: cancellationToken);
    }
}
