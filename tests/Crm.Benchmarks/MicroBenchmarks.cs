// ./crm bench micro [--filter '*Pipeline*']: the small things that happen in every request, by BenchmarkDotNet, with what they allocate.
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Crm.Customers.Contracts;
using Crm.Platform.Pipeline;
using Crm.Platform.Records;
using Crm.Platform.Tenancy;
using Crm.Sdk.Records;
using Crm.Sdk.Tenancy;
using Crm.Sdk.Text;
using Crm.Sdk.Users;
using Crm.Sdk.Web;
using MediatR;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace Crm.Benchmarks;

/// <summary>One small thing each; public and open because the library makes a class of its own of it.</summary>
[MemoryDiagnoser]
public class MicroBenchmarks
{
    internal const string Word = "micro";

    private static readonly string[] Shown = ["lastName", "firstName", "phone", "email", "rank", "guests.zone", "guests.score", "guests.lastStay"];

    private Workbench bench = null!;
    private WorkScope scope = null!;
    private RecordType person = null!;
    private RecordPage page = null!;
    private string ext = "";

    internal static int Run(string[] words)
    {
        // In this process: the benchmarks need its modules beside them. Short runs: what is looked for are factors, not per cents.
        var config = DefaultConfig.Instance.AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance));
        BenchmarkSwitcher.FromTypes([typeof(MicroBenchmarks)]).Run(words.Length == 0 ? ["--filter", "*"] : words, config);
        return 0;
    }

    /// <summary>A tenant with 50 people, and one scope that stays open.</summary>
    [GlobalSetup]
    public async Task Open()
    {
        bench = (await Workbench.Open("Sqlite", keep: false))!;
        await bench.Ask(new SaveRecords(CustomersContract.Person, [.. Enumerable.Range(0, 50).Select(Guests.Row)]));
        person = await bench.TypeOf(bench.Tenant, CustomersContract.Person);
        page = await bench.Ask(new ListRecords(CustomersContract.Person) { Fields = Shown, Titles = true });
        scope = await bench.Scope();
        var data = new ExtensionData();
        foreach (var (key, value) in ((string, object)[])[("guests.zone", "Z07"), ("guests.score", 81.5m), ("guests.lastStay", new DateOnly(2026, 11, 20)), ("guests.pillow", "低反発"), ("guests.member", true)]) data.Set(person[key], value);
        ext = data.ToJson();
    }

    /// <summary>Ends what was opened.</summary>
    [GlobalCleanup]
    public async Task Close()
    {
        await scope.DisposeAsync();
        await bench.DisposeAsync();
    }

    /// <summary>A request through the mediator and all its steps to a handler that does next to nothing.</summary>
    [Benchmark]
    public async Task<int> Gate_and_pipeline() => (await scope.Get<IMediator>().Send(new ListRecordsTogether([]))).Value.Count;

    /// <summary>A scope as each web request has, opened and closed.</summary>
    [Benchmark]
    public async Task Scope()
    {
        await using var one = await bench.Scope();
        _ = one.Get<IMediator>();
    }

    /// <summary>The WHERE of a list with two conditions.</summary>
    [Benchmark]
    public string List_query_build()
    {
        using var command = new SqliteCommand();
        return new RecordSql(bench.Databases.Dialect, person, bench.Tenant, bench.User, command).Where(
            RecordAction.Read, new Filter.All(Filter.Eq("guests.zone", "Z07"), new Filter.Compare("guests.lastStay", FilterOp.Gte, "2026-01-01")), deleted: false);
    }

    /// <summary>Five extension fields read out of their JSON.</summary>
    [Benchmark]
    public int Ext_read()
    {
        var (data, found) = (new ExtensionData(ext), 0);
        foreach (var key in (string[])["guests.zone", "guests.score", "guests.lastStay", "guests.pillow", "guests.member"]) found += data.Get(person[key]) is null ? 0 : 1;
        return found;
    }

    /// <summary>One extension field changed, and the JSON written anew.</summary>
    [Benchmark]
    public string Ext_write()
    {
        var data = new ExtensionData(ext);
        data.Set(person["guests.score"], 12.25m);
        return data.ToJson();
    }

    /// <summary>A list of 50 people asked for, with its rights and its SQL, on SQLite in memory of the machine.</summary>
    [Benchmark]
    public Task<RecordPage> List_of_50() => bench.Ask(new ListRecords(CustomersContract.Person) { Fields = Shown, Titles = true });

    /// <summary>The table of 50 people as HTML.</summary>
    [Benchmark]
    public async Task<int> Table_of_50_rendered()
    {
        var context = new ScreenContext(new DefaultHttpContext { RequestServices = scope.Services }, scope.Get<IMediator>(), scope.Get<ITenant>(), scope.Get<IUser>());
        await using var renderer = new HtmlRenderer(scope.Services, NullLoggerFactory.Instance);
        return await renderer.Dispatcher.InvokeAsync(async () =>
        {
            RenderFragment table = content =>
            {
                content.OpenComponent<RecordTable>(0);
                content.AddAttribute(1, nameof(RecordTable.Page), page);
                content.CloseComponent();
            };
            var root = await renderer.RenderComponentAsync<CascadingValue<ScreenContext>>(ParameterView.FromDictionary(new Dictionary<string, object?> { ["Value"] = context, ["ChildContent"] = table }));
            return root.ToHtmlString().Length;
        });
    }

    /// <summary>Name, reading, address and phone made searchable.</summary>
    [Benchmark]
    public string Normaliser() => TextNormaliser.SearchText("髙橋 美咲", "タカハシ ミサキ", "東京都大田区本羽田２丁目１２番１号", "０３-１２３４-５６７８");
}
