// ./crm module disable deals --tenant trading: hidden and silent from the next request on; the data stays.
using System.CommandLine;

namespace Crm.Host.CommandLine.Modules;

internal static class DisableModule
{
    public static Command Verb(VerbRunner runner) => EnableModule.Switch(runner, "disable", ("モジュールを無効にする（データは残る）", "Switch a module off; its data stays"), on: false);
}
