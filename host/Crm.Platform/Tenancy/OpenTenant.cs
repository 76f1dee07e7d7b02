using Crm.Platform.Editions;
using Crm.Platform.Editions.Applying;
using Crm.Platform.Identity.Rights;
using Crm.Platform.Identity.SignIn;
using Crm.Platform.Identity.Users;
using Crm.Platform.Pipeline;
using Crm.Platform.Storage;
using Crm.Sdk;
using Crm.Sdk.Messaging;
using Crm.Sdk.Users;
using MediatR;

namespace Crm.Platform.Tenancy;

/// <summary>Makes a tenant and invites its first administrator; answers with the link by which they set their password.</summary>
[Requires(PlatformPermissions.Installation)]
internal sealed record OpenTenant(NewTenant Tenant, string Email, string Name) : IRequest<Result<OneTimeLink>>;

internal sealed class OpenTenantHandler(Tenants tenants, Databases databases, Migrator migrator, WorkScopes scopes, EditionStore editions) : IRequestHandler<OpenTenant, Result<OneTimeLink>>
{
    public async Task<Result<OneTimeLink>> Handle(OpenTenant open, CancellationToken cancellationToken)
    {
        var problem = ANameIsNeeded.Refuses(open.Tenant.Name, "tenantName", ("テナント名", "Name"), 200)
            ?? ANameIsNeeded.Refuses(open.Name, "name", ("管理者の氏名", "Administrator's name"), 200)
            ?? AnAddressNamesOneUser.Malformed(open.Email)
            ?? SettingsNameWhatThereIs.Zone(open.Tenant.TimeZone)
            ?? SettingsNameWhatThereIs.Currency(open.Tenant.Currency)
            ?? SettingsNameWhatThereIs.Month(open.Tenant.FiscalYearStart)
            ?? await Unreachable(open.Tenant.Database, cancellationToken);
        if (problem is not null) return problem;
        var edition = open.Tenant.Edition is { } id ? await editions.Find(id, version: null, cancellationToken) : null;
        if (edition is { Failed: true }) return Result<OneTimeLink>.Fail(edition.Problems);
        var made = await tenants.Create(edition is null ? open.Tenant : open.Tenant with { Modules = edition.Value.Manifest.On }, cancellationToken);
        if (made.Failed) return Result<OneTimeLink>.Fail(made.Problems);
        await migrator.Of(made.Value, cancellationToken);
        await using var scope = await scopes.Open(made.Value, Actor.System(ChangeSource.Screen), cancellationToken);
        var invited = await scope.Get<IMediator>().Send(new InviteUser(open.Email, open.Name) { Roles = [BuiltInRoles.Administrator] }, cancellationToken);
        if (invited.Failed) return Result<OneTimeLink>.Fail(invited.Problems);
        if (edition is null) return invited.Value.Link!;

        // Stopped half-way the tenant is there all the same; its page and the command line go on from there.
        var applied = await scope.Get<IMediator>().Send(new ApplyEdition(open.Tenant.Edition, null) { Fresh = true }, cancellationToken);
        return applied.Failed ? Result<OneTimeLink>.Fail(applied.Problems) : invited.Value.Link!;
    }

    /// <summary>A database of its own is made, or looked at, before there is a tenant that would need it.</summary>
    private async Task<Problem?> Unreachable(string? connectionString, CancellationToken cancellation)
    {
        if (connectionString is null) return null;
        try
        {
            await databases.Dialect.EnsureDatabase(connectionString, cancellation);
            await using var connection = databases.Dialect.Connect(connectionString);
            await connection.OpenAsync(cancellation);
            return null;
        }
        catch (Exception e) when (e is System.Data.Common.DbException or ArgumentException or IOException or InvalidOperationException or System.Net.Sockets.SocketException)
        {
            return new Problem(
                "database-unreachable", ($"専用データベースに接続できません: {e.Message}", $"The database cannot be reached: {e.Message}"),
                ("接続文字列を確かめるか、空欄にして共有のデータベースを使ってください。", "Check the connection string, or leave it empty to share the installation's database."), "database");
        }
    }
}
