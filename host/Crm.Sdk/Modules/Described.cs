namespace Crm.Sdk.Modules;

/// <summary>One thing a module adds, while it is still being described.</summary>
internal sealed class Described<T>
{
    private readonly ModuleDescription module;
    private readonly List<T> all;
    private readonly int at;

    public Described(ModuleDescription module, List<T> all, T first)
    {
        (this.module, this.all, at) = (module, all, all.Count);
        module.Add(all, first);
    }

    public void Change(Func<T, T> change)
    {
        module.CheckOpen();
        all[at] = change(all[at]);
    }
}
