using Crm.Platform.Catalog;
using Crm.Sdk.Records;
using Crm.Sdk.Users;

namespace Crm.Platform.Tenancy;

/// <summary>Whom the current scope works for and on whose behalf. Set once, by whoever opened the scope.</summary>
internal sealed class Current : IDisposable
{
    private TenantInfo? tenant;
    private TenantCatalog? catalog;
    private bool left;
    private Actor actor = Actor.Nobody;

    public bool HasTenant => tenant is not null;

    public TenantInfo Tenant => tenant ?? throw new InvalidOperationException("This scope works for no tenant.");

    /// <summary>What is on for the tenant.</summary>
    public TenantCatalog Catalog => catalog ?? throw new InvalidOperationException("This scope works for no tenant.");

    public Actor Actor => actor;

    /// <summary>Whether something of a module is there for whoever works in this scope; what belongs to the platform (null) always is.</summary>
    public bool IsOpen(string? module) => module is null || (catalog is not null && catalog.IsOn(module));

    /// <summary>Goes into the history of everything saved in this scope; or null.</summary>
    public Guid? ChangeSet { get; set; }

    public void Enter(TenantInfo tenantInfo, TenantCatalog tenantCatalog, Actor who)
    {
        if (tenant is not null) throw new InvalidOperationException("A scope works for one tenant only.");
        (tenant, catalog, actor) = (tenantInfo, tenantCatalog, who);
        catalog.Set.Enter();
    }

    /// <summary>The scope ends, and with it its use of the modules as they were when it began.</summary>
    public void Dispose()
    {
        if (!left) catalog?.Set.Leave();
        left = true;
    }

    /// <summary>Says that what follows comes in another way, such as from a file; rights stay the same.</summary>
    public void Through(ChangeSource source) => actor = new Actor(actor.Id, actor.Name, source, actor.Rights) { Token = actor.Token };

    /// <summary>Speaks for the installation, in no tenant.</summary>
    public void EnterInstallation(Actor who) => actor = who;
}

/// <summary>Who acts, with the rights they had when the scope was opened.</summary>
internal sealed class Actor : IUser
{
    private readonly AccessRights rights;

    public Actor(Guid? id, string name, ChangeSource source, AccessRights rights)
    {
        Id = id;
        Name = name;
        Source = source;
        this.rights = rights;
    }

    public Guid? Id { get; }

    public string Name { get; }

    public ChangeSource Source { get; }

    public AccessRights Rights => rights;

    /// <summary>When they came by a token that carries less than its owner may do: how much it carries, and what the owner may do; or null.</summary>
    public (string Scope, AccessRights Owner)? Token { get; init; }

    /// <summary>Who acts in a scope that nobody entered: may do nothing.</summary>
    public static readonly Actor Nobody = new(null, "nobody", ChangeSource.Job, AccessRights.Nothing);

    /// <summary>The system itself: may do everything within the tenant.</summary>
    public static Actor System(ChangeSource source) => new(null, "system", source, AccessRights.OfTenant);

    /// <summary>Whoever sits at the server's own command line: may do everything, in no tenant.</summary>
    public static Actor AtTheServer => new(null, "system", ChangeSource.CommandLine, AccessRights.Everything);

    public bool May(string permission) => rights.May(permission);

    public Reach Reach(string recordType, RecordAction action) => rights.Reach(recordType, action);

    public IReadOnlyList<Guid>? Owners(string recordType, RecordAction action) => (Reach(recordType, action), Id) switch
    {
        (Sdk.Users.Reach.All, _) => null,
        (Sdk.Users.Reach.Team, { } me) => [.. rights.TeamMembers.Append(me).Distinct()],
        (Sdk.Users.Reach.Own, { } me) => [me],
        _ => [],
    };

    /// <summary>Whether they may do something to a record with this owner.</summary>
    public bool MayAct(string recordType, Guid? owner, RecordAction action) => Reach(recordType, action) switch
    {
        Sdk.Users.Reach.All => true,
        Sdk.Users.Reach.Team => owner is { } o && (o == Id || rights.TeamMembers.Contains(o)),
        Sdk.Users.Reach.Own => owner is not null && owner == Id,
        _ => false,
    };
}

/// <summary>What somebody may do: the sum of their roles.</summary>
internal sealed class AccessRights
{
    /// <summary>All rights; for the command line of the server alone.</summary>
    public static readonly AccessRights Everything = new() { All = true, Installation = true };

    /// <summary>Those of an administrator of the installation, who is in no tenant.</summary>
    public static readonly AccessRights OfInstallation = new() { Installation = true };

    /// <summary>Everything within the tenant and nothing of the installation: what jobs and reactions to events act with.</summary>
    public static readonly AccessRights OfTenant = new() { All = true };

    public static readonly AccessRights Nothing = new();

    /// <summary>Everything within the tenant.</summary>
    public bool All { get; init; }

    /// <summary>Rights whose keys begin with <c>installation.</c>; a tenant's administrator has none of them.</summary>
    public bool Installation { get; init; }

    /// <summary>Keys such as <c>deals.move</c>; <c>deals.*</c> stands for all of a module.</summary>
    public IReadOnlySet<string> Permissions { get; init; } = new HashSet<string>();

    /// <summary>Reach by record type and action; the type <c>*</c> stands for those not named.</summary>
    public IReadOnlyDictionary<(string RecordType, RecordAction Action), Reach> Reaches { get; init; } =
        new Dictionary<(string, RecordAction), Reach>();

    /// <summary>Fields, as <c>type/field</c>, that are hidden.</summary>
    public IReadOnlySet<string> HiddenFields { get; init; } = new HashSet<string>();

    /// <summary>Fields, as <c>type/field</c>, that are seen and not changed.</summary>
    public IReadOnlySet<string> LockedFields { get; init; } = new HashSet<string>();

    /// <summary>The user and everybody in their teams; decides reach <see cref="Sdk.Users.Reach.Team"/>.</summary>
    public IReadOnlyList<Guid> TeamMembers { get; init; } = [];

    public bool May(string permission) =>
        permission.StartsWith("installation.", StringComparison.Ordinal) ? Installation
        : All || Permissions.Contains(permission) || Permissions.Contains(permission[..(permission.IndexOf('.', StringComparison.Ordinal) + 1)] + "*");

    /// <summary>Whether nothing in <paramref name="other"/> goes beyond these; nobody gives away more than they hold.</summary>
    public bool Covers(AccessRights other) => (Installation || !other.Installation) && (All || (!other.All
        && other.Permissions.All(May)
        && HiddenFields.All(f => other.HiddenFields.Contains(f) || other.Reach(TypeOf(f), RecordAction.Read) == Sdk.Users.Reach.None)
        && LockedFields.All(f => other.LockedFields.Contains(f) || other.HiddenFields.Contains(f)
            || (other.Reach(TypeOf(f), RecordAction.Edit) == Sdk.Users.Reach.None && other.Reach(TypeOf(f), RecordAction.Create) == Sdk.Users.Reach.None))
        && Reaches.Keys.Concat(other.Reaches.Keys).All(k => other.Reach(k.RecordType, k.Action) <= Reach(k.RecordType, k.Action))));

    /// <summary>How far they reach. Nobody does anything to a record they may not see; making one shows nothing.</summary>
    public Reach Reach(string recordType, RecordAction action) =>
        All ? Sdk.Users.Reach.All
        : action is RecordAction.Read or RecordAction.Create ? Given(recordType, action)
        : (Reach)Math.Min((int)Given(recordType, action), (int)Given(recordType, RecordAction.Read));

    private Reach Given(string recordType, RecordAction action) =>
        Reaches.TryGetValue((recordType, action), out var reach) ? reach : Reaches.GetValueOrDefault(("*", action));

    /// <summary>Whether no field at all is hidden.</summary>
    public bool HidesNothing => All || HiddenFields.Count == 0;

    /// <summary>Whether every field is seen, and changed as far as the records are.</summary>
    public bool LimitsNoField => All || (HiddenFields.Count == 0 && LockedFields.Count == 0);

    /// <summary>Whether a field may be seen and not changed.</summary>
    public bool Locks(string recordType, string field) => !All && LockedFields.Contains(recordType + "/" + field);

    /// <summary>The record type of <c>type/field</c>.</summary>
    internal static string TypeOf(string field) => field[..field.IndexOf('/', StringComparison.Ordinal)];

    public bool Hides(string recordType, string field) => !All && HiddenFields.Contains(recordType + "/" + field);

    /// <summary>
    /// Whether a field may not be seen, be it itself or something it is worked out from. A key for sorting or matching that does not say
    /// what it is made of counts as made of every field of its type.
    /// </summary>
    public bool Hides(RecordType type, Field field)
    {
        return !HidesNothing && HidesAny(type, field);
    }

    private bool HidesAny(RecordType type, Field field)
    {
        if (Hides(type.Key, field.Key)) return true;
        if (field.From.Count > 0) return field.From.Any(source => Hides(type.Key, source));
        return field is { Hidden: true, ReadOnly: true } && type.Fields.Any(other => Hides(type.Key, other.Key));
    }

    /// <summary>Whether some of the text by which records of a type are found or called may not be seen.</summary>
    public bool HidesTextOf(RecordType type) => !HidesNothing && HidesAnyTextOf(type);

    private bool HidesAnyTextOf(RecordType type) => type.Fields.Any(f => (f.Searchable || type.TitleFields.Contains(f.Key)) && Hides(type, f));
}
