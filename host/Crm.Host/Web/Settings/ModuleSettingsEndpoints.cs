// The settings of a module or plugin: a form made from their description.
using Crm.Host.Web.Forms;
using Crm.Host.Web.Shell;
using Crm.Platform.Settings;
using Crm.Sdk;
using Crm.Sdk.Tenancy;
using MediatR;

namespace Crm.Host.Web.Settings;

/// <summary>What the page shows: the settings, and what was wrong with a form that was refused.</summary>
internal sealed record ModuleSettingsModel(SettingsView Settings, IReadOnlyList<Problem> Problems);

internal static class ModuleSettingsEndpoints
{
    public static async Task<IResult> Show(string module, HttpContext http, IMediator mediator)
    {
        var settings = await mediator.Send(new GetSettings(module), http.RequestAborted);
        return settings.Failed ? Page.Problem(http, settings.Problems) : View(http, settings.Value, [], 200);
    }

    public static async Task<IResult> Save(string module, HttpContext http, IMediator mediator, ITenant tenant)
    {
        var settings = await mediator.Send(new GetSettings(module), http.RequestAborted);
        if (settings.Failed) return Page.Problem(http, settings.Problems);
        var form = await FormValues.Read(http, settings.Value.Fields, tenant, mediator);
        var saved = form.Problems.Count > 0 ? Result<SettingsView>.Fail(form.Problems) : await mediator.Send(new ChangeSettings(module, form.Values), http.RequestAborted);
        if (saved.Failed) return View(http, settings.Value with { Values = form.Values }, saved.Problems, StatusCodes.Status422UnprocessableEntity);
        Flash.Say(http, new(Texts.L("設定を保存しました。", "The settings are saved.")));
        return Page.GoTo(http, $"/settings/modules/{module}/settings");
    }

    private static IResult View(HttpContext http, SettingsView settings, IReadOnlyList<Problem> problems, int status) =>
        Page.Of<ModuleSettingsPage>(http, new Dictionary<string, object?> { [nameof(ModuleSettingsPage.Model)] = new ModuleSettingsModel(settings, problems) }, status);
}
