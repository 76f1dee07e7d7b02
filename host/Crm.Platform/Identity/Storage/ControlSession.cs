using Crm.Platform.Storage;

namespace Crm.Platform.Identity.Storage;

/// <summary>The one context on the installation's database that all identity work of a scope shares; opened when first needed.</summary>
internal sealed class ControlSession(ControlDbs control) : IAsyncDisposable
{
    private ControlDb? db;

    public async ValueTask<ControlDb> Db() => db ??= await control.Open();

    public ValueTask DisposeAsync() => db?.DisposeAsync() ?? ValueTask.CompletedTask;
}
