using Crm.Platform.Messaging;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Messaging;
using Crm.Sdk.Users;
using Crm.Tests.Infrastructure;

namespace Crm.Tests.Messaging;

/// <summary>The bell: what users are told, and what they have read.</summary>
public sealed class NotificationTests
{
    [Theory, EveryDatabase]
    public async Task A_user_sees_their_own_notifications_and_reads_them(string database)
    {
        await using var host = await TestHost.Start(database);
        var beta = await host.NewTenant("beta");
        var (hanako, taro) = (User("佐藤 花子"), User("鈴木 太郎"));
        await host.Send(new NotifyUser(hanako.Id!.Value, new Label("取込が終わりました", "The import is done")) { Link = "/import/1" });
        await host.Send(new NotifyUser(hanako.Id!.Value, new Label("2件の重複があります", "There are 2 duplicates")));
        await host.Send(new NotifyUser(taro.Id!.Value, new Label("担当になりました", "You are the owner now")));

        var list = await host.Ask(new ListNotifications(), actor: hanako);
        Assert.Equal(["2件の重複があります", "取込が終わりました"], list.Items.Select(i => i.Title.Ja));
        Assert.Equal(2, list.Unread);
        Assert.Empty((await host.Ask(new ListNotifications(), beta, hanako)).Items);
        Assert.Equal([list.Items[1].Id], (await host.Ask(new ListNotifications(Before: list.Items[0].Id), actor: hanako)).Items.Select(i => i.Id));

        Assert.False((await host.Send(new MarkNotificationsRead([list.Items[0].Id]), actor: taro)).Failed);
        Assert.Equal(2, (await host.Ask(new ListNotifications(), actor: hanako)).Unread);
        Assert.False((await host.Send(new MarkNotificationsRead([list.Items[0].Id]), actor: hanako)).Failed);
        Assert.Equal([true, false], (await host.Ask(new ListNotifications(), actor: hanako)).Items.Select(i => i.Read));
        Assert.False((await host.Send(new MarkNotificationsRead(), actor: hanako)).Failed);
        Assert.Equal(0, (await host.Ask(new ListNotifications(), actor: hanako)).Unread);
    }

    [Fact]
    public async Task A_notification_leads_nowhere_but_into_this_installation()
    {
        await using var host = await TestHost.Start(Databases.Sqlite);
        foreach (var link in (string[])["https://example.com", "//example.com", "javascript:alert(1)"])
        {
            await Assert.ThrowsAsync<ArgumentException>(() => host.Send(new NotifyUser(Guid.CreateVersion7(), ("見て", "Look")) { Link = link }));
        }
    }

    private static Actor User(string name) => new(Guid.CreateVersion7(), name, ChangeSource.Screen, AccessRights.Nothing);
}
