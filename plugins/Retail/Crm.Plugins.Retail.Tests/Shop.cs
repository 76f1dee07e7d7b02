using Crm.Customers.Contracts;
using Crm.Plugins.Retail.Contracts;
using Crm.Sdk.Records;
using Crm.Sdk.Testing;

namespace Crm.Plugins.Retail.Tests;

/// <summary>A store, its customers and sales. The clock of the tests stands at 2026-11-20.</summary>
internal static class Shop
{
    public static Task<Guid> Store(this Acting crm, string code = "S01") => crm.Save(RetailContract.Store, ("code", code), ("name", "吉祥寺店 " + code));

    public static Task<Guid> Member(this Acting crm, string family, string? card, string? account = null) =>
        crm.Save(CustomersContract.Person, ("lastName", family), (RetailContract.PersonFields.CardNumber, card), (RetailContract.PersonFields.EcAccount, account));

    public static Task<Guid> InStore(this Acting crm, Guid store, string on, string? card, decimal amount) => crm.Save(
        RetailContract.Sale, ("number", Line()), ("receipt", Line()), ("channel", "store"), ("storeId", store), ("soldOn", on), ("cardNumber", card), ("productName", "リネンのエプロン"), ("amount", amount));

    public static Task<Guid> Online(this Acting crm, string on, string? account, decimal amount) => crm.Save(
        RetailContract.Sale, ("number", Line()), ("receipt", Line()), ("channel", "ec"), ("soldOn", on), ("ecAccount", account), ("productName", "今治タオル"), ("amount", amount));

    private static string Line() => $"T-{Ids.New():n}";
}
