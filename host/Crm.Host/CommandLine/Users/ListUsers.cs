// ./crm user list --tenant trading
using System.CommandLine;
using System.Text.Json.Nodes;
using Crm.Sdk;

namespace Crm.Host.CommandLine.Users;

internal static class ListUsers
{
    public static Command Verb(VerbRunner runner)
    {
        var tenant = Take.Tenant();
        return runner.Verb("list", ("ユーザーの一覧", "List users"), [tenant], work => work.Ask(work.Needed(tenant), new Platform.Identity.Users.ListUsers(), users => Answer.Table(
            [("email", ("メールアドレス", "E-mail")), ("name", ("氏名", "Name")), ("roles", ("ロール", "Roles")), ("active", ("有効", "Active")), ("signedInAt", ("最終サインイン", "Last sign-in")), ("id", ("ID", "Id"))],
            users.Select(u => new JsonObject
            {
                ["email"] = u.Email, ["name"] = u.Name, ["roles"] = new JsonArray([.. u.Roles.Select(r => (JsonNode)r.Name.ToString())]), ["active"] = u.Active, ["signedInAt"] = u.SignedInAt, ["id"] = u.Id,
            }))));
    }
}
