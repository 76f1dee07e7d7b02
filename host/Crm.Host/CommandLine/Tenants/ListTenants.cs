// ./crm tenant list
using System.CommandLine;
using Crm.Sdk;

namespace Crm.Host.CommandLine.Tenants;

internal static class ListTenants
{
    public static Command Verb(VerbRunner runner) => runner.Verb("list", ("テナントの一覧", "List all tenants"), [], async work =>
    {
        var tenants = await work.Get<Platform.Tenancy.Tenants>().All(work.Stop);
        return Answer.Table(
            [("key", ("キー", "Key")), ("name", ("名称", "Name")), ("active", ("有効", "Active")), ("id", ("ID", "Id"))],
            tenants.OrderBy(t => t.Key, StringComparer.Ordinal).Select(CreateTenant.Brief));
    });
}
