namespace Crm.Sdk.Tenancy;

/// <summary>What the tenant's administrator has set for modules; costs no query. A module asks for its own settings.</summary>
public interface ISettings
{
    /// <summary>The settings as they are now, defaults where nothing was set.</summary>
    /// <typeparam name="T">The class the module gave to <see cref="Modules.ModuleBuilder.Settings{T}"/>.</typeparam>
    /// <exception cref="InvalidOperationException">No module that is on for the tenant has such settings.</exception>
    T Of<T>() where T : class, new();
}
