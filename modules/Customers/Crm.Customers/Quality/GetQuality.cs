using Crm.Customers.Contracts;
using Crm.Sdk;
using Crm.Sdk.Messaging;
using Crm.Sdk.Records;
using Crm.Sdk.Tenancy;
using MediatR;

namespace Crm.Customers.Quality;

/// <summary>How complete, fresh and clean the data of customers is.</summary>
internal sealed record GetQuality(string RecordType) : IRequest<Result<QualityView>>;

/// <param name="Records">How many there are.</param>
/// <param name="Completeness">Mean share of the important fields that is filled; null without records.</param>
/// <param name="Fields">Each field of a form and how often it is filled, least first.</param>
/// <param name="Stale">Records nobody changed for as long as the settings say.</param>
/// <param name="ToCheck">Records with something to look at again.</param>
/// <param name="Oldest">The stale ones, longest untouched first.</param>
internal sealed record QualityView(long Records, decimal? Completeness, IReadOnlyList<FieldFill> Fields, long Stale, long ToCheck, RecordPage Oldest)
{
    /// <summary>Share of records that are neither stale nor to be checked, times completeness: 0 to 100.</summary>
    public int? Score => Records == 0 || Completeness is null ? null : (int)Math.Round(100 * Completeness.Value * (1 - (Math.Min(Records, Stale) / (2m * Records)) - (Math.Min(Records, ToCheck) / (2m * Records))));
}

internal sealed record FieldFill(string Key, Label Label, string Owner, long Filled, bool Important)
{
    public decimal Share(long records) => records == 0 ? 0 : (decimal)Filled / records;
}

internal sealed class GetQualityHandler(IMediator mediator, ISettings settings, ITenant tenant, TimeProvider clock) : IRequestHandler<GetQuality, Result<QualityView>>
{
    private static readonly string[] Important = ["name", "nameKana", "lastName", "firstName", "lastNameKana", "phone", "mobile", "email", "postalCode", "prefecture", "city", "street", "industry", "rank", "birthDate", "mailMagazine"];

    public async Task<Result<QualityView>> Handle(GetQuality get, CancellationToken cancellationToken)
    {
        var types = await mediator.Send(new GetRecordTypes(), cancellationToken);
        if (types.Failed) return Result<QualityView>.Fail(types.Problems);
        if (types.Value.FirstOrDefault(t => t.Key == get.RecordType) is not { } type) return Problems.Forbidden($"{get.RecordType}:read");
        var all = await Count(null);
        var fields = new List<FieldFill>();
        foreach (var field in type.Fields.Where(f => f is { Hidden: false, ReadOnly: false } && f.Key != "owner"))
        {
            Filter filled = field.Key is "mailMagazine" or "directMail" or "phoneCalls"
                ? new Filter.Compare(field.Key, FilterOp.In, CustomersContract.Contact.Ok, CustomersContract.Contact.No)
                : new Filter.Compare(field.Key, FilterOp.Empty, false);
            fields.Add(new(field.Key, field.Label, field.Owner, await Count(filled), Important.Contains(field.Key)));
        }

        var before = tenant.StartOf(clock.Today(tenant).AddDays(-settings.Of<CustomersSettings>().StaleAfterDays));
        Filter stale = new Filter.Compare("updatedAt", FilterOp.Lt, before);
        var oldest = await mediator.Send(new ListRecords(type.Key) { Filter = stale, Sort = [new("updatedAt")], Limit = 25, Titles = true }, cancellationToken);
        if (oldest.Failed) return Result<QualityView>.Fail(oldest.Problems);
        var important = fields.Where(f => f.Important).ToList();
        return new QualityView(
            all, all == 0 || important.Count == 0 ? null : important.Average(f => f.Share(all)), [.. fields.OrderBy(f => f.Filled).ThenBy(f => f.Key, StringComparer.Ordinal)],
            await Count(stale), type.TryGet("checks", out _) ? await Count(new Filter.Compare("checks", FilterOp.Empty, false)) : 0, oldest.Value);

        async Task<long> Count(Filter? filter)
        {
            var counted = await mediator.Send(new CountRecords(type.Key, filter), cancellationToken);
            return counted.Failed ? 0 : counted.Value;
        }
    }
}
