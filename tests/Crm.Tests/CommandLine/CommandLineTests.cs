using System.Globalization;
using System.Text;
using System.Text.Json;
using Crm.Customers;
using Crm.Customers.Demo;
using Crm.Host;
using Crm.Host.CommandLine;
using Crm.Host.CommandLine.Serving;
using Crm.Platform.Storage;
using Crm.Sdk.Records;
using Crm.Tests.Api;
using Crm.Tests.Infrastructure;
using Crm.Tests.Records;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

using Databases = Crm.Tests.Infrastructure.Databases;

namespace Crm.Tests.CommandLine;

/// <summary>The command line as scripts see it: words in; lines, one JSON object and an exit code out.</summary>
public sealed class CommandLineTests
{
    private static readonly string[] Verbs =
    [
        "serve", "demo", "migrate", "tenant create", "tenant list", "tenant show", "tenant suspend", "tenant resume", "user add", "user list", "user suspend", "user resume", "user reset-password",
        "token create", "module list", "module enable", "module disable", "import", "export", "sample-data", "backup", "backup verify", "restore", "deals backtest",
        "sdk pack", "sdk diff", "plugin new", "plugin dev",
        "edition pack", "edition sign", "edition verify", "edition install", "edition list", "edition apply", "edition preview", "edition upgrade", "edition rollback",
    ];

    [Theory, EveryDatabase]
    public async Task A_tenant_a_user_and_a_token_made_here_work_on_the_api(string database)
    {
        await using var crm = await TestHost.Start(database, new LibraryModule(), new CustomersModule());

        var tenant = await Json(crm, "tenant create waste --name 廃棄物商会 --language en --json");
        Assert.Equal("waste", tenant.GetProperty("key").GetString());
        Assert.Equal("廃棄物商会", (await Json(crm, "tenant show waste --json")).GetProperty("name").GetString());
        Assert.Contains("waste", (await Json(crm, "tenant list --json")).GetProperty("items").EnumerateArray().Select(t => t.GetProperty("key").GetString()));
        var user = await Json(crm, "user add -t waste -e hanako@waste.example -n 佐藤花子 -r administrator --json");
        Assert.StartsWith("/set-password/", user.GetProperty("setPasswordPath").GetString(), StringComparison.Ordinal);
        Assert.Single((await Json(crm, "user list -t waste --json")).GetProperty("items").EnumerateArray());
        var token = (await Json(crm, "token create --tenant waste --user Hanako@waste.example --json")).GetProperty("token").GetString()!;

        var stop = new CancellationTokenSource();
        var address = new TaskCompletionSource<string>();
        var serving = Serve.Run(new VerbRunner(Surroundings(crm, new(), stop.Token), []), "http://127.0.0.1:0", (_, url) => Task.FromResult(address.TrySetResult(url)), stop.Token);
        var client = new ApiClient(new Uri(await address.Task.WaitAsync(TimeSpan.FromMinutes(2))), token, Guid.Empty);
        Assert.Equal("ready", (await client.Get("/readyz")).Is(200).Text);
        (await client.Post("records/library.book", new { title = "こころ" })).Is(201);

        // A node that serves learns of it within a few seconds.
        await Json(crm, "user suspend -t waste -u hanako@waste.example", ExitCode.Refused);
        await Json(crm, "tenant suspend waste --json");
        for (var i = 0; i < 100 && (await client.Get("record-types")).Status != 401; i++) await Task.Delay(100);
        (await client.Get("record-types")).Is(401);
        await stop.CancelAsync();
        Assert.Equal(ExitCode.Ok, await serving);
    }

    [Theory, EveryDatabase]
    public async Task Modules_are_switched_per_tenant_and_those_others_need_stay(string database)
    {
        await using var crm = await TestHost.Start(database, new LibraryModule(), new CustomersModule());

        Assert.False((await Json(crm, "module disable library --tenant alpha --json")).GetProperty("enabled").GetBoolean());
        var modules = (await Json(crm, "module list --tenant alpha --json")).GetProperty("items").EnumerateArray().ToDictionary(m => m.GetProperty("key").GetString()!, m => m.GetProperty("enabled").GetBoolean());
        Assert.Equal((false, true), (modules["library"], modules["customers"]));
        await Json(crm, "module enable library --tenant alpha --json");
        Assert.Equal("no-such-module", Code(await Json(crm, "module enable cafe --tenant alpha --json", ExitCode.Refused)));
        Assert.Equal("no-such-tenant", Code(await Json(crm, "module enable library --tenant nobody --json", ExitCode.Refused)));
    }

    [Theory, EveryDatabase]
    public async Task An_edition_goes_from_its_folder_to_a_tenant_and_back(string database)
    {
        await using var crm = await TestHost.Start(database, new LibraryModule(), new CustomersModule());
        var folder = Directory.CreateTempSubdirectory("crm-edition-").FullName;
        async Task<string> Packed(string version, string word)
        {
            await File.WriteAllTextAsync(Path.Combine(folder, "edition.json"), $$"""
                { "id": "mini", "version": "{{version}}", "name": { "ja": "ミニ", "en": "Mini" }, "publisher": "みなとソフト", "modules": ["customers"],
                  "labels": { "customers.company": { "ja": "{{word}}", "en": "{{word}}" } } }
                """);
            return (await Json(crm, $"edition pack {folder} --key {folder}/minato.key.pem --out {folder}/mini-{version}.crmedition --json")).GetProperty("file").GetString()!;
        }

        await Json(crm, $"plugin new-key {folder}/minato --json");
        var first = await Packed("1.0.0", "得意先");
        Assert.Equal("key-not-trusted", Code(await Json(crm, $"edition verify {first} --json", ExitCode.Refused)));
        await Json(crm, $"plugin trust みなと {folder}/minato.pub.pem --json");
        await Json(crm, $"edition verify {first} --json");
        Assert.Empty((await Json(crm, "edition list --json")).GetProperty("items").EnumerateArray());
        Assert.Equal("みなと", (await Json(crm, $"edition install {first} --json")).GetProperty("signedBy").GetString());
        await Json(crm, "tenant create osaka --edition mini --json");
        Assert.Equal("osaka", (await Json(crm, "edition list --json")).GetProperty("items")[0].GetProperty("tenants")[0].GetString());

        await Json(crm, $"edition install {await Packed("1.1.0", "お客様")} --json");
        var preview = await Json(crm, "edition preview -t osaka --json");
        var line = Assert.Single(preview.GetProperty("lines").EnumerateArray().ToList());
        Assert.Equal(("change", "得意先", "お客様"), (line.GetProperty("action").GetString(), line.GetProperty("before").GetString(), line.GetProperty("after").GetString()));
        Assert.Equal("1.1.0", (await Json(crm, "edition upgrade mini -t osaka --json")).GetProperty("to").GetString());
        Assert.Equal("1.0.0", (await Json(crm, "edition rollback -t osaka --json")).GetProperty("to").GetString());
        Assert.Equal("nothing-to-roll-back", Code(await Json(crm, "edition rollback -t osaka --json", ExitCode.Refused)));
        Assert.Equal("no-edition", Code(await Json(crm, "edition upgrade -t alpha --json", ExitCode.Refused)));
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Erasing_what_a_plugin_kept_says_what_that_is_and_waits_for_a_yes()
    {
        await using var crm = await TestHost.Start(Databases.Sqlite, new LibraryModule(), new CustomersModule());
        var file = Path.Combine(Directory.CreateTempSubdirectory("crm-purge-").FullName, "notes.crmplugin");
        await File.WriteAllBytesAsync(file, Plugins.NotesPlugin.Package());
        const string Unsigned = "--Plugins:AllowUnsigned=true";
        Assert.Contains("./crm module enable notes --tenant KEY", (await Run(crm, $"plugin install {file} {Unsigned}")).Out, StringComparison.Ordinal);
        await Json(crm, $"module enable notes --tenant alpha --json {Unsigned}");
        await File.WriteAllTextAsync(file + ".csv", "本文\n返却は金曜\n");
        await Json(crm, $"import {file}.csv --type notes.note --tenant alpha --json {Unsigned}");

        var asked = await Run(crm, $"plugin remove notes --purge {Unsigned}");
        Assert.Equal(ExitCode.Refused, asked.Code);
        Assert.Contains("alpha", asked.Error, StringComparison.Ordinal);
        Assert.Matches("1 件|Note 1", asked.Error);
        Assert.Contains("--yes", asked.Error, StringComparison.Ordinal);
        Assert.Single((await Json(crm, $"plugin list --json {Unsigned}")).GetProperty("items").EnumerateArray());

        var gone = await Json(crm, $"plugin remove notes --purge --yes --json {Unsigned}");
        Assert.True(gone.GetProperty("purged").GetBoolean());
        Assert.Equal("alpha", gone.GetProperty("tenants")[0].GetString());
        Assert.Empty((await Json(crm, $"plugin list --json {Unsigned}")).GetProperty("items").EnumerateArray());
        Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
    }

    [Fact]
    public async Task The_past_error_of_the_forecast_is_shown_month_by_month()
    {
        await using var crm = await TestHost.Start(Databases.Sqlite, new CustomersModule(), new Crm.Deals.DealsModule());
        var stage = (await crm.Ask(new ListRecords("deals.stage") { Limit = 1 })).Rows[0].Id;
        var company = (await crm.Ask(new SaveRecord("customers.company", null, new Dictionary<string, object?> { ["name"] = "株式会社青葉製作所" }))).Id;

        // The command line goes by the clock of the machine.
        var now = TimeProvider.System.GetUtcNow();
        crm.Clock.Advance(now - crm.Clock.GetUtcNow());
        var current = new DateOnly(now.Year, now.Month, 1);
        for (var month = current.AddMonths(-10); month < current; month = month.AddMonths(1))
        {
            await crm.Ask(new SaveRecord("deals.deal", null, new Dictionary<string, object?>
            {
                ["name"] = $"{month:yyyy-MM}の案件", ["companyId"] = company, ["stageId"] = stage, ["amount"] = 100_000m, ["status"] = "won", ["openedOn"] = month.AddDays(-20), ["closedOn"] = month.AddDays(5),
            }));
        }

        var report = await Json(crm, "deals backtest --tenant alpha --months 6 --json");
        var shown = await Run(crm, "deals backtest --tenant alpha --months 6");

        var months = report.GetProperty("months").EnumerateArray().ToList();
        Assert.Equal(6, months.Count);
        Assert.All(months, m => Assert.Equal(m.GetProperty("forecast").GetDecimal() - m.GetProperty("actual").GetDecimal(), m.GetProperty("error").GetDecimal()));
        Assert.All(months, m => Assert.Equal(100_000m, m.GetProperty("actual").GetDecimal()));
        Assert.Contains(report.GetProperty("method").GetString()!, shown.Out, StringComparison.Ordinal);
        Assert.Contains($"{current.AddMonths(-1):yyyy-MM-dd}", shown.Out, StringComparison.Ordinal);
        Assert.Contains(report.GetProperty("meanError").GetDecimal().ToString(CultureInfo.InvariantCulture), shown.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_export_that_would_lose_characters_is_refused_with_their_rows_unless_asked_for()
    {
        await using var crm = await TestHost.Start(Databases.Sqlite, new LibraryModule(), new CustomersModule());
        await crm.Ask(new SaveRecord(LibraryModule.Book, null, new Dictionary<string, object?> { ["title"] = "𠮷田の本" }));
        var folder = Directory.CreateTempSubdirectory("crm-cli-").FullName;
        var target = Path.Combine(folder, "out.csv");

        var refused = await Json(crm, $"export -t alpha --type library.book --fields title --format csv-cp932 --out {target} --json", ExitCode.Refused);
        Assert.Equal("not-in-encoding", Code(refused));
        Assert.Contains("𠮷", refused.GetProperty("errors")[0].GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(folder));

        Assert.Equal(1, (await Json(crm, $"export -t alpha --type library.book --fields title --format csv-cp932 --out {target} --lossy --json")).GetProperty("unwritten").GetInt32());
        Directory.Delete(folder, recursive: true);
    }

    [Theory, EveryDatabase]
    public async Task A_file_goes_in_and_comes_out_again(string database)
    {
        await using var crm = await TestHost.Start(database, new LibraryModule(), new CustomersModule());
        var folder = Directory.CreateTempSubdirectory("crm-cli-").FullName;
        var (source, target) = (Path.Combine(folder, "本.csv"), Path.Combine(folder, "out.csv"));
        await File.WriteAllTextAsync(source, "ISBN,書名,価格\r\n111,こころ,462\r\n222,三四郎,高い\r\n");

        var dry = await Json(crm, $"import {source} -t alpha --type library.book --match isbn --dry-run --json");
        var report = await Json(crm, $"import {source} -t alpha --type library.book --match isbn --json");
        var written = await Json(crm, $"export -t alpha --type library.book --fields isbn,title,price --out {target} --json");

        Assert.Equal((1, 1), (dry.GetProperty("created").GetInt32(), dry.GetProperty("refused").GetInt32()));
        Assert.Equal((1, 1), (report.GetProperty("created").GetInt32(), report.GetProperty("refused").GetInt32()));
        Assert.Equal(3, report.GetProperty("errors")[0].GetProperty("row").GetInt32());
        Assert.Equal(1, written.GetProperty("rows").GetInt32());
        Assert.Contains(",111,こころ,462", await File.ReadAllTextAsync(target), StringComparison.Ordinal);
        Assert.Equal("no-file", Code(await Json(crm, $"import {folder}/none.csv -t alpha --type library.book --json", ExitCode.Refused)));
        Assert.Equal("unknown-record-type", Code(await Json(crm, $"export -t alpha --type library.none -o {target} --json", ExitCode.Refused)));
        Assert.Equal("malformed-json", Code(await Json(crm, $"export -t alpha --type library.book --filter {{ -o {target} --json", ExitCode.Refused)));
        Assert.Equal(["out.csv", "本.csv"], Directory.GetFiles(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task An_export_speaks_the_tenants_language_and_an_import_tells_the_cures()
    {
        await using var crm = await TestHost.Start(Databases.Sqlite, new LibraryModule(), new CustomersModule());
        var folder = Directory.CreateTempSubdirectory("crm-cli-").FullName;
        var (source, target) = (Path.Combine(folder, "in.csv"), Path.Combine(folder, "out.csv"));
        await File.WriteAllTextAsync(source, "ISBN,書名,価格\r\n111,こころ,462\r\n222,三四郎,高い\r\n");

        var imported = await In("en-US", () => Run(crm, $"import {source} -t alpha --type library.book --match isbn"));
        Assert.Contains("    → ", imported.Out, StringComparison.Ordinal);
        var refused = await Json(crm, $"import {source} -t alpha --type library.book --match title --json", ExitCode.Refused);
        Assert.Equal("not-a-match-key", Code(refused));
        Assert.Contains("isbn", refused.GetProperty("errors")[0].GetProperty("cure").GetString(), StringComparison.Ordinal);

        await In("en-US", () => Run(crm, $"export -t alpha --type library.book --fields isbn,title --out {target}"));
        Assert.Contains("書名", await File.ReadAllTextAsync(target), StringComparison.Ordinal);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Refusals_misunderstandings_and_broken_machines_have_codes_of_their_own()
    {
        await using var crm = await TestHost.Start(Databases.Sqlite, new LibraryModule(), new CustomersModule());

        Assert.Equal("taken", Code(await Json(crm, "tenant create alpha --json", ExitCode.Refused)));
        Assert.Equal("bad-key", Code(await Json(crm, "tenant create Big-Corp --json", ExitCode.Refused)));
        Assert.Equal("bad-time-zone", Code(await Json(crm, "tenant create beta --time-zone Mars/Base --json", ExitCode.Refused)));
        Assert.Equal("no-such-user", Code(await Json(crm, "token create -t alpha -u nobody@example.jp --json", ExitCode.Refused)));
        Assert.Equal("password-short", Code(await Json(crm, "user add -t alpha -e a@example.jp --password short --json", ExitCode.Refused)));
        Assert.Equal("required", Code(await Json(crm, "user add -e a@example.jp --json", ExitCode.Refused)));
        foreach (var words in new[] { "tenant create", "tenant burn", "token create -t alpha", "export --format pdf", "tenant create gamma --language fr", "--colour red" })
        {
            Assert.Equal(ExitCode.Usage, (await Run(crm, words)).Code);
        }

        var broken = await Run(crm, "tenant list --json --Storage:ConnectionString=Data\u00a0Source=/proc/none/crm.db");
        Assert.Equal(ExitCode.Broken, broken.Code);
        Assert.Equal("broken", Code(JsonDocument.Parse(broken.Out.Trim().Split('\n')[^1]).RootElement));
    }

    [Fact]
    public async Task People_get_tables_and_sentences_in_their_language()
    {
        await using var crm = await TestHost.Start(Databases.Sqlite, new LibraryModule(), new CustomersModule());

        var ja = await In("ja-JP", () => Run(crm, "tenant list"));
        var en = await In("en-US", () => Run(crm, "tenant create beta --name ベータ"));
        var refused = await In("ja-JP", () => Run(crm, "tenant create beta"));

        Assert.Contains("名称", ja.Out, StringComparison.Ordinal);
        Assert.Contains("alpha", ja.Out, StringComparison.Ordinal);
        Assert.Contains($" {crm.Tenant.Id} ", ja.Out, StringComparison.Ordinal);
        Assert.DoesNotContain('"', ja.Out);
        Assert.Equal("Made the tenant “beta”.", en.Out.Trim());
        Assert.Contains("テナント「beta」はすでにあります。", refused.Error, StringComparison.Ordinal);
        Assert.Contains("→ 別のキーを指定してください。", refused.Error, StringComparison.Ordinal);
        Assert.Empty(refused.Out.Trim());
    }

    [Theory, EveryDatabase]
    public async Task A_tenant_is_backed_up_checked_and_brought_back_under_another_key(string database)
    {
        await using var crm = await TestHost.Start(database, new LibraryModule(), new CustomersModule());
        var file = Path.Combine(Directory.CreateTempSubdirectory("crm-words-").FullName, "alpha.zip");
        try
        {
            var made = await Json(crm, $"backup --tenant alpha --to {file} --json");
            var verified = await Json(crm, $"backup verify {file} --json");
            Assert.Equal(made.GetProperty("sum").GetString(), verified.GetProperty("sum").GetString());
            Assert.Equal("alpha", verified.GetProperty("tenants")[0].GetString());

            Assert.Equal("taken", Code(await Json(crm, $"restore --from {file} --tenant alpha --json", ExitCode.Refused)));
            Assert.Equal("beta", (await Json(crm, $"restore --from {file} --tenant alpha --as beta --json")).GetProperty("tenants")[0].GetString());
            Assert.False((await Json(crm, "tenant show beta --json")).GetProperty("active").GetBoolean());
            Assert.Equal("one-tenant", Code(await Json(crm, $"restore --from {file} --json", ExitCode.Refused)));
            Assert.Equal("no-backup", Code(await Json(crm, $"backup verify {file}.none --json", ExitCode.Refused)));
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
        }
    }

    [Fact]
    public async Task Every_verb_explains_itself_in_both_languages()
    {
        await using var crm = await TestHost.Start(Databases.Sqlite, new LibraryModule(), new CustomersModule());
        foreach (var verb in Verbs)
        {
            var ja = await In("ja-JP", () => Run(crm, verb + " --help"));
            var en = await In("en-US", () => Run(crm, verb + " --help"));

            Assert.Equal((ExitCode.Ok, ExitCode.Ok), (ja.Code, en.Code));
            Assert.True(ja.Out.Any(c => c is >= 'ぁ' and <= 'ヿ'), verb + " says nothing in Japanese");
            Assert.False(en.Out.Any(c => c is >= 'ぁ' and <= 'ヿ'), verb + " speaks Japanese to the English");
        }

        var all = await In("en-US", () => Run(crm, "--help"));
        Assert.All(Verbs.Select(v => v.Split(' ')[0]).Distinct(), v => Assert.Contains(v, all.Out, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_port_that_is_taken_is_said_so()
    {
        await using var crm = await TestHost.Start(Databases.Sqlite, new LibraryModule(), new CustomersModule());
        using var taken = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        taken.Start();

        using var logged = new Logged();
        var (plain, streams) = (Surroundings(crm, new(), CancellationToken.None), new Streams());
        var surroundings = plain with
        {
            Error = streams.Error,
            Build = (settings, adjust) => plain.Build(settings, builder =>
            {
                adjust(builder);
                builder.Services.AddSingleton<ILoggerProvider>(logged);
            }),
        };
        var code = await In("en-US", () => CrmCommandLine.Run(["serve", "--urls", $"http://127.0.0.1:{((System.Net.IPEndPoint)taken.LocalEndpoint).Port}"], surroundings));

        Assert.Equal(ExitCode.Broken, code);
        Assert.Contains("The address is taken", streams.Error.ToString(), StringComparison.Ordinal);
        Assert.Empty(logged.Lines);
    }

    [Fact]
    public async Task The_demonstration_is_made_once_and_its_password_always_works()
    {
        await using var crm = await TestHost.Start(Databases.Sqlite, new LibraryModule(), new CustomersModule(), new CustomersDemo());
        await using var app = Surroundings(crm, new(), CancellationToken.None).Build([], _ => { });
        await CrmApp.Migrate(app, CancellationToken.None);
        var runner = new VerbRunner(Surroundings(crm, new(), CancellationToken.None), []);

        Assert.Equal("password-short", (await Demo.Prepare(runner, app.Services, "短い", CancellationToken.None)).Problems[0].Code);
        var first = await Demo.Prepare(runner, app.Services, "縁側の三毛猫が七匹も", CancellationToken.None);
        Assert.False(first.Failed, string.Join(' ', first.Problems));
        var people = await Count(crm);
        var second = await Demo.Prepare(runner, app.Services, "縁側の黒猫が八匹もいる", CancellationToken.None);

        Assert.False(second.Failed, string.Join(' ', second.Problems));
        Assert.Equal(["trading"], second.Value);
        Assert.True(people > 1_000, $"{people} people");
        Assert.Equal(people, await Count(crm));
        app.Urls.Add("http://127.0.0.1:0");
        await app.StartAsync();
        foreach (var account in new[] { "admin", "sales", "support", "marketing", "viewer" })
        {
            await new BrowserClient(new Uri(app.Urls.First())).SignIn(account + "@trading.example", "縁側の黒猫が八匹もいる");
        }

        async Task<long> Count(TestHost host)
        {
            await using var scope = await host.Services.GetRequiredService<Crm.Platform.Pipeline.WorkScopes>().Open(
                (await app.Services.GetRequiredService<Crm.Platform.Tenancy.Tenants>().Find("trading", CancellationToken.None))!, Crm.Platform.Tenancy.Actor.System(Crm.Sdk.Users.ChangeSource.Job), CancellationToken.None);
            return (await scope.Get<MediatR.IMediator>().Send(new Crm.Sdk.Records.ListRecords("customers.person") { Count = true, Limit = 1 })).Value.Count!.Value;
        }
    }

    private static string Code(JsonElement refused) => refused.GetProperty("errors")[0].GetProperty("code").GetString()!;

    private static async Task<JsonElement> Json(TestHost crm, string words, int code = ExitCode.Ok)
    {
        var ran = await Run(crm, words);
        Assert.True(ran.Code == code, $"{words}: exit code {ran.Code}\n{ran.Out}\n{ran.Error}");
        return words.Contains("--json", StringComparison.Ordinal) ? JsonDocument.Parse(ran.Out.Trim().Split('\n')[^1]).RootElement : default;
    }

    private static async Task<(int Code, string Out, string Error)> Run(TestHost crm, string words)
    {
        var streams = new Streams();
        var code = await CrmCommandLine.Run([.. words.Split(' ').Select(w => w.Replace('\u00a0', ' '))], Surroundings(crm, streams, CancellationToken.None));
        return (code, streams.Out.ToString(), streams.Error.ToString());
    }

    private static async Task<T> In<T>(string culture, Func<Task<T>> work)
    {
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(culture);
        return await work();
    }

    private static Surroundings Surroundings(TestHost crm, Streams streams, CancellationToken stop)
    {
        var storage = crm.Services.GetRequiredService<IOptions<StorageOptions>>().Value;
        return new(streams.Out, streams.Error, stop)
        {
            Build = (settings, adjust) => CrmApp.Build(
                ["--Storage:Provider", storage.Provider, "--Storage:ConnectionString", storage.ConnectionString!, "--Storage:DataFolder", storage.DataFolder, "--Identity:PasswordRounds", "1000", .. settings],
                builder =>
                {
                    builder.Logging.ClearProviders();
                    adjust(builder);
                },
                [new LibraryModule(), new CustomersModule(), new CustomersDemo(), new Crm.Deals.DealsModule()]),
        };
    }

    /// <summary>What a person at the terminal would read besides the answer.</summary>
    private sealed class Logged : ILoggerProvider, ILogger
    {
        public System.Collections.Concurrent.ConcurrentQueue<string> Lines { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (logLevel >= LogLevel.Error) Lines.Enqueue($"{logLevel}: {formatter(state, exception)} {exception}");
        }

        public bool IsEnabled(LogLevel logLevel) => true;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public void Dispose()
        {
        }
    }

    private sealed record Streams
    {
        public StringWriter Out { get; } = new(new StringBuilder(), CultureInfo.InvariantCulture);

        public StringWriter Error { get; } = new(new StringBuilder(), CultureInfo.InvariantCulture);
    }
}
