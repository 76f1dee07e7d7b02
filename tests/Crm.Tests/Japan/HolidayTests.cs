// Public holidays by rule, business days and fiscal years.
using System.Globalization;
using Crm.Sdk.Japan;
using Xunit;

namespace Crm.Tests.Japan;

public class HolidayTests
{
    [Theory]
    [InlineData("2026-09-22", "国民の休日")]
    [InlineData("2026-05-06", "振替休日")]
    [InlineData("2026-01-01", "元日")]
    [InlineData("2026-01-12", "成人の日")]
    [InlineData("1999-01-15", "成人の日")]
    [InlineData("1988-04-29", "天皇誕生日")]
    [InlineData("1989-04-29", "みどりの日")]
    [InlineData("2007-04-29", "昭和の日")]
    [InlineData("2018-12-23", "天皇誕生日")]
    [InlineData("2018-12-24", "振替休日")]
    [InlineData("2020-02-23", "天皇誕生日")]
    [InlineData("1989-02-24", "昭和天皇の大喪の礼")]
    [InlineData("1990-11-12", "即位礼正殿の儀")]
    [InlineData("1993-06-09", "皇太子徳仁親王の結婚の儀")]
    [InlineData("2019-04-30", "国民の休日")]
    [InlineData("2019-05-01", "天皇の即位の日")]
    [InlineData("2019-05-02", "国民の休日")]
    [InlineData("2019-10-22", "即位礼正殿の儀")]
    [InlineData("2020-07-23", "海の日")]
    [InlineData("2020-07-24", "スポーツの日")]
    [InlineData("2020-08-10", "山の日")]
    [InlineData("2021-07-22", "海の日")]
    [InlineData("2021-07-23", "スポーツの日")]
    [InlineData("2021-08-08", "山の日")]
    [InlineData("2021-08-09", "振替休日")]
    [InlineData("2019-10-14", "体育の日")]
    [InlineData("2022-10-10", "スポーツの日")]
    [InlineData("1986-05-04", null)] // a Sunday, on which the old law knew no sandwiched day
    [InlineData("1987-05-04", "振替休日")]
    [InlineData("1988-05-04", "国民の休日")]
    [InlineData("1985-05-04", null)]
    [InlineData("2003-05-05", "こどもの日")]
    [InlineData("2009-09-22", "国民の休日")]
    [InlineData("2015-09-22", "国民の休日")]
    [InlineData("2008-05-06", "振替休日")]
    [InlineData("2019-12-23", null)]
    [InlineData("2019-02-23", null)]
    [InlineData("2020-07-20", null)]
    [InlineData("2020-10-12", null)]
    [InlineData("2020-08-11", null)]
    [InlineData("2015-08-11", null)]
    [InlineData("1995-07-20", null)]
    [InlineData("2026-07-05", null)] // just a Sunday
    [InlineData("1979-01-01", null)] // before what is known
    [InlineData("2100-01-01", null)]
    public void The_law_of_its_day_makes_a_holiday(string date, string? name) => Assert.Equal(name, Holidays.NameOf(Day(date))?.Ja);

    [Theory]
    [InlineData(2019, "01-01 01-14 02-11 03-21 04-29 04-30 05-01 05-02 05-03 05-04 05-05 05-06 07-15 08-11 08-12 09-16 09-23 10-14 10-22 11-03 11-04 11-23")]
    [InlineData(2020, "01-01 01-13 02-11 02-23 02-24 03-20 04-29 05-03 05-04 05-05 05-06 07-23 07-24 08-10 09-21 09-22 11-03 11-23")]
    [InlineData(2021, "01-01 01-11 02-11 02-23 03-20 04-29 05-03 05-04 05-05 07-22 07-23 08-08 08-09 09-20 09-23 11-03 11-23")]
    [InlineData(2026, "01-01 01-12 02-11 02-23 03-20 04-29 05-03 05-04 05-05 05-06 07-20 08-11 09-21 09-22 09-23 10-12 11-03 11-23")]
    public void A_year_has_these_holidays_and_no_others(int year, string days)
    {
        var first = new DateOnly(year, 1, 1);
        var found = Enumerable.Range(0, first.AddYears(1).DayNumber - first.DayNumber).Select(first.AddDays).Where(Holidays.IsHoliday);
        Assert.Equal(days.Split(' '), found.Select(d => d.ToString("MM-dd", CultureInfo.InvariantCulture)));
    }

    [Theory]
    [InlineData(1980, 20, 23)]
    [InlineData(1992, 20, 23)]
    [InlineData(2012, 20, 22)]
    [InlineData(2024, 20, 22)]
    [InlineData(2025, 20, 23)]
    [InlineData(2027, 21, 23)]
    [InlineData(2030, 20, 23)]
    [InlineData(2092, 19, 22)]
    [InlineData(2099, 20, 23)]
    public void The_equinoxes_follow_the_formula(int year, int spring, int autumn)
    {
        Assert.Equal("春分の日", Holidays.NameOf(new(year, 3, spring))?.Ja);
        Assert.Equal("秋分の日", Holidays.NameOf(new(year, 9, autumn))?.Ja);
    }

    [Fact]
    public void From_2007_every_holiday_on_a_Sunday_is_made_good_within_the_same_week()
    {
        for (var date = new DateOnly(2007, 1, 1); date.Year <= Holidays.LastYear; date = date.AddDays(1))
        {
            if (date.DayOfWeek != DayOfWeek.Sunday || !Holidays.IsHoliday(date)) continue;
            Assert.Contains(Enumerable.Range(1, 4), after => Holidays.NameOf(date.AddDays(after))?.Ja == "振替休日");
        }
    }

    [Theory]
    [InlineData("2026-01-16", "2026-01-21")] // Friday to Wednesday
    [InlineData("2026-12-25", "2027-01-05")] // over the year's end
    [InlineData("2026-09-18", "2026-09-28")] // over three holidays in a row
    public void Three_business_days_later_by_the_rule_of_the_electronic_manifest(string from, string to) =>
        Assert.Equal(Day(to), BusinessDays.Add(Day(from), 3, BusinessDays.IsYearEnd));

    [Fact]
    public void Business_days_count_backwards_and_from_closed_days_too()
    {
        Assert.Equal(Day("2026-01-16"), BusinessDays.Add(Day("2026-01-21"), -3));
        Assert.Equal(Day("2026-01-13"), BusinessDays.Add(Day("2026-01-10"), 0)); // Saturday; Monday is a holiday
        Assert.Equal(Day("2026-01-13"), BusinessDays.Add(Day("2026-01-13"), 0));
        Assert.Equal(Day("2026-01-14"), BusinessDays.Add(Day("2026-01-13"), 1));
    }

    [Theory]
    [InlineData("2026-03-31", 4, 2025, "2025-04-01", "2026-03-31")]
    [InlineData("2026-04-01", 4, 2026, "2026-04-01", "2027-03-31")]
    [InlineData("2026-02-28", 3, 2025, "2025-03-01", "2026-02-28")]
    [InlineData("2026-12-31", 1, 2026, "2026-01-01", "2026-12-31")]
    public void A_fiscal_year_is_called_after_the_year_it_begins_in(string date, int startMonth, int year, string start, string end)
    {
        var fiscal = FiscalYear.Of(Day(date), startMonth);
        Assert.Equal((year, Day(start), Day(end)), (fiscal.Year, fiscal.Start, fiscal.End));
    }

    private static DateOnly Day(string iso) => DateOnly.ParseExact(iso, "yyyy-MM-dd", CultureInfo.InvariantCulture);
}
