namespace Crm.Sdk.Modules;

/// <summary>Gives a tenant what it cannot begin without, such as a first pipeline; named with <see cref="ModuleBuilder.Setup{TSetup}"/>.</summary>
/// <remarks>
/// Runs as the system before a tenant's first request after the host started or a module was switched on, in one transaction. It runs more
/// than once, and on several nodes at the same time: it looks first and does nothing where something is there. One that throws is noted and
/// tried again later; the tenant goes on without it.
/// </remarks>
public interface ISetup
{
    /// <summary>Makes what is missing.</summary>
    Task Run(CancellationToken cancellation);
}
