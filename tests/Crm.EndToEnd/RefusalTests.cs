using Crm.EndToEnd.Infrastructure;

namespace Crm.EndToEnd;

/// <summary>A refusal is read where it was asked, and what was written is not lost.</summary>
public sealed class RefusalTests(DemoHost demo) : Browsing(demo)
{
    [BrowserFact]
    public async Task A_refusal_stands_in_the_form_that_asked_beside_its_field_or_where_there_is_none_at_its_top()
    {
        Expected("422");
        var page = await As("admin");
        await page.GotoAsync("/x/customers/handover");
        await page.Locator("select[name=from]").SelectOptionAsync(new SelectOptionValue { Index = 1 });
        await page.GetByRole(AriaRole.Button, new() { Name = "表示" }).ClickAsync();
        await page.Locator("details.confirm summary").ClickAsync();
        var form = page.Locator("form[data-command='customers.hand-over']");

        await form.GetByRole(AriaRole.Button).ClickAsync();
        await Expect(form.Locator("[data-error-for=to]")).ToContainTextAsync("在籍中の別の人を選んでください。");

        await page.EvaluateAsync("document.querySelector('[data-error-for=to]').remove()");
        await form.GetByRole(AriaRole.Button).ClickAsync();
        await Expect(form.Locator(".form-problems")).ToContainTextAsync("引き継ぎ先が正しくありません。");
        await Expect(page.Locator(".field-problem")).ToHaveCountAsync(1);
    }

    [BrowserFact]
    public async Task A_half_written_reply_is_there_again_after_looking_elsewhere_and_gone_once_sent()
    {
        var page = await As("support");
        await page.GotoAsync("/r/support.inquiry?f.status=open");
        await page.Locator("td.title a").First.ClickAsync();
        var (inquiry, reply) = (page.Url, page.Locator("#reply-text"));
        await reply.FillAsync("お問い合わせの件、倉庫に確認して");

        await page.GetByRole(AriaRole.Tab, new() { Name = "変更履歴" }).Or(page.GetByRole(AriaRole.Link, new() { Name = "変更履歴" })).First.ClickAsync();
        await Expect(reply).ToHaveCountAsync(0);
        await page.GotoAsync("/");
        await page.GotoAsync(inquiry);
        await Expect(reply).ToHaveValueAsync("お問い合わせの件、倉庫に確認して");

        await page.Locator("[data-part=reply]").GetByRole(AriaRole.Button, new() { Name = "送信" }).ClickAsync();
        await Expect(page.Locator(".thread")).ToContainTextAsync("倉庫に確認して");
        await Expect(reply).ToHaveValueAsync("");
    }
}
