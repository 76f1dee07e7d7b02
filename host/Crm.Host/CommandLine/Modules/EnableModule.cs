// ./crm module enable deals --tenant trading: from the next request on.
using System.CommandLine;
using System.Text.Json.Nodes;
using Crm.Platform.Modules;
using Crm.Sdk;

namespace Crm.Host.CommandLine.Modules;

internal static class EnableModule
{
    public static Command Verb(VerbRunner runner) => Switch(runner, "enable", ("モジュールを有効にする", "Switch a module on"), on: true);

    internal static Command Switch(VerbRunner runner, string name, Label description, bool on)
    {
        var tenant = Take.Tenant();
        var module = new Argument<string>("MODULE") { Description = Texts.L("モジュールのキー", "Key of the module") };
        return runner.Verb(name, description, [module, tenant], async work =>
        {
            var found = await work.Tenant(work.Needed(tenant));
            if (found.Failed) return Result<Answer>.Fail(found.Problems);
            var modules = work.Get<ModuleList>();
            var key = work.Value(module);
            if (modules.Find(key) is not { } wanted)
            {
                return new Problem("no-such-module", ($"モジュール「{key}」はありません。", $"There is no module “{key}”."), ("./crm module list で確認してください。", "./crm module list shows all."), "module", ProblemKind.NotFound);
            }

            // A module without those it needs would be shown as on and yet not be there.
            string[] others = on
                ? [.. wanted.Requires.Where(r => !found.Value.Modules.Contains(r))]
                : [.. modules.All.Where(m => !m.OnlyDemos && m.Requires.Contains(key) && found.Value.Modules.Contains(m.Key)).Select(m => m.Key)];
            if (others.Length > 0)
            {
                var names = string.Join(", ", others);
                return on
                    ? new Problem("module-needs", ($"先に有効にする必要があります: {names}", $"These must be on first: {names}."), Field: "module")
                    : new Problem("module-needed", ($"ほかのモジュールが使っています: {names}", $"Other modules need it: {names}."), ("先にそれらを無効にしてください。", "Switch those off first."), "module");
            }

            await work.Get<Platform.Tenancy.Tenants>().Switch(found.Value.Id, key, on, work.Stop);
            return Answer.Line(
                on ? ($"モジュール「{key}」を有効にしました。", $"The module “{key}” is on.") : ($"モジュール「{key}」を無効にしました（データは残ります）。", $"The module “{key}” is off; its data stays."),
                new JsonObject { ["module"] = key, ["tenant"] = found.Value.Key, ["enabled"] = on });
        });
    }
}
