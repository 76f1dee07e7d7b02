using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Crm.Host.Commands;
using Crm.Platform.Pipeline;
using Crm.Sdk.Records;
using Crm.Sdk.Users;
using Microsoft.OpenApi;

namespace Crm.Host.Api.OpenApi;

/// <summary>Keeps the written documents: one per state of a tenant's catalog, language and set of rights.</summary>
internal sealed class OpenApiDocuments
{
    private const int MostKept = 200;

    private readonly ConcurrentDictionary<string, Written> kept = new(StringComparer.Ordinal);

    public async ValueTask<Written> Of(ApiCall call)
    {
        var key = KeyOf(call);
        if (kept.TryGetValue(key, out var known)) return known;
        var types = await call.Send(new GetRecordTypes());
        var commands = call.Get<CommandDoor>().All().Select(c => (Key: c.Command!, c.Type));
        var gate = call.Get<Gate>();
        var endpoints = call.Catalog.Endpoints.Where(e => !e.Public && gate.Refuses(e.Request) is null);
        var document = new ApiDescription(call.Tenant, call.Current.Actor, call.Get<CommandJson>().Options).Of(types.Value, commands, endpoints);
        using var buffer = new MemoryStream();
        await document.SerializeAsJsonAsync(buffer, OpenApiSpecVersion.OpenApi3_0, call.Aborted);
        if (kept.Count >= MostKept) kept.Clear();
        return kept[key] = new(buffer.ToArray(), $"\"{Convert.ToHexStringLower(SHA256.HashData(buffer.ToArray()))[..16]}\"");
    }

    // Callers with the same rights share a document; hidden fields and record types are not in it.
    private static string KeyOf(ApiCall call)
    {
        var (actor, catalog) = (call.Current.Actor, call.Catalog);
        var key = new StringBuilder().Append(call.Tenant.Id).Append('|').Append(catalog.Version).Append('|').Append(OpenApiEndpoint.Language).Append('|');
        foreach (var type in catalog.RecordTypes)
        {
            foreach (var action in Enum.GetValues<RecordAction>()) key.Append((int)actor.Reach(type.Key, action));
        }

        key.Append('|').AppendJoin(',', actor.Rights.HiddenFields.Order(StringComparer.Ordinal)).Append('|').AppendJoin(',', actor.Rights.LockedFields.Order(StringComparer.Ordinal)).Append('|').AppendJoin(',', actor.Rights.Permissions.Order(StringComparer.Ordinal)).Append(actor.Rights.All);
        return key.ToString();
    }

    internal sealed record Written(byte[] Json, string ETag);
}
