using Crm.Platform.Identity.Rights;
using Crm.Platform.Identity.Users;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Messaging;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Crm.Platform.Identity.SingleSignOn;

/// <summary>Tries a provider out, saving nothing: are its addresses and keys to be read, does it know the client and its secret?</summary>
/// <param name="Issuer">The provider.</param>
/// <param name="ClientId">This tenant there.</param>
/// <param name="Secret">Null takes the one that is saved, if it is of this client.</param>
[Command("admin.sso.test"), Requires(PlatformPermissions.Settings)]
internal sealed record TestSso(string Issuer, string ClientId, string? Secret) : IRequest<Result<SsoTest>>
{
    /// <summary>Where the provider sends people back to.</summary>
    public string Redirect { get; init; } = "https://localhost/";
}

/// <summary>What was found, for people to read.</summary>
/// <param name="Authorization">Where people will sign in.</param>
/// <param name="EndSession">Where they sign out; null where the provider has no such place.</param>
/// <param name="Keys">How many keys it signs with.</param>
/// <param name="Unclear">What the provider said in place of whether it knows client and secret; null when it knows them.</param>
internal sealed record SsoTest(string Authorization, string? EndSession, int Keys, string? Unclear);

internal sealed class TestSsoHandler(StaffChanges changes, Current current, SsoDirectory directory, Providers providers, CodeExchange codes, IOptions<SsoOptions> options)
    : IRequestHandler<TestSso, Result<SsoTest>>
{
    public async Task<Result<SsoTest>> Handle(TestSso test, CancellationToken cancellationToken)
    {
        var tenant = changes.Tenant;
        var saved = await (await changes.Db()).Sso.AsNoTracking().SingleOrDefaultAsync(s => s.TenantId == tenant, cancellationToken);
        var problem = OnlyAnAdministratorChoosesTheProvider.Refuses(changes.Actor)
            ?? AnIssuerIsReachedSafely.Refuses(test.Issuer, options.Value)
            ?? ANameIsNeeded.Refuses(test.ClientId, "clientId", ("クライアント ID", "Client id"), 300)
            ?? ASecretStaysWithItsIssuer.Refuses(saved, test.Issuer, test.ClientId.Trim(), test.Secret);
        if (problem is not null) return problem;
        var provider = await providers.Read(test.Issuer, cancellationToken);
        if (provider.Failed) return Result<SsoTest>.Fail(provider.Problems);
        var secret = test.Secret is { } typed ? (typed.Trim() is { Length: > 0 } some ? some : null) : saved is null ? null : await directory.SecretOf(current.Tenant, saved, cancellationToken);
        var client = await codes.Rehearse(provider.Value, new Client(test.ClientId.Trim(), secret), test.Redirect, cancellationToken);
        return client.Failed ? Result<SsoTest>.Fail(client.Problems) : new SsoTest(provider.Value.Authorization, provider.Value.EndSession, provider.Value.Keys.Count, client.Value);
    }
}
