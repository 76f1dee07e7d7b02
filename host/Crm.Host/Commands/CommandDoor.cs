// The one way in for requests that come by name, from forms and from the API: find, ask the gate, send.
using Crm.Platform.Modules;
using Crm.Platform.Pipeline;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using MediatR;

namespace Crm.Host.Commands;

/// <summary>Lets named requests in. Nothing of their body is read before the gate has let them pass.</summary>
internal sealed class CommandDoor(Current current, ModuleList modules, Gate gate, IMediator mediator)
{
    private ModuleSet Set => modules.Of(current);

    /// <summary>All that the caller may send, by key.</summary>
    public IEnumerable<RequestDescription> All() => Set.Commands.Where(c => gate.Refuses(c.Type) is null).OrderBy(c => c.Command, StringComparer.Ordinal);

    /// <summary>The request of this name; or why it is not to be had.</summary>
    public Result<RequestDescription> Find(string key)
    {
        if (Set.Command(key) is not { } command || !current.IsOpen(command.Module))
        {
            return new Problem(
                "no-such-command", ($"「{key}」という操作はありません。", $"There is no command “{key}”."),
                ("モジュールまたはプラグインが無効になっている可能性があります。", "Its module or plugin may be switched off."), Kind: ProblemKind.NotFound);
        }

        return gate.Refuses(command.Type) is { } problem ? problem : command;
    }

    /// <summary>Sends it; answers with its value, or null when it has none.</summary>
    public async Task<Result<object?>> Send(RequestDescription command, object request, CancellationToken cancellation) => await command.Send(mediator, request, cancellation) switch
    {
        Result { Failed: true } refused => Result<object?>.Fail(refused.Problems),
        Result done => Result.Of(done.Carried),
        Unit => Result.Of<object?>(null),
        var plain => Result.Of(plain),
    };
}
