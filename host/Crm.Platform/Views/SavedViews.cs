// Saved views: a list's address with a name, for oneself or for everybody of the tenant.
using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Records;
using Crm.Sdk.Storage;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Crm.Platform.Views;

/// <summary>The views of a record type that the user sees: their own and those shared.</summary>
internal sealed record GetViews(string Type) : IRequest<Result<IReadOnlyList<SavedView>>>;

/// <summary>A saved view.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name.</param>
/// <param name="Query">The part of the list's address behind the path: <c>?filter[rank]=A</c>.</param>
/// <param name="Shared">Whether everybody sees it.</param>
/// <param name="Mine">Whether the user made it.</param>
internal sealed record SavedView(Guid Id, string Name, string Query, bool Shared, bool Mine);

/// <summary>Keeps a list's address under a name; the same name replaces one's own view.</summary>
internal sealed record SaveView(string Type, string Name, string Query, bool Shared) : IRequest<Result<Guid>>;

/// <summary>Forgets a view of one's own.</summary>
internal sealed record DeleteView(Guid Id) : IRequest<Result>;

internal sealed class GetViewsHandler(PlatformDb db, Current current) : IRequestHandler<GetViews, Result<IReadOnlyList<SavedView>>>
{
    public async Task<Result<IReadOnlyList<SavedView>>> Handle(GetViews request, CancellationToken cancellationToken)
    {
        var me = current.Actor.Id;
        return Result.Of<IReadOnlyList<SavedView>>(await db.Set<ViewRow>().Where(v => v.RecordType == request.Type && (v.Shared || v.OwnerId == me))
            .OrderBy(v => v.Name).Select(v => new SavedView(v.Id, v.Name, v.Query, v.Shared, v.OwnerId == me)).ToListAsync(cancellationToken));
    }
}

internal sealed class SaveViewHandler(PlatformDb db, Current current, TimeProvider clock) : IRequestHandler<SaveView, Result<Guid>>
{
    private const int LongestName = 60;

    public async Task<Result<Guid>> Handle(SaveView view, CancellationToken cancellationToken)
    {
        if (!current.Catalog.TryGet(view.Type, out _)) return Problems.NotFound(view.Type, Guid.Empty);
        if (view.Name.Length is 0 or > LongestName)
        {
            return Problems.Invalid("bad-name", "name", ($"ビューの名前は 1 〜 {LongestName} 文字にしてください。", $"The name of a view has 1 to {LongestName} characters."));
        }

        var me = current.Actor.Id;
        var row = await db.Set<ViewRow>().FirstOrDefaultAsync(v => v.RecordType == view.Type && v.OwnerId == me && v.Name == view.Name, cancellationToken);
        if (row is null)
        {
            row = new ViewRow { Id = Ids.New(), RecordType = view.Type, Name = view.Name, Query = view.Query, OwnerId = me, CreatedAt = clock.GetUtcNow() };
            db.Add(row);
        }

        (row.Query, row.Shared) = (view.Query, view.Shared);
        var saved = await db.SaveAsync(cancellation: cancellationToken);
        return saved.Failed ? Result<Guid>.Fail(saved.Problems) : row.Id;
    }
}

internal sealed class DeleteViewHandler(PlatformDb db, Current current) : IRequestHandler<DeleteView, Result>
{
    public async Task<Result> Handle(DeleteView request, CancellationToken cancellationToken)
    {
        var me = current.Actor.Id;
        if (await db.Set<ViewRow>().FirstOrDefaultAsync(v => v.Id == request.Id && v.OwnerId == me, cancellationToken) is { } row) db.Remove(row);
        return await db.SaveAsync(cancellation: cancellationToken);
    }
}

/// <summary>A saved view.</summary>
internal sealed class ViewRow
{
    public Guid TenantId { get; set; }

    public Guid Id { get; set; }

    public required string RecordType { get; set; }

    public required string Name { get; set; }

    public required string Query { get; set; }

    public bool Shared { get; set; }

    public Guid? OwnerId { get; set; }

    public DateTimeOffset CreatedAt { get; set; }
}

[DbContext(typeof(PlatformDb))]
[Migration("20261122_0010_Views")]
internal sealed class ViewTable : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.TenantTable("platform_view", t => t
        .Column<Guid>("id").Column<string>("record_type", 100, required: true).Column<string>("name", 100, required: true)
        .Column<string>("query", 4000, required: true).Column<bool>("shared").Column<Guid?>("owner_id").Column<DateTimeOffset>("created_at")
        .Key("id").Index("record_type", "name"));
}
