using Crm.Customers.Contracts;
using Crm.Sdk;
using Crm.Sdk.Records;
using MediatR;

namespace Crm.Customers.Shared;

/// <summary>Cards of companies and people for other modules; asked as lists, in one question, so the caller's rights hold.</summary>
internal sealed class GetCustomerCardsHandler(IMediator mediator) : IRequestHandler<GetCustomerCards, Result<IReadOnlyDictionary<Guid, CustomerCard>>>
{
    private const int AtOnce = 500;
    private static readonly string[] Both = ["code", "rank", "phone", "email", "mailMagazine", "directMail", "phoneCalls", "owner"];
    private static readonly string[] OfCompany = [.. Both, "name", "nameKana"];
    private static readonly string[] OfPerson = [.. Both, "lastName", "firstName", "lastNameKana", "firstNameKana", "mobile", "companyId"];

    public async Task<Result<IReadOnlyDictionary<Guid, CustomerCard>>> Handle(GetCustomerCards request, CancellationToken cancellationToken)
    {
        var cards = new Dictionary<Guid, CustomerCard>();
        foreach (var ids in request.Ids.Distinct().Chunk(AtOnce))
        {
            var pages = await mediator.Send(new ListRecordsTogether([Of(CustomersContract.Company, ids, OfCompany), Of(CustomersContract.Person, ids, OfPerson)]), cancellationToken);
            if (pages.Failed) return Result<IReadOnlyDictionary<Guid, CustomerCard>>.Fail(pages.Problems);
            foreach (var row in Rows(pages.Value[0]))
            {
                cards[row.Id] = Card(CustomersContract.Company, row, row.Text("name")) with { Kana = row.Text("nameKana"), Phone = row.Text("phone") };
            }

            foreach (var row in Rows(pages.Value[1]))
            {
                cards[row.Id] = Card(CustomersContract.Person, row, Joined(row, "lastName", "firstName")) with
                {
                    Kana = Joined(row, "lastNameKana", "firstNameKana"),
                    Phone = row.Text("mobile") ?? row.Text("phone"),
                    CompanyId = row.Reference("companyId"),
                };
            }
        }

        return cards;

        static ListRecords Of(string type, Guid[] ids, string[] fields) => new(type) { Filter = new Filter.Ids(ids), Limit = AtOnce, Fields = fields };

        static IEnumerable<Row> Rows(Result<RecordPage> page) => page.Failed ? [] : page.Value.Read();
    }

    private static CustomerCard Card(string type, Row row, string? name) => new(type, row.Id, name ?? "")
    {
        Code = row.Text("code"),
        Rank = row.Text("rank"),
        Email = row.Text("email"),
        OwnerId = row.Reference("owner"),
        MayMail = ContactPermission.Allows(row.Text("mailMagazine")),
        MayPost = ContactPermission.Allows(row.Text("directMail")),
        MayCall = ContactPermission.Allows(row.Text("phoneCalls")),
    };

    private static string? Joined(Row row, string first, string second) =>
        string.Join(' ', new[] { row.Text(first), row.Text(second) }.Where(n => !string.IsNullOrEmpty(n))) is { Length: > 0 } joined ? joined : null;
}
