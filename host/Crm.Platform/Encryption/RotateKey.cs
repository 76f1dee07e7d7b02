using System.Text.Json.Nodes;
using Crm.Platform.Identity.Rights;
using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Jobs;
using Crm.Sdk.Messaging;
using Crm.Sdk.Records;
using MediatR;

namespace Crm.Platform.Encryption;

/// <summary>Begins a new key for the tenant and seals with it anew, in the background, what older keys sealed. Everything stays readable meanwhile.</summary>
[Requires(PlatformPermissions.Settings)]
internal sealed record RotateKey : IRequest<Result<int>>;

internal sealed class RotateKeyHandler(Current current, TenantKeys keys, IJobs jobs) : IRequestHandler<RotateKey, Result<int>>
{
    public async Task<Result<int>> Handle(RotateKey request, CancellationToken cancellationToken)
    {
        var number = await keys.Rotate(current.Tenant.Id, cancellationToken);
        await jobs.Start(SealAnew.Key, null, cancellationToken);
        return number;
    }
}

/// <summary>Seals encrypted fields anew with the tenant's newest key, some records at a time; begun again it goes on where it was, for what is done needs nothing.</summary>
internal sealed class SealAnew(Session session, Current current, TenantKeys keys) : IJob
{
    public const string Key = "platform.seal-anew";
    private const int AtOnce = 500;

    public async Task Run(JobRun run, CancellationToken cancellation)
    {
        var ring = await keys.Of(current.Tenant, cancellation);
        long done = 0;
        foreach (var type in current.Catalog.RecordTypes)
        {
            List<Field> fields = [.. type.Fields.Where(f => f.Encrypted)];
            if (fields.Count == 0) continue;
            for (var after = Guid.Empty; ;)
            {
                var last = await session.Write(sql => Some(sql, type, fields, ring, after, cancellation), cancellation);
                if (last is not { } next) break;
                after = next;
                await run.Report(done += AtOnce, null);
            }
        }
    }

    /// <returns>The last record looked at; null when there is none.</returns>
    private async Task<Guid?> Some(Sql sql, RecordType type, List<Field> fields, TenantKeyRing ring, Guid after, CancellationToken cancellation)
    {
        var rows = await sql.Rows(
            $"SELECT id, version, ext FROM {Sql.Raw(type.Table)} WHERE tenant_id = {current.Tenant.Id} AND id > {after} ORDER BY id{sql.Limit(AtOnce)}", r => (Id: r.Id(0), Version: r.Int(1), Ext: r.MaybeText(2)), cancellation);
        foreach (var (id, version, ext) in rows)
        {
            if (ext is null || JsonNode.Parse(ext) is not JsonObject json) continue;
            var changed = false;
            foreach (var field in fields) changed |= Again(json, field, ring);
            if (!changed) continue;

            // Somebody who saved the record meanwhile sealed it with the newest key.
            await sql.Execute(
                $"UPDATE {Sql.Raw(type.Table)} SET ext = {new ExtensionData(json.ToJsonString())} WHERE tenant_id = {current.Tenant.Id} AND id = {id} AND version = {version}", cancellation);
        }

        return rows.Count == 0 ? null : rows[^1].Id;
    }

    private static bool Again(JsonObject ext, Field field, TenantKeyRing ring)
    {
        JsonObject? parent = ext;
        foreach (var step in field.Path.SkipLast(1)) parent = parent?[step] as JsonObject;
        if (parent?[field.Path[^1]] is not JsonValue value || !value.TryGetValue<string>(out var stored) || stored.StartsWith(ring.Current, StringComparison.Ordinal)) return false;
        parent[field.Path[^1]] = ring.Seal(TenantKeyRing.IsSealed(stored) ? ring.Open(stored, field.Key) : stored, field.Key);
        return true;
    }
}
