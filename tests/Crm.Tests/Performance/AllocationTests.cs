using System.Collections.Concurrent;
using Crm.Customers.Contracts;
using Crm.Platform.Catalog;
using Crm.Platform.Pipeline;
using Crm.Platform.Tenancy;
using Crm.Sdk.Records;
using Crm.Sdk.Users;
using Crm.Tests.Customers;
using Crm.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Xunit.Abstractions;

namespace Crm.Tests.Performance;

/// <summary>
/// How much memory a request at the mediator takes and throws away. Counted on the one thread it runs on, of several rounds the least: what
/// else the machine does counts for nothing. Each ceiling is what it takes today and a quarter more; it goes down with the code.
/// </summary>
public sealed class AllocationTests(ITestOutputHelper output)
{
    private const int Rounds = 5;
    private const int Each = 20;
    private const int People = 60;

    [Fact]
    public async Task Requests_take_no_more_memory_than_they_must()
    {
        await using var crm = await CustomersHost.Start(Databases.Sqlite);
        var rows = Enumerable.Range(0, People).Select(i => new Dictionary<string, object?>
        {
            ["lastName"] = "佐藤", ["firstName"] = $"花子{i}", ["lastNameKana"] = "サトウ", ["firstNameKana"] = "ハナコ", ["email"] = $"hanako{i}@example.jp", ["mobile"] = $"090-1234-{i:0000}", ["rank"] = "VIP",
        });
        var people = (await crm.Ask(new SaveRecords(CustomersContract.Person, [.. rows]))).Rows.Select(r => r.Id!.Value).ToList();
        var number = 0;

        Within("list of 50", 56, () => crm.Ask(new ListRecords(CustomersContract.Person) { Limit = 50, Titles = true, Fields = ["lastName", "firstName", "email", "mobile", "rank"] }));
        Within("list of 50, counted and filtered", 130, () => crm.Ask(new ListRecords(CustomersContract.Person) { Filter = Filter.Eq("rank", "VIP"), Limit = 50, Count = true }));
        Within("one read", 27, () => crm.Ask(new GetRecord(CustomersContract.Person, people[number++ % People])));
        Within("one made", 73, () => crm.Ask(new SaveRecord(CustomersContract.Person, null, new Dictionary<string, object?> { ["lastName"] = "鈴木", ["firstName"] = $"一郎{number++}", ["email"] = $"ichiro{number}@example.jp" })));
        Within("one changed", 75, () => crm.Ask(new SaveRecord(CustomersContract.Person, people[number++ % People], new Dictionary<string, object?> { ["memo"] = $"訪問 {number}" })));
    }

    [Fact]
    public async Task A_type_as_somebody_sees_it_is_worked_out_once_for_all_their_requests()
    {
        await using var crm = await CustomersHost.Start(Databases.Sqlite);
        var rights = new[] { (CustomersContract.Person, RecordAction.Read, Reach.All) };
        var (blind, other) = (TestHost.UserWithout(["customers.person/email"], [], rights), TestHost.UserWithout(["customers.person/mobile"], [], rights));
        await using var first = await crm.Scope();
        var catalog = first.Get<Current>().Catalog;
        async Task<(RecordType Shown, RecordType Known)> Of(Actor actor)
        {
            await using var scope = crm.Services.GetRequiredService<WorkScopes>().Open(crm.Tenant, catalog, actor);
            var current = scope.Get<Current>();
            Assert.True(current.Catalog.TryGet(CustomersContract.Person, out var type));
            return (current.See(type), current.Know(type));
        }

        var (once, again, others) = (await Of(blind), await Of(blind), await Of(other));

        Assert.Same(once.Shown, again.Shown);
        Assert.Same(once.Known, again.Known);
        Assert.False(once.Shown.TryGet("email", out _) || once.Known.TryGet("email", out _));
        Assert.True(others.Shown.TryGet("email", out _) && !others.Shown.TryGet("mobile", out _));
        Assert.True(once.Known.Fields.Count > once.Shown.Fields.Count, "Fields to sort by are known and not shown.");
    }

    private void Within(string what, int mostKiB, Func<Task> request)
    {
        var least = long.MaxValue;
        Pump.Run(async () =>
        {
            for (var i = 0; i < Each; i++) await request();
            for (var round = 0; round < Rounds; round++)
            {
                var (thread, before) = (Environment.CurrentManagedThreadId, GC.GetAllocatedBytesForCurrentThread());
                for (var i = 0; i < Each; i++) await request();
                Assert.Equal(thread, Environment.CurrentManagedThreadId);
                least = Math.Min(least, (GC.GetAllocatedBytesForCurrentThread() - before) / Each);
            }
        });
        output.WriteLine($"{what}: {least / 1024.0:0.0} KiB");
        Assert.True(least > 1_024, $"{what}: nothing was counted.");
        Assert.True(least <= mostKiB * 1_024L, $"{what}: at most {mostKiB} KiB, not {least / 1024.0:0.0}");
    }

    /// <summary>Runs asynchronous work on the thread that calls, whatever it waits for.</summary>
    private sealed class Pump : SynchronizationContext, IDisposable
    {
        private readonly BlockingCollection<(SendOrPostCallback Work, object? State)> waiting = [];

        public static void Run(Func<Task> work)
        {
            var outer = Current;
            using var pump = new Pump();
            SetSynchronizationContext(pump);
            try
            {
                var running = work();
                _ = running.ContinueWith(_ => pump.waiting.CompleteAdding(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
                foreach (var (next, state) in pump.waiting.GetConsumingEnumerable()) next(state);
                running.GetAwaiter().GetResult();
            }
            finally
            {
                SetSynchronizationContext(outer);
            }
        }

        public override void Post(SendOrPostCallback d, object? state) => waiting.Add((d, state));

        public void Dispose() => waiting.Dispose();
    }
}
