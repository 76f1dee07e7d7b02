using Crm.Platform.Identity.Rights;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Messaging;
using MediatR;

namespace Crm.Platform.Plugins;

/// <summary>Installs a package, or upgrades to it, while the host runs. Tenants switch it on for themselves.</summary>
/// <param name="Content">The <c>.crmplugin</c> file.</param>
[Requires(PlatformPermissions.Installation)]
internal sealed record InstallPlugin(byte[] Content) : IRequest<Result<InstalledPlugin>>
{
    /// <summary>Whether it may take over the data of a plugin of the same id by another publisher; said by an operator who knows that it was handed over.</summary>
    public bool NewPublisher { get; init; }
}

/// <param name="Id">Key of its module.</param>
/// <param name="Name">What it is called.</param>
/// <param name="Version">The version that runs now.</param>
/// <param name="Notices">What is worth knowing of it: that it is older, or lacks fields of the version before.</param>
internal sealed record InstalledPlugin(string Id, Label Name, string Version, IReadOnlyList<Label> Notices);

internal sealed class InstallPluginHandler(PluginStore store, Current current) : IRequestHandler<InstallPlugin, Result<InstalledPlugin>>
{
    public async Task<Result<InstalledPlugin>> Handle(InstallPlugin request, CancellationToken cancellationToken)
    {
        var installed = await store.Install(request.Content, current.Actor.Name, cancellationToken, request.NewPublisher);
        return installed.Failed
            ? Result<InstalledPlugin>.Fail(installed.Problems)
            : new InstalledPlugin(installed.Value.Id, installed.Value.Package.Manifest.Name, installed.Value.Version.ToString(), installed.Value.Notices);
    }
}
