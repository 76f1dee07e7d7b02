using System.Text.Json;
using Crm.Platform.Audit;
using Crm.Platform.Identity.Rights;
using Crm.Platform.Modules;
using Crm.Platform.Records;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Messaging;
using Crm.Sdk.Modules;
using Crm.Sdk.Records;
using Crm.Sdk.Tenancy;
using MediatR;

namespace Crm.Platform.Settings;

/// <summary>The settings of a module as they are.</summary>
[Requires(PlatformPermissions.Settings)]
internal sealed record GetSettings(string Module) : IRequest<Result<SettingsView>>;

/// <summary>Changes settings of a module; they hold from the next request on. Settings that are not named stay as they are.</summary>
/// <param name="Module">Its key.</param>
/// <param name="Values">By field key, as typed or as JSON; null sets a field back to what it begins with.</param>
[Requires(PlatformPermissions.Settings)]
internal sealed record ChangeSettings(string Module, IReadOnlyDictionary<string, object?> Values) : IRequest<Result<SettingsView>>;

/// <summary>Settings of a module.</summary>
/// <param name="Module">Its key.</param>
/// <param name="Name">What the module is called.</param>
/// <param name="Fields">Their description.</param>
/// <param name="Values">By field key.</param>
internal sealed record SettingsView(string Module, Label Name, RecordType Fields, IReadOnlyDictionary<string, object?> Values);

internal sealed class ChangeSettingsHandler(Current current, Tenants tenants, SettingsJournal journal, IMediator mediator, TimeProvider clock)
    : IRequestHandler<GetSettings, Result<SettingsView>>, IRequestHandler<ChangeSettings, Result<SettingsView>>
{
    public Task<Result<SettingsView>> Handle(GetSettings get, CancellationToken cancellationToken) => Task.FromResult(Find(get.Module) is { } module
        ? Result.Of(View(module, ModuleSettings.Values(module, current.Tenant)))
        : Result<SettingsView>.Fail([NoSettings(get.Module)]));

    public async Task<Result<SettingsView>> Handle(ChangeSettings change, CancellationToken cancellationToken)
    {
        if (Find(change.Module) is not { } module) return NoSettings(change.Module);
        var (fields, before) = (module.Description.Settings!.Fields, ModuleSettings.Values(module, current.Tenant));
        var (input, problems) = (new FieldInput(current.Tenant), new List<Problem>());
        var stored = new ExtensionData(current.Tenant.Settings.GetValueOrDefault(module.Key));
        foreach (var (key, raw) in change.Values)
        {
            if (!fields.TryGet(key, out var field))
            {
                problems.Add(RecordSql.Unknown(fields, key));
                continue;
            }

            var (value, problem) = input.Read(field, raw);
            if (problem is not null) problems.Add(problem);
            else if (field.Required && value is null or "") problems.Add(Problems.Required(key, field.Label));
            else stored.Set(field, value);
        }

        problems.AddRange(Broken(fields, change.Values.Keys, stored, before));
        if (problems.Count > 0) return Result<SettingsView>.Fail(problems);
        var json = stored.ToJson();
        await tenants.Set(current.Tenant.Id, module.Key, json, cancellationToken);
        var after = ModuleSettings.Values(module, current.Tenant with { Settings = new Dictionary<string, string> { [module.Key] = json } });
        await journal.Note(
            AuditedSettings.Module, RecordActions.Updated,
            fields.Fields.Where(f => !Equals(before[f.Key], after[f.Key]))
                .Select(f => ($"{module.Key}: {f.Label.In(current.Tenant.Language)}", f.Secret ? Masked(before[f.Key]) : Told(before[f.Key]), f.Secret ? Masked(after[f.Key], "****") : Told(after[f.Key]))), cancellationToken);
        return View(module, after);
    }

    /// <summary>What the rules of the fields say to what was typed.</summary>
    private IEnumerable<Problem> Broken(RecordType fields, IEnumerable<string> typed, ExtensionData stored, Dictionary<string, object?> before)
    {
        var record = new SettingsRecord { Ext = stored };
        var batch = new RuleBatch(fields, current.Tenant, clock.Today(current.Tenant), mediator);
        var context = new RuleContext(batch, record, isNew: false, field => before.GetValueOrDefault(field.Key));
        batch.Records = [context];
        foreach (var key in typed)
        {
            if (!fields.TryGet(key, out var field) || field.Get(record) is not { } value) continue;
            if (field.Rules.Select(rule => rule(field, value, context)).FirstOrDefault(broken => broken is not null) is { } broken) yield return broken with { Field = key };
        }
    }

    private ModuleRuntime? Find(string module) => current.Catalog.IsOn(module) && current.Catalog.Set.Runtime(module) is { Description.Settings: not null } found ? found : null;

    private static SettingsView View(ModuleRuntime module, IReadOnlyDictionary<string, object?> values) =>
        new(module.Key, module.Description.Module.Name, module.Description.Settings!.Fields, values);

    /// <summary>Whoever reads the audit learns that it changed; the two sides differ so that it counts as a change.</summary>
    private static string? Masked(object? value, string shown = "***") => value is null or "" ? null : shown;

    private static string? Told(object? value) => value is null ? null : JsonSerializer.Serialize(ExtensionData.ToJson(value)).Trim('"');

    private static Problem NoSettings(string module) => new(
        "not-found", ($"モジュール「{module}」に設定はありません。", $"The module “{module}” has no settings."), ("有効なモジュールの一覧を確認してください。", "See which modules are on."), Kind: ProblemKind.NotFound);
}
