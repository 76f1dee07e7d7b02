using Crm.Customers.Contracts;
using Crm.Deals.Contracts;
using Crm.Deals.Quotes;
using Crm.Deals.Shared;
using Crm.Sdk;
using Crm.Sdk.Records;
using Crm.Tests.Customers;
using Crm.Tests.Infrastructure;

namespace Crm.Tests.Deals;

/// <summary>Quotes from the draft to the order.</summary>
public sealed class QuoteTests
{
    [Theory, EveryDatabase]
    public async Task A_quote_begins_with_the_deals_lines_and_is_addressed_to_the_contact(string database)
    {
        await using var crm = await DealsHost.Start(database);
        var deal = await crm.Deal("出荷資材の年間契約", "proposal");
        await crm.Line(deal, "段ボール", 100, 2_980);

        var quote = await crm.Ask(new BeginQuote(deal));

        var draft = await crm.Get(DealsContract.Quote, quote);
        Assert.Equal(("draft", null, "出荷資材の年間契約", "株式会社青葉製作所\n高橋 美咲 様"), (draft["status"], draft["number"], draft["subject"], draft["addressee"]));
        Assert.Equal(DealsHost.Today.AddDays(30), draft["validUntil"]);
        Assert.Equal("段ボール", Assert.Single((await crm.List(DealsContract.QuoteLine, Filter.Eq("quoteId", quote), "name")).Read()).Text("name"));
    }

    [Theory, EveryDatabase]
    public async Task Issued_quotes_are_numbered_without_gaps_whoever_issues_at_the_same_time(string database)
    {
        await using var crm = await DealsHost.Start(database);
        var deal = await crm.Deal("オフィス移転", "proposal");
        var quotes = new List<Guid>();
        for (var i = 0; i < 8; i++) quotes.Add(await crm.Ask(new BeginQuote(deal)));
        var empty = await crm.Save(DealsContract.Quote, ("dealId", deal), ("subject", "明細なし"), ("issuerId", (await crm.Get(DealsContract.Quote, quotes[0]))["issuerId"]));

        var issued = await Task.WhenAll(quotes.Append(empty).Select(q => crm.Send(new IssueQuote(q))));

        Assert.Equal("deals.quote-empty", Assert.Single(Assert.Single(issued, r => r.Failed).Problems).Code);
        var numbers = (await crm.List(DealsContract.Quote, Filter.Eq("status", "issued"), "number")).Read().Select(q => q.Text("number")).Order();
        Assert.Equal(Enumerable.Range(1, 8).Select(n => $"Q2026-000{n}"), numbers);
    }

    [Theory, EveryDatabase]
    public async Task A_quote_that_went_out_stays_as_it_was(string database)
    {
        await using var crm = await DealsHost.Start(database);
        var deal = await crm.Deal("飲料と備品", "proposal");
        await crm.Line(deal, "お茶 24本", 33, 1_033, ("taxRate", "reduced"));
        await crm.Line(deal, "紙コップ", 7, 5_405);
        var quote = await crm.Ask(new BeginQuote(deal));
        await crm.Do(new IssueQuote(quote));
        var line = (await crm.List(DealsContract.QuoteLine, Filter.Eq("quoteId", quote))).Rows[0].Id;

        var edited = await crm.Send(new SaveRecord(DealsContract.Quote, quote, new Dictionary<string, object?> { ["subject"] = "別の件名" }));
        var cheaper = await crm.Send(new SaveRecord(DealsContract.QuoteLine, line, new Dictionary<string, object?> { ["unitPrice"] = 1m }));
        await crm.Ask(new DeleteRecords(DealsContract.QuoteLine, [line]));
        var printed = (await crm.Ask(new GetQuoteDocument(quote))).Document;

        Assert.Equal("deals.quote-not-draft", Assert.Single(edited.Problems).Code);
        Assert.Equal("deals.quote-not-draft", Assert.Single(cheaper.Problems).Code);
        Assert.Equal(2, printed.Lines.Count);

        // 34,089 × 8 % = 2,727.12; 37,835 × 10 % = 3,783.5.
        Assert.Equal((71_924m, 6_510m, 78_434m), (printed.Totals.Net, printed.Totals.Tax, printed.Totals.Total));
        Assert.Equal(78_434m, (await crm.Get(DealsContract.Quote, quote))["total"]);
        Assert.Equal("deals.quote-not-draft", await crm.Refused(new IssueQuote(quote)));
    }

    [Theory, EveryDatabase]
    public async Task A_revised_quote_keeps_its_number_and_replaces_the_version_before(string database)
    {
        await using var crm = await DealsHost.Start(database);
        var first = await crm.Ask(new BeginQuote(await crm.Deal("店舗什器", "proposal")));
        await crm.Do(new IssueQuote(first));

        var second = await crm.Ask(new ReviseQuote(first));
        var third = await crm.Send(new ReviseQuote(first));
        await crm.Do(new IssueQuote(second));

        Assert.Equal("deals.draft-there-already", Assert.Single(third.Problems).Code);
        var (old, now) = (await crm.Get(DealsContract.Quote, first), await crm.Get(DealsContract.Quote, second));
        Assert.Equal(("replaced", "issued", old["number"], 2m), (old["status"], now["status"], now["number"], now["revision"]));
    }

    [Theory, EveryDatabase]
    public async Task An_accepted_quote_wins_the_deal_with_its_lines_and_gets_an_order_number(string database)
    {
        await using var crm = await DealsHost.Start(database);
        var deal = await crm.Deal("工具の共同購入", "quote");
        await crm.Line(deal, "見積前の明細", 1, 1);
        var quote = await crm.Ask(new BeginQuote(deal));
        await crm.Do(new SaveQuoteLines(quote, new Dictionary<string, object?>
        {
            ["0.id"] = (await crm.List(DealsContract.QuoteLine, Filter.Eq("quoteId", quote))).Rows[0].Id.ToString(), ["0.name"] = "インパクトドライバー", ["0.quantity"] = "10", ["0.unitPrice"] = "24800",
            ["1.name"] = "ドリルビットセット", ["1.quantity"] = "5", ["1.unitPrice"] = "3480", ["1.discount"] = "400", ["2.name"] = "",
        }));
        Assert.Equal("deals.quote-not-issued", await crm.Refused(new AcceptQuote(quote)));
        await crm.Do(new IssueQuote(quote));

        await crm.Do(new AcceptQuote(quote));
        await crm.DeliverEvents();

        var (won, order) = (await crm.Get(DealsContract.Deal, deal), await crm.Get(DealsContract.Quote, quote));
        Assert.Equal(("won", 265_000m), (won["status"], won["amount"]));
        Assert.Equal(("accepted", "O2026-0001", DealsHost.Today), (order["status"], order["orderNumber"], order["acceptedOn"]));
        Assert.Equal(["インパクトドライバー", "ドリルビットセット"], (await crm.List(DealsContract.Line, Filter.Eq("dealId", deal), "productName", "position")).Read().OrderBy(l => l.Number("position")).Select(l => l.Text("productName")));
        Assert.Equal([248_000m, 17_000m], (await crm.List(CustomersContract.Purchase, null, "amount")).Read().Select(p => p.Number("amount")!.Value).OrderDescending());
    }

    [Theory, EveryDatabase]
    public async Task A_product_brings_its_name_unit_and_price_into_an_empty_line(string database)
    {
        await using var crm = await DealsHost.Start(database);
        var deal = await crm.Deal("計測器の追加");
        var product = await crm.Save(CustomersContract.Product, ("name", "騒音計"), ("unit", "台"), ("unitPrice", 14_800m));

        await crm.Do(new SaveDealLines(deal, new Dictionary<string, object?> { ["0.productId"] = product.ToString(), ["0.quantity"] = "3" }));

        var line = Assert.Single((await crm.List(DealsContract.Line, Filter.Eq("dealId", deal), "productName", "unit", "unitPrice", "amount")).Read());
        Assert.Equal(("騒音計", "台", 14_800m, 44_400m), (line.Text("productName"), line.Text("unit"), line.Number("unitPrice"), line.Number("amount")));
    }

    [Theory, EveryDatabase]
    public async Task A_wrong_line_is_named_by_its_number_and_none_is_saved(string database)
    {
        await using var crm = await DealsHost.Start(database);
        var deal = await crm.Deal("備品");

        var saved = await crm.Send(new SaveDealLines(deal, new Dictionary<string, object?> { ["0.name"] = "机", ["0.unitPrice"] = "20000", ["1.name"] = "椅子", ["1.unitPrice"] = "安い" }));

        Assert.StartsWith("2行目", Assert.Single(saved.Problems).Message.Ja, StringComparison.Ordinal);
        Assert.Empty((await crm.List(DealsContract.Line)).Rows);
    }

    [Theory, EveryDatabase]
    public async Task A_registration_number_has_its_form(string database)
    {
        await using var crm = await DealsHost.Start(database);
        var issuer = (await crm.List(DealsContract.Issuer)).Rows[0].Id;

        var wrong = await crm.Send(new SaveRecord(DealsContract.Issuer, issuer, new Dictionary<string, object?> { ["invoiceNumber"] = "T123" }));
        var right = await crm.Send(new SaveRecord(DealsContract.Issuer, issuer, new Dictionary<string, object?> { ["invoiceNumber"] = "T7000012050002" }));
        var noCount = await crm.Send(new SaveRecord(DealsContract.Issuer, issuer, new Dictionary<string, object?> { ["quoteFormat"] = "Q{yyyy}" }));

        Assert.True(wrong.Failed);
        Assert.False(right.Failed);
        Assert.Equal("deals.format-without-count", Assert.Single(noCount.Problems).Code);
    }
}
