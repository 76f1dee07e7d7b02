// ./crm migrate: brings all databases up to date and says which modules had to be left out.
using System.CommandLine;
using System.Text.Json.Nodes;
using Crm.Platform.Modules;
using Crm.Platform.Storage;
using Crm.Sdk;

namespace Crm.Host.CommandLine.Serving;

internal static class Migrate
{
    public static Command Verb(VerbRunner runner) => runner.Verb("migrate", ("データベースを最新にする", "Bring the databases up to date"), [], work =>
    {
        // Every verb migrates before it works; here is only told how it went.
        var quarantined = work.Get<ModuleHealth>().All;
        var json = new JsonObject { ["database"] = work.Get<Databases>().Dialect.Name, ["quarantined"] = new JsonObject(quarantined.Select(q => KeyValuePair.Create(q.Module, (JsonNode?)q.Reason.ToString()))) };
        return Task.FromResult<Result<Answer>>(quarantined.Count == 0
            ? Answer.Line(("データベースは最新です。", "The databases are up to date."), json)
            : Result<Answer>.Fail([.. quarantined.Select(q => new Problem("quarantined", ($"モジュール「{q.Module}」を更新できませんでした: {q.Reason.Ja}", $"The module “{q.Module}” could not be migrated: {q.Reason.En}"), Field: q.Module))]));
    });
}
