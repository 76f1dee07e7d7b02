using System.Reflection;
using Crm.Sdk.Records;
using Microsoft.Extensions.DependencyInjection;

namespace Crm.Sdk.Modules;

/// <summary>All a module or plugin said about itself; what the runtime works from.</summary>
internal sealed class ModuleDescription
{
    private ModuleDescription(CrmModule module)
    {
        Module = module;
        Key = module.Key;
    }

    public CrmModule Module { get; }

    public string Key { get; }

    public Assembly Assembly => Module.GetType().Assembly;

    public List<string> Requires { get; } = [];

    public Type? Database { get; set; }

    public Type? Demo { get; set; }

    public List<RecordType> RecordTypes { get; } = [];

    public List<RecordExtension> Extensions { get; } = [];

    public List<ScreenDescription> Screens { get; } = [];

    public List<SlotDescription> Slots { get; } = [];

    public List<PermissionDescription> Permissions { get; } = [];

    public List<JobDescription> Jobs { get; } = [];

    public IServiceCollection Services { get; } = new ServiceCollection();

    /// <summary>What <see cref="CrmModule.Configure"/> threw; null when it went well.</summary>
    public Exception? Broken { get; private set; }

    public static ModuleDescription Of(CrmModule module)
    {
        var description = new ModuleDescription(module);
        try
        {
            module.Configure(new ModuleBuilder(description));
        }
        catch (Exception e)
        {
            // Whoever takes it in reads why and lets it stand aside; the others go on.
            description.Broken = e;
        }

        return description;
    }
}

internal sealed record ScreenDescription(string Module, string Key, Label Name, string Icon, string? Permission, bool InMenu, Type Component)
{
    public string Path => $"/x/{Module}/{Key}";
}

internal sealed record SlotDescription(string Module, string Slot, string Key, Label Name, int Order, Type Component);

internal sealed record PermissionDescription(string Key, Label Name);

internal sealed record JobDescription(string Key, string Module, Label Name, JobSchedule? Schedule, Type Job);

internal abstract record JobSchedule
{
    internal sealed record Daily(TimeOnly At) : JobSchedule;

    internal sealed record Every(TimeSpan Interval) : JobSchedule;
}
