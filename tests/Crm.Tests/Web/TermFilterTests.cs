using System.Globalization;
using Crm.Host.Web.Lists;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Records;
using Crm.Sdk.Users;

namespace Crm.Tests.Web;

public sealed class TermFilterTests
{
    private static readonly TenantInfo Tokyo = new()
    {
        Id = Ids.New(), Number = 1, Key = "t", Name = "あおぞら商事", TimeZone = TimeZoneInfo.FindSystemTimeZoneById("Asia/Tokyo"),
        Language = CultureInfo.GetCultureInfo("ja"), Currency = "JPY", FiscalYearStart = 4, Modules = new HashSet<string>(), Version = 1,
    };

    [Theory]
    [InlineData("@today", "2026-03-31", "2026-04-01")]
    [InlineData("@this-week", "2026-03-30", "2026-04-06")]
    [InlineData("@this-month", "2026-03-01", "2026-04-01")]
    [InlineData("@last-month", "2026-02-01", "2026-03-01")]
    [InlineData("@fiscal-year", "2025-04-01", "2026-04-01")]
    [InlineData("@next-30", "2026-03-31", "2026-05-01")]
    public void A_period_is_counted_in_the_days_of_the_tenant(string period, string from, string until)
    {
        // 23:30 in London on the 30th is already the 31st in Tokyo.
        var clock = new FixedClock(new DateTimeOffset(2026, 3, 30, 22, 30, 0, TimeSpan.Zero));

        var filter = TermFilter.Of(Field(FieldKind.Date), new("on", FilterOp.Eq, [period]), Tokyo, Actor.System(ChangeSource.Screen), clock);

        Assert.Equal([(FilterOp.Gte, (object?)Day(from)), (FilterOp.Lt, Day(until))], Parts(filter));
    }

    [Fact]
    public void A_moment_compared_with_a_day_means_the_whole_day_where_the_tenant_is()
    {
        var filter = TermFilter.Of(Field(FieldKind.DateTime), new("at", FilterOp.Lte, ["2026-04-01"]), Tokyo, Actor.System(ChangeSource.Screen), TimeProvider.System);

        Assert.Equal([(FilterOp.Lt, (object?)new DateTimeOffset(2026, 4, 1, 15, 0, 0, TimeSpan.Zero))], Parts(filter));
    }

    [Fact]
    public void Me_is_whoever_looks()
    {
        var hanako = new Actor(Ids.New(), "佐藤 花子", ChangeSource.Screen, AccessRights.Everything);

        var filter = TermFilter.Of(Field(FieldKind.User), new("owner", FilterOp.Eq, [TermFilter.Me]), Tokyo, hanako, TimeProvider.System);

        Assert.Equal([(FilterOp.Eq, (object?)hanako.Id)], Parts(filter));
    }

    private static IEnumerable<(FilterOp Op, object? Value)> Parts(Filter filter) => filter switch
    {
        Filter.All all => all.Parts.SelectMany(Parts),
        Filter.Compare compare => [(compare.Op, compare.Values.Single())],
        _ => throw new InvalidOperationException($"{filter} was not expected."),
    };

    private static DateOnly Day(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static Field Field(FieldKind kind) => new() { Key = "f", Kind = kind, Label = Label.Same("f"), Section = "s" };

    private sealed class FixedClock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
