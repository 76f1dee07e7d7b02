namespace Crm.Sdk.Users;

/// <summary>What can be done to records.</summary>
public enum RecordAction
{
    /// <summary>See.</summary>
    Read,

    /// <summary>Create.</summary>
    Create,

    /// <summary>Change.</summary>
    Edit,

    /// <summary>Put into the bin and restore.</summary>
    Delete,

    /// <summary>Take out in a file.</summary>
    Export,
}

/// <summary>How far a right reaches.</summary>
public enum Reach
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>Records the user owns.</summary>
    Own,

    /// <summary>Records owned by the user or by somebody in one of their teams.</summary>
    Team,

    /// <summary>All.</summary>
    All,
}

/// <summary>How far somebody may go with records of a type, action by action; not at all where nothing is said.</summary>
public sealed record Reaches
{
    /// <summary>Nothing.</summary>
    public static readonly Reaches None = new();

    /// <summary>Everything with all of them.</summary>
    public static readonly Reaches All = new() { Read = Reach.All, Create = Reach.All, Edit = Reach.All, Delete = Reach.All, Export = Reach.All };

    /// <summary>See all of them.</summary>
    public static readonly Reaches ReadOnly = new() { Read = Reach.All };

    /// <summary>See.</summary>
    public Reach Read { get; init; }

    /// <summary>Create, going by who is to own the new record.</summary>
    public Reach Create { get; init; }

    /// <summary>Change.</summary>
    public Reach Edit { get; init; }

    /// <summary>Put into the bin and restore.</summary>
    public Reach Delete { get; init; }

    /// <summary>Take out in a file.</summary>
    public Reach Export { get; init; }

    /// <summary>How far for one action.</summary>
    public Reach this[RecordAction action] => action switch
    {
        RecordAction.Read => Read,
        RecordAction.Create => Create,
        RecordAction.Edit => Edit,
        RecordAction.Delete => Delete,
        RecordAction.Export => Export,
        _ => Reach.None,
    };

    /// <summary>The same but for one action.</summary>
    public Reaches With(RecordAction action, Reach reach) => action switch
    {
        RecordAction.Read => this with { Read = reach },
        RecordAction.Create => this with { Create = reach },
        RecordAction.Edit => this with { Edit = reach },
        RecordAction.Delete => this with { Delete = reach },
        _ => this with { Export = reach },
    };
}
