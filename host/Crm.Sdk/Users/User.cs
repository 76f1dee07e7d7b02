namespace Crm.Sdk.Users;

/// <summary>Who acts.</summary>
public interface IUser
{
    /// <summary>The user, or null when the system itself acts.</summary>
    Guid? Id { get; }

    /// <summary>What they are called.</summary>
    string Name { get; }

    /// <summary>How they came.</summary>
    ChangeSource Source { get; }

    /// <summary>Whether they hold a right, such as <c>admin.users</c>.</summary>
    bool May(string permission);

    /// <summary>How much of a record type they may <paramref name="action"/>.</summary>
    Reach Reach(string recordType, RecordAction action);

    /// <summary>
    /// The owners whose records they may <paramref name="action"/>: null for all records, whoever owns them; nobody when the reach is none.
    /// For queries over one's own tables, which ask nobody for rights by themselves.
    /// </summary>
    IReadOnlyList<Guid>? Owners(string recordType, RecordAction action);

    /// <summary>Whether they may <paramref name="action"/> one record, going by who owns it.</summary>
    bool MayAct(string recordType, Guid? owner, RecordAction action);
}

/// <summary>How a change came in; stands in the history.</summary>
public enum ChangeSource
{
    /// <summary>A screen.</summary>
    Screen,

    /// <summary>The REST API.</summary>
    Api,

    /// <summary>A file.</summary>
    Import,

    /// <summary>A job on the clock.</summary>
    Job,

    /// <summary>A reaction to an event.</summary>
    Event,

    /// <summary>The command line.</summary>
    CommandLine,

    /// <summary>A page or address that answers strangers.</summary>
    Public,
}

/// <summary>How a <see cref="ChangeSource"/> is written where it is kept.</summary>
public static class ChangeSourceNames
{
    private static readonly (ChangeSource Source, string Name)[] Names =
    [
        (ChangeSource.Screen, "screen"), (ChangeSource.Api, "api"), (ChangeSource.Import, "import"),
        (ChangeSource.Job, "job"), (ChangeSource.Event, "event"), (ChangeSource.CommandLine, "command-line"),
        (ChangeSource.Public, "public"),
    ];

    /// <summary>Its persisted name: <c>screen</c>, <c>api</c>, <c>import</c>, <c>job</c>, <c>event</c>, <c>command-line</c>, <c>public</c>.</summary>
    public static string PersistedName(this ChangeSource source) => Names.First(n => n.Source == source).Name;

    internal static ChangeSource Parse(string persisted) => Names.First(n => n.Name == persisted).Source;
}
