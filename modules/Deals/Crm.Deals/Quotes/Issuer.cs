using Crm.Deals.Contracts;
using Crm.Sdk;
using Crm.Sdk.Modules;
using Crm.Sdk.Records;
using Crm.Sdk.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Crm.Deals.Quotes;

/// <summary>Who we are on quotes and order confirmations; one for each office that issues them.</summary>
internal sealed class Issuer : Record
{
    public string Name { get; set; } = "";

    /// <summary>適格請求書発行事業者の登録番号.</summary>
    public string? InvoiceNumber { get; set; }

    public PostalAddress Address { get; set; } = new();

    public string? Phone { get; set; }

    public string? Fax { get; set; }

    public string? Email { get; set; }

    public string? Bank { get; set; }

    public Guid? Seal { get; set; }

    public string? Rounding { get; set; } = Roundings.Floor;

    public string? QuoteFormat { get; set; } = NumberFormat.Quote;

    public string? OrderFormat { get; set; } = NumberFormat.Order;

    public int ValidDays { get; set; } = 30;

    public string? PaymentTerms { get; set; }

    public string? Remarks { get; set; }
}

internal static class IssuerFields
{
    public static readonly RecordType<Issuer> Type = RecordType.For<Issuer>(DealsContract.Issuer)
        .Titled("自社情報（見積）", "Issuer of quotes", "Issuers of quotes")
        .WithIcon("building-bank")
        .TitledBy("name")
        .SortedBy("name")
        .NotInMenu()
        .Section("basic", "見積書に載る内容", "On the quote", s => s
            .Text(i => i.Name, "名称", "Name").Required().Max(200).InList()
            .Text(i => i.InvoiceNumber, "登録番号（T番号）", "Registration number").Max(40).InList()
            .PostalAddress(i => i.Address)
            .Phone(i => i.Phone, "電話", "Phone").Max(40)
            .Text(i => i.Fax, "FAX", "Fax").Max(40)
            .Email(i => i.Email, "メール", "E-mail").Max(254)
            .LongText(i => i.Bank, "振込先", "Bank account").Max(500)
            .File(i => i.Seal, "印影", "Seal")
                .Hint("背景が透明のPNG。", "A PNG with a clear background."))
        .Section("rules", "作り方", "How they are made", s => s
            .Choice(i => i.Rounding, "端数処理", "Rounding", Roundings.All).Required().Default(Roundings.Floor)
                .Hint("明細の金額と、税率ごとの消費税に1回。", "Of the lines, and once of the tax of each rate.")
            .Text(i => i.QuoteFormat, "見積番号の形式", "Format of quote numbers").Required().Max(40).Default(NumberFormat.Quote).Rule(NumberFormatHasDigits.Check)
                .Hint("{yyyy} 年、{yy} 年2桁、{mm} 月、{fy} 年度、{0000} 連番の桁数。年や月が変わると1から。", "{yyyy} year, {yy} two digits, {mm} month, {fy} fiscal year, {0000} digits of the count. It begins anew with each year or month.")
            .Text(i => i.OrderFormat, "注文請書番号の形式", "Format of order numbers").Required().Max(40).Default(NumberFormat.Order).Rule(NumberFormatHasDigits.Check)
            .Number(i => i.ValidDays, "有効期間（日）", "Valid for (days)").Range(1, 730).Default(30m)
            .Text(i => i.PaymentTerms, "支払条件", "Payment terms").Max(200)
            .LongText(i => i.Remarks, "備考の初期値", "Remarks to begin with").Max(2000))
        .Rule(RegistrationNumberIsTAndThirteenDigits.Check);
}

/// <summary>A tenant begins with itself as issuer, so that a first quote can be made; address and registration number are theirs to add.</summary>
internal sealed class FirstIssuer(DealsDb db, ITenant tenant) : ISeedData
{
    public async Task Seed(CancellationToken cancellation)
    {
        // The bin counts too. Without the filter the tenant must be named.
        if (await db.Issuers.IgnoreQueryFilters().AnyAsync(i => i.TenantId == db.TenantId, cancellation)) return;
        db.Add(new Issuer { Name = tenant.Name, PaymentTerms = new Label("月末締め翌月末払い", "End of next month").In(tenant.Language) });
        var saved = await db.SaveAsync(cancellation: cancellation);
        if (saved.Failed) db.ChangeTracker.Clear();
    }
}
