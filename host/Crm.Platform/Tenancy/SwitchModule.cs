using Crm.Platform.Audit;
using Crm.Platform.Modules;
using Crm.Platform.Records;
using Crm.Platform.Storage;
using Crm.Sdk;
using Crm.Sdk.Messaging;
using MediatR;

namespace Crm.Platform.Tenancy;

/// <summary>The modules and plugins of the installation, and which are on for the tenant.</summary>
[Requires(ModuleRights.Key)]
internal sealed record ListModules : IRequest<Result<IReadOnlyList<ModuleView>>>;

/// <summary>A module as an admin sees it before deciding.</summary>
internal sealed record ModuleView(
    string Key, Label Name, Label Description, string Icon, bool On, Label? Quarantine, IReadOnlyList<string> Requires,
    IReadOnlyList<Label> RecordTypes, IReadOnlyList<Label> Screens, IReadOnlyList<Label> Jobs, int AddedFields);

/// <summary>Switches a module or plugin on or off for the tenant. Its data stays.</summary>
[Requires(ModuleRights.Key)]
internal sealed record SwitchModule(string Key, bool On) : IRequest<Result>;

internal static class ModuleRights
{
    public const string Key = "admin.modules";
}

internal sealed class SwitchModuleHandler(Current current, ModuleList modules, ModuleHealth health, Tenants tenants, SettingsJournal journal)
    : IRequestHandler<ListModules, Result<IReadOnlyList<ModuleView>>>, IRequestHandler<SwitchModule, Result>
{
    public Task<Result<IReadOnlyList<ModuleView>>> Handle(ListModules request, CancellationToken cancellationToken)
    {
        IReadOnlyList<ModuleView> all =
        [
            .. modules.All.Where(m => !m.OnlyDemos).Select(m => new ModuleView(
                m.Key, m.Module.Name, m.Module.Description, m.Module.Icon, current.Tenant.Modules.Contains(m.Key), health.Of(m.Key, current.Tenant)?.Reason, m.Requires,
                [.. m.RecordTypes.Select(t => t.Plural)], [.. m.Screens.Select(s => s.Name)], [.. m.Jobs.Select(j => j.Name)], m.Extensions.Sum(e => e.Fields.Count))),
        ];
        return Task.FromResult(Result.Of(all));
    }

    public async Task<Result> Handle(SwitchModule request, CancellationToken cancellationToken)
    {
        if (modules.Find(request.Key) is not { } module)
        {
            return new Problem("not-found", ($"モジュール「{request.Key}」はありません。", $"There is no module “{request.Key}”."), Kind: ProblemKind.NotFound);
        }

        if (request.On && module.Requires.Find(r => !current.Tenant.Modules.Contains(r)) is { } missing)
        {
            return new Problem("requires", ($"先に「{missing}」を有効にしてください。", $"Switch “{missing}” on first."), Field: "key");
        }

        if (!request.On && modules.All.FirstOrDefault(m => !m.OnlyDemos && current.Tenant.Modules.Contains(m.Key) && m.Requires.Contains(module.Key)) is { } needing)
        {
            return new Problem("required-by", ($"「{needing.Module.Name.Ja}」がこのモジュールを使っています。", $"“{needing.Module.Name.En}” needs this module."), ("先にそちらを無効にしてください。", "Switch that one off first."), "key");
        }

        await tenants.Switch(current.Tenant.Id, request.Key, request.On, cancellationToken);
        await journal.Note(AuditedSettings.Module, RecordActions.Updated, [(request.Key, Told(current.Tenant.Modules.Contains(request.Key)), Told(request.On))], cancellationToken);
        return Result.Done;
    }

    private static string Told(bool on) => on ? "on" : "off";
}
