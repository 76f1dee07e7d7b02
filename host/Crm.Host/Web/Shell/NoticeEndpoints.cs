using System.Globalization;
using Crm.Platform.Messaging;
using Crm.Sdk.Messaging;
using MediatR;

namespace Crm.Host.Web.Shell;

/// <summary>The bell: what waits for the user, and what they were told.</summary>
internal static class NoticeEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/notices", (HttpContext http) => Page.Of<Notices>(http));
        routes.MapGet("/notices/count", Count);
        routes.MapPost("/notices/read", Read);
    }

    private static async Task<IResult> Count(IMediator mediator, CancellationToken cancellation)
    {
        var gather = new CollectNotices(20);
        await mediator.Publish(gather, cancellation);
        var told = await mediator.Send(new ListNotifications(1), cancellation);
        var count = gather.Parts.Count + (told.Failed ? 0 : told.Value.Unread);
        return count == 0 ? Results.NoContent() : Results.Text(count.ToString(CultureInfo.InvariantCulture), "text/html");
    }

    /// <summary>Marks one message as read and goes where it leads, or marks them all.</summary>
    private static async Task<IResult> Read(HttpContext http, IMediator mediator)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        Guid? id = Guid.TryParse(form["id"], out var one) ? one : null;
        var marked = await mediator.Send(new MarkNotificationsRead(id is { } known ? [known] : null), http.RequestAborted);
        if (marked.Failed) return Page.Problem(http, marked.Problems);
        var told = await mediator.Send(new ListNotifications(Notices.Shown), http.RequestAborted);
        return Page.GoTo(http, told.Failed ? "/notices" : told.Value.Items.FirstOrDefault(n => n.Id == id)?.Link ?? "/notices");
    }
}
