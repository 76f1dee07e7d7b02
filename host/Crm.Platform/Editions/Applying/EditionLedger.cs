using Crm.Platform.Storage;
using Crm.Platform.Tenancy;

namespace Crm.Platform.Editions.Applying;

/// <summary>Keeps what is known of the tenant's edition.</summary>
internal sealed class EditionLedger(Session session, Current current, TimeProvider clock)
{
    public async Task<EditionState?> Read(CancellationToken cancellation)
    {
        var sql = await session.Sql(cancellation);
        return await sql.First($"SELECT content, turn FROM platform_edition WHERE tenant_id = {current.Tenant.Id} AND id = {current.Tenant.Id}", r => EditionState.Parse(r.Text(0), r.Long(1)), cancellation);
    }

    /// <summary>Saves it; null when somebody else saved since it was read.</summary>
    public async Task<EditionState?> Save(EditionState state, CancellationToken cancellation)
    {
        var (tenant, turn) = (current.Tenant.Id, state.Turn + 1);
        var saved = await session.Write(
            sql => state.Turn == 0
                ? sql.Execute($"INSERT INTO platform_edition (tenant_id, id, turn, content, changed_at) VALUES ({tenant}, {tenant}, {turn}, {state.ToJson()}, {clock.GetUtcNow()})", cancellation)
                : sql.Execute($"UPDATE platform_edition SET turn = {turn}, content = {state.ToJson()}, changed_at = {clock.GetUtcNow()} WHERE tenant_id = {tenant} AND id = {tenant} AND turn = {state.Turn}", cancellation),
            cancellation);
        return saved == 1 ? state with { Turn = turn } : null;
    }

    /// <summary>The tenant has no edition any more.</summary>
    public Task Forget(CancellationToken cancellation) =>
        session.Write(sql => sql.Execute($"DELETE FROM platform_edition WHERE tenant_id = {current.Tenant.Id}", cancellation), cancellation);
}
