using Crm.Platform.Audit;
using Crm.Platform.Modules;
using Crm.Platform.Records;
using Crm.Platform.Storage;
using Crm.Sdk;
using Crm.Sdk.Messaging;
using Crm.Sdk.Modules;
using MediatR;

namespace Crm.Platform.Tenancy;

/// <summary>The modules and plugins of the installation, and which are on for the tenant.</summary>
[Requires(ModuleRights.Key)]
internal sealed record ListModules : IRequest<Result<IReadOnlyList<ModuleView>>>;

/// <summary>A module as an admin sees it before deciding.</summary>
internal sealed record ModuleView(string Key, Label Name, Label Description, string Icon, bool On, Label? Quarantine, bool IsPlugin, bool HasSettings, bool OpenToStrangers, IReadOnlyList<Addition> Adds);

/// <summary>Things of one kind that a module adds.</summary>
/// <param name="Kind">What they are: menu entries, fields of companies, jobs.</param>
/// <param name="Names">What each is called.</param>
internal sealed record Addition(Label Kind, IReadOnlyList<Label> Names);

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
                m.Key, m.Module.Name, m.Module.Description, m.Module.Icon, current.Tenant.Modules.Contains(m.Key), health.Of(m.Key, current.Tenant)?.Reason, !m.Boxed,
                m.Settings is not null && current.Catalog.IsOn(m.Key), m.Endpoints.Any(e => e.Public) || m.Screens.Any(s => s.Public), [.. Additions(m).Where(a => a.Names.Count > 0)])),
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

    /// <summary>What will be seen, and what of others it sees, in the order in which somebody meets it.</summary>
    private IEnumerable<Addition> Additions(ModuleDescription module)
    {
        yield return new(("必要なモジュール", "Needs"), [.. module.Requires.Select(NameOf)]);
        yield return new(("メニュー", "Menu"), [.. module.RecordTypes.Where(t => t.InMenu).Select(t => t.Plural), .. module.Screens.Where(s => s.InMenu).Select(s => s.Name)]);
        yield return new(("台帳", "Record types"), [.. module.RecordTypes.Select(t => t.Plural)]);
        foreach (var extension in module.Extensions.GroupBy(e => e.RecordType))
        {
            var type = modules.All.SelectMany(m => m.RecordTypes).FirstOrDefault(t => t.Key == extension.Key)?.Label ?? Label.Same(extension.Key);
            yield return new(($"{type.Ja}の項目", $"Fields of {type.En}"), [.. extension.SelectMany(e => e.Fields).Select(f => f.Label)]);
        }

        yield return new(("既存画面への表示", "Parts of pages"), [.. module.Slots.Select(s => s.Name).Distinct()]);
        yield return new(("帳票", "Print layouts"), [.. module.Prints.Select(p => p.Name)]);
        yield return new(("ファイル形式", "File formats"), [.. module.Imports.Select(i => i.Name)]);
        yield return new(("権限", "Rights"), [.. module.Permissions.Select(p => p.Name)]);
        yield return new(("ジョブ", "Jobs"), [.. module.Jobs.Select(j => j.Name)]);
        yield return new(("API", "API"), [.. module.Endpoints.Where(e => !e.Public).Select(e => e.Name)]);
        yield return new(("社外に公開", "Open to strangers"), [.. module.Endpoints.Where(e => e.Public).Select(e => e.Name).Concat(module.Screens.Where(s => s.Public).Select(s => s.Name)).Distinct()]);
        yield return new(("受け取るイベント", "Hears of"), [.. Heard(module)]);
    }

    private IEnumerable<Label> Heard(ModuleDescription module)
    {
        var set = modules.Now;
        foreach (var subscriber in set.Subscribers.Where(s => s.Module == module.Key))
        {
            if (subscriber.Event == typeof(RecordsChanged)) yield return ("台帳の変更", "changes of records");
            else foreach (var name in set.EventsOf(subscriber)) yield return Label.Same(name);
        }
    }

    private Label NameOf(string module) => modules.Find(module)?.Module.Name ?? Label.Same(module);

    private static string Told(bool on) => on ? "on" : "off";
}
