using Crm.Customers.Contracts;
using Crm.Customers.Duplicates;
using Crm.Customers.PersonRights;
using Crm.Platform.Identity.Rights;
using Crm.Platform.Identity.Users;
using Crm.Sdk;
using Crm.Sdk.Messaging;
using Crm.Sdk.Records;
using Crm.Support.Contracts;
using Crm.Tests.Customers;
using Crm.Tests.Deals;
using Crm.Tests.Infrastructure;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Tests.Support;

/// <summary>What Customers asks of every module, answered by Support.</summary>
public sealed class OnCustomersTests
{
    [Theory, EveryDatabase]
    public async Task Inquiries_follow_a_merge_and_go_back_with_its_undo(string database)
    {
        await using var crm = await SupportHost.Start(database);
        var (stays, goes) = (await crm.Person("高橋", "美咲"), await crm.Person("髙橋", "美咲"));
        var inquiry = await crm.Inquiry("数が足りません", o => o with { PersonId = goes });

        var merge = await crm.Ask(new MergeCustomers(CustomersContract.Person, stays, goes));
        await crm.DeliverEvents();
        Assert.Equal(stays, (await crm.Get(SupportContract.Inquiry, inquiry))["personId"]);

        await crm.Done(new UndoMerge(merge));
        await crm.DeliverEvents();
        Assert.Equal(goes, (await crm.Get(SupportContract.Inquiry, inquiry))["personId"]);
    }

    [Theory, EveryDatabase]
    public async Task Who_complains_is_offered_nothing_until_it_is_settled(string database)
    {
        await using var crm = await SupportHost.Start(database);
        var (angry, content) = (await crm.Person("高橋", "美咲"), await crm.Person("鈴木", "一郎"));
        await crm.Inquiry("壊れていました", o => o with { PersonId = angry, Complaint = true });
        await crm.Inquiry("見積がほしい", o => o with { PersonId = content });

        var asked = new CollectSalesHolds([angry, content]);
        await using var scope = await crm.Scope();
        await scope.Get<IMediator>().Publish(asked);

        Assert.Equal(angry, Assert.Single(asked.Parts).CustomerId);
    }

    [Theory, EveryDatabase]
    public async Task Who_is_forgotten_leaves_no_word_of_their_own_and_no_name_in_what_a_company_asked(string database)
    {
        await using var crm = await SupportHost.Start(database);
        var chizuru = await crm.Person("早乙女", "千鶴");
        var company = await crm.Company("青葉製作所");
        var own = await crm.Inquiry("早乙女の件", o => o with { PersonId = chizuru, FromName = "早乙女 千鶴", FromEmail = "chizuru@example.jp" });
        var companys = await crm.Inquiry("図面の差替え", o => o with { PersonId = chizuru, CompanyId = company, FromName = "早乙女 千鶴", FromEmail = "chizuru@example.jp", Content = "A3で出してください。" });
        var request = await crm.Save(CustomersContract.PersonRequest, ("personId", chizuru), ("kind", "erasure"), ("receivedOn", new DateOnly(2026, 11, 20)), ("identityCheck", "document"));

        await crm.Done(new ErasePerson(request));

        Assert.True((await crm.Send(new GetRecord(SupportContract.Inquiry, own) { EvenDeleted = true })).Failed);
        Assert.Empty(await crm.Ask(new SearchRecords("早乙女")));
        Assert.Empty(await crm.Ask(new SearchRecords("chizuru")));
        var left = await crm.Get(SupportContract.Inquiry, companys);
        Assert.Equal(("図面の差替え", company, null, null), (left["subject"], left["companyId"], left["personId"], left["fromEmail"]));
        Assert.All(await crm.Query(db => db.Messages.ToListAsync()), m => Assert.Equal((companys, null, null), (m.InquiryId, m.FromName, m.Address)));
    }

    [Theory, EveryDatabase]
    public async Task The_last_complaint_of_each_is_told_for_lists(string database)
    {
        await using var crm = await SupportHost.Start(database);
        var (angry, content) = (await crm.Person("高橋", "美咲"), await crm.Person("鈴木", "一郎"));
        await crm.Inquiry("一度目", o => o with { PersonId = angry, Complaint = true, ReceivedAt = new DateTimeOffset(2026, 10, 1, 0, 0, 0, TimeSpan.Zero) });
        await crm.Inquiry("二度目", o => o with { PersonId = angry, Complaint = true, ReceivedAt = new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.Zero) });
        await crm.Inquiry("見積がほしい", o => o with { PersonId = content });

        var last = await crm.Ask(new GetLastComplaints([angry, content]));

        Assert.Equal("二度目", Assert.Single(last).Value.Subject);
        Assert.True(last.ContainsKey(angry));
    }

    [Theory, EveryDatabase]
    public async Task An_open_complaint_is_found_behind_many_that_are_settled(string database)
    {
        await using var crm = await SupportHost.Start(database);
        var angry = await crm.Person("高橋", "美咲");
        await crm.Inquiry("ずっと前から", o => o with { PersonId = angry, Complaint = true, ReceivedAt = new DateTimeOffset(2026, 1, 5, 0, 0, 0, TimeSpan.Zero) });
        for (var day = 1; day <= 12; day++)
        {
            var settled = await crm.Inquiry($"片付いた件 {day}", o => o with { PersonId = angry, Complaint = true, ReceivedAt = new DateTimeOffset(2026, 10, day, 0, 0, 0, TimeSpan.Zero) });
            await crm.Do(new CloseInquiry(settled) { Cause = "梱包の不備" });
        }

        Assert.Equal("ずっと前から", Assert.Single(await crm.Ask(new GetComplaints(angry, OnlyOpen: true))).Subject);
    }

    [Theory, EveryDatabase]
    public async Task An_inquiry_closed_before_its_news_went_out_was_taken_in_all_the_same(string database)
    {
        await using var crm = await SupportHost.Start(database);
        var id = await crm.Save(SupportContract.Inquiry, ("subject", "電話で済んだ件"));
        await crm.Do(new CloseInquiry(id));
        await crm.DeliverEvents();

        var inquiry = await crm.Query(db => db.Inquiries.SingleAsync(i => i.Id == id));
        Assert.NotNull(inquiry.TakenInAt);
        Assert.NotNull(inquiry.ResponseDue);
        Assert.Equal(["new", "closed"], await crm.Query(db => db.Changes.Where(c => c.InquiryId == id).OrderBy(c => c.Id).Select(c => c.ToStatus).ToListAsync()));
    }

    [Theory, EveryDatabase]
    public async Task Open_inquiries_stand_on_the_sheet_of_who_leaves(string database)
    {
        await using var crm = await SupportHost.Start(database);
        var leaves = (await crm.Ask(new InviteUser("taro@support.example", "佐藤 太郎") { Roles = [BuiltInRoles.Administrator] })).Id;
        var person = await crm.Person("高橋", "美咲");
        var open = await crm.Inquiry("数が足りません", o => o with { PersonId = person });
        await crm.Inquiry("だれかの件");
        await crm.Save(SupportContract.Inquiry, open, ("owner", leaves));

        var work = new CollectOpenWork(leaves);
        await using var scope = await crm.Scope();
        await scope.Get<IMediator>().Publish(work);

        var found = Assert.Single(work.Parts);
        Assert.Equal(("数が足りません", open, (Guid?)person), (found.Title, found.RecordId!.Value, found.CustomerId));
        Assert.NotNull(found.Due);
    }
}
