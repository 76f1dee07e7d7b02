using Crm.Customers.Contracts;
using Crm.Deals.Contracts;
using Crm.Deals.Quotes;
using Crm.Deals.Shared;
using Crm.Sdk;
using Crm.Sdk.Records;
using Crm.Sdk.Users;
using Crm.Tests.Customers;
using Crm.Tests.Infrastructure;

namespace Crm.Tests.Deals.Quoting;

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
    public async Task A_quote_to_nobody_is_not_issued_and_takes_no_number(string database)
    {
        await using var crm = await DealsHost.Start(database);
        var deal = await crm.Deal("宛先未定", "approach", ("companyId", null), ("personId", null));
        var quote = await crm.Ask(new BeginQuote(deal));

        var refused = await crm.Send(new IssueQuote(quote));
        await crm.Ask(new SaveRecord(DealsContract.Quote, quote, new Dictionary<string, object?> { ["addressee"] = "株式会社青葉製作所 御中" }));
        await crm.Do(new IssueQuote(quote));

        Assert.Equal("deals.quote-without-addressee", Assert.Single(refused.Problems).Code);
        Assert.Equal("Q2026-0001", (await crm.Get(DealsContract.Quote, quote))["number"]);
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
        var without = (await crm.Ask(new DeleteRecords(DealsContract.QuoteLine, [line]))).Rows[0];
        var thrownAway = (await crm.Ask(new DeleteRecords(DealsContract.Quote, [quote]))).Rows[0];
        var draft = await crm.Ask(new BeginQuote(deal));
        var movedOut = await crm.Send(new SaveRecord(DealsContract.QuoteLine, line, new Dictionary<string, object?> { ["quoteId"] = draft }));
        var printed = (await crm.Ask(new GetQuoteDocument(quote))).Document;

        Assert.Equal("deals.quote-not-draft", Assert.Single(edited.Problems).Code);
        Assert.Equal("deals.quote-not-draft", Assert.Single(cheaper.Problems).Code);
        Assert.Equal((RowAction.Refused, "deals.quote-not-draft"), (without.Action, Assert.Single(without.Problems).Code));
        Assert.Equal((RowAction.Refused, "deals.quote-kept"), (thrownAway.Action, Assert.Single(thrownAway.Problems).Code));
        Assert.Equal("deals.quote-not-draft", Assert.Single(movedOut.Problems).Code);
        Assert.Equal(2, (await crm.List(DealsContract.QuoteLine, Filter.Eq("quoteId", quote))).Rows.Count);
        Assert.Equal(2, printed.Lines.Count);
        Assert.Equal(RowAction.Updated, (await crm.Ask(new DeleteRecords(DealsContract.Quote, [draft]))).Rows[0].Action);

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
    public async Task A_quote_in_another_currency_than_the_deals_is_not_accepted(string database)
    {
        await using var crm = await DealsHost.Start(database);
        var deal = await crm.Deal("海外仕入れ", "quote", ("amount", 10_000m));
        var quote = await crm.Ask(new BeginQuote(deal));
        await crm.Ask(new SaveRecord(DealsContract.Quote, quote, new Dictionary<string, object?> { ["currency"] = "USD" }));
        await crm.Do(new IssueQuote(quote));

        Assert.Equal("deals.other-currency", await crm.Refused(new AcceptQuote(quote)));
        Assert.Equal("open", (await crm.Get(DealsContract.Deal, deal))["status"]);

        await crm.Ask(new SaveRecord(DealsContract.Deal, deal, new Dictionary<string, object?> { ["currency"] = "USD", ["rate"] = 150m }));
        await crm.Do(new AcceptQuote(quote));
        Assert.Equal((10_000m, 1_500_000m), ((decimal)(await crm.Get(DealsContract.Deal, deal))["amount"]!, (decimal)(await crm.Get(DealsContract.Deal, deal))["value"]!));
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

    [Theory]
    // The document says net 910 and tax 90; 1,000 ÷ 1.1 is 909.0909.
    [InlineData("1x1000", true, "floor", 910)]
    // 1.5 × 333 = 499.5.
    [InlineData("1.5x333", false, "floor", 499)]
    [InlineData("1.5x333", false, "ceiling", 500)]
    // Three of 1,000 with tax: 3,000 × 10/110 = 272.7 once, not 90 three times.
    [InlineData("1x1000 1x1000 1x1000", true, "floor", 2728)]
    [InlineData("3x333 2.5x101", true, "half-up", 1138)]
    public async Task The_order_is_worth_what_the_accepted_document_says_to_the_yen(string lines, bool withTax, string rounding, decimal net)
    {
        await using var crm = await DealsHost.Start(Databases.Sqlite);
        await crm.Ask(new SaveRecord(DealsContract.Issuer, (await crm.List(DealsContract.Issuer)).Rows[0].Id, new Dictionary<string, object?> { ["rounding"] = rounding }));
        var quote = await crm.Ask(new BeginQuote(await crm.Deal("端数のある見積", "quote")));
        var first = (await crm.List(DealsContract.QuoteLine, Filter.Eq("quoteId", quote))).Rows[0].Id;
        var typed = new Dictionary<string, object?> { ["0.id"] = first.ToString() };
        foreach (var (line, i) in lines.Split(' ').Select((l, i) => (l.Split('x'), i))) (typed[$"{i}.name"], typed[$"{i}.quantity"], typed[$"{i}.unitPrice"]) = ($"品目{i}", line[0], line[1]);
        await crm.Do(new SaveQuoteLines(quote, typed));
        await crm.Ask(new SaveRecord(DealsContract.Quote, quote, new Dictionary<string, object?> { ["pricesWithTax"] = withTax }));
        await crm.Do(new IssueQuote(quote));

        await crm.Do(new AcceptQuote(quote));
        await crm.DeliverEvents();

        var deal = Assert.Single((await crm.List(DealsContract.Deal, null, "amount", "value")).Read());
        Assert.Equal((net, net, net), ((await crm.Ask(new GetQuoteDocument(quote))).Document.Totals.Net, deal.Number("amount"), deal.Number("value")));
        var bought = (await crm.List(CustomersContract.Purchase, null, "amount")).Read().Select(p => p.Number("amount")!.Value).ToList();
        Assert.Equal(net, bought.Sum());
        Assert.All(bought, amount => Assert.Equal(decimal.Truncate(amount), amount));
    }

    [Theory, EveryDatabase]
    public async Task A_quote_is_issued_within_a_month_and_accepted_not_before(string database)
    {
        await using var crm = await DealsHost.Start(database);
        var quote = await crm.Ask(new BeginQuote(await crm.Deal("日付の確認", "quote")));

        Assert.Equal("deals.issued-in-future", await crm.Refused(new IssueQuote(quote, new DateOnly(2026, 11, 21))));
        Assert.Equal("deals.issued-too-long-ago", await crm.Refused(new IssueQuote(quote, new DateOnly(1988, 1, 1))));
        Assert.Equal("deals.issued-too-long-ago", await crm.Refused(new IssueQuote(quote, new DateOnly(2018, 1, 1))));
        await crm.Do(new IssueQuote(quote, new DateOnly(2026, 11, 16)));
        Assert.Equal("deals.accepted-before-issued", await crm.Refused(new AcceptQuote(quote, new DateOnly(2026, 11, 15))));
        Assert.Equal("issued", (await crm.Get(DealsContract.Quote, quote))["status"]);

        var next = await crm.Ask(new ReviseQuote(quote));
        Assert.Equal("deals.issued-too-long-ago", await crm.Refused(new IssueQuote(next, new DateOnly(2026, 11, 15))));
        Assert.Equal("issued", (await crm.Get(DealsContract.Quote, quote))["status"]);
    }

    [Theory, EveryDatabase]
    public async Task A_new_version_and_an_order_have_the_products_of_the_document(string database)
    {
        await using var crm = await DealsHost.Start(database);
        var deal = await crm.Deal("工具と消耗品", "quote");
        var (drill, bits) = (await crm.Save(CustomersContract.Product, ("name", "ドリル")), await crm.Save(CustomersContract.Product, ("name", "ビット")));
        await crm.Line(deal, "ドリル", 1, 20_000, ("productId", drill), ("position", 20m));
        await crm.Line(deal, "ビット", 3, 1_000, ("productId", bits), ("position", 10m));
        var first = await crm.Ask(new BeginQuote(deal));
        await crm.Do(new IssueQuote(first));

        var second = await crm.Ask(new ReviseQuote(first));
        await crm.Do(new IssueQuote(second));
        await crm.Do(new AcceptQuote(second));

        (string?, Guid?)[] expected = [("ビット", bits), ("ドリル", drill)];
        Assert.Equal(expected, (await crm.List(DealsContract.QuoteLine, Filter.Eq("quoteId", second), "name", "productId", "position")).Read().OrderBy(l => l.Number("position")).Select(l => (l.Text("name"), l.Reference("productId"))));
        Assert.Equal(expected, (await crm.List(DealsContract.Line, Filter.Eq("dealId", deal), "productName", "productId", "position")).Read().OrderBy(l => l.Number("position")).Select(l => (l.Text("productName"), l.Reference("productId"))));
    }

    [Theory, EveryDatabase]
    public async Task A_reopened_deal_makes_its_quote_an_offer_again_and_an_order_declines_the_other_offers(string database)
    {
        await using var crm = await DealsHost.Start(database);
        var deal = await crm.Deal("二案の見積", "quote");
        var (plan, other) = (await crm.Ask(new BeginQuote(deal)), await crm.Ask(new BeginQuote(deal)));
        await crm.Do(new IssueQuote(plan));
        await crm.Do(new IssueQuote(other));

        await crm.Do(new AcceptQuote(plan));
        Assert.Equal(("accepted", "declined"), ((await crm.Get(DealsContract.Quote, plan))["status"], (await crm.Get(DealsContract.Quote, other))["status"]));
        await crm.Do(new ReopenDeal(deal));

        var open = await crm.Get(DealsContract.Quote, plan);
        Assert.Equal(("issued", null, null), (open["status"], open["orderNumber"], open["acceptedOn"]));
        await crm.Do(new AcceptQuote(plan));
        Assert.Equal("O2026-0002", (await crm.Get(DealsContract.Quote, plan))["orderNumber"]);
    }

    [Theory, EveryDatabase]
    public async Task Lines_are_saved_together_by_whoever_may_edit_the_deal(string database)
    {
        await using var crm = await DealsHost.Start(database);
        var deal = await crm.Deal("備品の入替え");
        var (desk, chair) = (await crm.Line(deal, "机", 2, 20_000), await crm.Line(deal, "椅子", 4, 8_000));

        // May edit deals, has no right to delete anything, and none to change many at once.
        var seller = TestHost.UserWith((DealsContract.Deal, RecordAction.Read, Reach.All), (DealsContract.Deal, RecordAction.Edit, Reach.All));
        var saved = await crm.Send(new SaveDealLines(deal, new Dictionary<string, object?> { ["0.id"] = desk.ToString(), ["0.name"] = "", ["1.id"] = chair.ToString(), ["1.name"] = "椅子", ["1.unitPrice"] = "９，０００" }), actor: seller);

        Assert.False(saved.Failed);
        var line = Assert.Single((await crm.List(DealsContract.Line, Filter.Eq("dealId", deal), "productName", "unitPrice", "quantity")).Read());
        Assert.Equal(("椅子", 9_000m, 4m), (line.Text("productName"), line.Number("unitPrice"), line.Number("quantity")));
    }

    [Theory, EveryDatabase]
    public async Task Lines_that_somebody_else_changed_meanwhile_are_not_overwritten(string database)
    {
        await using var crm = await DealsHost.Start(database);
        var deal = await crm.Deal("備品の入替え");
        var (desk, chair) = (await crm.Line(deal, "机", 2, 20_000), await crm.Line(deal, "椅子", 4, 8_000));
        await crm.Ask(new SaveRecord(DealsContract.Line, chair, new Dictionary<string, object?> { ["unitPrice"] = 7_500m }));

        var late = await crm.Send(new SaveDealLines(deal, new Dictionary<string, object?>
        {
            ["0.id"] = desk.ToString(), ["0.version"] = "1", ["0.name"] = "", ["1.id"] = chair.ToString(), ["1.version"] = "1", ["1.name"] = "椅子", ["1.unitPrice"] = "8000",
        }));

        Assert.Equal("conflict", Assert.Single(late.Problems).Code);
        Assert.StartsWith("2行目", late.Problems[0].Message.Ja, StringComparison.Ordinal);
        Assert.Equal([20_000m, 7_500m], (await crm.List(DealsContract.Line, Filter.Eq("dealId", deal), "unitPrice")).Read().Select(l => l.Number("unitPrice")!.Value).OrderDescending());
    }

    [Theory, EveryDatabase]
    public async Task More_lines_than_fit_are_refused_and_not_dropped(string database)
    {
        await using var crm = await DealsHost.Start(database);
        var deal = await crm.Deal("大きな見積");

        var saved = await crm.Send(new SaveDealLines(deal, Enumerable.Range(0, 501).ToDictionary(i => $"{i}.name", i => (object?)$"品目{i}")));

        Assert.Equal("deals.too-many-lines", Assert.Single(saved.Problems).Code);
        Assert.Empty((await crm.List(DealsContract.Line)).Rows);
    }

    [Theory, EveryDatabase]
    public async Task Lines_show_the_deals_currency_and_add_up_as_the_issuer_rounds(string database)
    {
        System.Globalization.CultureInfo.CurrentUICulture = System.Globalization.CultureInfo.GetCultureInfo("ja");
        await using var crm = await DealsHost.Start(database);
        await crm.Ask(new SaveRecord(DealsContract.Issuer, (await crm.List(DealsContract.Issuer)).Rows[0].Id, new Dictionary<string, object?> { ["rounding"] = "half-up" }));
        var (dollars, yen) = (await crm.Deal("輸出案件", "approach", ("currency", "USD"), ("rate", 150m)), await crm.Deal("国内案件"));
        await crm.Line(dollars, "Sensor", 1, 1_234.56m);
        await crm.Line(yen, "軍手", 1, 1_085m);
        var quote = await crm.Ask(new BeginQuote(dollars));

        var (abroad, paper, home) = (await Tab(DealsContract.Deal, dollars), await Tab(DealsContract.Quote, quote), await Tab(DealsContract.Deal, yen));

        Assert.Contains("$1,234.56", abroad, StringComparison.Ordinal);
        Assert.Contains("$1,358.02", abroad, StringComparison.Ordinal);
        Assert.Contains("$1,358.02", paper, StringComparison.Ordinal);
        Assert.Contains("¥109", home, StringComparison.Ordinal);

        async Task<string> Tab(string type, Guid id) => (await crm.Render<LinesTab>(type, id)).Body!.TextContent;
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
    public async Task A_wrong_line_is_named_by_its_number_and_column_and_none_is_saved(string database)
    {
        await using var crm = await DealsHost.Start(database);
        var deal = await crm.Deal("備品");

        var words = await crm.Send(new SaveDealLines(deal, new Dictionary<string, object?> { ["0.name"] = "机", ["0.unitPrice"] = "20000", ["1.name"] = "椅子", ["1.unitPrice"] = "安い" }));
        var negative = await crm.Send(new SaveDealLines(deal, new Dictionary<string, object?> { ["0.name"] = "机", ["0.unitPrice"] = "20000", ["1.name"] = "椅子", ["1.discount"] = "-500" }));

        Assert.StartsWith("2行目 単価（税抜）: 「安い」", Assert.Single(words.Problems).Message.Ja, StringComparison.Ordinal);
        Assert.StartsWith("Line 2, Unit price (without tax): ", words.Problems[0].Message.En, StringComparison.Ordinal);
        Assert.StartsWith("2行目 値引き: ", Assert.Single(negative.Problems).Message.Ja, StringComparison.Ordinal);
        Assert.Empty((await crm.List(DealsContract.Line)).Rows);
    }

    [Theory, EveryDatabase]
    public async Task Saved_lines_are_the_deals_amount_at_once_and_shown_to_the_unit_that_is_printed(string database)
    {
        await using var crm = await DealsHost.Start(database);
        var deal = await crm.Deal("端数のある案件");

        await crm.Do(new SaveDealLines(deal, new Dictionary<string, object?> { ["0.name"] = "点検", ["0.quantity"] = "0.5", ["0.unitPrice"] = "1001", ["1.name"] = "部品", ["1.unitPrice"] = "2000" }));
        var page = await crm.Render<LinesTab>(DealsContract.Deal, deal);

        Assert.Equal(2_500m, (await crm.Get(DealsContract.Deal, deal))["amount"]);
        await crm.DeliverEvents();
        Assert.Equal(2_500m, (await crm.Get(DealsContract.Deal, deal))["amount"]);
        Assert.Equal(["¥500", "¥2,000", "", "", ""], page.QuerySelectorAll(".line-row .line-amount").Select(a => a.TextContent));
        Assert.Equal("明細を保存しました。", page.QuerySelector("form[data-command='deals.save-lines'] input[name=_done]")?.GetAttribute("value"));
    }

    [Theory, EveryDatabase]
    public async Task The_lines_of_a_quote_that_went_out_show_only_columns_with_something_in_them(string database)
    {
        await using var crm = await DealsHost.Start(database);
        var deal = await crm.Deal("飲料");
        await crm.Line(deal, "緑茶 500ml 24本", 3, 1_980m, ("taxRate", "reduced"));
        var quote = await crm.Ask(new BeginQuote(deal));
        await crm.Do(new IssueQuote(quote));

        var table = (await crm.Render<LinesTab>(DealsContract.Quote, quote)).QuerySelector("table.as-cards")!;

        Assert.Equal(["品名", "数量", "単価", "税率", "金額"], table.QuerySelectorAll("th").Select(h => h.TextContent));
        Assert.Equal(["数量", "単価", "税率", "金額"], table.QuerySelectorAll("tbody td[data-label]").Select(c => c.GetAttribute("data-label")));
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
