// Forms name the request they send: POST /send/deals.move binds it, sends it and says what came of it.
using System.Text;
using System.Text.Encodings.Web;
using Crm.Host.Web.Shell;
using Crm.Platform.Pipeline;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using MediatR;

namespace Crm.Host.Web.Commands;

internal static class SendEndpoints
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/send/{command}", Send);

    private static async Task<IResult> Send(string command, HttpContext http, CommandCatalog commands, IMediator mediator, Current current, HtmlEncoder html)
    {
        if (commands.Find(command, current) is not { } type) return Page.Problem(http, [ScreenProblems.NoCommand(command)]);
        var (request, problems) = await CommandBinding.Read(type, http, current.Tenant);
        if (request is null) return Refused(http, problems, html);
        var answer = await RequestCall.Send(mediator, request, http.RequestAborted);
        if (answer is Result { Failed: true } refused) return Refused(http, refused.Problems, html);

        var returnTo = http.Request.Form["_return"].ToString();
        if (http.Request.Form["_done"].ToString() is { Length: > 0 } done) Flash.Say(http, new(done));
        if (returnTo == "none") return Results.NoContent();
        return Page.GoTo(http, Page.IsOurs(returnTo) ? returnTo.Replace("{value}", Value(answer), StringComparison.Ordinal) : "/");
    }

    private static string Value(object? answer) =>
        answer?.GetType().GetProperty(nameof(Result<object>.Value)) is { } value ? Uri.EscapeDataString(value.GetValue(answer)?.ToString() ?? "") : "";

    // With htmx: each problem goes beside the input of its field. Without: a page of its own; the browser's way back keeps what was typed.
    private static IResult Refused(HttpContext http, IReadOnlyList<Problem> problems, HtmlEncoder html)
    {
        if (!http.Request.Headers.ContainsKey("HX-Request")) return Page.Problem(http, problems);
        var command = http.Request.RouteValues["command"];
        var text = new StringBuilder();
        foreach (var of in problems.GroupBy(p => p.Field ?? "", StringComparer.Ordinal))
        {
            text.Append("<hx-partial hx-target='form[data-command=\"").Append(html.Encode(command!.ToString()!)).Append("\"] [data-error-for=\"").Append(html.Encode(of.Key))
                .Append("\"]' hx-swap=\"innerHTML\">");
            foreach (var problem in of)
            {
                text.Append("<span class=\"field-problem\">").Append(html.Encode(problem.Message.ToString()));
                if (problem.Cure is { } cure) text.Append(" <span class=\"field-cure\">").Append(html.Encode(cure.ToString())).Append("</span>");
                text.Append("</span>");
            }

            text.Append("</hx-partial>");
        }

        return Results.Content(text.ToString(), "text/html; charset=utf-8", Encoding.UTF8, ProblemStatus.Of(problems));
    }
}
