using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Messaging;
using Crm.Sdk.Records;
using MediatR;

namespace Crm.Platform.Messaging;

/// <summary>The current user's notifications, newest first.</summary>
/// <param name="Limit">How many at most.</param>
/// <param name="Before">Only those before this one; null for the newest.</param>
internal sealed record ListNotifications(int Limit = 30, Guid? Before = null) : IRequest<Result<NotificationList>>;

/// <summary>Notifications and how many are unread.</summary>
internal sealed record NotificationList(IReadOnlyList<Notification> Items, long Unread);

/// <summary>A line in a user's list.</summary>
internal sealed record Notification(Guid Id, DateTimeOffset At, Label Title, string? Link, bool Read);

/// <summary>Marks notifications of the current user as read; all of them when none is named.</summary>
[Command("notifications.read")]
internal sealed record MarkNotificationsRead(IReadOnlyList<Guid>? Ids = null) : IRequest<Result>;

internal sealed class NotifyUserHandler(Session session, Current current, NotificationSignal signal, TimeProvider clock) : IRequestHandler<NotifyUser, Result>
{
    public Task<Result> Handle(NotifyUser request, CancellationToken cancellationToken) => session.Write(
        async sql =>
        {
            if (request.Link is { } link && (!link.StartsWith('/') || link.StartsWith("//", StringComparison.Ordinal)))
            {
                throw new ArgumentException("A notification links to a path of this installation.", nameof(request));
            }

            await sql.Execute(
                $"""
                INSERT INTO platform_notification (tenant_id, id, user_id, at, title_ja, title_en, link)
                VALUES ({current.Tenant.Id}, {Ids.New()}, {request.UserId}, {clock.GetUtcNow()}, {Short(request.Title.Ja)}, {Short(request.Title.En)}, {request.Link})
                """,
                cancellationToken);
            var (tenant, user) = (current.Tenant.Id, request.UserId);
            session.AfterCommit(() => signal.Raise(tenant, user));
            return Result.Done;
        },
        cancellationToken);

    private static string Short(string text) => text.Length <= 300 ? text : text.Shorten(299);
}

internal sealed class ListNotificationsHandler(Session session, Current current) : IRequestHandler<ListNotifications, Result<NotificationList>>
{
    public async Task<Result<NotificationList>> Handle(ListNotifications request, CancellationToken cancellationToken)
    {
        if (current.Actor.Id is not { } user) return Result.Of(new NotificationList([], 0));
        var sql = await session.Sql(cancellationToken);
        FormattableString before = request.Before is { } last ? (FormattableString)$" AND id < {last}" : $"";
        var items = await sql.Rows(
            $"""
            SELECT id, at, title_ja, title_en, link, read_at FROM platform_notification
            WHERE tenant_id = {current.Tenant.Id} AND user_id = {user}{before} ORDER BY id DESC{sql.Limit(Math.Clamp(request.Limit, 1, 200))}
            """,
            r => new Notification(r.Id(0), r.Moment(1), new(r.Text(2), r.Text(3)), r.MaybeText(4), r.MaybeMoment(5) is not null), cancellationToken);
        var unread = await sql.First(
            $"SELECT COUNT(*) FROM platform_notification WHERE tenant_id = {current.Tenant.Id} AND user_id = {user} AND read_at IS NULL", r => r.Long(0), cancellationToken);
        return Result.Of(new NotificationList(items, unread));
    }
}

internal sealed class MarkNotificationsReadHandler(Session session, Current current, NotificationSignal signal, TimeProvider clock)
    : IRequestHandler<MarkNotificationsRead, Result>
{
    public Task<Result> Handle(MarkNotificationsRead request, CancellationToken cancellationToken) => session.Write(
        async sql =>
        {
            if (current.Actor.Id is not { } user || request.Ids is { Count: 0 }) return Result.Done;
            FormattableString these = request.Ids is { } ids ? (FormattableString)$" AND id IN ({Sql.List(ids.Take(1000))})" : $"";
            await sql.Execute(
                $"UPDATE platform_notification SET read_at = {clock.GetUtcNow()} WHERE tenant_id = {current.Tenant.Id} AND user_id = {user} AND read_at IS NULL{these}",
                cancellationToken);
            var tenant = current.Tenant.Id;
            session.AfterCommit(() => signal.Raise(tenant, user));
            return Result.Done;
        },
        cancellationToken);
}

/// <summary>Tells pages open on this node that a user's notifications changed; pages on other nodes ask again now and then.</summary>
internal sealed class NotificationSignal
{
    public event Action<Guid, Guid>? Changed;

    /// <param name="tenant">The tenant.</param>
    /// <param name="user">The user.</param>
    public void Raise(Guid tenant, Guid user) => Changed?.Invoke(tenant, user);
}
