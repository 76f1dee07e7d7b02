// /settings/usage: who uses the product, and what for.
using Crm.Platform.Audit;
using Crm.Platform.Modules;
using Crm.Sdk;
using MediatR;

namespace Crm.Host.Web.Settings.Audit;

internal static class UsageEndpoints
{
    public const string Address = "/settings/usage";

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet(Address, async (HttpContext http, IMediator mediator, ModuleList modules, int? days) =>
    {
        var usage = await mediator.Send(new GetUsage(days ?? GetUsage.Usual), http.RequestAborted);
        return usage.Failed ? Page.Problem(http, usage.Problems) : Page.Of<UsagePage>(http, new Dictionary<string, object?> { [nameof(UsagePage.Model)] = new UsageModel(usage.Value, modules) });
    });
}

internal sealed record UsageModel(Usage Usage, ModuleList Modules)
{
    public Label NameOf(string module) => module switch
    {
        "custom" => ("独自の台帳", "Record types of your own"),
        "platform" => ("設定", "Settings"),
        _ => Modules.Find(module)?.Module.Name ?? Label.Same(module),
    };
}
