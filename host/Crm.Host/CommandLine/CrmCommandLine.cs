// ./crm …: every verb, what it answers, and with which exit code. A verb is one file; this one puts them together.
using System.CommandLine;
using Crm.Host.CommandLine.Authoring;
using Crm.Host.CommandLine.Backups;
using Crm.Host.CommandLine.Data;
using Crm.Host.CommandLine.Editions;
using Crm.Host.CommandLine.Modules;
using Crm.Host.CommandLine.Plugins;
using Crm.Host.CommandLine.Serving;
using Crm.Host.CommandLine.Tenants;
using Crm.Host.CommandLine.Users;
using Crm.Sdk;

namespace Crm.Host.CommandLine;

internal static class CrmCommandLine
{
    /// <summary>Runs the words of a command line and answers with the exit code.</summary>
    public static async Task<int> Run(string[] words, Surroundings surroundings)
    {
        var (rest, settings) = Settings(words);
        var root = Root(new VerbRunner(surroundings, settings));
        var parsed = root.Parse(rest);
        var output = new InvocationConfiguration { Output = surroundings.Out, Error = surroundings.Error, EnableDefaultExceptionHandler = false };
        var code = await parsed.InvokeAsync(output, surroundings.Stop);
        return parsed.Errors.Count > 0 ? ExitCode.Usage : code;
    }

    private static RootCommand Root(VerbRunner runner)
    {
        var root = new RootCommand(Texts.L("Crm.Modular — モジュール式 CRM。引数なしで起動すると http://localhost:5080 で待ち受けます。", "Crm.Modular — a modular CRM. Without a verb it serves on http://localhost:5080."))
        {
            Serve.Verb(runner), Demo.Verb(runner), Migrate.Verb(runner),
            new Command("tenant", Texts.L("テナント", "Tenants")) { CreateTenant.Verb(runner), ListTenants.Verb(runner), ShowTenant.Verb(runner), SuspendTenant.Verb(runner), ResumeTenant.Verb(runner), RotateKey.Verb(runner) },
            new Command("user", Texts.L("ユーザー", "Users")) { AddUser.Verb(runner), ListUsers.Verb(runner), SuspendUser.Verb(runner), ResumeUser.Verb(runner), ResetUserPassword.Verb(runner), BreakGlassUser.Verb(runner) },
            SsoVerbs.All(runner),
            new Command("token", Texts.L("API トークン", "API tokens")) { CreateApiToken.Verb(runner) },
            new Command("module", Texts.L("モジュール", "Modules")) { ListModules.Verb(runner), EnableModule.Verb(runner), DisableModule.Verb(runner) },
            new Command("deals", Texts.L("営業", "Deals")) { Backtest.Verb(runner) },
            PluginVerbs.All(runner), EditionVerbs.All(runner), SdkVerbs.All(runner),
            Import.Verb(runner), Export.Verb(runner), SampleData.Verb(runner),
            BackUp.Verb(runner), RestoreVerb.Verb(runner),
            new Command("duplicates", Texts.L("名寄せ", "Duplicates")) { EvaluateDuplicatesVerb.Verb(runner) },
        };
        Serve.AsDefault(root, runner);
        return root;
    }

    /// <summary>Words such as --Storage:Provider=PostgreSql are configuration; all others belong to the verb.</summary>
    private static (string[] Words, string[] Settings) Settings(string[] words)
    {
        var (rest, settings) = (new List<string>(), new List<string>());
        for (var i = 0; i < words.Length; i++)
        {
            if (!words[i].StartsWith("--", StringComparison.Ordinal) || !words[i].Split('=')[0].Contains(':', StringComparison.Ordinal))
            {
                rest.Add(words[i]);
                continue;
            }

            settings.Add(words[i]);
            if (!words[i].Contains('=', StringComparison.Ordinal) && i + 1 < words.Length) settings.Add(words[++i]);
        }

        return ([.. rest], [.. settings]);
    }
}

/// <summary>What the process tells its caller.</summary>
internal static class ExitCode
{
    public const int Ok = 0;

    /// <summary>What was asked for was refused; the problems say why.</summary>
    public const int Refused = 1;

    /// <summary>The words were not understood.</summary>
    public const int Usage = 2;

    /// <summary>The machine is broken: no database, no disk, a port that is taken.</summary>
    public const int Broken = 3;
}

/// <summary>Where a command runs: its streams, and how the host is put together (tests choose their modules).</summary>
internal sealed record Surroundings(TextWriter Out, TextWriter Error, CancellationToken Stop)
{
    /// <summary>Whether a person looks at a terminal.</summary>
    public bool Interactive { get; init; }

    public Func<string[], Action<WebApplicationBuilder>, WebApplication> Build { get; init; } = (settings, adjust) => CrmApp.Build(settings, adjust);

    public Func<string, string?> Variable { get; init; } = Environment.GetEnvironmentVariable;

    public static Surroundings OfProcess() => new(Console.Out, Console.Error, CancellationToken.None)
    {
        Interactive = !Console.IsOutputRedirected && !Console.IsInputRedirected && Environment.GetEnvironmentVariable("CI") is null,
    };
}
