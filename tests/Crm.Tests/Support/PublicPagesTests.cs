using AngleSharp.Html.Parser;
using Crm.Customers;
using Crm.Customers.Contracts;
using Crm.Deals;
using Crm.Platform.Pipeline;
using Crm.Platform.Settings;
using Crm.Platform.Tenancy;
using Crm.Sdk.Records;
using Crm.Sdk.Users;
using Crm.Support;
using Crm.Support.Contracts;
using Crm.Support.Inquiries;
using Crm.Support.Surveys;
using Crm.Tests.Api;
using Crm.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Crm.Tests.Support;

/// <summary>What strangers and mail providers meet, over HTTP: the form without JavaScript, the hook, nothing when it is switched off.</summary>
public sealed class PublicPagesTests
{
    private const string Secret = "s3cret-of-the-hook";

    [Fact]
    public async Task A_person_without_JavaScript_sends_the_form_and_opens_the_link_in_the_mail()
    {
        await using var host = await Started();
        var tenant = await Opened(host);
        var (stranger, address) = (tenant.Admin.Without(), $"/public/{tenant.Info.Key}/support/ask");
        var page = (await stranger.Get(address, ("Accept-Language", "ja"))).Is(200);
        Assert.Contains("利用目的の文言", page.Text, StringComparison.Ordinal);

        // Sent quicker than anybody reads: the form comes back with what was typed.
        var tooSoon = await stranger.Post(address, Form([("challenge", Challenge(page)), .. Typed]), ("Accept-Language", "ja"));
        Assert.Contains("value=\"納期の確認\"", tooSoon.Text, StringComparison.Ordinal);
        Assert.Contains("もう一度「送信」を押してください。", tooSoon.Text, StringComparison.Ordinal);
        await Task.Delay(2_500);
        var held = await stranger.Post(address, Form([("challenge", Challenge(tooSoon)), ("_return", address + "?done={value}"), .. Typed]));
        Assert.Equal((302, address + "?done=held"), (held.Status, held.Headers.Location!.ToString()));
        Assert.Contains("確認メールをお送りしました", (await stranger.Get(address + "?done=held", ("Accept-Language", "ja"))).Is(200).Text, StringComparison.Ordinal);

        var link = await Query(host, tenant, db => db.Outgoing.Where(m => m.Address == "misaki@aoba.example").Select(m => m.Text).SingleAsync());
        var confirm = $"/public/{tenant.Info.Key}/support/confirm";
        var key = link.Split("?key=")[1].Split('\n')[0];
        Assert.Contains("このURLは使えません", (await stranger.Get($"{confirm}?key={key[..^1]}", ("Accept-Language", "ja"))).Is(404).Text, StringComparison.Ordinal);
        var asked = (await stranger.Get($"{confirm}?key={key}", ("Accept-Language", "ja"))).Is(200).Text;
        Assert.Contains(key, asked, StringComparison.Ordinal);
        Assert.Contains("納期の確認", asked, StringComparison.Ordinal);
        Assert.Empty((await tenant.Ask(new ListRecords(SupportContract.Inquiry))).Rows);
        Assert.Equal(302, (await stranger.Post(confirm, Form(("key", key), ("_return", confirm + "?done=1")))).Status);

        var inquiry = Assert.Single((await tenant.Ask(new ListRecords(SupportContract.Inquiry) { Fields = ["subject", "fromEmail"] })).Read());
        Assert.Equal(("納期の確認", "misaki@aoba.example"), (inquiry.Text("subject"), inquiry.Text("fromEmail")));
    }

    [Fact]
    public async Task A_thousand_posts_from_one_address_open_nothing()
    {
        await using var host = await Started();
        var tenant = await Opened(host);
        var (stranger, address) = (tenant.Admin.Without(), $"/public/{tenant.Info.Key}/support/ask");
        var challenge = Challenge((await stranger.Get(address)).Is(200));
        var statuses = new List<int>();
        for (var i = 0; i < 1_000; i++) statuses.Add((await stranger.Post(address, Form([("challenge", challenge), ("proof", "0"), .. Typed]))).Status);

        Assert.DoesNotContain(200, statuses);
        Assert.True(statuses.Count(s => s == 429) > 900, "the address was not held off");
        Assert.Empty((await tenant.Ask(new ListRecords(SupportContract.Inquiry))).Rows);
        Assert.True(await Query(host, tenant, db => db.Outgoing.CountAsync()) <= 3);
    }

    [Theory]
    [InlineData("support/faq")]
    [InlineData("support/ask")]
    public async Task A_stranger_stores_no_file_whatever_form_it_comes_with(string page)
    {
        await using var host = await Started();
        var tenant = await Opened(host);
        var (stranger, address) = (tenant.Admin.Without(), $"/public/{tenant.Info.Key}/{page}");
        var (small, large) = (new byte[10_000], new byte[2_000_000]);

        var refused = await stranger.Post(address, Upload(small));
        var tooLarge = await stranger.Post(address, Upload(large));

        Assert.Equal((415, 413), (refused.Status, tooLarge.Status));
        Assert.Equal(0, await Query(host, tenant, db => db.Database.SqlQueryRaw<int>("SELECT COUNT(*) AS \"Value\" FROM platform_file").SingleAsync()));

        static MultipartFormDataContent Upload(byte[] bytes) => new() { { new StringContent("x"), "website" }, { new ByteArrayContent(bytes), "file", "x.bin" } };
    }

    [Fact]
    public async Task The_link_of_a_survey_answers_at_once_says_what_it_took_and_can_be_corrected_with_a_word_of_ones_own()
    {
        await using var host = await Started();
        var tenant = await Opened(host);
        var inquiry = await tenant.Ask(new OpenInquiry("納期の確認"));
        var asked = await Query(host, tenant, db =>
        {
            db.Surveys.Add(new Survey { InquiryId = inquiry, AskedAt = TimeProvider.System.GetUtcNow(), Secret = AskSatisfaction.Hash("secret") });
            return db.SaveAsync();
        });
        Assert.False(asked.Failed);
        var (stranger, address) = (tenant.Admin.Without(), $"/public/{tenant.Info.Key}/support/rate");

        Assert.Contains("このアンケートは見つかりません", (await stranger.Get(address + "?key=wrong&score=2", Japanese)).Is(404).Text, StringComparison.Ordinal);
        var opened = Shown((await stranger.Get(address + "?key=secret&score=2", Japanese)).Is(200));
        Assert.True(opened.HasAttribute("data-send-once"));
        var taken = await stranger.Post(address, Form(("key", "secret"), ("score", "2"), ("_return", Value(opened, "_return"))));
        var thanked = (await stranger.Get(taken.Headers.Location!.ToString(), Japanese)).Is(200);
        Assert.Contains("「不満」で受け付けました", thanked.Text, StringComparison.Ordinal);
        var again = Shown(thanked);
        Assert.False(again.HasAttribute("data-send-once"));
        Assert.NotNull(again.QuerySelector("textarea[name=comment]"));

        var corrected = await stranger.Post(address, Form(("key", "secret"), ("score", "4"), ("comment", "電話が丁寧でした"), ("_return", Value(again, "_return"))));
        Assert.Contains("ご回答ありがとうございました", (await stranger.Get(corrected.Headers.Location!.ToString(), Japanese)).Is(200).Text, StringComparison.Ordinal);

        var survey = Assert.Single((await tenant.Ask(new ListRecords(SupportContract.Survey))).Read());
        Assert.Equal((4m, "電話が丁寧でした"), (survey.Number("score"), survey.Text("comment")));

        static AngleSharp.Dom.IElement Shown(ApiAnswer page) => new HtmlParser().ParseDocument(page.Text).QuerySelector("form.card")!;
        static string Value(AngleSharp.Dom.IElement form, string name) => form.QuerySelector($"input[name={name}]")!.GetAttribute("value")!;
    }

    [Fact]
    public async Task A_mail_that_a_provider_posts_lands_with_the_person_who_wrote_it()
    {
        await using var host = await Started();
        var tenant = await Opened(host);
        var person = (await tenant.Admin.Post("records/" + CustomersContract.Person, new { lastName = "高橋", firstName = "美咲", email = "misaki@aoba.example" })).Is(201).Id;
        var (provider, hook) = (tenant.Admin.Without(), $"/public/{tenant.Info.Key}/support/mail");
        var mail = new
        {
            from = "高橋 美咲 <misaki@aoba.example>", to = "desk@example.jp", subject = "写真をお送りします", text = "破損の写真です。", spam_score = 0.1,
            headers = new Dictionary<string, string> { ["Message-ID"] = "<c1@aoba.example>" },
            attachments = new[] { new { name = "破損.jpg", contentType = "image/jpeg", content = Convert.ToBase64String(new byte[3_000_000]) } },
        };
        (await provider.Post(hook, mail)).Refuses(403);
        (await provider.Post(hook + "?key=wrong", mail)).Refuses(403);
        (await provider.Post(hook + "?key=wrong", new StringContent("{", null, "application/json"))).Refuses(403); // before the body is looked at

        var received = (await provider.Post(hook + "?key=" + Secret, mail)).Is(200);
        var again = (await provider.Post(hook + "?key=" + Secret, mail)).Is(200);

        Assert.True(received["opened"].GetBoolean());
        Assert.Equal(received["messageId"].GetGuid(), again["messageId"].GetGuid());
        var inquiry = await tenant.Ask(new GetRecord(SupportContract.Inquiry, received["inquiryId"].GetGuid()));
        Assert.Equal((person, "写真をお送りします"), (inquiry["personId"], inquiry["subject"]));
        Assert.Single((await tenant.Ask(new ListRecords(SupportContract.Attachment))).Rows);

        await tenant.Ask(new ChangeSettings("support", new Dictionary<string, object?> { ["mailSecret"] = null }));
        foreach (var key in (string[])["", "?key=", "?key=" + Secret]) (await provider.Post(hook + key, mail)).Refuses(403);
    }

    [Fact]
    public async Task Switched_off_there_is_no_page_no_hook_and_no_menu()
    {
        await using var host = await Started();
        var tenant = await Opened(host);
        var (stranger, browser) = (tenant.Admin.Without(), await tenant.BrowserWith("administrator"));
        Assert.Contains("/x/support/desk", (await browser.Send(HttpMethod.Get, "/")).Text, StringComparison.Ordinal);
        var tenants = host.Services.GetRequiredService<Tenants>();

        await tenants.Switch(tenant.Info.Id, "support", on: false, CancellationToken.None);
        Assert.DoesNotContain("/x/support/desk", (await browser.Send(HttpMethod.Get, "/")).Text, StringComparison.Ordinal);
        Assert.Equal(404, (await browser.Send(HttpMethod.Get, "/x/support/desk")).Status);
        foreach (var page in (string[])["ask", "faq", "rate"]) Assert.Equal(404, (await stranger.Get($"/public/{tenant.Info.Key}/support/{page}")).Status);
        (await stranger.Post($"/public/{tenant.Info.Key}/support/mail?key={Secret}", new { from = "misaki@aoba.example" })).Refuses(404);

        await tenants.Switch(tenant.Info.Id, "support", on: true, CancellationToken.None);
        Assert.Equal(200, (await browser.Send(HttpMethod.Get, "/x/support/desk")).Status);
        (await stranger.Get($"/public/{tenant.Info.Key}/support/ask")).Is(200);
    }

    private static (string, string) Japanese => ("Accept-Language", "ja");

    private static (string Name, string Value)[] Typed =>
        [("name", "高橋 美咲"), ("email", "misaki@aoba.example"), ("subject", "納期の確認"), ("content", "先日の注文の納期を教えてください。"), ("consent", "true")];

    private static Task<ApiHost> Started() => ApiHost.Start(Databases.Sqlite, [new CustomersModule(), new DealsModule(), new SupportModule()]);

    private static async Task<ApiTenant> Opened(ApiHost host)
    {
        var tenant = await host.NewTenant("港町商事");
        (await tenant.Admin.Patch("settings/support", new { formOpen = true, consent = "利用目的の文言", siteUrl = "https://crm.example.jp", mailSecret = Secret, replyTo = "desk@example.jp" })).Is(200);
        return tenant;
    }

    private static string Challenge(ApiAnswer page) => new HtmlParser().ParseDocument(page.Text).QuerySelector("input[name=challenge]")!.GetAttribute("value")!;

    private static FormUrlEncodedContent Form(params (string Name, string Value)[] values) => new(values.Select(v => KeyValuePair.Create(v.Name, v.Value)));

    private static async Task<T> Query<T>(ApiHost host, ApiTenant tenant, Func<SupportDb, Task<T>> query)
    {
        var now = await host.Services.GetRequiredService<Tenants>().Find(tenant.Info.Id, CancellationToken.None);
        await using var scope = await host.Services.GetRequiredService<WorkScopes>().Open(now!, Actor.System(ChangeSource.CommandLine), CancellationToken.None);
        return await query(scope.Of<SupportDb>("support"));
    }
}
