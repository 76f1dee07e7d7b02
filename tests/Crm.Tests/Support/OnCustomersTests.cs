using Crm.Customers.Contracts;
using Crm.Customers.Duplicates;
using Crm.Sdk;
using Crm.Sdk.Messaging;
using Crm.Sdk.Records;
using Crm.Support.Contracts;
using Crm.Tests.Customers;
using Crm.Tests.Infrastructure;
using MediatR;

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
    public async Task Open_inquiries_stand_on_the_sheet_of_who_leaves(string database)
    {
        await using var crm = await SupportHost.Start(database);
        var leaves = Ids.New();
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
