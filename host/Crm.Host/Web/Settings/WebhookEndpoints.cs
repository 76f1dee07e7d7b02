// The page of webhooks: which addresses outside hear of which events, and how their calls went.
using Crm.Host.Identity;
using Crm.Host.Web.Shell;
using Crm.Platform.Webhooks;
using Crm.Sdk;
using MediatR;

namespace Crm.Host.Web.Settings;

internal static class WebhookEndpoints
{
    public static Task<IResult> Show(HttpContext http, IMediator mediator) => Show(http, mediator, [], null, null);

    public static async Task<IResult> Save(HttpContext http, IMediator mediator)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var save = new SaveWebhook(
            Guid.TryParse(form["id"], out var id) ? id : null, form["url"].ToString().Trim(), [.. form["events"].OfType<string>()], form["active"] == "true");
        var saved = await mediator.Send(save, http.RequestAborted);
        if (saved.Failed) return await Show(http, mediator, saved.Problems, save, null);
        if (saved.Value.Secret is { } secret) return await Show(http, mediator, [], null, secret);
        Flash.Say(http, new(Texts.L("Webhookを保存しました。", "The webhook is saved.")));
        return Page.GoTo(http, "/settings/webhooks");
    }

    public static async Task<IResult> Delete(HttpContext http, IMediator mediator)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var deleted = await mediator.Send(new DeleteWebhook(Guid.TryParse(form["id"], out var id) ? id : Guid.Empty), http.RequestAborted);
        if (deleted.Failed) return Page.Problem(http, deleted.Problems);
        Flash.Say(http, new(Texts.L("Webhookを削除しました。", "The webhook is deleted.")));
        return Page.GoTo(http, "/settings/webhooks");
    }

    private static async Task<IResult> Show(HttpContext http, IMediator mediator, IReadOnlyList<Problem> problems, SaveWebhook? typed, string? secret)
    {
        var list = await mediator.Send(new ListWebhooks(), http.RequestAborted);
        if (list.Failed) return Page.Problem(http, list.Problems);
        var editing = list.Value.Webhooks.FirstOrDefault(w => w.Id.ToString() == http.Request.Query["edit"]);
        typed ??= editing is null ? null : new(editing.Id, editing.Url, editing.Events, editing.Active);
        return Page.Of<WebhooksPage>(
            http, new Dictionary<string, object?> { [nameof(ModelScreen.Model)] = new WebhooksModel(list.Value, typed, problems, secret) },
            problems.Count > 0 ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK);
    }
}

/// <param name="List">What there is.</param>
/// <param name="Typed">What the form shows: the webhook that is edited, or what was refused; null for a new one.</param>
/// <param name="Problems">Why it was refused.</param>
/// <param name="Secret">Of the one just made; shown once.</param>
internal sealed record WebhooksModel(WebhookList List, SaveWebhook? Typed, IReadOnlyList<Problem> Problems, string? Secret);
