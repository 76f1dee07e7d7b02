using Crm.Customers.Contracts;
using Crm.Sdk.Records;
using Crm.Sdk.Text;
using Crm.Support.Inquiries;
using MediatR;

namespace Crm.Support.Mailing;

/// <summary>Who somebody is by their address, and where an inquiry is answered.</summary>
internal sealed class Recipients(IMediator mediator)
{
    private const int Several = 20;

    private (Guid? Person, Guid? Company, IReadOnlyList<CustomerCard> Cards)? asked;

    /// <summary>The cards of an inquiry's person and company, as far as whoever asks may see them; asked for once in a piece of work.</summary>
    public async Task<IReadOnlyList<CustomerCard>> Cards(Guid? person, Guid? company, CancellationToken cancellation)
    {
        if (asked is { } before && (before.Person, before.Company) == (person, company)) return before.Cards;
        Guid[] ids = [.. new[] { person, company }.OfType<Guid>()];
        if (ids.Length == 0) return [];
        var cards = await mediator.Send(new GetCustomerCards(ids), cancellation);
        IReadOnlyList<CustomerCard> found = cards.Failed ? [] : [.. ids.Select(id => cards.Value.GetValueOrDefault(id)).OfType<CustomerCard>()];
        asked = (person, company, found);
        return found;
    }

    /// <summary>What they wrote from, else the person's address, else the company's; null when there is none.</summary>
    public async Task<string?> AddressOf(Inquiry inquiry, CancellationToken cancellation)
    {
        if (inquiry.FromEmail is { Length: > 0 } theirs) return theirs;
        return await AddressOf(inquiry.PersonId, inquiry.CompanyId, cancellation);
    }

    public async Task<string?> AddressOf(Guid? person, Guid? company, CancellationToken cancellation) =>
        (await Cards(person, company, cancellation)).Select(c => c.Email).FirstOrDefault(e => e is { Length: > 0 });

    /// <summary>
    /// The person with this address; of several who share it, the one of that name. Else the company with it. Nobody when it is not sure:
    /// an inquiry on the wrong customer's page is worse than one on nobody's.
    /// </summary>
    public async Task<(Guid? Person, Guid? Company)> Recognise(string? address, string? name, CancellationToken cancellation)
    {
        if (string.IsNullOrWhiteSpace(address)) return (null, null);
        var people = await Find(CustomersContract.Person, address, ["lastName", "firstName", "companyId"], cancellation);
        var known = people.Count == 1 ? people[0] : people.Where(p => SameName(p, name)).Take(2).ToList() is [var one] ? one : null;
        if (known is not null) return (known.Id, known.Reference("companyId"));
        var companies = await Find(CustomersContract.Company, address, ["name"], cancellation);
        return companies.Count == 1 ? (null, companies[0].Id) : (null, null);
    }

    private async Task<List<Row>> Find(string type, string address, string[] fields, CancellationToken cancellation)
    {
        var page = await mediator.Send(new ListRecords(type) { Filter = Filter.Eq("email", address.Trim()), Fields = fields, Limit = Several }, cancellation);
        return page.Failed ? [] : [.. page.Value.Read()];
    }

    private static bool SameName(Row person, string? name) =>
        !string.IsNullOrWhiteSpace(name) && Key(person.Text("lastName") + person.Text("firstName")) is { Length: > 0 } key && Key(name).Contains(key, StringComparison.Ordinal);

    private static string Key(string text) => TextNormaliser.ToKana(text).Replace(" ", "", StringComparison.Ordinal).Replace("　", "", StringComparison.Ordinal);
}
