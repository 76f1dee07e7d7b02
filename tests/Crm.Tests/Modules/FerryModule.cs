using Crm.Sdk;
using Crm.Sdk.Files;
using Crm.Sdk.Import;
using Crm.Sdk.Messaging;
using Crm.Sdk.Modules;
using Crm.Sdk.Records;
using Crm.Sdk.Tenancy;
using Crm.Sdk.Web;
using Crm.Tests.Records;
using MediatR;
using Microsoft.AspNetCore.Components.Rendering;

namespace Crm.Tests.Modules.Ferry;

/// <summary>A module with one of everything that modules can add beside records and screens; its ferry carries the books of the library.</summary>
internal sealed class FerryModule : CrmModule
{
    public override string Key => "ferry";

    public override Label Name => ("渡し船", "Ferry");

    public override void Configure(ModuleBuilder module)
    {
        module.Requires("library");
        module.Settings<FerrySettings>(s => s
            .Section("boat", "船", "Boat", f => f
                .Number("seats", "定員", "Seats").Required().Range(1, 200)
                .Choice("pier", "乗り場", "Pier", [new("north", ("北", "North")), new("south", ("南", "South"))])
                .Text("motto", "標語", "Motto").Max(20)));
        module.Seed<FirstCaptain>();
        module.Api.Get<FindFare>("fare", "運賃を調べる", "Look up a fare");
        module.Api.Get<PrintTicket>("ticket", "乗船券", "A ticket");
        module.Api.Post<Board>("boardings", "乗船を記録する", "Note a boarding");
        module.Api.Post<AskForRide>("ride", "乗船の申し込み", "Ask for a ride").Public();
        module.Api.Get<ShowTimetable>("timetable", "時刻表", "Timetable").Public();
        module.Screens.Add<RideScreen>("ride", "乗船の申し込み", "Ask for a ride").Public();
        module.Imports.Add<WholesalerFile>(LibraryModule.Book, "wholesaler", "取次の納品データ", "Wholesaler's deliveries");
        module.Prints.Record<BookLabel>(LibraryModule.Book, "label", "荷札", "Label");
        module.Prints.List<Manifest>(LibraryModule.Book, "manifest", "積荷目録", "Manifest");
    }

    internal override IEnumerable<Type> Types() => base.Types().Where(t => t.Namespace == typeof(FerryModule).Namespace);
}

internal sealed class FerrySettings
{
    public int Seats { get; set; } = 12;

    public string? Pier { get; set; } = "north";

    public string? Motto { get; set; }
}

internal sealed class FirstCaptain(IMediator mediator) : ISeedData
{
    public async Task Seed(CancellationToken cancellation) =>
        await mediator.Send(new SaveRecord(LibraryModule.Author, null, new Dictionary<string, object?> { ["name"] = "初代 船長" }), cancellation);
}

/// <summary>What a ride costs.</summary>
internal sealed record FindFare(int People, DateOnly? On = null) : IRequest<Result<Fare>>;

internal sealed record Fare(decimal Price, string? Pier);

internal sealed record PrintTicket(string Name) : IRequest<Result<Download>>;

[Requires("ferry.board")]
internal sealed record Board(string Name) : IRequest<Result>;

internal sealed record AskForRide(string Name, int People) : IRequest<Result<Guid>>;

internal sealed record ShowTimetable(string Token) : IRequest<Result<Download>>;

internal sealed class FerryHandler(ISettings settings, ITenant tenant, IMediator mediator)
    : IRequestHandler<FindFare, Result<Fare>>, IRequestHandler<PrintTicket, Result<Download>>, IRequestHandler<Board, Result>,
      IRequestHandler<AskForRide, Result<Guid>>, IRequestHandler<ShowTimetable, Result<Download>>
{
    public Task<Result<Fare>> Handle(FindFare request, CancellationToken cancellationToken) => Task.FromResult(
        request.People > settings.Of<FerrySettings>().Seats
            ? Result<Fare>.Fail([new Problem("ferry.full", ("定員を超えています。", "There are not so many seats."), Field: "people")])
            : Result.Of(new Fare(request.People * 100m, settings.Of<FerrySettings>().Pier)));

    public Task<Result<Download>> Handle(PrintTicket request, CancellationToken cancellationToken) =>
        Task.FromResult(Result.Of(Download.Of($"乗船券 {request.Name}.csv", "text/csv", $"{request.Name},{tenant.Name}", forSpreadsheet: true)));

    public Task<Result> Handle(Board request, CancellationToken cancellationToken) => Task.FromResult(Result.Done);

    public async Task<Result<Guid>> Handle(AskForRide request, CancellationToken cancellationToken)
    {
        if (request.People < 1) return new Problem("ferry.nobody", ("人数を入力してください。", "Say how many you are."), Field: "people");
        var saved = await mediator.Send(new SaveRecord(LibraryModule.Author, null, new Dictionary<string, object?> { ["name"] = request.Name }), cancellationToken);
        return saved.Failed ? Result<Guid>.Fail(saved.Problems) : saved.Value.Id;
    }

    public Task<Result<Download>> Handle(ShowTimetable request, CancellationToken cancellationToken) => Task.FromResult(request.Token == "himitsu"
        ? Result.Of(Download.Of("timetable.ics", "text/calendar", "BEGIN:VCALENDAR"))
        : Result<Download>.Fail([new Problem("not-found", ("ありません。", "There is none."), Kind: ProblemKind.NotFound)]));
}

internal sealed class RideScreen : Screen
{
    protected override void BuildRenderTree(RenderTreeBuilder builder)
    {
        builder.AddMarkupContent(0, $"<h1>{L("乗船の申し込み", "Ask for a ride")}</h1><form method=\"post\"><input name=\"name\" value=\"{Context.Typed("name")}\"></form>");
        foreach (var problem in Context.Problems) builder.AddMarkupContent(1, $"<p class=\"wrong\">{problem.Message}</p>");
    }
}

internal sealed class WholesalerFile : ImportFormat
{
    public override IReadOnlyList<string> Columns => ["商品コード", "商品名", "年", "月", "日"];

    public override IReadOnlyList<string> Fields => ["isbn", "title", "publishedOn"];

    public override IReadOnlyList<string> Match => ["isbn"];

    public override IReadOnlyDictionary<string, string?> Read(ImportCells row) => new Dictionary<string, string?>
    {
        ["isbn"] = row["商品コード"], ["title"] = row["商品名"],
        ["publishedOn"] = $"{int.Parse(row["年"], System.Globalization.CultureInfo.InvariantCulture):0000}-{row["月"].PadLeft(2, '0')}-{row["日"].PadLeft(2, '0')}",
    };
}

internal sealed class BookLabel : RecordPart
{
    protected override void BuildRenderTree(RenderTreeBuilder builder) => builder.AddMarkupContent(0, $"<h1>荷札</h1><p class=\"label\">{Record["title"]}</p>");
}

internal sealed class Manifest : ListPart
{
    protected override void BuildRenderTree(RenderTreeBuilder builder)
    {
        builder.AddMarkupContent(0, $"<h1>積荷目録</h1><ol>{string.Concat(Rows.Select(r => $"<li>{r.Text("title")} {r.Number("pages"):0}</li>"))}</ol>");
    }
}
