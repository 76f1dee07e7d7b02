using Crm.Customers;
using Crm.Deals;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Records;
using Crm.Sdk.Users;
using Crm.Support;
using Crm.Support.Contracts;
using Crm.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace Crm.Tests.Support;

/// <summary>Short words for what the tests of Support do over and over. It is 10:00 in Tokyo on Friday, 20 November 2026.</summary>
internal static class SupportHost
{
    public static Task<TestHost> Start(string database) => TestHost.Start(database, new CustomersModule(), new DealsModule(), new SupportModule());

    public static Task<Guid> Inquiry(this TestHost crm, string subject, Func<OpenInquiry, OpenInquiry>? more = null) =>
        crm.Ask((more ?? (o => o))(new OpenInquiry(subject) { Content = "納品書と数が合いません。", FromName = "高橋 美咲", FromEmail = "misaki@aoba.example" }));

    public static async Task<T> Query<T>(this TestHost crm, Func<SupportDb, Task<T>> query)
    {
        await using var scope = await crm.Scope();
        return await query(scope.Of<SupportDb>("support"));
    }

    public static Task<Guid> TypeId(this TestHost crm, string code) => crm.Query(db => db.Types.Where(t => t.Code == code).Select(t => t.Id).SingleAsync());

    public static async Task Set(this TestHost crm, params (string Field, object? Value)[] values) =>
        await crm.Ask(new Crm.Platform.Settings.ChangeSettings("support", values.ToDictionary(v => v.Field, v => v.Value)));

    /// <summary>Runs a job of the module as the clock does.</summary>
    public static async Task<long> Run<TJob>(this TestHost crm) where TJob : Crm.Sdk.Jobs.IJob
    {
        await using var scope = await crm.Scope(actor: Actor.System(ChangeSource.Job));
        var run = new Counted();
        await scope.Of<TJob>("support").Run(run, CancellationToken.None);
        return run.Done;
    }

    private sealed class Counted : Crm.Sdk.Jobs.JobRun
    {
        public long Done { get; private set; }

        public override Guid Id { get; } = Ids.New();

        public override string? Arguments => null;

        public override Task Report(long done, long? total, Label? message = null)
        {
            Done = done;
            return Task.CompletedTask;
        }
    }
}
