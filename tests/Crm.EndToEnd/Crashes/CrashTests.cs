using Crm.EndToEnd.Infrastructure;

namespace Crm.EndToEnd.Crashes;

/// <summary>
/// Several programs save over the API while the host is killed (SIGKILL) and started again on the same data. What was acknowledged
/// is there afterwards, and what follows from it, later and by events, has happened once: no more, no less.
/// </summary>
public sealed class CrashTests
{
    private const int Clients = 4;
    private const int Kills = 3;
    private const int SavesBetweenKills = 25;

    // A delivery that died with its node belongs to it until the lease ends; nobody wants to wait here for the usual minute and a half.
    private static readonly string[] Quick = ["--Messaging:Lease", "00:00:06", "--Messaging:HandlerTimeout", "00:00:05", "--Messaging:FirstRetry", "00:00:01", "--Identity:RefusalTakes", "00:00:00"];

    [Fact]
    public async Task Every_acknowledged_save_survives_kill_9_and_has_its_effects_once()
    {
        using var installation = new Installation(Quick);
        await Crash(installation);
    }

    [PostgreSqlFact]
    public async Task Every_acknowledged_save_survives_kill_9_and_has_its_effects_once_on_PostgreSql()
    {
        await using var database = await PrivateDatabase.Create();
        using var installation = new Installation([.. Quick, "--Storage:Provider", "PostgreSql", "--Storage:ConnectionString", database.ConnectionString]);
        await Crash(installation);
    }

    private static async Task Crash(Installation installation)
    {
        await installation.Run("tenant", "create", "shop");
        await installation.Run("user", "add", "--tenant", "shop", "--email", Shop.Admin, "--role", "administrator", "--password", Installation.Password);
        var token = (await installation.Run("token", "create", "--tenant", "shop", "--user", Shop.Admin))["token"]!.GetValue<string>();

        var host = await HostProcess.Serve(installation, "serve");
        var shop = new Shop(token, host.Address);
        using var closing = new CancellationTokenSource();
        var clients = Enumerable.Range(1, Clients).Select(number => Task.Run(() => shop.SellTo($"客{"甲乙丙丁"[number - 1]}", closing.Token))).ToList();
        try
        {
            for (var kill = 1; kill <= Kills; kill++)
            {
                await shop.Acknowledged(shop.Saves + SavesBetweenKills, clients);
                await host.Kill();
                await host.DisposeAsync();
                host = await HostProcess.Serve(installation, "serve");
                shop.Address = host.Address;
            }

            await shop.Acknowledged(shop.Saves + SavesBetweenKills, clients);
            await closing.CancelAsync();
            await Task.WhenAll(clients);
            Assert.InRange(shop.Interrupted, Kills, int.MaxValue);
            await shop.Settled();
            await shop.Check();
        }
        finally
        {
            await closing.CancelAsync();
            await host.DisposeAsync();
        }
    }
}
