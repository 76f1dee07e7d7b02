using System.Reflection;
using Crm.Sdk.Records;
using Crm.Sdk.Users;
using Crm.Sdk.Tenancy;
using Crm.Sdk.Web;
using MediatR;
using Microsoft.Extensions.DependencyInjection;

namespace Crm.Sdk.Modules;

/// <summary>A mistake in what a module says about itself, told to its author in both languages.</summary>
internal sealed class DescriptionException(Label fault) : InvalidOperationException(fault.En)
{
    public Label Fault => fault;
}

/// <summary>All a module or plugin said about itself; what the runtime works from.</summary>
internal sealed class ModuleDescription
{
    private bool finished;

    private ModuleDescription(CrmModule module)
    {
        Module = module;
        Key = module.Key;
        Boxed = !Assembly.IsCollectible;
    }

    public CrmModule Module { get; }

    public string Key { get; }

    public Assembly Assembly => Module.GetType().Assembly;

    public List<string> Requires { get; } = [];

    public Type? Database { get; set; }

    public List<DemoDescription> Demos { get; } = [];

    public List<RecordType> RecordTypes { get; } = [];

    public List<RecordExtension> Extensions { get; } = [];

    public List<ScreenDescription> Screens { get; } = [];

    public List<SlotDescription> Slots { get; } = [];

    public List<PermissionDescription> Permissions { get; } = [];

    public List<JobDescription> Jobs { get; } = [];

    public SettingsDescription? Settings { get; set; }

    public List<Type> Seeds { get; } = [];

    public List<PrintDescription> Prints { get; } = [];

    public List<ImportFormatDescription> Imports { get; } = [];

    public List<EndpointDescription> Endpoints { get; } = [];

    public List<FeedDescription> Feeds { get; } = [];

    public List<SegmentCondition> Conditions { get; } = [];

    public List<RoleGrant> Grants { get; } = [];

    /// <summary>Whether it came with the product: a new tenant begins with it. A plugin waits to be switched on.</summary>
    public bool Boxed { get; set; }

    /// <summary>Whether it brings sample data and nothing else; nothing an admin would switch.</summary>
    public bool OnlyDemos => Demos.Count > 0 && Database is null
        && RecordTypes.Count + Extensions.Count + Screens.Count + Slots.Count + Jobs.Count + Permissions.Count == 0;

    /// <summary>Whether one of its fields is encrypted.</summary>
    public bool Encrypts => RecordTypes.SelectMany(t => t.Fields).Concat(Extensions.SelectMany(e => e.Fields)).Any(f => f.Encrypted);

    public IServiceCollection Services { get; } = new ServiceCollection();

    /// <summary>What <see cref="CrmModule.Configure"/> threw; null when it went well.</summary>
    public Exception? Broken { get; private set; }

    /// <summary>Takes something in; what a module says after it was asked is a bug and is refused.</summary>
    public void Add<T>(List<T> to, T part)
    {
        CheckOpen();
        to.Add(part);
    }

    public void CheckOpen()
    {
        if (finished) throw new DescriptionException(($"モジュール「{Key}」に加えるものは {nameof(CrmModule.Configure)} の中で書いてください。後からは加えられません。", $"The module {Key} says what it adds in {nameof(CrmModule.Configure)}, not later."));
    }

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

        description.finished = true;
        return description;
    }
}

internal sealed record ScreenDescription(string Module, string Key, Label Name, Type Component)
{
    public string Icon { get; init; } = "layout";

    public string? Permission { get; init; }

    public bool InMenu { get; init; } = true;

    /// <summary>Whether it shows itself to strangers, without the shell.</summary>
    public bool Public { get; init; }

    public string Path => $"/x/{Module}/{Key}";
}

internal sealed record SlotDescription(string Module, string Slot, string Key, Label Name, Type Component)
{
    public int Order { get; init; } = 100;

    /// <summary>Whether the page of a record opens with it.</summary>
    public bool Opens { get; init; }
}

internal sealed record EndpointDescription(string Module, string Key, string Method, Label Name, Type Request)
{
    /// <summary>Whether it answers strangers.</summary>
    public bool Public { get; init; }

    /// <summary>How many calls that change something strangers may make from one address in a minute; the usual limit when null.</summary>
    public int? PerMinute { get; init; }

    /// <summary>The secret that must stand in the address; null when there is none to be had there.</summary>
    public Func<ISettings, string?>? Secret { get; init; }

    /// <summary>How many bytes a JSON body may have; the limit of one record when null.</summary>
    public int? Longest { get; init; }
}

internal sealed record PrintDescription(string Module, string RecordType, string Key, Label Name, Type Component, bool OfList);

internal sealed record ImportFormatDescription(string Module, string RecordType, string Key, Label Name, Type Format);

/// <summary>A text that programs outside fetch.</summary>
internal sealed record FeedDescription(string Module, string Key, Label Name, Func<IRequest<Result<Feed>>> Query)
{
    public string FullKey => $"{Module}.{Key}";
}

internal sealed record PermissionDescription(string Key, Label Name);

/// <summary>What a built-in role is given when a tenant is made with the module, or first gets it: reach over a record type, or a permission.</summary>
internal sealed record RoleGrant(string Role, string Key, Reaches? Reaches);

/// <summary>Sample data for a scenario; with a name when the demonstration is about this module.</summary>
internal sealed record DemoDescription(string Scenario, Label? Name, Type Data);

internal sealed record JobDescription(string Key, string Module, Label Name, Type Job)
{
    /// <summary>When it runs by itself; null when only somebody's start does.</summary>
    public JobSchedule? Schedule { get; init; }

    /// <summary>Whether it works on something it is told, so that nobody can start it from the list of jobs.</summary>
    public bool NeedsArguments { get; init; }
}

internal abstract record JobSchedule
{
    internal sealed record Daily(TimeOnly At) : JobSchedule;

    internal sealed record Every(TimeSpan Interval) : JobSchedule;
}
