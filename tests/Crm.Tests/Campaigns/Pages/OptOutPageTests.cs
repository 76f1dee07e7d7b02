using Crm.Campaigns.Audience;
using Crm.Campaigns.Contracts;
using Crm.Campaigns.Tracking;
using Crm.Customers.Contracts;
using Crm.Sdk.Messaging;
using Crm.Tests.Customers;
using Crm.Tests.Infrastructure;

namespace Crm.Tests.Campaigns.Pages;

/// <summary>What the page behind the opt-out link says, and what it does not do.</summary>
public sealed class OptOutPageTests
{
    [Fact]
    public async Task The_page_says_what_was_stopped_and_since_when_until_its_reader_agrees_anew()
    {
        using var server = new SmtpPostbox();
        await using var crm = await CampaignsHost.Start(Databases.Sqlite, server);
        var hanako = await crm.Reader("佐藤", "花子", "hanako@example.jp");
        await crm.Send(await crm.Campaign());
        var key = Key(server.Mails.Single());
        Assert.Empty((await crm.Ask(new GetSubscription(key))).Stopped);

        var at = crm.Clock.GetUtcNow();
        await crm.Done(new Unsubscribe(key, ["newsletter"], Chosen: true));
        crm.Clock.Advance(TimeSpan.FromDays(3));

        var stopped = Assert.Single((await crm.Ask(new GetSubscription(key))).Stopped);
        Assert.Equal(("newsletter", "新商品・催しのご案内"), (stopped.Code, stopped.Name));
        Assert.InRange(stopped.Since, at, at.AddMinutes(1));
        Assert.Equal("新商品・催しのご案内", Assert.Single(await crm.Ask(new GetShutAddresses())).Purpose);

        await crm.Save(CustomersContract.Consent, ("personId", hanako), ("purposeId", await crm.Newsletter()), ("channel", "email"), ("basis", "consent"), ("at", crm.Clock.GetUtcNow()), ("how", "店頭"));
        Assert.Empty((await crm.Ask(new GetSubscription(key))).Stopped);

        await crm.Done(new Unsubscribe(key, All: true));
        var page = await crm.Ask(new GetSubscription(key));
        Assert.Equal(page.Purposes.Select(p => p.Code), page.Stopped.Select(s => s.Code));
    }

    [Fact]
    public async Task With_nothing_chosen_nothing_is_stopped_and_the_page_says_so()
    {
        using var server = new SmtpPostbox();
        await using var crm = await CampaignsHost.Start(Databases.Sqlite, server);
        var hanako = await crm.Reader("佐藤", "花子", "hanako@example.jp");
        await crm.Send(await crm.Campaign());
        var key = Key(server.Mails.Single());

        Assert.Equal("campaigns.nothing-chosen", Assert.Single(await crm.Problems(new Unsubscribe(key, [], Chosen: true))).Code);
        Assert.True((await crm.Ask(new MayContact([hanako], "newsletter", "email")))[hanako].Allowed);

        // A mail program chooses nothing either, and means the mail's own purpose.
        await crm.Done(new Unsubscribe(key));
        Assert.False((await crm.Ask(new MayContact([hanako], "newsletter", "email")))[hanako].Allowed);
    }

    private static string Key(ArrivedMail mail) => mail.Header("List-Unsubscribe").Split("key=")[1].Trim('<', '>');
}
