using System.Globalization;
using Crm.Campaigns;
using Crm.Campaigns.Audience;
using Crm.Campaigns.Contracts;
using Crm.Campaigns.Sending;
using Crm.Customers;
using Crm.Customers.Contracts;
using Crm.Platform.Mail;
using Crm.Platform.Settings;
using Crm.Platform.Tenancy;
using Crm.Platform.Webhooks;
using Crm.Sdk;
using Crm.Sdk.Jobs;
using Crm.Sdk.Modules;
using Crm.Sdk.Users;
using Crm.Tests.Customers;
using Crm.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Crm.Tests.Campaigns;

/// <summary>Short words for what the tests of Campaigns do over and over.</summary>
internal static class CampaignsHost
{
    public static readonly DateTimeOffset Agreed = new(2026, 1, 5, 0, 0, 0, TimeSpan.Zero);

    /// <summary>A host that sends to a mail server of the test; without one, into the folder.</summary>
    public static Task<TestHost> Start(string database, SmtpPostbox? server = null, params CrmModule[] more)
    {
        // Here, because what an asynchronous method sets its caller does not see.
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("ja");
        return Begin(database, server, more);
    }

    private static async Task<TestHost> Begin(string database, SmtpPostbox? server, CrmModule[] more)
    {
        var crm = await TestHost.StartWith(
            database, server is null ? s => s.Configure<WebhookOptions>(o => o.AllowInside = true) : s => s.Configure<MailOptions>(o => o.SendTo(server)),
            [new CustomersModule(), new Crm.Deals.DealsModule(), new CampaignsModule(), .. more]);
        await crm.SetCampaigns(
            ("senderName", "株式会社みなと商事"), ("senderAddress", "神奈川県横浜市中区相生町3-60"), ("senderContact", "045-555-0110"), ("siteUrl", "https://crm.minato.example"), ("capMails", 0));
        return crm;
    }

    public static void SendTo(this MailOptions options, SmtpPostbox server) => (options.Host, options.Port, options.StartTls, options.From) = ("127.0.0.1", server.Port, false, "news@minato.example");

    public static async Task SetCampaigns(this TestHost crm, params (string Field, object? Value)[] values) =>
        await crm.Ask(new ChangeSettings("campaigns", values.ToDictionary(v => v.Field, v => v.Value)));

    /// <summary>Somebody who agreed to the newsletter by mail.</summary>
    public static async Task<Guid> Reader(this TestHost crm, string lastName, string firstName, string email, params (string Field, object? Value)[] more)
    {
        var person = await crm.Person(lastName, firstName, [("email", email), .. more]);
        await crm.Save(CustomersContract.Consent, ("personId", person), ("purposeId", await crm.Newsletter()), ("channel", "email"), ("basis", "consent"), ("at", Agreed), ("how", "Webフォーム"));
        return person;
    }

    public static async Task<Guid> Newsletter(this TestHost crm) => (await crm.List(CustomersContract.Purpose, Crm.Sdk.Records.Filter.Eq("code", "newsletter"), "code")).Rows[0].Id;

    public static Task<Guid> Everybody(this TestHost crm) => crm.Save(CustomersContract.Segment, ("name", "全員"), ("customerType", CustomersContract.Person));

    public static Task<Guid> Template(this TestHost crm, string subject = "{{customer.lastName}}様へのご案内", string body = "{{salutation}}\n\n新商品のご案内です。\n\n[くわしく](https://www.minato.example/new)") =>
        crm.Save(CampaignsContract.Template, ("name", "春のご案内"), ("subject", subject), ("body", body));

    public static async Task<Guid> Campaign(this TestHost crm, params (string Field, object? Value)[] more)
    {
        (string Field, object? Value)[] values = [("name", "春のキャンペーン"), ("channel", "email"), ("purposeId", await crm.Newsletter())];
        values = more.Any(m => m.Field == "segmentId") ? values : [.. values, ("segmentId", await crm.Everybody())];
        values = more.Any(m => m.Field == "templateId") ? values : [.. values, ("templateId", await crm.Template())];
        return await crm.Save(CampaignsContract.Campaign, [.. values.Where(v => !more.Any(m => m.Field == v.Field)), .. more]);
    }

    /// <summary>Draws the audience up, as the job does.</summary>
    public static async Task Prepare(this TestHost crm, Guid campaign)
    {
        await crm.Done(new PrepareCampaign(campaign));
        await crm.RunJob<DrawUpAudience>($$"""{"campaign":"{{campaign}}"}""");
    }

    public static async Task Approve(this TestHost crm, Guid campaign)
    {
        await crm.Prepare(campaign);
        await crm.Done(new ApproveCampaign(campaign));
    }

    /// <summary>Approves a campaign and sends it.</summary>
    public static async Task Send(this TestHost crm, Guid campaign)
    {
        await crm.Approve(campaign);
        await crm.RunJob<SendDue>();
    }

    public static async Task RunJob<TJob>(this TestHost crm, string? arguments = null, Guid? run = null, Actor? actor = null) where TJob : IJob
    {
        await using var scope = await crm.Scope(actor: actor ?? Actor.System(ChangeSource.Job));
        await scope.Of<TJob>("campaigns").Run(new OneRun(arguments, run ?? Guid.CreateVersion7()), CancellationToken.None);
    }

    public static async Task<T> InDb<T>(this TestHost crm, Func<CampaignsDb, Task<T>> ask)
    {
        await using var scope = await crm.Scope();
        return await ask(scope.Of<CampaignsDb>("campaigns"));
    }

    public static Task<List<Recipient>> Recipients(this TestHost crm, Guid campaign) =>
        crm.InDb(db => db.Recipients.AsNoTracking().Where(r => r.CampaignId == campaign).OrderBy(r => r.Id).ToListAsync());

    public static async Task<Recipient> Recipient(this TestHost crm, Guid campaign, Guid customer) => (await crm.Recipients(campaign)).Single(r => r.CustomerId == customer);

    private sealed class OneRun(string? arguments, Guid id) : JobRun
    {
        public override Guid Id => id;

        public override string? Arguments => arguments;

        public override Task Report(long done, long? total, Label? message = null) => Task.CompletedTask;
    }
}
