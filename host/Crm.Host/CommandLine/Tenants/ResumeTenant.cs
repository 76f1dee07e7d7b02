// ./crm tenant resume trading
using System.CommandLine;

namespace Crm.Host.CommandLine.Tenants;

internal static class ResumeTenant
{
    public static Command Verb(VerbRunner runner) => SuspendTenant.Switch(runner, "resume", ("停止したテナントを再開する", "Let a suspended tenant work again"), active: true);
}
