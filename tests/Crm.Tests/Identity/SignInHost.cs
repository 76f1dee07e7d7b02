using Crm.Host;
using Crm.Platform.Identity;
using Crm.Platform.Identity.Users;
using Crm.Platform.Pipeline;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Tenancy;
using Crm.Sdk.Users;
using Crm.Tests.Infrastructure;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Crm.Tests.Identity;

/// <summary>The whole host on a database of its own, spoken to over HTTP. Only the costs of hashing and waiting are lowered.</summary>
public sealed class SignInHost : IAsyncLifetime
{
    public const string Password = "いろはにほへと-ちりぬるを";

    private readonly string folder = Directory.CreateTempSubdirectory("crm-sign-in-").FullName;
    private readonly string name = "crm_sign_in_" + Guid.CreateVersion7().ToString("n")[20..];
    private readonly Action<IdentitySettings> adjust;
    private readonly string database;
    private readonly string[] settings;
    private WebApplication? app;
    private int tenants;

    public SignInHost() : this(_ => { })
    {
    }

    /// <param name="adjust">Makes it stricter or milder.</param>
    /// <param name="database">One of <see cref="Databases"/>.</param>
    /// <param name="settings">Of the installation, as on the command line.</param>
    internal SignInHost(Action<IdentitySettings> adjust, string database = Databases.Sqlite, params string[] settings) =>
        (this.adjust, this.database, this.settings) = (adjust, database, settings);

    public IServiceProvider Services => app!.Services;

    public async Task InitializeAsync()
    {
        if (database == Databases.PostgreSql) await Databases.Admin($"CREATE DATABASE {name}");
        app = CrmApp.Build(
            [.. Storage, .. settings],
            builder =>
            {
                builder.WebHost.UseTestServer();
                builder.Logging.SetMinimumLevel(LogLevel.Warning);
                builder.Services.Configure<IdentitySettings>(settings =>
                {
                    (settings.RefusalTakes, settings.PasswordRounds, settings.AttemptsPerAddress) = (TimeSpan.Zero, 1_000, 10_000);
                    adjust(settings);
                });
            });
        app.MapGet("/api/v1/who", (IUser user, ITenant tenant) => $"{user.Name} {tenant.Key} {user.Source} {user.Reach("customers.person", RecordAction.Edit)} {user.May("admin.users")}").RequireAuthorization();
        await CrmApp.Migrate(app, CancellationToken.None);
        await app.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await app!.StopAsync();   // disposing alone does not wait for work that still writes here
        await app.DisposeAsync();
        SqliteConnection.ClearAllPools();
        if (database == Databases.PostgreSql) await Databases.Drop(name);
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>Where it keeps what it knows; for the command line beside it.</summary>
    internal string[] Storage =>
    [
        $"--Storage:Provider={database}", $"--Storage:DataFolder={folder}",
        "--Storage:ConnectionString=" + (database == Databases.PostgreSql ? Databases.PostgreSqlFor(name) : $"Data Source={Path.Combine(folder, "crm.db")}"),
    ];

    public Browser Browser(string address = "https://crm.example", string? language = null) => new(app!.GetTestServer(), address, language);

    internal async Task<TenantInfo> NewTenant()
    {
        var made = await Services.GetRequiredService<Tenants>().Create(new NewTenant($"t{Interlocked.Increment(ref tenants)}", $"第{tenants}商事"), CancellationToken.None);
        return made.Value;
    }

    /// <summary>A user with a built-in role and the usual password.</summary>
    internal async Task<Guid> NewUser(TenantInfo tenant, string email, string role = "administrator", string name = "山田 太郎", string password = Password)
    {
        var invited = await Ask(tenant, new InviteUser(email, name) { Roles = [role], Password = password });
        return invited.Id;
    }

    /// <summary>Somebody in no tenant, made at the server's own command line.</summary>
    internal async Task NewInstallationAdministrator(string email)
    {
        var made = await Send(await NewTenant(), new AddInstallationAdministrator(email, "運用 担当", Password), Actor.AtTheServer);
        Assert.False(made.Failed);
    }

    /// <summary>Sends a request as the system.</summary>
    internal async Task<T> Ask<T>(TenantInfo tenant, IRequest<Result<T>> request)
    {
        var answer = await Send(tenant, request);
        Assert.True(!answer.Failed, string.Join("; ", answer.Problems.Select(p => $"{p.Code} {p.Field}")));
        return answer.Value;
    }

    internal async Task<T> Send<T>(TenantInfo tenant, IRequest<T> request, Actor? actor = null)
    {
        var now = (await Services.GetRequiredService<Tenants>().Find(tenant.Id, CancellationToken.None))!;
        await using var scope = await Services.GetRequiredService<WorkScopes>().Open(now, actor ?? Actor.System(ChangeSource.CommandLine), CancellationToken.None);
        return await scope.Get<IMediator>().Send(request);
    }
}
