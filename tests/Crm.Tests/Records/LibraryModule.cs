using Crm.Sdk;
using Crm.Sdk.Modules;
using Crm.Sdk.Records;
using Crm.Sdk.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Record = Crm.Sdk.Records.Record;

namespace Crm.Tests.Records;

/// <summary>A small module with one field of every kind, in columns and in Ext, to try the record engine on.</summary>
internal sealed class LibraryModule : CrmModule
{
    public const string Book = "library.book";
    public const string Author = "library.author";

    public override string Key => "library";

    public override Label Name => ("図書", "Library");

    public override void Configure(ModuleBuilder module)
    {
        module.Database<LibraryDb>();
        module.Records.Add(Authors.Type);
        module.Records.Add(Books.Type);
    }

    internal override IEnumerable<Type> Types() => base.Types().Where(t => t.Namespace == typeof(Api.LendBook).Namespace);
}

internal sealed class Author : Record
{
    public string? Name { get; set; }

    public string? NameKana { get; set; }
}

internal static class Authors
{
    public static readonly RecordType<Author> Type = RecordType.For<Author>(LibraryModule.Author).Titled("著者", "Author").TitledBy("name").CompletedBy<ReadsAuthors>()
        .Section("basic", "基本", "Basics", s => s
            .Text(a => a.Name, "氏名", "Name").Required().Max(100).Searchable().Sorted(by: a => a.NameKana).InList().Indexed()
            .Kana(a => a.NameKana, "フリガナ", "Kana").Searchable().Indexed());
}

/// <summary>Knows how some authors are read, and stumbles over one.</summary>
internal sealed class ReadsAuthors(LibraryDb db) : IRecordCompletion
{
    public async Task Complete(Crm.Sdk.Messaging.RecordsChanged saved, CancellationToken cancellation)
    {
        var ids = saved.Ids.ToArray();
        var authors = await db.Set<Author>().Where(a => ids.Contains(a.Id) && a.NameKana == null && (a.Name == "読まれる人" || a.Name == "読めない人")).ToListAsync(cancellation);
        foreach (var author in authors) author.NameKana = "ヨマレルヒト";
        await db.SaveAsync(cancellation: cancellation);
        db.ChangeTracker.Clear();
        if (authors.Exists(a => a.Name == "読めない人")) throw new FormatException("a bug in a completion");
    }
}

internal sealed class BookRecord : Record
{
    public string? Title { get; set; }

    public string? Isbn { get; set; }

    public int? Pages { get; set; }

    public decimal? Price { get; set; }

    public DateOnly? PublishedOn { get; set; }

    public DateTimeOffset? ScannedAt { get; set; }

    public TimeOnly? OpensAt { get; set; }

    public bool? InPrint { get; set; }

    public string? Genre { get; set; }

    public string[]? Tags { get; set; }

    public Guid? AuthorId { get; set; }

    public string? Mail { get; set; }

    public PostalAddress Address { get; set; } = new();
}

internal static class Books
{
    public static readonly Choice[] Genres = [Choice.Of("novel", "小説", "Novel"), Choice.Of("essay", "随筆", "Essay"), Choice.Of("manga", "漫画", "Manga")];

    public static readonly RecordType<BookRecord> Type = RecordType.For<BookRecord>(LibraryModule.Book).Titled("本", "Book").TitledBy("title")
        .Section("basic", "基本", "Basics", s => s
            .Text(b => b.Title, "書名", "Title").Required().Max(200).Searchable().Indexed().InList()
            .Text(b => b.Isbn, "ISBN", "ISBN").Unique().MatchKey()
            .Number(b => b.Pages, "ページ数", "Pages").Range(1, 10_000)
            .Money(b => b.Price, "価格", "Price").Indexed()
            .Date(b => b.PublishedOn, "発行日", "Published").Indexed()
            .DateTime(b => b.ScannedAt, "読取日時", "Scanned")
            .Time(b => b.OpensAt, "開始時刻", "Opens")
            .YesNo(b => b.InPrint, "販売中", "In print")
            .Choice(b => b.Genre, "分野", "Genre", Genres).Indexed()
            .MultiChoice(b => b.Tags, "タグ", "Tags", Genres)
            .Reference(b => b.AuthorId, "著者", "Author", LibraryModule.Author)
            .Email(b => b.Mail, "メール", "Mail").Personal(PersonalData.Contact)
            .PostalAddress(b => b.Address))
        .Section("more", "追加", "More", s => s
            .Text("extra.shelf", "棚", "Shelf").Indexed()
            .Text("extra.stamp", "蔵書印番号", "Stamp").Unique()
            .Number("extra.weight", "重さ", "Weight", decimals: 2).Indexed()
            .Date("extra.lentOn", "貸出日", "Lent").Indexed()
            .YesNo("extra.rare", "稀少", "Rare")
            .MultiChoice("extra.kinds", "種類", "Kinds", Genres)
            .Computed("extra.pricePerPage", FieldKind.Number, "1ページの価格", "Price per page", b => b is { Price: { } price, Pages: > 0 and { } pages } ? decimal.Round(price / pages, 4) : null))
        .Rule(b => b.Genre == "manga" && b.Pages > 500
            ? new Problem("manga-too-long", ("漫画は 500 ページまでです。", "A manga has at most 500 pages."), Field: "pages")
            : null);
}

internal sealed class LibraryDb(ModuleDbOptions options) : ModuleDb(options)
{
    public DbSet<BookRecord> Books => Set<BookRecord>();

    public DbSet<Author> Authors => Set<Author>();

    protected override void Describe(ModelBuilder model)
    {
        Add(model, Records.Books.Type).ComplexProperty(b => b.Address);
        Add(model, Records.Authors.Type);
    }
}

[DbContext(typeof(LibraryDb))]
[Migration("20261122_0001_Library")]
internal sealed class LibraryTables : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.RecordTable("library_author", t => t
            .Column<string>("name", 100).Column<string>("name_kana", 800).Index("name_kana", "id").Index("name", "id"));
        migrationBuilder.RecordTable("library_book", t => t
            .Column<string>("title", 200).Column<string>("isbn", 800).Column<int?>("pages").Column<decimal?>("price").Column<DateOnly?>("published_on")
            .Column<DateTimeOffset?>("scanned_at").Column<TimeOnly?>("opens_at").Column<bool?>("in_print").Column<string>("genre", 60).Column<string[]>("tags")
            .Column<Guid?>("author_id").Column<string>("mail", 254)
            .Column<string>("address_postal_code", 16).Column<string>("address_prefecture", 40).Column<string>("address_city", 100)
            .Column<string>("address_street", 200).Column<string>("address_building", 200)
            .UniqueIndex("isbn").Index("title", "id").Index("price", "id").Index("published_on", "id").Index("genre", "id"));
    }
}
