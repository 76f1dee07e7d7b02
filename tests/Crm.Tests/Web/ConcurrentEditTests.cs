using System.Globalization;
using Crm.Host.Web.Forms;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Records;
using Crm.Sdk.Users;

namespace Crm.Tests.Web;

public sealed class ConcurrentEditTests
{
    private static readonly TenantInfo Tenant = new()
    {
        Id = Ids.New(), Number = 1, Key = "t", Name = "あおぞら商事", TimeZone = TimeZoneInfo.FindSystemTimeZoneById("Asia/Tokyo"),
        Language = CultureInfo.GetCultureInfo("ja"), Currency = "JPY", FiscalYearStart = 4, Modules = new HashSet<string>(), Version = 1,
    };

    [Fact]
    public void What_only_one_of_two_people_changed_is_kept_without_asking()
    {
        // Opened with phone 1, name A. They changed the phone; I changed the name and send the old phone along unseen.
        var edit = Edit(
            typed: new() { ["name"] = "B", ["phone"] = "1" },
            now: new() { ["name"] = "A", ["phone"] = "2" },
            Saved(("phone", "1", "2")));

        Assert.Equal("B", Assert.Single(edit.Mine).Value);
        Assert.Empty(edit.Both);
    }

    [Fact]
    public void What_both_changed_is_asked()
    {
        var edit = Edit(new() { ["phone"] = "3" }, new() { ["phone"] = "2" }, Saved(("phone", "1", "2")));

        Assert.Empty(edit.Mine);
        Assert.Equal("3", Assert.Single(edit.Both).Value);
    }

    [Fact]
    public void The_value_the_form_was_opened_with_is_the_one_before_the_first_of_several_saves()
    {
        // Newest first: 1 → 2 → 3.
        var edit = Edit(new() { ["phone"] = "1" }, new() { ["phone"] = "3" }, Saved(("phone", "2", "3")), Saved(("phone", "1", "2")));

        Assert.Empty(edit.Mine);
        Assert.Empty(edit.Both);
    }

    [Fact]
    public void Both_making_the_same_change_is_no_conflict()
    {
        var edit = Edit(new() { ["phone"] = "2" }, new() { ["phone"] = "2" }, Saved(("phone", "1", "2")));

        Assert.Empty(edit.Both);
    }

    [Fact]
    public void Width_and_the_order_of_ticks_make_no_difference()
    {
        var edit = Edit(
            new() { ["employees"] = "１２", ["channels"] = new[] { "web", "expo" } },
            new() { ["employees"] = 12m, ["channels"] = new[] { "expo", "web" } },
            Saved(("name", "A", "B")));

        Assert.Empty(edit.Mine);
        Assert.Empty(edit.Both);
    }

    [Fact]
    public void Without_a_history_everything_that_differs_is_asked()
    {
        var edit = ConcurrentEdit.Of(new Dictionary<string, object?> { ["name"] = "B", ["phone"] = "1" }, View(new() { ["name"] = "A", ["phone"] = "1" }), since: null, Tenant);

        Assert.Equal("name", Assert.Single(edit.Both).Key);
    }

    private static ConcurrentEdit Edit(Dictionary<string, object?> typed, Dictionary<string, object> now, params HistoryEntry[] since) =>
        ConcurrentEdit.Of(typed, View(now), since, Tenant);

    private static RecordView View(Dictionary<string, object> values) => new(RecordType.For<CustomRecord>("t.thing"), Ids.New(), 5, "A", values);

    private static HistoryEntry Saved(params (string Field, object? Before, object? After)[] changes) => new(
        DateTimeOffset.UnixEpoch, "updated", null, "鈴木 一郎", ChangeSource.Screen, null,
        [.. changes.Select(c => new FieldChange(c.Field, Label.Same(c.Field), c.Before, c.After))], null);
}
