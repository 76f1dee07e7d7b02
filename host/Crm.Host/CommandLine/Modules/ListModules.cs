// ./crm module list [--tenant trading]
using System.CommandLine;
using System.Text.Json.Nodes;
using Crm.Platform.Modules;
using Crm.Platform.Storage;
using Crm.Sdk;

namespace Crm.Host.CommandLine.Modules;

internal static class ListModules
{
    public static Command Verb(VerbRunner runner)
    {
        var tenant = new Option<string>("--tenant", "-t") { Description = Texts.L("このテナントで有効かどうかも表示する", "Also show whether it is on for this tenant"), HelpName = "KEY" };
        return runner.Verb("list", ("モジュールの一覧", "List modules"), [tenant], async work =>
        {
            IReadOnlySet<string>? on = null;
            if (work.Value(tenant) is { } key)
            {
                var found = await work.Tenant(key);
                if (found.Failed) return Result<Answer>.Fail(found.Problems);
                on = found.Value.Modules;
            }

            var health = work.Get<ModuleHealth>();
            return Answer.Table(
                [("key", ("キー", "Key")), ("name", ("名称", "Name")), ("requires", ("前提", "Requires")), ("enabled", ("有効", "On")), ("healthy", ("正常", "Healthy"))],
                work.Get<ModuleList>().All.Select(m => new JsonObject
                {
                    ["key"] = m.Key, ["name"] = m.Module.Name.ToString(), ["requires"] = new JsonArray([.. m.Requires.Select(r => (JsonNode)r)]),
                    ["enabled"] = on is null ? null : on.Contains(m.Key), ["healthy"] = health.Of(m.Key) is null,
                }));
        });
    }
}
