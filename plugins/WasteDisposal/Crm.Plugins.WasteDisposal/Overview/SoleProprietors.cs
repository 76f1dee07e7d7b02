using Crm.Customers.Contracts;
using Crm.Plugins.WasteDisposal.Contracts;
using Crm.Sdk;
using Crm.Sdk.Japan;
using Crm.Sdk.Messaging;
using Crm.Sdk.Records;
using Crm.Sdk.Tenancy;
using Crm.Sdk.Web;
using MediatR;

namespace Crm.Plugins.WasteDisposal.Overview;

/// <summary>
/// Contracts and manifests are between companies, and no data of a person, but for one who is a company: those of a sole proprietor are
/// disclosed to them, and kept for the five years of the law when they ask to be forgotten (廃棄物処理法 6条の2, 12条の3).
/// </summary>
internal sealed class SoleProprietors(IMediator mediator, ITenant tenant) : INotificationHandler<CollectPersonalData>, INotificationHandler<ErasePersonalData>
{
    private const int YearsKept = 5;
    private const int AtOnce = 500;

    private static readonly (string Type, string[] Parties, Label Title, Label Ground)[] Papers =
    [
        (WasteContract.Contract, ["generatorId", "contractorId"], ("産業廃棄物の委託契約", "Waste contracts"), ("委託契約書（廃棄物処理法施行令6条の2）", "Waste contracts (Waste Disposal Act)")),
        (WasteContract.Manifest, ["generatorId", "transporterId", "disposerId"], ("マニフェスト", "Manifests"), ("マニフェスト（廃棄物処理法12条の3）", "Manifests (Waste Disposal Act)")),
    ];

    public async Task Handle(CollectPersonalData notification, CancellationToken cancellationToken)
    {
        foreach (var (type, parties, title, _) in Papers)
        {
            var entries = new List<IReadOnlyDictionary<string, string>>();
            foreach (var page in await Of(notification.RecordType, notification.Id, type, parties, fields: null, cancellationToken))
            {
                foreach (var row in page.Rows)
                {
                    var entry = new Dictionary<string, string>(StringComparer.Ordinal);
                    for (var i = 0; i < page.Fields.Count; i++)
                    {
                        if (row.Values[i] is { } value) entry[page.Fields[i].Label.ToString()] = ValueText.Of(page.Fields[i], value, tenant, page.Titles);
                    }

                    entries.Add(entry);
                }
            }

            if (entries.Count > 0) notification.Add(new PersonalDataPart(title, entries));
        }
    }

    public async Task Handle(ErasePersonalData notification, CancellationToken cancellationToken)
    {
        foreach (var (type, parties, _, ground) in Papers)
        {
            var rows = (await Of(notification.RecordType, notification.Id, type, parties, ["keepUntil"], cancellationToken)).SelectMany(p => p.Read()).ToList();

            // Without a day the contract still runs.
            var kept = rows.Where(r => r.Day("keepUntil") is not { } until || until >= notification.Today).ToList();
            if (!notification.Erase)
            {
                if (kept.Count > 0) notification.Add(new KeptByLaw(type, [.. kept.Select(r => r.Id)], kept.Max(r => r.Day("keepUntil") ?? notification.Today.AddYears(YearsKept)), ground));
            }
            else if (rows.Count > kept.Count)
            {
                var gone = await mediator.Send(new EraseRecords(type, [.. rows.Except(kept).Select(r => r.Id)]), cancellationToken);
                gone.OrThrow($"{type} could not be erased");
            }
        }
    }

    private async Task<List<RecordPage>> Of(string recordType, Guid id, string type, string[] parties, string[]? fields, CancellationToken cancellation)
    {
        var pages = new List<RecordPage>();
        if (await Company(recordType, id, cancellation) is not { } company) return pages;
        for (string? after = null, next = ""; next is not null; after = next)
        {
            var page = await mediator.Send(
                new ListRecords(type) { Filter = new Filter.Any([.. parties.Select(p => Filter.Eq(p, company))]), Fields = fields, Sort = [new("createdAt")], Limit = AtOnce, After = after, Titles = true }, cancellation);
            page.OrThrow($"{type} could not be read");
            pages.Add(page.Value);
            next = page.Value.Next;
        }

        return pages;
    }

    /// <summary>The company that the person is: a sole proprietor whose representative has the person's name.</summary>
    private async Task<Guid?> Company(string recordType, Guid id, CancellationToken cancellation)
    {
        if (recordType != CustomersContract.Person) return null;
        var person = await mediator.Send(new GetRecord(CustomersContract.Person, id), cancellation);
        if (person.Failed || person.Value["companyId"] is not Guid company) return null;
        var firm = await mediator.Send(new GetRecord(CustomersContract.Company, company), cancellation);
        return !firm.Failed && firm.Value["kind"] is CustomersContract.SoleProprietor && firm.Value["representative"] is string name
            && PersonName.Key(name) == PersonName.Key($"{person.Value["lastName"]}{person.Value["firstName"]}") ? company : null;
    }
}
