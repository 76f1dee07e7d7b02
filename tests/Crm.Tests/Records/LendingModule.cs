using Crm.Sdk;
using Crm.Sdk.Modules;
using Crm.Sdk.Records;
using Crm.Sdk.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Crm.Tests.Records.Lending;

/// <summary>A module that adds fields and rules to the books of another, as a plugin would.</summary>
internal sealed class LendingModule : CrmModule
{
    public override string Key => "lending";

    public override Label Name => ("貸出", "Lending");

    public override void Configure(ModuleBuilder module)
    {
        module.Requires("library");
        module.Database<LendingDb>();
        module.Services.AddSingleton<LendingDesk>();
        module.Records.Extend(LibraryModule.Book, book => book
            .Section("lending", "貸出", "Lending", s => s
                .Text("lending.room", "閲覧室", "Room").Required()
                .Number("lending.days", "貸出日数", "Days").Range(1, 30)
                .Date("lending.until", "返却期限", "Due")
                    .Rule((_, value, book) => (DateOnly)value >= book.Today ? null : new Problem("lending.due-in-the-past", ("返却期限が過去の日付です。", "The due date has passed.")))
                .File("lending.scan", "表紙の画像", "Cover")
                .Computed("lending.shortTitle", FieldKind.Text, "短い書名", "Short title", b => ((BookRecord)b).Title is "破損" ? throw new FormatException("damaged") : "短"))
            .Rule<OnlyBooksOfKnownAuthorsAreLent>()
            .Rule<ARuleThatNeverEnds>()
            .Rule<ARuleWhoseQueryFails>()
            .Rule(b => b["title"] is "例外" ? throw new FormatException("a bug in a rule") : null)
            .Rule(b => b.Before("lending.until") is DateOnly && b.Changed("isbn")
                ? new Problem("lending.number-of-a-lent-book", ("貸出中の本の番号は変更できません。", "The number of a lent book stays."), Field: "isbn")
                : null));
    }

    internal override IEnumerable<Type> Types() => base.Types().Where(t => t.Namespace == typeof(LendingModule).Namespace);
}

/// <summary>The module's way to the database; it has no tables.</summary>
internal sealed class LendingDb(ModuleDbOptions options) : ModuleDb(options)
{
    protected override void Describe(ModelBuilder model)
    {
    }
}

/// <summary>A service of the module's own; counts how often the rule asked.</summary>
internal sealed class LendingDesk
{
    private int asked;

    public int Asked => asked;

    public void Ask() => Interlocked.Increment(ref asked);
}

/// <summary>A book that is lent has an author whose reading is known.</summary>
internal sealed class OnlyBooksOfKnownAuthorsAreLent(LendingDesk desk) : RecordRule
{
    private HashSet<Guid> known = [];

    public override async Task Prepare(RuleBatch batch, CancellationToken cancellation)
    {
        desk.Ask();
        var authors = await batch.Ask(
            new ListRecords(LibraryModule.Author)
            {
                Filter = new Filter.All(new Filter.Ids([.. batch.Values<Guid>("authorId")]), new Filter.Compare("nameKana", FilterOp.Empty, false)), Limit = 500,
            },
            cancellation);
        known = [.. authors.Rows.Select(r => r.Id)];
    }

    public override IEnumerable<Problem> Check(RuleContext record)
    {
        if (record["lending.until"] is null || (record["authorId"] is Guid author && known.Contains(author))) yield break;
        yield return new Problem("lending.author-unknown", ("著者が登録されていない本は貸し出せません。", "A book without a known author is not lent."), Field: "authorId");
    }
}

/// <summary>Some plugin's mistake: it waits for something that never comes and does not heed its token.</summary>
internal sealed class ARuleThatNeverEnds : RecordRule
{
    public override Task Prepare(RuleBatch batch, CancellationToken cancellation) =>
        batch.Records.Any(r => r["title"] is "無限") ? new TaskCompletionSource().Task : Task.CompletedTask;

    public override IEnumerable<Problem> Check(RuleContext record) => [];
}

/// <summary>Another mistake: its query is one the database refuses.</summary>
internal sealed class ARuleWhoseQueryFails(LendingDb db) : RecordRule
{
    public override async Task Prepare(RuleBatch batch, CancellationToken cancellation)
    {
        if (batch.Records.Any(r => r["title"] is "問い合わせ不能")) await db.Database.ExecuteSqlRawAsync("SELECT nothing FROM nowhere", cancellation);
    }

    public override IEnumerable<Problem> Check(RuleContext record) => [];
}
