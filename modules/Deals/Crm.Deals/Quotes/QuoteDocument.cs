using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Crm.Sdk.Tenancy;

namespace Crm.Deals.Quotes;

/// <summary>All that stands on a quote. Kept as it was issued: what changes later on the customer or with us does not change it.</summary>
internal sealed record QuoteDocument
{
    // One copy for all: it holds nothing of any request.
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    public string? Number { get; init; }

    public int Revision { get; init; } = 1;

    public string Subject { get; init; } = "";

    public string Addressee { get; init; } = "";

    public DateOnly? IssuedOn { get; init; }

    public DateOnly? ValidUntil { get; init; }

    public string Currency { get; init; } = "JPY";

    /// <summary>One of <see cref="DocumentLanguages"/>; null on those issued before it was asked.</summary>
    public string? Language { get; init; }

    /// <summary>Who is responsible for it with us; or null.</summary>
    public string? Person { get; init; }

    public bool PricesWithTax { get; init; }

    public string? DeliveryOn { get; init; }

    public string? DeliveryPlace { get; init; }

    public string? PaymentTerms { get; init; }

    public string? Remarks { get; init; }

    public IssuerBlock Issuer { get; init; } = new();

    public IReadOnlyList<DocumentLine> Lines { get; init; } = [];

    public DocumentTotals Totals { get; init; } = new([], 0, 0, 0);

    /// <summary>The document of a quote as it stands.</summary>
    public static QuoteDocument Of(Quote quote, Issuer issuer, IEnumerable<QuoteLine> lines, ITenant tenant, DateOnly on)
    {
        var currency = quote.Currency ?? tenant.Currency;
        var digits = Dealing.Currencies.Digits(currency);
        var own = lines.OrderBy(l => l.Position).ThenBy(l => l.Id)
            .Select(l => new DocumentLine(l.Name ?? "", l.Quantity ?? 1, l.Unit, l.UnitPrice ?? 0, l.Discount ?? 0, l.TaxRate ?? TaxRates.Standard, Roundings.Round(l.Sum, issuer.Rounding, digits), l.ProductId)).ToList();
        return new QuoteDocument
        {
            Number = quote.Number, Revision = quote.Revision, Subject = quote.Subject, Addressee = quote.Addressee ?? "", IssuedOn = quote.IssuedOn, ValidUntil = quote.ValidUntil,
            Currency = currency, Language = DocumentLanguages.Of(quote.Language, tenant), PricesWithTax = quote.PricesWithTax, DeliveryOn = quote.DeliveryOn, DeliveryPlace = quote.DeliveryPlace, PaymentTerms = quote.PaymentTerms, Remarks = quote.Remarks,
            Issuer = IssuerBlock.Of(issuer), Lines = own,
            Totals = DocumentTotals.Of(own.Select(l => ((string?)l.TaxRate, l.Amount)), on, issuer.Rounding, digits, quote.PricesWithTax),
        };
    }

    /// <summary>What each line is without tax, in the order of the lines: together exactly <see cref="DocumentTotals.Net"/>.</summary>
    public IReadOnlyList<decimal> NetLines()
    {
        var net = Lines.Select(l => l.Amount).ToArray();
        if (!PricesWithTax) return net;
        var digits = Dealing.Currencies.Digits(Currency);
        foreach (var rate in Totals.Rates)
        {
            // The tax was taken out once per rate; what single lines would have lost or gained by rounding goes to the largest.
            var own = Enumerable.Range(0, net.Length).Where(i => Lines[i].TaxRate == rate.Kind).ToList();
            foreach (var i in own) net[i] = Roundings.Round(Lines[i].Amount / (1 + rate.Rate), Roundings.HalfUp, digits);
            net[own.MaxBy(i => Math.Abs(net[i]))] += rate.Net - own.Sum(i => net[i]);
        }

        return net;
    }

    public string ToJson() => JsonSerializer.Serialize(this, Options);

    public static QuoteDocument Parse(string json) => JsonSerializer.Deserialize<QuoteDocument>(json, Options) ?? throw new InvalidOperationException("A stored quote is empty.");
}

/// <summary>A line as printed; the amount is rounded. The product is not printed: orders and new versions are made of it.</summary>
internal sealed record DocumentLine(string Name, decimal Quantity, string? Unit, decimal UnitPrice, decimal Discount, string TaxRate, decimal Amount, Guid? ProductId = null);

/// <summary>Who issues, as printed.</summary>
internal sealed record IssuerBlock
{
    public Guid? Id { get; init; }

    public string Name { get; init; } = "";

    public string? InvoiceNumber { get; init; }

    public string? PostalCode { get; init; }

    public string? Address { get; init; }

    public string? Building { get; init; }

    public string? Phone { get; init; }

    public string? Fax { get; init; }

    public string? Email { get; init; }

    public string? Bank { get; init; }

    public bool HasSeal { get; init; }

    public static IssuerBlock Of(Issuer issuer) => new()
    {
        Id = issuer.Id, Name = issuer.Name, InvoiceNumber = issuer.InvoiceNumber, PostalCode = issuer.Address.PostalCode,
        Address = string.Concat(issuer.Address.Prefecture, issuer.Address.City, issuer.Address.Street) is { Length: > 0 } address ? address : null, Building = issuer.Address.Building,
        Phone = issuer.Phone, Fax = issuer.Fax, Email = issuer.Email, Bank = issuer.Bank, HasSeal = issuer.Seal is not null,
    };
}
