// Forms name the request they send: POST /send/deals.move binds it, sends it and says what came of it.
using System.Text;
using System.Text.Encodings.Web;
using Crm.Host.Web;
using Crm.Host.Web.Shell;
using Crm.Sdk;
using Crm.Sdk.Files;
using Crm.Sdk.Jobs;
using Crm.Sdk.Tenancy;
using Crm.Sdk.Web;

namespace Crm.Host.Commands;

internal static class SendEndpoints
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/send/{command}", Send);

    private static async Task<IResult> Send(string command, HttpContext http, CommandDoor door, ITenant tenant, IFiles files, HtmlEncoder html)
    {
        var found = door.Find(command);
        if (found.Failed) return Page.Problem(http, found.Problems);
        var form = await CommandForm.Read(found.Value.Type, http, tenant, files);
        var answer = form.Request is { } request ? await door.Send(found.Value, request, http.RequestAborted) : Result<object?>.Fail(form.Problems);
        if (answer.Failed)
        {
            // What was uploaded with a form that is refused belongs to nothing.
            foreach (var file in form.Uploads) await files.Delete(file, CancellationToken.None);
            return Refused(http, answer.Problems, html);
        }

        var returnTo = http.Request.Form["_return"].ToString();
        if (http.Request.Form["_done"].ToString() is { Length: > 0 } done) Flash.Say(http, new(done));
        if (returnTo == "none") return Results.NoContent();
        var value = Uri.EscapeDataString(answer.Value?.ToString() ?? "");
        if (http.Request.Form[ScreenContext.OnceInput] == "1" && Page.IsOurs(returnTo))
        {
            ScreenContext.KeepOnce(http, returnTo, answer.Value?.ToString() ?? "");
            return Page.GoTo(http, returnTo);
        }

        return Page.GoTo(http, Page.IsOurs(returnTo) ? returnTo.Replace("{value}", value, StringComparison.Ordinal) : "/");
    }

    // With htmx: each problem goes beside the input of its field, and to the top of a form that has no place for it. Without: a page of its own;
    // the browser's way back keeps what was typed.
    private static IResult Refused(HttpContext http, IReadOnlyList<Problem> problems, HtmlEncoder html)
    {
        if (!http.Request.Headers.ContainsKey("HX-Request")) return Page.Problem(http, problems);
        var text = new StringBuilder();
        var asked = $"form[data-command=\"{http.Request.RouteValues["command"]}\"][data-asking]";
        foreach (var problem in problems)
        {
            var beside = Place(problem.Field ?? "");
            Say($"{asked} {beside}", problem);
            if (problem.Field is not (null or "")) Say($"{asked}:not(:has({beside})) {Place("")}", problem);
        }

        return Results.Content(text.ToString(), "text/html; charset=utf-8", Encoding.UTF8, ProblemStatus.Of(problems));

        static string Place(string field) => $"[data-error-for=\"{field}\"]";

        void Say(string where, Problem problem)
        {
            text.Append("<hx-partial hx-target='").Append(html.Encode(where)).Append("' hx-swap=\"beforeend\"><span class=\"field-problem\">").Append(html.Encode(problem.Message.ToString()));
            if (problem.Cure is { } cure) text.Append(" <span class=\"field-cure\">").Append(html.Encode(cure.ToString())).Append("</span>");
            text.Append("</span></hx-partial>");
        }
    }
}
