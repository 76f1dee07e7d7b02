using Crm.Platform.Identity.Rights;
using Crm.Sdk;
using Crm.Sdk.Messaging;
using MediatR;

namespace Crm.Platform.Plugins;

/// <summary>Takes a plugin out of the installation. Its data stays unless it is purged, which cannot be undone.</summary>
/// <param name="Id">Key of its module.</param>
/// <param name="Purge">Whether all it kept goes too, of all tenants.</param>
[Requires(PlatformPermissions.Installation)]
internal sealed record RemovePlugin(string Id, bool Purge) : IRequest<Result>;

internal sealed class RemovePluginHandler(PluginStore store, PluginHost host, PluginPurge purge) : IRequestHandler<RemovePlugin, Result>
{
    public async Task<Result> Handle(RemovePlugin request, CancellationToken cancellationToken)
    {
        var description = host.Find(request.Id)?.Runtime.Description;
        if (request.Purge && description is null)
        {
            return new Problem(
                "not-running", ("動作していないプラグインのデータは消去できません。", "Data of a plugin that does not run cannot be purged."),
                ("動く版を導入してから消去してください。", "Install a version that runs, then purge."), Kind: ProblemKind.Conflict);
        }

        var removed = await store.Remove(request.Id, cancellationToken);
        if (removed.Failed || !request.Purge) return removed;
        await purge.Everywhere(description!, cancellationToken);
        await store.Forget(request.Id, cancellationToken);
        return Result.Done;
    }
}
