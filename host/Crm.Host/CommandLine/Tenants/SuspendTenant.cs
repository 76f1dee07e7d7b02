// ./crm tenant suspend trading: nobody signs in, no job runs; the data stays.
using System.CommandLine;
using Crm.Sdk;

namespace Crm.Host.CommandLine.Tenants;

internal static class SuspendTenant
{
    public static Command Verb(VerbRunner runner) => Switch(runner, "suspend", ("テナントを停止する（データは残る）", "Suspend a tenant; its data stays"), active: false);

    internal static Command Switch(VerbRunner runner, string name, Label description, bool active)
    {
        var key = new Argument<string>("KEY") { Description = Texts.L("テナントのキー", "Key of the tenant") };
        return runner.Verb(name, description, [key], async work =>
        {
            var tenant = await work.Tenant(work.Value(key));
            if (tenant.Failed) return Result<Answer>.Fail(tenant.Problems);
            await work.Get<Platform.Tenancy.Tenants>().Update(tenant.Value.Id, row => row.Active = active, work.Stop);
            return Answer.Line(
                active ? ($"テナント「{tenant.Value.Key}」を再開しました。", $"The tenant “{tenant.Value.Key}” is active again.") : ($"テナント「{tenant.Value.Key}」を停止しました。", $"The tenant “{tenant.Value.Key}” is suspended."),
                CreateTenant.Brief(tenant.Value with { Active = active }));
        });
    }
}
