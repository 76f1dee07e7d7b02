using System.Text.RegularExpressions;
using Crm.Sdk;
using Crm.Sdk.Modules;
using Crm.Sdk.Records;
using MediatR;

namespace Crm.Platform.Modules;

/// <summary>
/// Looks at what a module says about itself before it is taken in. Each key begins with the module's own, so that no module can take
/// the name of anything of another; what the catalogs read later, they may trust.
/// </summary>
internal static partial class ModuleCheck
{
    /// <summary>Words that already stand for something in keys and addresses.</summary>
    private static readonly string[] Taken = ["platform", "custom", "admin", "installation", "records", "jobs", "me", "system"];

    public static IEnumerable<Label> Faults(ModuleDescription module, ModuleTypes types)
    {
        if (module.Broken is { } broken) return [new($"Configure が失敗しました: {broken.Message}", $"Configure failed: {broken.Message}")];
        if (!KeyPattern().IsMatch(module.Key) || Taken.Contains(module.Key))
        {
            return [new($"「{module.Key}」はモジュールのキーに使えません。", $"“{module.Key}” cannot be the key of a module.")];
        }

        return
        [
            .. Foreign(module.Key, "record type", "レコード種別", module.RecordTypes.Select(t => t.Key)),
            .. Foreign(module.Key, "permission", "権限", module.Permissions.Select(p => p.Key)),
            .. Foreign(module.Key, "command", "操作", types.Requests.Select(r => r.Command).OfType<string>()),
            .. Foreign(module.Key, "event", "イベント", types.Events.Keys),
            .. Foreign(module.Key, "subscriber", "受け手", types.Subscribers.Keys),
            .. Foreign(module.Key, "field", "項目", module.Extensions.SelectMany(e => e.Fields).Select(f => f.Key)),
            .. Foreign(module.Key, "section", "区分", module.Extensions.SelectMany(e => e.Sections).Select(s => s.Key), orEqual: true),
            .. Doubled("record type", "レコード種別", module.RecordTypes.Select(t => t.Key)),
            .. Doubled("permission", "権限", module.Permissions.Select(p => p.Key)),
            .. Doubled("command", "操作", types.Requests.Select(r => r.Command).OfType<string>()),
            .. Doubled("screen", "画面", module.Screens.Select(s => s.Key)),
            .. Doubled("slot", "差し込み", module.Slots.Select(s => s.Slot + " " + s.Key)),
            .. Doubled("feed", "フィード", module.Feeds.Select(f => f.Key)),
            .. Doubled("job", "ジョブ", module.Jobs.Select(j => j.Key)),
            .. Doubled("handler", "ハンドラー", types.Handlers.Select(h => h.Service.GetGenericArguments()[0].Name)),
            .. module.RecordTypes.SelectMany(FieldFaults),
            .. module.Extensions.GroupBy(e => e.RecordType).SelectMany(ExtensionFaults),
            .. StrangeHandlers(types),
        ];
    }

    private static IEnumerable<Label> Foreign(string module, string what, string whatJa, IEnumerable<string> keys, bool orEqual = false) =>
        from key in keys.Distinct()
        where !key.StartsWith(module + ".", StringComparison.Ordinal) && !(orEqual && key == module)
        select new Label($"{whatJa}「{key}」のキーは「{module}.」で始めてください。", $"The key of the {what} “{key}” must begin with “{module}.”.");

    private static IEnumerable<Label> Doubled(string what, string whatJa, IEnumerable<string> keys) =>
        from key in keys
        group key by key into same
        where same.Count() > 1
        select new Label($"{whatJa}「{same.Key}」が二重に定義されています。", $"The {what} “{same.Key}” is there twice.");

    private static IEnumerable<Label> FieldFaults(RecordType type) => Nested(type.Key, type.Fields.Where(f => f.InExt).Select(f => f.Key));

    private static IEnumerable<Label> ExtensionFaults(IGrouping<string, RecordExtension> extension)
    {
        var keys = extension.SelectMany(e => e.Fields).Select(f => f.Key).ToList();
        return [.. Doubled("field of " + extension.Key, extension.Key + " の項目", keys), .. Nested(extension.Key, keys)];
    }

    /// <summary>A value cannot be a text and hold other values at once.</summary>
    private static IEnumerable<Label> Nested(string type, IEnumerable<string> keys)
    {
        var all = keys.ToList();
        return from outer in all
               from inner in all
               where inner.StartsWith(outer + ".", StringComparison.Ordinal)
               select new Label($"{type} の項目「{inner}」は項目「{outer}」の中に置けません。", $"The field “{inner}” of {type} cannot lie within the field “{outer}”.");
    }

    private static IEnumerable<Label> StrangeHandlers(ModuleTypes types)
    {
        var own = types.Requests.Select(r => r.Type).ToHashSet();
        return from handler in types.Handlers
               let request = handler.Service.GetGenericArguments()[0]
               where !own.Contains(request)
               select new Label($"{handler.Handler} が処理する {request.Name} はこのモジュールのものではありません。", $"{handler.Handler} handles {request.Name}, which is not this module's.");
    }

    [GeneratedRegex("^[a-z][a-z0-9]{1,29}$", RegexOptions.None, matchTimeoutMilliseconds: 100)]
    private static partial Regex KeyPattern();
}
