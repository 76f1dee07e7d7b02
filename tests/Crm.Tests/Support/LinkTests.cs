using System.Globalization;
using AngleSharp.Dom;
using Crm.Platform.Identity.Users;
using Crm.Platform.Tenancy;
using Crm.Sdk.Users;
using Crm.Support.Contracts;
using Crm.Support.Desk;
using Crm.Support.Inquiries;
using Crm.Tests.Deals;
using Crm.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace Crm.Tests.Support;

/// <summary>Inquiries that belong together: linked on the page, seen from both, unlinked by whoever may change one of them.</summary>
public sealed class LinkTests
{
    [Theory, EveryDatabase]
    public async Task Each_of_two_linked_inquiries_shows_what_the_other_is_to_it_until_they_are_unlinked(string database)
    {
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("ja");
        await using var crm = await SupportHost.Start(database);
        var (first, again, twice) = (await crm.Inquiry("梱包機が止まる"), await crm.Inquiry("また止まった"), await crm.Inquiry("梱包機の停止"));
        var follows = await crm.Ask(new LinkInquiries(again, first, "follows"));
        await crm.Ask(new LinkInquiries(twice, first, "duplicate"));

        Assert.Equal("support.already-linked", Assert.Single((await crm.Send(new LinkInquiries(first, again))).Problems).Code);
        Assert.Equal(["前の問い合わせ 梱包機が止まる"], await Linked(again));
        Assert.Equal(["重複元 梱包機が止まる"], await Linked(twice));
        Assert.Equal(["続きの問い合わせ また止まった", "重複 梱包機の停止"], await Linked(first));

        await crm.Do(new UnlinkInquiries(follows));
        Assert.Empty(await Linked(again));
        Assert.Equal(["重複 梱包機の停止"], await Linked(first));

        async Task<string[]> Linked(Guid inquiry) => [.. (await crm.Ask(new GetThread(inquiry))).Linked.Select(l => $"{l.Kind} {l.Subject}").Order(StringComparer.Ordinal)];
    }

    [Fact]
    public async Task The_page_of_an_inquiry_offers_to_link_and_to_unlink()
    {
        await using var crm = await SupportHost.Start(Databases.Sqlite);
        var (first, again) = (await crm.Inquiry("梱包機が止まる"), await crm.Inquiry("また止まった"));
        var link = await crm.Ask(new LinkInquiries(again, first, "follows"));

        var page = await crm.Render<ThreadTab>(SupportContract.Inquiry, first);

        var section = page.QuerySelector("[data-part=links]")!;
        var shown = Assert.Single(section.QuerySelectorAll("[data-link]"));
        Assert.Equal(link.ToString(), shown.GetAttribute("data-link"));
        Assert.Contains("続きの問い合わせ", shown.TextContent, StringComparison.Ordinal);
        Assert.Equal(link.ToString(), shown.QuerySelector("form[action$='support.unlink'] input[name=id]")!.GetAttribute("value"));
        var form = section.QuerySelector("form[data-command='support.link']")!;
        Assert.Equal("/lookup/records/" + SupportContract.Inquiry, form.QuerySelector("select[name=otherId]")!.GetAttribute("data-lookup"));
        Assert.Equal(LinkKinds.All.Select(k => k.Key), form.QuerySelectorAll("select[name=kind] option").Select(o => o.GetAttribute("value")!));
    }

    [Fact]
    public async Task Who_may_only_read_inquiries_unlinks_none_and_who_may_not_see_the_other_is_not_told_of_it()
    {
        await using var crm = await SupportHost.Start(Databases.Sqlite);
        var (first, again) = (await crm.Inquiry("梱包機が止まる"), await crm.Inquiry("また止まった"));
        var link = await crm.Ask(new LinkInquiries(again, first));
        var reads = TestHost.UserWith((SupportContract.Inquiry, RecordAction.Read, Reach.All), (SupportContract.Link, RecordAction.Read, Reach.All));
        var hanako = (await crm.Ask(new InviteUser("hanako@example.jp", "窓口 花子") { Roles = ["support"] })).Id;
        var own = new Actor(hanako, "窓口 花子", ChangeSource.Screen, TestHost.UserWith((SupportContract.Inquiry, RecordAction.Read, Reach.Own), (SupportContract.Link, RecordAction.Read, Reach.All), (SupportContract.Message, RecordAction.Read, Reach.Own)).Rights);
        var theirs = await crm.Inquiry("自分の件", o => o with { OwnerId = hanako });
        await crm.Ask(new LinkInquiries(theirs, first));

        Assert.Equal("forbidden", Assert.Single((await crm.Send(new UnlinkInquiries(link), actor: reads)).Problems).Code);
        Assert.Empty((await crm.Ask(new GetThread(theirs), actor: own)).Linked);
        Assert.Equal("not-found", Assert.Single((await crm.Send(new GetThread(first), actor: own)).Problems).Code);
        Assert.Equal(2, await crm.Query(db => db.Links.CountAsync()));
    }
}
