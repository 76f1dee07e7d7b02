using Crm.Deals.Quotes;
using Crm.Sdk.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Crm.Deals.Dealing;

/// <summary>
/// What lines are worth to the unit of their currency, each rounded as a quote of them would print it: a deal and the purchases that come of
/// it know no half yen.
/// </summary>
internal sealed class LineSums(string? rounding, string tenantCurrency)
{
    /// <summary>By the issuer with whom a quote begins.</summary>
    public static async Task<LineSums> Of(DealsDb db, ITenant tenant, CancellationToken cancellation) =>
        new(await db.Issuers.OrderBy(i => i.CreatedAt).Select(i => i.Rounding).FirstOrDefaultAsync(cancellation), tenant.Currency);

    public decimal Rounded(decimal amount, string? currency) => Roundings.Round(amount, rounding, Currencies.Digits(currency ?? tenantCurrency));

    public decimal Sum(IEnumerable<DealLine> lines, string? currency) => lines.Sum(l => Rounded(l.Total, currency));
}
