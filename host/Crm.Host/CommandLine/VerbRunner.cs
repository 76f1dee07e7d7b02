// Runs a verb: puts the host together without serving, lets the verb work, and says what came of it, for people or for programs.
using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Crm.Platform.Pipeline;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Users;
using MediatR;
using Spectre.Console;

namespace Crm.Host.CommandLine;

/// <summary>What a verb has to say: one object for programs, something to look at for people.</summary>
internal sealed record Answer(JsonObject Json, Action<IAnsiConsole> Show)
{
    /// <summary>An answer of one line.</summary>
    public static Answer Line(Label text, JsonObject json) => new(json, console => console.WriteLine(text.ToString()));

    /// <summary>An answer of many: {"items":[…]}, shown as a table.</summary>
    public static Answer Table(IReadOnlyList<(string Name, Label Heading)> columns, IEnumerable<JsonObject> rows)
    {
        JsonObject[] items = [.. rows];
        return new(new JsonObject { ["items"] = new JsonArray([.. items.Select(i => i.DeepClone())]) }, console =>
        {
            var table = new Table().Border(TableBorder.Rounded);
            foreach (var (_, heading) in columns) table.AddColumn(Markup.Escape(heading.ToString()));
            foreach (var item in items) table.AddRow([.. columns.Select(c => Markup.Escape(Text(item[c.Name])))]);
            console.Write(table);
        });
    }

    public static string Text(JsonNode? node) => node switch
    {
        null => "",
        JsonArray many => string.Join(", ", many.Select(Text)),
        JsonValue value when value.TryGetValue<bool>(out var yes) => yes ? "✓" : "–",

        // Ids and moments are text in JSON; on a screen without its quotes.
        JsonValue value when value.GetValueKind() == JsonValueKind.String => value.Deserialize<string>()!,
        _ => node.ToString(),
    };
}

internal sealed class VerbRunner(Surroundings surroundings, string[] settings)
{
    private static readonly JsonSerializerOptions OneLine = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Option<bool> json = new("--json") { Description = Texts.L("結果を最後の行に JSON 一つで出力する", "Answer with one JSON object on the last line of the output") };

    public Surroundings Surroundings => surroundings;

    public string[] Settings => settings;

    /// <summary>A verb that works on the installation and answers.</summary>
    public Command Verb(string name, Label description, IEnumerable<Symbol> takes, Func<Work, Task<Result<Answer>>> work) =>
        Made(name, description, takes, (parsed, cancellation) => Run(parsed, work, cancellation));

    /// <summary>A verb that needs no installation and answers.</summary>
    public Command Aside(string name, Label description, IEnumerable<Symbol> takes, Func<ParseResult, CancellationToken, Task<Result<Answer>>> work) =>
        Made(name, description, takes, (parsed, cancellation) => Said(parsed, () => work(parsed, cancellation), cancellation));

    private Command Made(string name, Label description, IEnumerable<Symbol> takes, Func<ParseResult, CancellationToken, Task<int>> run)
    {
        var command = new Command(name, description.ToString()) { json };
        foreach (var symbol in takes)
        {
            if (symbol is Argument argument) command.Add(argument);
            else command.Add((Option)symbol);
        }

        command.SetAction(run);
        return command;
    }

    /// <summary>Says what is wrong and answers with the exit code.</summary>
    public int Refuse(IReadOnlyList<Problem> problems, bool asJson)
    {
        if (asJson)
        {
            Say(new JsonObject
            {
                ["errors"] = new JsonArray([.. problems.Select(p => (JsonNode)new JsonObject { ["field"] = p.Field, ["code"] = p.Code, ["message"] = p.Message.ToString(), ["cure"] = p.Cure?.ToString() })]),
            });
        }

        foreach (var problem in problems)
        {
            surroundings.Error.WriteLine(problem.Message.ToString());
            if (problem.Cure is { } cure) surroundings.Error.WriteLine("  → " + cure);
        }

        return ExitCode.Refused;
    }

    /// <summary>Says what is broken and answers with the exit code.</summary>
    public int Broke(Exception e, bool asJson)
    {
        // These say only that something went wrong within.
        var inner = e;
        while (inner is (AggregateException or Microsoft.EntityFrameworkCore.DbUpdateException or TypeInitializationException or System.Reflection.TargetInvocationException) && inner.InnerException is { } within) inner = within;
        if (asJson) Say(new JsonObject { ["errors"] = new JsonArray(new JsonObject { ["code"] = "broken", ["message"] = inner.Message }) });
        surroundings.Error.WriteLine(Texts.L("実行できませんでした: ", "It could not be done: ") + inner.Message);
        if (surroundings.Variable("CRM_TRACE") is not null) surroundings.Error.WriteLine(e.ToString());
        else surroundings.Error.WriteLine("  → " + Texts.L("CRM_TRACE=1 を付けて実行すると詳細を表示します。", "Set CRM_TRACE=1 to see more."));
        return ExitCode.Broken;
    }

    private Task<int> Run(ParseResult parsed, Func<Work, Task<Result<Answer>>> work, CancellationToken cancellation) => Said(
        parsed,
        async () =>
        {
            await using var app = surroundings.Build(settings, Quiet);
            await CrmApp.Migrate(app, cancellation);
            return await work(new Work(app, parsed, this, cancellation));
        },
        cancellation);

    private async Task<int> Said(ParseResult parsed, Func<Task<Result<Answer>>> work, CancellationToken cancellation)
    {
        var asJson = parsed.GetValue(json);
        try
        {
            var answer = await work();
            if (answer.Failed) return Refuse(answer.Problems, asJson);
            if (asJson) Say(answer.Value.Json);
            else answer.Value.Show(Screen(surroundings.Out));
            return ExitCode.Ok;
        }
        catch (RefusedException refused)
        {
            return Refuse(refused.Problems, asJson);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return Refuse([new Problem("stopped", ("中止しました。", "Stopped."))], asJson);
        }
        catch (Exception e)
        {
            return Broke(e, asJson);
        }
    }

    /// <summary>Where progress is shown: beside the answer, never in it.</summary>
    public IAnsiConsole Progress => Screen(surroundings.Error);

    private void Say(JsonObject answer) => surroundings.Out.WriteLine(answer.ToJsonString(OneLine));

    private IAnsiConsole Screen(TextWriter to)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(to), Ansi = surroundings.Interactive ? AnsiSupport.Detect : AnsiSupport.No, Interactive = surroundings.Interactive ? InteractionSupport.Detect : InteractionSupport.No,
        });

        // A file or a pipe has no width; a table must not be broken at eighty.
        if (!surroundings.Interactive) console.Profile.Width = 400;
        return console;
    }

    // Standard output belongs to the answer.
    private static void Quiet(WebApplicationBuilder builder)
    {
        builder.Logging.ClearProviders();
        builder.Logging.AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Logging.SetMinimumLevel(LogLevel.Error);
    }
}

/// <summary>What a verb works with.</summary>
internal sealed class Work(WebApplication app, ParseResult parsed, VerbRunner runner, CancellationToken cancellation)
{
    public IServiceProvider Services => app.Services;

    public VerbRunner Runner => runner;

    public CancellationToken Stop => cancellation;

    public T Get<T>() where T : notnull => app.Services.GetRequiredService<T>();

    public T? Value<T>(Option<T> option) => parsed.GetValue(option);

    public T Value<T>(Argument<T> argument) => parsed.GetRequiredValue(argument);

    public T Needed<T>(Option<T> option) => parsed.GetRequiredValue(option);

    /// <summary>The tenant with a key.</summary>
    public async Task<Result<TenantInfo>> Tenant(string key) => await Get<Platform.Tenancy.Tenants>().Find(key, cancellation) is { } tenant
        ? tenant
        : new Problem("no-such-tenant", ($"テナント「{key}」はありません。", $"There is no tenant “{key}”."), ("./crm tenant list で確認してください。", "./crm tenant list shows all."), "tenant", ProblemKind.NotFound);

    /// <summary>Works for a tenant, as the system itself.</summary>
    public async Task<Result<Answer>> InTenant(string key, Func<WorkScope, Task<Result<Answer>>> work)
    {
        var tenant = await Tenant(key);
        if (tenant.Failed) return Result<Answer>.Fail(tenant.Problems);
        await using var scope = await Get<WorkScopes>().Open(tenant.Value, Actor.System(ChangeSource.CommandLine), cancellation);
        return await work(scope);
    }

    /// <summary>Sends a request for a tenant and turns its answer into the verb's.</summary>
    public Task<Result<Answer>> Ask<T>(string tenant, IRequest<Result<T>> request, Func<T, Answer> answer) => InTenant(tenant, async scope =>
    {
        var result = await scope.Get<IMediator>().Send(request, cancellation);
        return result.Failed ? Result<Answer>.Fail(result.Problems) : answer(result.Value);
    });
}

/// <summary>Words that several verbs take.</summary>
internal static class Take
{
    public static Option<string> Tenant() => new("--tenant", "-t") { Description = Texts.L("テナントのキー", "Key of the tenant"), Required = true, HelpName = "KEY" };

    public static Option<string> Urls() => new("--urls") { Description = Texts.L("待ち受けるアドレス（; 区切り）", "Addresses to listen on, separated by ;"), HelpName = "URLS" };
}
