// Which cards of the start page a user wants to see, and in which order.
using Crm.Platform.Identity.SignIn;
using Crm.Platform.Identity.Storage;
using Crm.Platform.Storage;
using Crm.Sdk;
using Crm.Sdk.Storage;
using MediatR;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Crm.Platform.Identity.Account;

/// <summary>The caller's cards in their order; cards they said nothing of follow as their modules place them.</summary>
internal sealed record GetHomeCards : IRequest<Result<HomeCards>>;

/// <summary>Keeps the caller's choice of cards; none puts the start page back as it came.</summary>
internal sealed record ArrangeHome(IReadOnlyList<HomeCard> Cards) : IRequest<Result>;

/// <param name="Key">Key of the widget.</param>
/// <param name="Shown">Whether it is on the page.</param>
internal sealed record HomeCard(string Key, bool Shown);

/// <summary>A choice of cards, kept as their keys with a minus before those that are not shown.</summary>
internal sealed record HomeCards(IReadOnlyList<HomeCard> Cards)
{
    public const int Most = 100;
    public const int Longest = 4_000;
    private const char Hidden = '-';

    public bool Shows(string key) => Cards.FirstOrDefault(c => c.Key == key) is not { Shown: false };

    /// <summary>Where a card comes; those nobody placed come last and among themselves as their modules say.</summary>
    public int PlaceOf(string key)
    {
        for (var at = 0; at < Cards.Count; at++)
        {
            if (Cards[at].Key == key) return at;
        }

        return int.MaxValue;
    }

    public string? Write() => Cards.Count == 0 ? null : string.Join(' ', Cards.Select(c => c.Shown ? c.Key : Hidden + c.Key));

    public static HomeCards Read(string? kept) =>
        new([.. (kept ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(c => new HomeCard(c.TrimStart(Hidden), c[0] != Hidden))]);
}

internal sealed class GetHomeCardsHandler(Caller caller) : IRequestHandler<GetHomeCards, Result<HomeCards>>
{
    // What a request knows of its user anyway: the start page asks the database for nothing more.
    public Task<Result<HomeCards>> Handle(GetHomeCards request, CancellationToken cancellationToken) =>
        Task.FromResult<Result<HomeCards>>(HomeCards.Read(caller.Session?.HomeCards));
}

internal sealed class ArrangeHomeHandler(OwnAccount account, ControlSession control, Sessions sessions) : IRequestHandler<ArrangeHome, Result>
{
    public async Task<Result> Handle(ArrangeHome arrange, CancellationToken cancellationToken)
    {
        if (await account.Find() is not { } user) return OwnAccount.NeedsScreen;
        var kept = new HomeCards([.. arrange.Cards.DistinctBy(c => c.Key)]).Write();
        if (arrange.Cards.Count > HomeCards.Most || kept?.Length > HomeCards.Longest || arrange.Cards.Any(c => c.Key.Length == 0 || c.Key[0] == '-' || c.Key.Any(char.IsWhiteSpace)))
        {
            return Problems.Invalid(
                "bad-cards", "card", ("ホームのカードの指定が正しくありません。", "These are no cards of the start page."),
                ("カードの選択画面を開き直してください。", "Open the choice of cards again."));
        }

        user.HomeCards = kept;
        await (await control.Db()).SaveChangesAsync(cancellationToken);
        sessions.Forget(account.Session!.Id);
        return Result.Done;
    }
}

[DbContext(typeof(ControlDb))]
[Migration("20261123_0530_HomeCards")]
internal sealed class ControlHomeCards : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Column<string>("control_user", "home_cards", HomeCards.Longest);
}
