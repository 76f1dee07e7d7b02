using Crm.Platform.Identity.Rights;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Messaging;
using MediatR;

namespace Crm.Platform.Editions;

/// <summary>Lets an edition in, with the plugins it carries, while the host runs. Tenants have it when it is applied to them.</summary>
/// <param name="Content">The <c>.crmedition</c> file.</param>
[Requires(PlatformPermissions.Installation)]
internal sealed record InstallEdition(byte[] Content) : IRequest<Result<InstalledEdition>>
{
    /// <summary>Whether only to say if it would be let in; plugins it carries are asked too.</summary>
    public bool DryRun { get; init; }
}

/// <summary>The editions of the installation and which tenants have which.</summary>
[Requires(PlatformPermissions.Installation)]
internal sealed record ListEditions : IRequest<Result<IReadOnlyList<EditionLine>>>;

/// <param name="Edition">The version.</param>
/// <param name="Tenants">Keys of the tenants that have it.</param>
internal sealed record EditionLine(InstalledEdition Edition, IReadOnlyList<string> Tenants);

internal sealed class InstallEditionHandler(EditionStore store, Tenants tenants, Current current, TimeProvider clock)
    : IRequestHandler<InstallEdition, Result<InstalledEdition>>, IRequestHandler<ListEditions, Result<IReadOnlyList<EditionLine>>>
{
    public async Task<Result<InstalledEdition>> Handle(InstallEdition request, CancellationToken cancellationToken)
    {
        if (!request.DryRun) return await store.Install(request.Content, current.Actor.Name, cancellationToken);
        var verified = await store.Verify(request.Content, cancellationToken);
        if (verified.Failed) return Result<InstalledEdition>.Fail(verified.Problems);
        var (package, signer) = verified.Value;
        return new InstalledEdition(package.Manifest, package.Logo?.Digest, signer, clock.GetUtcNow(), current.Actor.Name);
    }

    public async Task<Result<IReadOnlyList<EditionLine>>> Handle(ListEditions request, CancellationToken cancellationToken)
    {
        var having = (await tenants.All(cancellationToken)).Where(t => t.Edition is not null).ToLookup(t => t.Edition!, t => t.Key);
        return Result.Of<IReadOnlyList<EditionLine>>([.. (await store.All(cancellationToken)).Select(e => new EditionLine(e, [.. having[$"{e.Manifest.Id} {e.Manifest.Version}"].Order(StringComparer.Ordinal)]))]);
    }
}
