using Crm.Platform.Catalog;
using Crm.Platform.Modules;
using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Records;
using Crm.Sdk.Tenancy;
using MediatR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Crm.Platform.Records;

/// <summary>How records are saved; section <c>Records</c> of the configuration.</summary>
internal sealed class RecordOptions
{
    /// <summary>How long one rule may take for the records of one save, up to a thousand rows of a file.</summary>
    public TimeSpan RuleTime { get; set; } = TimeSpan.FromSeconds(5);
}

/// <summary>The one place where the class of a rule becomes a rule.</summary>
internal sealed class RuleInstances(Current current, ModuleScopes scopes)
{
    public RecordRule Of(DescribedRule rule) => rule.Instance ?? (RecordRule)scopes.Make(current.Catalog.Set.Runtime(rule.Owner), rule.Rule);
}

/// <summary>
/// Runs the rules of fields and of whole records: each contained, within its time and in the name of the module that brought it. What a
/// rule could not check is refused.
/// </summary>
internal sealed partial class RecordRules(
    RuleInstances instances, ModuleFaults faults, Session session, Current current, IMediator mediator, TimeProvider clock, IOptions<RecordOptions> options, ILogger<RecordRules> log)
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    public async Task Run(RecordType type, IReadOnlyList<RecordDraft> drafts, CancellationToken cancellation)
    {
        var ruled = type.Fields.Where(f => f.Rules.Count > 0).ToList();
        if (drafts.Count == 0 || (type.Rules.Count == 0 && ruled.Count == 0)) return;
        var batch = Batch(type, drafts);
        foreach (var field in ruled)
        {
            var filled = Enumerable.Range(0, drafts.Count).Where(i => drafts[i].Brings(field)).ToList();
            if (filled.Count > 0) await Run(new(field.Owner, type.Key, field.Key), filled.ConvertAll(i => drafts[i]), filled.ConvertAll(i => batch.Records[i]), _ => Task.FromResult<Check>(r => Of(field, r)), cancellation);
        }

        foreach (var rule in type.Rules) await Run(new(rule.Owner, type.Key, rule.Name), drafts, batch.Records, token => Prepared(rule, batch, r => r.Check, token), cancellation);
    }

    /// <summary>Runs the rules that have a say when records go into the bin or come out of it.</summary>
    public async Task Bin(RecordType type, IReadOnlyList<RecordDraft> drafts, CancellationToken cancellation)
    {
        if (drafts.Count == 0 || !type.Rules.Exists(r => r.GuardsBin)) return;
        var batch = Batch(type, drafts);
        foreach (var rule in type.Rules.Where(r => r.GuardsBin)) await Run(new(rule.Owner, type.Key, rule.Name), drafts, batch.Records, token => Prepared(rule, batch, r => r.CheckBin, token), cancellation);
    }

    private RuleBatch Batch(RecordType type, IReadOnlyList<RecordDraft> drafts)
    {
        var batch = new RuleBatch(type, current.Tenant, clock.Today(current.Tenant), mediator);
        batch.Records = [.. drafts.Select(d => new RuleContext(batch, d.Record!, d.IsNew, d.Before))];
        return batch;
    }

    private static IEnumerable<Problem> Of(Field field, RuleContext record)
    {
        if (field.Get(record.Record) is not { } value) yield break;
        foreach (var rule in field.Rules)
        {
            if (rule(field, value, record) is not { } broken) continue;
            yield return broken with { Field = field.Key };
            yield break;
        }
    }

    private async Task<Check> Prepared(DescribedRule described, RuleBatch batch, Func<RecordRule, Check> check, CancellationToken cancellation)
    {
        var rule = instances.Of(described);
        await rule.Prepare(batch, cancellation);
        return check(rule);
    }

    private async Task Run(
        Origin origin, IReadOnlyList<RecordDraft> drafts, IReadOnlyList<RuleContext> records, Func<CancellationToken, Task<Check>> prepare, CancellationToken cancellation)
    {
        using var time = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        time.CancelAfter(options.Value.RuleTime);
        var token = time.Token;
        try
        {
            // A query that fails may spoil the transaction under way; going back to before it keeps what else was saved.
            var found = session.Transaction is null ? await InTime() : await session.Write((_, _) => InTime(), cancellation);
            for (var i = 0; i < found.Length; i++) drafts[i].Problems.AddRange(found[i]);
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            if (token.IsCancellationRequested) LogSlow(log, origin.Module, origin.Rule, origin.Type, options.Value.RuleTime);
            else LogThrew(log, e, origin.Module, origin.Rule, origin.Type);
            faults.Note(origin.Module, current.Tenant.Id, origin.Type);
            foreach (var draft in drafts) draft.Problems.Add(RecordProblems.RuleFailed(Name(origin.Module)));
        }

        async Task<IReadOnlyList<Problem>[]> InTime()
        {
            // On a thread of its own, and its answers taken only when it is done: one that never ends is left behind and touches nothing.
            var checking = Task.Run(() => CheckAll(origin, records, prepare, token), token);
            try
            {
                return await checking.WaitAsync(token);
            }
            finally
            {
                // One that heeds its token lets go of the connection before somebody else needs it.
                if (!checking.IsCompleted) await Task.WhenAny(checking, Task.Delay(Grace, CancellationToken.None));
            }
        }
    }

    private async Task<IReadOnlyList<Problem>[]> CheckAll(
        Origin origin, IReadOnlyList<RuleContext> records, Func<CancellationToken, Task<Check>> prepare, CancellationToken cancellation)
    {
        var check = await prepare(cancellation);
        var found = new IReadOnlyList<Problem>[records.Count];
        var threw = false;
        for (var i = 0; i < found.Length; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            try
            {
                found[i] = [.. check(records[i])];
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                if (!threw) LogThrew(log, e, origin.Module, origin.Rule, origin.Type);
                if (!threw) faults.Note(origin.Module, current.Tenant.Id, origin.Type);
                threw = true;
                found[i] = [RecordProblems.RuleFailed(Name(origin.Module))];
            }
        }

        return found;
    }

    private Label Name(string module) => current.Catalog.NameOf(module);

    private delegate IEnumerable<Problem> Check(RuleContext record);

    /// <param name="Module">Whose rule it is.</param>
    /// <param name="Type">The record type.</param>
    /// <param name="Rule">The class or method; of the rules of a field its key.</param>
    private readonly record struct Origin(string Module, string Type, string Rule);

    [LoggerMessage(Level = LogLevel.Error, Message = "The rule {Rule} of {Module} on {RecordType} threw; what it could not check was not saved")]
    private static partial void LogThrew(ILogger logger, Exception exception, string module, string rule, string recordType);

    [LoggerMessage(Level = LogLevel.Error, Message = "The rule {Rule} of {Module} on {RecordType} took longer than Records:RuleTime ({Limit}); what it could not check was not saved")]
    private static partial void LogSlow(ILogger logger, string module, string rule, string recordType, TimeSpan limit);
}
