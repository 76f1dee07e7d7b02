using Crm.Support.Clock;
using Crm.Support.Setup;

namespace Crm.Tests.Support;

/// <summary>Time as the desk works: weekends, holidays, the end of the year, nights.</summary>
public sealed class BusinessHoursTests
{
    private static readonly TimeZoneInfo Tokyo = TimeZoneInfo.FindSystemTimeZoneById("Asia/Tokyo");

    [Theory]
    // Within a day, and to its very end.
    [InlineData("2026-11-20 10:00", 4, "2026-11-20 14:00")]
    [InlineData("2026-11-20 10:00", 8, "2026-11-20 18:00")]
    // Before and after hours the clock waits for the next morning.
    [InlineData("2026-11-19 06:30", 1, "2026-11-19 10:00")]
    [InlineData("2026-11-19 22:00", 1, "2026-11-20 10:00")]
    // Over a weekend with a holiday on Monday (勤労感謝の日).
    [InlineData("2026-11-20 17:00", 2, "2026-11-24 10:00")]
    [InlineData("2026-11-21 12:00", 9, "2026-11-24 18:00")]
    // Golden Week 2026: 29 April, then 2 (Sat) to 6 May (振替休日).
    [InlineData("2026-04-28 17:00", 2, "2026-04-30 10:00")]
    [InlineData("2026-05-01 17:00", 2, "2026-05-07 10:00")]
    [InlineData("2026-04-28 09:00", 36, "2026-05-07 18:00")]
    // Silver week 2026: 22 September lies between two holidays (国民の休日).
    [InlineData("2026-09-18 17:00", 2, "2026-09-24 10:00")]
    // End of the year: 28 December is a Monday; closed 29 to 3.
    [InlineData("2026-12-28 17:00", 2, "2027-01-04 10:00")]
    [InlineData("2026-12-30 12:00", 9, "2027-01-04 18:00")]
    public void A_desk_of_nine_to_six_counts_its_own_hours_only(string from, int hours, string due)
    {
        var desk = SupportClock.Of(new SupportSettings(), Tokyo);
        Assert.Equal(At(due), desk.Add(At(from), TimeSpan.FromHours(hours)));
    }

    [Theory]
    [InlineData("2026-11-20 09:00", "2026-11-20 18:00", 9)]
    [InlineData("2026-11-20 17:00", "2026-11-24 10:00", 2)]
    [InlineData("2026-04-28 17:00", "2026-05-07 10:00", 20)]
    [InlineData("2026-12-29 00:00", "2027-01-04 00:00", 0)]
    [InlineData("2026-11-20 12:00", "2026-11-20 11:00", 0)]
    public void Time_between_two_moments_is_the_time_worked(string from, string until, int hours) =>
        Assert.Equal(TimeSpan.FromHours(hours), SupportClock.Of(new SupportSettings(), Tokyo).Between(At(from), At(until)));

    [Fact]
    public void A_lunch_break_stops_the_clock()
    {
        var desk = SupportClock.Of(new SupportSettings { Friday = "９：００〜12:00、13:00-18:00" }, Tokyo);
        Assert.Equal(At("2026-11-20 14:00"), desk.Add(At("2026-11-20 11:00"), TimeSpan.FromHours(2)));
        Assert.False(desk.IsOpen(At("2026-11-20 12:30")));
        Assert.True(desk.IsOpen(At("2026-11-20 13:00")));
    }

    [Fact]
    public void A_night_shift_belongs_to_the_day_it_begins()
    {
        // Friday 22:00 to Saturday 6:00 is worked, the night after Saturday and Sunday is not; Monday the 23rd is a holiday.
        var desk = SupportClock.Of(new SupportSettings { Monday = "22:00-6:00", Tuesday = "22:00-6:00", Wednesday = "22:00-6:00", Thursday = "22:00-6:00", Friday = "22:00-6:00" }, Tokyo);
        Assert.Equal(At("2026-11-21 01:00"), desk.Add(At("2026-11-20 20:00"), TimeSpan.FromHours(3)));
        Assert.Equal(At("2026-11-25 01:00"), desk.Add(At("2026-11-21 05:00"), TimeSpan.FromHours(4)));
        Assert.Equal(TimeSpan.FromHours(2), desk.Between(At("2026-11-21 04:00"), At("2026-11-24 22:00")));
        Assert.True(desk.IsOpen(At("2026-11-21 05:59")));
        Assert.False(desk.IsOpen(At("2026-11-23 23:00")));
    }

    [Fact]
    public void Shifts_that_overlap_count_once()
    {
        var desk = SupportClock.Of(new SupportSettings { Thursday = "20:00-10:00", Friday = "9:00-18:00" }, Tokyo);
        Assert.Equal(TimeSpan.FromHours(18), desk.Between(At("2026-11-20 00:00"), At("2026-11-21 00:00")));
    }

    [Fact]
    public void Days_of_the_companys_own_close_and_open_the_desk()
    {
        var desk = SupportClock.Of(
            new SupportSettings { ClosedDays = "12-29..01-03\n2026-08-13〜2026-08-16 夏季休業\n11/20", OpenDays = "2026-11-23 10:00-15:00\n2026-12-30 9:00-12:00" }, Tokyo);
        Assert.Equal(At("2026-11-23 11:00"), desk.Add(At("2026-11-19 17:00"), TimeSpan.FromHours(2)));
        Assert.Equal(At("2026-08-17 10:00"), desk.Add(At("2026-08-12 17:00"), TimeSpan.FromHours(2)));
        Assert.Equal(At("2026-12-30 10:00"), desk.Add(At("2026-12-28 17:00"), TimeSpan.FromHours(2)));
        Assert.Equal(TimeSpan.FromHours(3), desk.Between(At("2026-12-29 00:00"), At("2027-01-04 00:00")));
    }

    [Fact]
    public void Holidays_can_be_worked_by_other_hours_or_like_any_day()
    {
        Assert.Equal(At("2026-11-23 14:00"), SupportClock.Of(new SupportSettings { HolidayHours = "13:00-17:00" }, Tokyo).Add(At("2026-11-20 18:00"), TimeSpan.FromHours(1)));
        Assert.Equal(At("2026-11-23 10:00"), SupportClock.Of(new SupportSettings { ClosedOnHolidays = false }, Tokyo).Add(At("2026-11-20 18:00"), TimeSpan.FromHours(1)));
    }

    [Fact]
    public void A_desk_without_any_hours_counts_all_of_them()
    {
        var desk = SupportClock.Of(new SupportSettings { Monday = null, Tuesday = null, Wednesday = null, Thursday = null, Friday = null }, Tokyo);
        Assert.Equal(At("2026-11-22 13:00"), desk.Add(At("2026-11-21 13:00"), TimeSpan.FromHours(24)));
    }

    [Fact]
    public void An_hour_that_summer_time_leaves_out_is_not_worked()
    {
        var newYork = TimeZoneInfo.FindSystemTimeZoneById("America/New_York");
        var desk = SupportClock.Of(new SupportSettings { Sunday = "0:00-24:00", ClosedOnHolidays = false }, newYork);
        var (begins, ends) = (new DateTimeOffset(2026, 3, 8, 0, 0, 0, TimeSpan.FromHours(-5)), new DateTimeOffset(2026, 3, 9, 0, 0, 0, TimeSpan.FromHours(-4)));
        Assert.Equal(TimeSpan.FromHours(23), desk.Between(begins, ends));
    }

    [Theory]
    [InlineData("9時から6時")]
    [InlineData("9:00")]
    [InlineData("25:00-26:00")]
    [InlineData("9:60-10:00")]
    public void Hours_that_cannot_be_read_are_refused(string text) => Assert.Null(HoursText.Shifts(text));

    [Theory]
    [InlineData("2026-13-01")]
    [InlineData("02-30")]
    [InlineData("年末")]
    [InlineData("12-29..2027-01-03")]
    public void Days_that_cannot_be_read_are_refused(string text) => Assert.Null(HoursText.Days(text));

    [Fact]
    public void A_range_over_new_year_ends_in_the_year_after()
    {
        var range = Assert.Single(HoursText.Days("2026-12-29..01-03")!);
        Assert.True(range.Has(new DateOnly(2027, 1, 3)));
        Assert.False(range.Has(new DateOnly(2027, 12, 30)));
        Assert.False(range.Has(new DateOnly(2026, 1, 2)));
    }

    private static DateTimeOffset At(string local) => new(DateTime.ParseExact(local, "yyyy-MM-dd HH:mm", System.Globalization.CultureInfo.InvariantCulture), TimeSpan.FromHours(9));
}
