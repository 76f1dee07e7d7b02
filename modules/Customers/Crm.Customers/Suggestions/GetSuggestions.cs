using Crm.Customers.Consent;
using Crm.Customers.Contracts;
using Crm.Sdk;
using Crm.Sdk.Messaging;
using Crm.Sdk.Records;
using Crm.Sdk.Users;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Customers.Suggestions;

/// <summary>What to offer to a customer next, strongest first; nothing to who is to be left alone, with the reason.</summary>
/// <param name="Customer">A person or company whoever asks may see.</param>
internal sealed record GetSuggestions(RecordView Customer) : IRequest<Result<SuggestionView>>;

/// <param name="Holds">Why nothing is suggested; empty when something may be.</param>
/// <param name="Offers">What to offer.</param>
internal sealed record SuggestionView(IReadOnlyList<Label> Holds, IReadOnlyList<Offer> Offers);

/// <summary>A product with the reason why.</summary>
internal sealed record Offer(Guid ProductId, string Product, Label Reason);

internal sealed class GetSuggestionsHandler(CustomersDb db, IMediator mediator, IUser user) : IRequestHandler<GetSuggestions, Result<SuggestionView>>
{
    private const int AtMost = 5;

    public async Task<Result<SuggestionView>> Handle(GetSuggestions get, CancellationToken cancellationToken)
    {
        if (user.Reach(CustomersContract.Purchase, RecordAction.Read) == Reach.None) return new SuggestionView([], []);
        var holds = await Holds(get.Customer, cancellationToken);
        return new SuggestionView(holds, holds.Count > 0 ? [] : await Offers(get.Customer.Type.Key, get.Customer.Id, cancellationToken));
    }

    private async Task<List<Label>> Holds(RecordView customer, CancellationToken cancellation)
    {
        var asked = new CollectSalesHolds([customer.Id]);
        await mediator.Publish(asked, cancellation);
        List<Label> holds = [.. asked.Parts.Where(h => h.CustomerId == customer.Id).Select(h => h.Reason).Distinct()];

        // Who cannot be asked about complaints says neither yes nor no: nothing is offered.
        if (asked.Missing.Count > 0) holds.Add(new($"確認できない機能があります: {string.Join("、", asked.Missing)}", $"These could not be asked: {string.Join(", ", asked.Missing)}"));
        if (((string[])["mailMagazine", "directMail", "phoneCalls"]).All(p => customer[p] is CustomersContract.Contact.No)) holds.Add(("すべての手段で連絡を断っています。", "They refused to be contacted by any means."));
        var entries = await db.Consents.AsNoTracking().Where(c => c.PersonId == customer.Id || c.CompanyId == customer.Id).ToListAsync(cancellation);
        var left = entries.Where(e => e.Basis == Bases.Withdrawn && e.PurposeId is null && e.Channel is null).MaxBy(e => e.At);
        if (left is not null && !entries.Exists(e => e.Basis == Bases.Consent && e.At > left.At)) holds.Add(("すべての案内を断っています（同意台帳）。", "They opted out of everything (consent ledger)."));
        return holds;
    }

    private async Task<IReadOnlyList<Offer>> Offers(string type, Guid customer, CancellationToken cancellation)
    {
        var mine = user.Owners(CustomersContract.Purchase, RecordAction.Read);
        var purchases = type == CustomersContract.Company ? db.Purchases.Where(p => p.CompanyId == customer) : db.Purchases.Where(p => p.PersonId == customer);
        if (mine is not null) purchases = purchases.Where(p => p.OwnerId != null && mine.Contains(p.OwnerId.Value));
        var has = await purchases.Where(p => p.ProductId != null).Select(p => p.ProductId!.Value).Distinct().ToListAsync(cancellation);
        if (has.Count == 0) return [];
        var all = await db.Suggestions.AsNoTracking().Where(s => s.RecordType == type && has.Contains(s.IfId) && !has.Contains(s.ThenId)).ToListAsync(cancellation);
        var best = all.GroupBy(s => s.ThenId).Select(g => g.MaxBy(s => s.Share)!).OrderByDescending(s => s.Share).ThenByDescending(s => s.Lift).Take(2 * AtMost).ToList();
        var ids = best.SelectMany(s => (Guid[])[s.IfId, s.ThenId]).Distinct().ToList();
        var products = await db.Products.AsNoTracking().Where(p => ids.Contains(p.Id)).ToDictionaryAsync(p => p.Id, cancellation);
        return
        [
            .. best.Where(s => products.ContainsKey(s.IfId) && products.TryGetValue(s.ThenId, out var then) && !then.Discontinued)
                .Take(AtMost).Select(s => new Offer(s.ThenId, products[s.ThenId].Name, Reason(s, products[s.IfId].Name))),
        ];
    }

    private static Label Reason(Suggestion found, string has) => found.Kind == SuggestionKinds.Upgrade
        ? ($"「{has}」から始めた顧客の {found.Share / 10m:0.#}% が移行", $"{found.Share / 10m:0.#} % of those who began with {has} went on to it")
        : ($"「{has}」の購入者の {found.Share / 10m:0.#}% が購入（全体の {found.Lift / 100m:0.#} 倍）", $"{found.Share / 10m:0.#} % of the buyers of {has} bought it, {found.Lift / 100m:0.#} times everybody's share");
}
