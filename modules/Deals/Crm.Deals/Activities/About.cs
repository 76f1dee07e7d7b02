using Crm.Customers.Contracts;
using Crm.Deals.Contracts;
using Crm.Deals.Shared;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Deals.Activities;

/// <summary>Whom an activity is with and which deal it is about, as far as the reader may know.</summary>
/// <param name="Customer">The company, that of the deal, or the person.</param>
/// <param name="Deal">Name of the deal.</param>
internal sealed record About(string? Customer, string? Deal)
{
    public static readonly About Nothing = new(null, null);

    /// <summary>By activity; those that are about nothing are missing.</summary>
    public static async Task<Dictionary<Guid, About>> Of(
        IReadOnlyCollection<(Guid Id, Guid? Deal, Guid? Company, Guid? Person)> activities, Readable readable, IMediator mediator, CancellationToken cancellation)
    {
        if (!await readable.Sees(DealsContract.Activity, ["dealId", "companyId", "personId"], cancellation)) return [];
        var asked = activities.Select(a => a.Deal).OfType<Guid>().Distinct().ToList();
        var deals = asked.Count > 0 && await readable.Sees(DealsContract.Deal, ["name", "companyId", "personId"], cancellation)
            ? await readable.Deals.Where(d => asked.Contains(d.Id)).Select(d => new { d.Id, d.Name, d.CompanyId, d.PersonId }).ToDictionaryAsync(d => d.Id, cancellation)
            : [];
        var about = activities.Select(a =>
        {
            var deal = a.Deal is { } id ? deals.GetValueOrDefault(id) : null;
            return (a.Id, Customer: a.Company ?? deal?.CompanyId ?? a.Person ?? deal?.PersonId, Deal: deal?.Name);
        }).ToList();
        var customers = await mediator.Send(new GetCustomerCards([.. about.Select(a => a.Customer).OfType<Guid>().Distinct()]), cancellation);
        return about.Where(a => a.Customer is not null || a.Deal is not null)
            .ToDictionary(a => a.Id, a => new About(a.Customer is { } id && !customers.Failed ? customers.Value.GetValueOrDefault(id)?.Name : null, a.Deal));
    }

    /// <summary>件名（会社）</summary>
    public string Called(string subject) => Customer is null ? subject : Sdk.Texts.L($"{subject}（{Customer}）", $"{subject} ({Customer})");
}
