// ./crm demo: tenants with believable data, somebody of every role to sign in as, then serves.
using System.CommandLine;
using System.Diagnostics;
using Crm.Platform.Catalog;
using Crm.Platform.Identity.Rights;
using Crm.Platform.Identity.SignIn;
using Crm.Platform.Identity.Storage;
using Crm.Platform.Identity.Teams;
using Crm.Platform.Identity.Users;
using Crm.Platform.Modules;
using Crm.Platform.Pipeline;
using Crm.Platform.Settings;
using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Crm.Platform.Records;
using Crm.Sdk;
using Crm.Sdk.Modules;
using Crm.Sdk.Records;
using Crm.Sdk.Users;
using MediatR;

namespace Crm.Host.CommandLine.Serving;

internal static class Demo
{
    public const string PasswordVariable = "CRM_DEMO_PASSWORD";
    private const int Seed = 1;

    private static readonly (string Account, string Name, string Role)[] People =
    [
        ("admin", "管理 太郎", BuiltInRoles.Administrator), ("sales", "営業 花子", BuiltInRole.Sales), ("support", "窓口 一郎", BuiltInRole.Support),
        ("marketing", "宣伝 美咲", BuiltInRole.Marketing), ("viewer", "閲覧 健", BuiltInRole.Viewer),
        ("sato", "佐藤 健一", BuiltInRole.Sales), ("suzuki", "鈴木 由美", BuiltInRole.Sales), ("tanaka", "田中 大輔", BuiltInRole.Sales),
    ];

    private static readonly (string Name, string[] Accounts)[] Teams = [("東日本営業部", ["sales", "sato"]), ("西日本営業部", ["suzuki", "tanaka"]), ("カスタマーサポート", ["support", "admin"])];

    public static Command Verb(VerbRunner runner)
    {
        var urls = Take.Urls();
        var noBrowser = new Option<bool>("--no-browser") { Description = Texts.L("ブラウザーを開かない", "Do not open a browser") };
        var command = new Command(
            "demo", Texts.L($"サンプルデータ入りのテナントで起動する（パスワードは環境変数 {PasswordVariable} で固定できる）", $"Start with tenants full of sample data (the password can be fixed by {PasswordVariable})")) { urls, noBrowser };
        command.SetAction((parsed, cancellation) => Run(runner, parsed.GetValue(urls), parsed.GetValue(noBrowser), besides: null, cancellation));
        return command;
    }

    /// <summary>Serves the demonstration; <paramref name="besides"/> begins what is to happen meanwhile.</summary>
    internal static async Task<int> Run(VerbRunner runner, string? urls, bool noBrowser, Action<WebApplication, string>? besides, CancellationToken cancellation)
    {
        // Campaigns can be tried out to their end; every page that matters says that nobody receives them.
        runner = new VerbRunner(runner.Surroundings, [.. runner.Settings, "--Mail:KeepInFolder", "true"]);
        var password = runner.Surroundings.Variable(PasswordVariable) is { Length: > 0 } fixedOne ? fixedOne : Secrets.New(14);
        List<string> tenants;
        try
        {
            await using var app = runner.Surroundings.Build(runner.Settings, builder => builder.Logging.SetMinimumLevel(LogLevel.Warning));
            await CrmApp.Migrate(app, cancellation);
            var prepared = await Prepare(runner, app.Services, password, cancellation, urls?.Split(';')[0]);
            if (prepared.Failed) return runner.Refuse(prepared.Problems, asJson: false);
            tenants = prepared.Value;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return runner.Broke(e, asJson: false);
        }

        return await Serve.Run(runner, urls, async (app, address) =>
        {
            await Welcome(runner, address, tenants, password, noBrowser);
            besides?.Invoke(app, address);
        }, cancellation);
    }

    /// <summary>Makes what is missing; what is there is left as it is, but for the password.</summary>
    internal static async Task<Result<List<string>>> Prepare(VerbRunner runner, IServiceProvider services, string password, CancellationToken cancellation, string? site = null)
    {
        var tenants = services.GetRequiredService<Platform.Tenancy.Tenants>();
        var modules = services.GetRequiredService<ModuleList>();
        var ready = new List<string>();
        foreach (var (module, demo) in Demonstrations(modules).Where(d => d.Demo.Name is not null))
        {
            // A demonstration tenant is a Japanese one.
            var (key, name) = (demo.Scenario, demo.Name!.Value.Ja);
            var tenant = await tenants.Find(key, cancellation);
            if (tenant is null)
            {
                var on = modules.All.Where(m => m.Boxed || m == module || module.Requires.Contains(m.Key)).Select(m => m.Key);
                var made = await tenants.Create(new NewTenant(key, name) { Modules = [.. on] }, cancellation);
                if (made.Failed) return Result<List<string>>.Fail(made.Problems);
                tenant = made.Value;
            }

            await using var scope = await services.GetRequiredService<WorkScopes>().Open(tenant, Actor.System(ChangeSource.CommandLine), cancellation);
            var known = await scope.Get<IMediator>().Send(new ListUsers(), cancellation);
            if (known.Failed) return Result<List<string>>.Fail(known.Problems);

            foreach (var person in People)
            {
                var set = await Admit(scope, person, key, known.Value, password, cancellation);
                if (set.Failed) return Result<List<string>>.Fail(set.Problems);
            }

            var grouped = await Group(scope, key, cancellation);
            if (grouped.Failed) return Result<List<string>>.Fail(grouped.Problems);

            // After the people, because records have owners. Sample data is there wholly or not at all.
            if (!await IsFilled(scope, cancellation))
            {
                runner.Surroundings.Error.WriteLine(Texts.L($"サンプルデータを作成しています: {name}", $"Making sample data: {name}"));
                await Fill(scope, key, Seed, cancellation, site ?? Serve.DefaultUrl);
            }

            ready.Add(key);
        }

        return ready;
    }

    /// <summary>Whether sample data was made: by the command line, unlike what modules begin with.</summary>
    private static async Task<bool> IsFilled(WorkScope scope, CancellationToken cancellation)
    {
        var sql = await scope.Get<Session>().Sql(cancellation);
        return await sql.First(
            $"SELECT id FROM platform_audit WHERE tenant_id = {scope.Get<Current>().Tenant.Id} AND source = {ChangeSource.CommandLine.PersistedName()} AND action = {RecordActions.Created} AND record_type NOT LIKE {"platform.%"}{sql.Limit(1)}",
            r => r.Id(0).ToString(), cancellation) is not null;
    }

    /// <summary>What modules bring for demonstrations, in the order of the menu.</summary>
    internal static IEnumerable<(ModuleDescription Module, DemoDescription Demo)> Demonstrations(ModuleList modules) =>
        modules.All.SelectMany(m => m.Demos, (module, demo) => (module, demo));

    /// <summary>Fills a tenant with the sample data that all its modules have for a scenario, wholly or not at all, and sets what they want set.</summary>
    public static async Task Fill(WorkScope scope, string scenario, int seed, CancellationToken cancellation, string site = Serve.DefaultUrl)
    {
        var wanted = await scope.Get<Session>().Write(
            async (_, _) =>
            {
                var catalog = scope.Get<Current>().Catalog;
                var settings = new List<ChangeSettings>();
                foreach (var module in catalog.Modules)
                {
                    // Sample data in an assembly of its own works with the services of the module it is for.
                    var key = module.OnlyDemos ? module.Requires[0] : module.Key;
                    var services = scope.Get<ModuleScopes>().Of(catalog.Set.Runtime(key));
                    foreach (var demo in module.Demos.Where(d => d.Scenario == scenario))
                    {
                        var data = (IDemoData)ActivatorUtilities.CreateInstance(services, demo.Data);
                        await data.Fill(seed, cancellation);
                        if (data.Settings(site) is { Count: > 0 } values) settings.Add(new(key, values));
                    }
                }

                return settings;
            },
            cancellation);

        // Settings of a tenant are not in its own database.
        foreach (var change in wanted)
        {
            var set = await scope.Get<IMediator>().Send(change, cancellation);
            if (set.Failed) throw new InvalidOperationException($"The sample data of {change.Module} sets what cannot be set: {set.Problems[0].Field} {set.Problems[0].Message.En}");
        }
    }

    private static async Task<Result> Admit(
        WorkScope scope, (string Account, string Name, string Role) person, string tenant, IReadOnlyList<UserLine> known, string password, CancellationToken cancellation)
    {
        var email = $"{person.Account}@{tenant}.example";
        var mediator = scope.Get<IMediator>();
        if (known.FirstOrDefault(u => u.Email == email) is not { } user)
        {
            return await mediator.Send(new InviteUser(email, person.Name) { Roles = [person.Role], Password = password }, cancellation);
        }

        var link = await mediator.Send(new ResetPassword(user.Id), cancellation);
        return link.Failed ? link : await scope.Get<OneTimeLinks>().SetPassword(link.Value.Path[(link.Value.Path.LastIndexOf('/') + 1)..], password, cancellation);
    }

    private static async Task<Result> Group(WorkScope scope, string tenant, CancellationToken cancellation)
    {
        var mediator = scope.Get<IMediator>();
        var there = await mediator.Send(new ListTeams(), cancellation);
        if (there.Failed || there.Value.Teams.Count > 0) return there;
        foreach (var (name, accounts) in Teams)
        {
            var members = there.Value.Staff.Where(m => accounts.Any(a => m.Email == $"{a}@{tenant}.example")).Select(m => m.Id).ToList();
            var made = await mediator.Send(new SaveTeam(null, name, members), cancellation);
            if (made.Failed) return made;
        }

        return Result.Done;
    }

    private static Task Welcome(VerbRunner runner, string address, List<string> tenants, string password, bool noBrowser)
    {
        var output = runner.Surroundings.Out;
        output.WriteLine();
        output.WriteLine(Texts.L($"  {address} を開いてサインインしてください（終了は Ctrl+C）。", $"  Open {address} and sign in (Ctrl+C to stop)."));
        foreach (var tenant in tenants) output.WriteLine("  " + string.Join("  ", People.Select(p => $"{p.Account}@{tenant}.example")));
        output.WriteLine(Texts.L($"  パスワード: {password}", $"  Password: {password}"));
        output.WriteLine();
        output.Flush();
        if (!noBrowser && runner.Surroundings.Interactive && OpenCommand(runner.Surroundings) is { } open)
        {
            try
            {
                Process.Start(new ProcessStartInfo(open, address) { UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true })?.Dispose();
            }
            catch (System.ComponentModel.Win32Exception)
            {
                // No browser to open: the address stands on the screen.
            }
        }

        return Task.CompletedTask;
    }

    private static string? OpenCommand(Surroundings surroundings) =>
        OperatingSystem.IsMacOS() ? "open"
        : OperatingSystem.IsWindows() ? "explorer"
        : surroundings.Variable("DISPLAY") is { Length: > 0 } || surroundings.Variable("WAYLAND_DISPLAY") is { Length: > 0 } ? "xdg-open"
        : null;
}
