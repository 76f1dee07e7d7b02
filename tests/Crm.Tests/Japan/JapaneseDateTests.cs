// 和暦 and western dates as typed into forms and spreadsheets.
using System.Globalization;
using Crm.Sdk.Japan;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Crm.Tests.Japan;

public class JapaneseDateTests
{
    [Theory]
    [InlineData("12/15", "2026-12-15")]
    [InlineData("１/５", "2026-01-05")]
    [InlineData("3月1日(日)", "2026-03-01")]
    [InlineData("2027/1/5", "2027-01-05")]
    [InlineData("R8.12.15", "2026-12-15")]
    [InlineData("2/29", null)]
    [InlineData("13/1", null)]
    [InlineData("12-15", null)]
    [InlineData("12", null)]
    public void A_day_without_its_year_is_one_of_todays_year(string typed, string? day) =>
        Assert.Equal(day, JapaneseDate.TryParse(typed, new DateOnly(2026, 11, 23), out var date) ? date.ToString("yyyy-MM-dd") : null);

    [Theory]
    [InlineData("令和8年1月10日", "2026-01-10")]
    [InlineData("R8.1.10", "2026-01-10")]
    [InlineData("r8.1.10", "2026-01-10")]
    [InlineData("Ｒ８．１．１０", "2026-01-10")]
    [InlineData("R08-01-10", "2026-01-10")]
    [InlineData("R.8.1.10", "2026-01-10")]
    [InlineData("令和 8年 1月 10日", "2026-01-10")]
    [InlineData("令和八年一月十日", "2026-01-10")]
    [InlineData("令和8年1月10日(土)", "2026-01-10")]
    [InlineData("㋿8年1月10日", "2026-01-10")]
    [InlineData("令8.1.10", "2026-01-10")]
    [InlineData("S60/5/3", "1985-05-03")]
    [InlineData("昭和60年5月3日", "1985-05-03")]
    [InlineData("㍼６０年５月３日", "1985-05-03")]
    [InlineData("令和元年5月1日", "2019-05-01")]
    [InlineData("平成元年1月8日", "1989-01-08")]
    [InlineData("H31.4.30", "2019-04-30")]
    [InlineData("S64.1.7", "1989-01-07")]
    [InlineData("大正15年12月24日", "1926-12-24")]
    [InlineData("明治45年7月29日", "1912-07-29")]
    [InlineData("T1.7.30", "1912-07-30")]
    [InlineData("2026年1月10日", "2026-01-10")]
    [InlineData("2026/1/10", "2026-01-10")]
    [InlineData("２０２６－０１－１０", "2026-01-10")]
    [InlineData("二〇二六年一月十日", "2026-01-10")]
    [InlineData("R6.2.29", "2024-02-29")]
    [InlineData("20260110", "2026-01-10")]
    public void A_date_is_read_however_it_is_written(string typed, string iso)
    {
        Assert.True(JapaneseDate.TryParse(typed, out DateOnly date));
        Assert.Equal(iso, date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        Assert.True(JapaneseDate.TryParse(typed, out JapaneseDate written));
        Assert.False(written.OutsideEra);
    }

    [Theory]
    [InlineData("H31", 2019, null)]
    [InlineData("平成31年", 2019, null)]
    [InlineData("令和8年度", 2026, null)]
    [InlineData("令和元年", 2019, null)]
    [InlineData("R8.1", 2026, 1)]
    [InlineData("２０２６年１月", 2026, 1)]
    [InlineData("1995", 1995, null)]
    public void A_year_or_a_month_alone_is_read_but_is_no_day(string typed, int year, int? month)
    {
        Assert.True(JapaneseDate.TryParse(typed, out JapaneseDate date));
        Assert.Equal(new JapaneseDate(year, month, null, false), date);
        Assert.Null(date.Date);
        Assert.False(JapaneseDate.TryParse(typed, out DateOnly _));
    }

    [Theory]
    [InlineData("平成35年3月31日", "2023-03-31")]
    [InlineData("S64.1.8", "1989-01-08")]
    [InlineData("令和元年4月30日", "2019-04-30")]
    public void A_date_outside_its_era_is_read_with_a_warning(string typed, string iso)
    {
        Assert.True(JapaneseDate.TryParse(typed, out JapaneseDate date));
        Assert.True(date.OutsideEra);
        Assert.Equal(iso, date.Date!.Value.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData("R8.2.30")]
    [InlineData("R8.13.1")]
    [InlineData("R7.2.29")]
    [InlineData("X8.1.10")]
    [InlineData("R0.1.1")]
    [InlineData("令和8年1月10日ごろ")]
    [InlineData("1/10")]
    [InlineData("20261310")]
    [InlineData("26/1/10")]
    [InlineData("元年")]
    [InlineData("R")]
    [InlineData("未定")]
    [InlineData("")]
    [InlineData(null)]
    public void What_is_no_date_is_refused(string? typed) => Assert.False(JapaneseDate.TryParse(typed, out JapaneseDate _));

    [Theory]
    [InlineData("2026-01-10", "令和8年1月10日", "R8.1.10")]
    [InlineData("2019-05-01", "令和元年5月1日", "R1.5.1")]
    [InlineData("2019-04-30", "平成31年4月30日", "H31.4.30")]
    [InlineData("1989-01-07", "昭和64年1月7日", "S64.1.7")]
    [InlineData("1926-12-25", "昭和元年12月25日", "S1.12.25")]
    [InlineData("1912-07-29", "明治45年7月29日", "M45.7.29")]
    [InlineData("1850-01-10", "1850年1月10日", "1850.1.10")]
    public void A_date_is_written_in_its_era(string iso, string full, string brief)
    {
        var date = DateOnly.ParseExact(iso, "yyyy-MM-dd", CultureInfo.InvariantCulture);
        Assert.Equal((full, brief), (JapaneseDate.Format(date), JapaneseDate.FormatShort(date)));
    }

    [Fact]
    public void What_is_written_is_read_as_the_same_day() =>
        Prop.ForAll(Gen.Choose(new DateOnly(1800, 1, 1).DayNumber, new DateOnly(2100, 1, 1).DayNumber).ToArbitrary(), number =>
        {
            var day = DateOnly.FromDayNumber(number);
            Assert.True(JapaneseDate.TryParse(JapaneseDate.Format(day), out DateOnly full));
            Assert.True(JapaneseDate.TryParse(JapaneseDate.FormatShort(day), out DateOnly brief));
            Assert.Equal((day, day), (full, brief));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));

    [Fact]
    public void No_text_is_too_odd_to_be_looked_at() => AnyText.Always(text =>
    {
        if (JapaneseDate.TryParse(text, out DateOnly date)) Assert.True(JapaneseDate.TryParse(JapaneseDate.Format(date), out DateOnly again) && again == date);
    });
}
