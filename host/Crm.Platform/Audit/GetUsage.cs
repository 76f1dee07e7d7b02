using Crm.Platform.Identity.Rights;
using Crm.Platform.Records;
using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Messaging;
using Crm.Sdk.Tenancy;
using Crm.Sdk.Users;
using MediatR;

namespace Crm.Platform.Audit;

/// <summary>Who uses the product and what for: counted from what the audit keeps anyway, nothing more is written down about anybody.</summary>
/// <param name="Days">How many days back, with today; 1 to 92.</param>
[Requires(AuditRights.Key)]
internal sealed record GetUsage(int Days = GetUsage.Usual) : IRequest<Result<Usage>>
{
    public const int Usual = 30;
    public const int Most = 92;
}

/// <param name="ByDay">One for each day, the first first.</param>
/// <param name="ByModule">Most changes first; modules in which nothing was done are missing.</param>
/// <param name="ByUser">Everybody who may sign in, and whoever did something and may no more; the most days first.</param>
internal sealed record Usage(IReadOnlyList<UsageDay> ByDay, IReadOnlyList<ModuleUsage> ByModule, IReadOnlyList<UserUsage> ByUser)
{
    /// <summary>How many may sign in.</summary>
    public int MaySignIn { get; init; }

    /// <summary>How many of those did something.</summary>
    public int Active { get; init; }
}

/// <summary>A day where the tenant is: how many people changed a record or looked at personal data, their changes on screens, and those by import, API and command line.</summary>
internal sealed record UsageDay(DateOnly Day, int Active, long ByHand, long Brought);

/// <summary>The same of a module, by its key; <c>custom</c> for record types of the tenant's own, <c>platform</c> for settings.</summary>
internal sealed record ModuleUsage(string Module, int People, long ByHand, long Brought, long Looks);

/// <summary>The same of somebody, without a name when their account is gone: on how many days they did something, and the last of those.</summary>
internal sealed record UserUsage(Guid Id, string? Name, int Days, DateOnly? Last, long ByHand, long Brought, long Looks);

internal sealed class GetUsageHandler(Session session, Current current, Staff staff, TimeProvider clock) : IRequestHandler<GetUsage, Result<Usage>>
{
    private const string Screen = "screen";

    /// <summary>What was done in somebody's name without them: reactions and jobs.</summary>
    private static readonly string[] ByItself = [ChangeSource.Event.PersistedName(), ChangeSource.Job.PersistedName()];

    /// <summary>What one person did in one record type in one way on one day.</summary>
    private sealed record Done(int Day, Guid User, string RecordType, string Source, long Count);

    public async Task<Result<Usage>> Handle(GetUsage get, CancellationToken cancellationToken)
    {
        if (get.Days is < 1 or > GetUsage.Most)
        {
            return Problems.Invalid("bad-days", "days", ($"日数は 1 〜 {GetUsage.Most} にしてください。", $"Choose 1 to {GetUsage.Most} days."));
        }

        var tenant = current.Tenant;
        var from = clock.Today(tenant).AddDays(1 - get.Days);
        var sql = new Sql(session.Dialect, await session.Open(cancellationToken), session.Transaction);
        var changes = await Counted(sql, "platform_audit", from, get.Days, cancellationToken);
        var looks = await Counted(sql, "platform_access_log", from, get.Days, cancellationToken);
        List<Done> all = [.. changes, .. looks];
        var members = (await staff.Of(tenant, cancellationToken)).Members.ToDictionary(m => m.Id);
        var users = all.Select(d => d.User).Union(members.Values.Where(m => m.Active).Select(m => m.Id)).Select(Of).ToList();
        return new Usage(
            [.. Enumerable.Range(0, get.Days).Select(day => new UsageDay(from.AddDays(day), all.Where(d => d.Day == day).Select(d => d.User).Distinct().Count(), ByHand(changes.Where(d => d.Day == day)), Brought(changes.Where(d => d.Day == day))))],
            [.. all.GroupBy(d => Module(d.RecordType)).Select(m => new ModuleUsage(
                m.Key, m.Select(d => d.User).Distinct().Count(), ByHand(changes.Where(d => Module(d.RecordType) == m.Key)), Brought(changes.Where(d => Module(d.RecordType) == m.Key)), looks.Where(d => Module(d.RecordType) == m.Key).Sum(d => d.Count)))
                .OrderByDescending(m => m.ByHand + m.Brought).ThenByDescending(m => m.Looks).ThenBy(m => m.Module, StringComparer.Ordinal)],
            [.. users.OrderByDescending(u => u.Days).ThenByDescending(u => u.ByHand).ThenBy(u => u.Name, StringComparer.CurrentCulture)])
        {
            MaySignIn = members.Values.Count(m => m.Active),
            Active = users.Count(u => u.Days > 0 && members.TryGetValue(u.Id, out var member) && member.Active),
        };

        UserUsage Of(Guid user)
        {
            var days = all.Where(d => d.User == user).Select(d => d.Day).ToHashSet();
            return new(
                user, members.GetValueOrDefault(user)?.Name, days.Count, days.Count == 0 ? null : from.AddDays(days.Max()),
                ByHand(changes.Where(d => d.User == user)), Brought(changes.Where(d => d.User == user)), looks.Where(d => d.User == user).Sum(d => d.Count));
        }
    }

    private static long ByHand(IEnumerable<Done> changes) => changes.Where(d => d.Source == Screen).Sum(d => d.Count);

    private static long Brought(IEnumerable<Done> changes) => changes.Where(d => d.Source != Screen).Sum(d => d.Count);

    private string Module(string recordType) => current.Catalog.TryGet(recordType, out var type) ? type.Owner
        : AuditedSettings.Are(recordType) ? "platform"
        : recordType.Split('.')[0];

    private async Task<List<Done>> Counted(Sql sql, string table, DateOnly from, int days, CancellationToken cancellation)
    {
        FormattableString day = $"CASE";
        for (var i = 1; i < days; i++) day = $"{day} WHEN at < {current.Tenant.StartOf(from.AddDays(i))} THEN {Sql.Raw((i - 1).ToString(System.Globalization.CultureInfo.InvariantCulture))}";
        day = days == 1 ? Sql.Raw("0") : (FormattableString)$"{day} ELSE {Sql.Raw((days - 1).ToString(System.Globalization.CultureInfo.InvariantCulture))} END";

        // Keys are in the order of time, so that what is older is not even looked at; a day more, since clocks differ.
        var (first, start, end) = (Guid.CreateVersion7(current.Tenant.StartOf(from.AddDays(-1))), current.Tenant.StartOf(from), current.Tenant.StartOf(from.AddDays(days)));
        return await sql.Rows(
            $"""
            SELECT day, actor_id, record_type, source, COUNT(*) FROM (
             SELECT {day} AS day, actor_id, record_type, source FROM {Sql.Raw(table)}
             WHERE tenant_id = {current.Tenant.Id} AND id >= {first} AND at >= {start} AND at < {end} AND actor_id IS NOT NULL AND source NOT IN ({Sql.List(ByItself)})) done
            GROUP BY day, actor_id, record_type, source
            """,
            r => new Done(r.Int(0), r.Id(1), r.Text(2), r.Text(3), r.Long(4)), cancellation);
    }
}
