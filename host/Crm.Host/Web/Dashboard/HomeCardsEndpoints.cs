// /home/cards: which cards the start page of the user has, and in which order. Plain forms: every button keeps what is ticked.
using Crm.Platform.Identity.Account;
using Crm.Sdk;
using Crm.Sdk.Web;
using MediatR;

namespace Crm.Host.Web.Dashboard;

internal static class HomeCardsEndpoints
{
    public const string Address = "/home/cards";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Address, (HttpContext http) => Page.Of<HomeCardsPage>(http));
        routes.MapPost(Address, Arrange);
    }

    private static async Task<IResult> Arrange(HttpContext http, IMediator mediator)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var action = form["action"].ToString();
        if (action == "reset") return await Keep([], Routes.Home);
        var shown = form["shown"].ToHashSet(StringComparer.Ordinal);
        List<HomeCard> cards = [.. form["card"].OfType<string>().Select(key => new HomeCard(key, shown.Contains(key)))];
        if (action is not (['u', 'p', ':', .. var up])) return action is ['d', 'o', 'w', 'n', ':', .. var down] ? await Keep(Moved(down, 1), Address) : await Keep(WithUnseen(), Routes.Home);
        return await Keep(Moved(up, -1), Address);

        List<HomeCard> Moved(string key, int by)
        {
            var at = cards.FindIndex(c => c.Key == key);
            var to = Math.Clamp(at + by, 0, cards.Count - 1);
            if (at >= 0) (cards[at], cards[to]) = (cards[to], cards[at]);
            return WithUnseen();
        }

        // A card that has nothing to show today keeps its place in mind for when it has.
        List<HomeCard> WithUnseen()
        {
            var known = cards.Select(c => c.Key).ToHashSet(StringComparer.Ordinal);
            return [.. cards, .. form["unseen"].OfType<string>().Select(c => HomeCards.Read(c)).SelectMany(c => c.Cards).Where(c => !known.Contains(c.Key))];
        }

        async Task<IResult> Keep(IReadOnlyList<HomeCard> chosen, string to)
        {
            var kept = await mediator.Send(new ArrangeHome(chosen), http.RequestAborted);
            return kept.Failed ? Page.Problem(http, kept.Problems) : Page.GoTo(http, to);
        }
    }
}
