using System.Globalization;
using Crm.Sdk.Messaging;
using MediatR;

namespace Crm.Host.Web.Shell;

/// <summary>The bell: how many things wait, and which.</summary>
internal static class NoticeEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/notices", (HttpContext http) => Page.Of<Notices>(http));
        routes.MapGet("/notices/count", Count);
    }

    private static async Task<IResult> Count(IMediator mediator, CancellationToken cancellation)
    {
        var gather = new CollectNotices(20);
        await mediator.Publish(gather, cancellation);
        return gather.Parts.Count == 0 ? Results.NoContent() : Results.Text(gather.Parts.Count.ToString(CultureInfo.InvariantCulture), "text/html");
    }
}
