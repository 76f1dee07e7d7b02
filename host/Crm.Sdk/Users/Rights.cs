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
