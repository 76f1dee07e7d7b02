using System.Text.RegularExpressions;
using Crm.Platform.Settings;
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
        if (module.Broken is { } broken) return [Thrown(broken)];
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
            .. Doubled("address", "API アドレス", module.Endpoints.Select(e => $"{e.Method} {e.Key}")),
            .. Doubled("public address", "公開アドレス", module.Endpoints.Where(e => e.Public).Select(e => $"{e.Method} {e.Key}").Concat(module.Screens.Where(s => s.Public).Select(s => "GET " + s.Key))),
            .. EndpointFaults(module, types),
            .. module.Settings is null ? [] : ModuleSettings.Unmatched(module.Settings).Select(k => new Label($"設定「{k}」は、設定クラスのプロパティと項目の両方に必要です。", $"The setting “{k}” must be a property of the settings class and a field.")),
            .. Doubled("slot", "差し込み", module.Slots.Select(s => s.Slot + " " + s.Key)),
            .. Doubled("feed", "フィード", module.Feeds.Select(f => f.Key)),
            .. Doubled("job", "ジョブ", module.Jobs.Select(j => j.Key)),
            .. Doubled("handler", "ハンドラー", types.Handlers.Select(h => h.Service.GetGenericArguments()[0].Name)),
            .. UnnamedParts.Of(module),
            .. module.RecordTypes.SelectMany(FieldFaults),
            .. module.Extensions.GroupBy(e => e.RecordType).SelectMany(ExtensionFaults),
            .. StrangeHandlers(types),
        ];
    }

    /// <summary>A description is often made by a static field: what was wrong says the innermost.</summary>
    private static Label Thrown(Exception broken) => broken.GetBaseException() switch
    {
        DescriptionException wrong => ("Configure: " + wrong.Fault.Ja, "Configure: " + wrong.Fault.En),
        var e => ($"Configure で例外が発生しました（{e.GetType().Name}、{Place(e)}）: {e.Message}", $"Configure threw {e.GetType().Name} ({Place(e)}): {e.Message}"),
    };

    /// <summary>The method that threw, as far as it is known.</summary>
    private static string Place(Exception e) => e.TargetSite is { DeclaringType: { } type } method ? type.Name + "." + method.Name : "?";

    private static IEnumerable<Label> Foreign(string module, string what, string whatJa, IEnumerable<string> keys, bool orEqual = false) =>
        from key in keys.Distinct()
        where !key.StartsWith(module + ".", StringComparison.Ordinal) && !(orEqual && key == module)
        select new Label($"{whatJa}「{key}」のキーは「{module}.」で始めてください。", $"The key of the {what} “{key}” must begin with “{module}.”.");

    private static IEnumerable<Label> Doubled(string what, string whatJa, IEnumerable<string> keys) =>
        from key in keys
        group key by key into same
        where same.Count() > 1
        select new Label($"{whatJa}「{same.Key}」が二重に定義されています。", $"The {what} “{same.Key}” is there twice.");

    private static IEnumerable<Label> EndpointFaults(ModuleDescription module, ModuleTypes types)
    {
        foreach (var screen in module.Screens.Where(s => s.Key == "download"))
        {
            yield return new($"画面のキー「{screen.Key}」は使えません。", $"A screen cannot be called “{screen.Key}”.");
        }

        foreach (var endpoint in module.Endpoints)
        {
            var request = types.Requests.Find(r => r.Type == endpoint.Request);
            if (request is null) yield return new($"API「{endpoint.Key}」の {endpoint.Request.Name} はこのモジュールのものではありません。", $"{endpoint.Request.Name} of the address {endpoint.Key} is not this module's.");
            else if (endpoint.Public && request.Permission is not null) yield return new($"API「{endpoint.Key}」は公開されていますが、{endpoint.Request.Name} には権限が必要です。", $"The address {endpoint.Key} answers strangers, but {endpoint.Request.Name} requires a right.");
        }
    }

    private static IEnumerable<Label> FieldFaults(RecordType type) => Sealed(type.Key, type.Fields).Concat(Nested(type.Key, type.Fields.Where(f => f.InExt).Select(f => f.Key)));

    private static IEnumerable<Label> ExtensionFaults(IGrouping<string, RecordExtension> extension)
    {
        var keys = extension.SelectMany(e => e.Fields).Select(f => f.Key).ToList();
        return [.. Doubled("field of " + extension.Key, extension.Key + " の項目", keys), .. Nested(extension.Key, keys), .. Sealed(extension.Key, extension.SelectMany(e => e.Fields))];
    }

    /// <summary>What is encrypted is the same to nobody twice: no index, search, key or title can be made of it.</summary>
    private static IEnumerable<Label> Sealed(string type, IEnumerable<Field> fields) =>
        from field in fields
        where field.Encrypted && (field.Indexed || field.Searchable || field.Unique || field.MatchKey)
        select new Label($"{type} の項目「{field.Key}」は暗号化されるため、索引・検索・一意・照合キーにできません。", $"The field “{field.Key}” of {type} is encrypted and cannot be indexed, searched, unique or a match key.");

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

    /// <summary>Whether a module may have this key: 2 to 30 lower-case letters and digits, beginning with a letter.</summary>
    public static bool IsKey(string? key) => key is not null && KeyPattern().IsMatch(key);
}
