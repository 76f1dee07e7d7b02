// Dates: eras, serial numbers, and never a guess at what 01/02/03 means.
using Crm.Platform.Tabular;

namespace Crm.Tests.Tabular;

public sealed class DateTests
{
    [Theory]
    [InlineData("2026/1/5", "2026-01-05")]
    [InlineData("2026-01-05", "2026-01-05")]
    [InlineData("2026.1.5", "2026-01-05")]
    [InlineData("20260105", "2026-01-05")]
    [InlineData("2026年1月5日", "2026-01-05")]
    [InlineData("２０２６年１月５日（月）", "2026-01-05")]
    [InlineData("2026/1/5 (月曜日)", "2026-01-05")]
    [InlineData("令和8年1月10日", "2026-01-10")]
    [InlineData("令和 8年 1月10日", "2026-01-10")]
    [InlineData("R8.1.10", "2026-01-10")]
    [InlineData("Ｒ８．１．１０", "2026-01-10")]
    [InlineData("r8/1/10", "2026-01-10")]
    [InlineData("R080110", "2026-01-10")]
    [InlineData("令8.1.10", "2026-01-10")]
    [InlineData("㋿8年1月10日", "2026-01-10")]
    [InlineData("令和元年5月1日", "2019-05-01")]
    [InlineData("H31.4.30", "2019-04-30")]
    [InlineData("平成35年3月31日", "2023-03-31")] // in contracts from before the era ended
    [InlineData("昭和64年1月7日", "1989-01-07")]
    [InlineData("S60.1.3", "1985-01-03")]
    [InlineData("T15.12.24", "1926-12-24")]
    [InlineData("M45.7.29", "1912-07-29")]
    [InlineData("46032", "2026-01-10")] // a date column saved as General
    [InlineData("Jan 5, 2026", "2026-01-05")]
    [InlineData("5-Jan-2026", "2026-01-05")]
    [InlineData("'2026/1/5", "2026-01-05")]
    public void A_date_is_read(string text, string iso)
    {
        var read = CellValues.Date(Cell.Of(text));
        Assert.Null(read.Problem);
        Assert.Equal(DateOnly.Parse(iso, System.Globalization.CultureInfo.InvariantCulture), read.Value);
    }

    [Theory]
    [InlineData("01/02/2026", TabularCodes.DateAmbiguous)]
    [InlineData("31/12/2026", TabularCodes.DateAmbiguous)] // even where only one order is possible: its neighbours may be another
    [InlineData("20-10-16", TabularCodes.DateAmbiguous)]
    [InlineData("26/1/5", TabularCodes.DateAmbiguous)]
    [InlineData("260105", TabularCodes.DateAmbiguous)]
    [InlineData("26年1月5日", TabularCodes.DateAmbiguous)]
    [InlineData("5-Jan-26", TabularCodes.DateAmbiguous)]
    [InlineData("1/5", TabularCodes.DateIncomplete)]
    [InlineData("1月5日", TabularCodes.DateIncomplete)]
    [InlineData("2026/1", TabularCodes.DateIncomplete)]
    [InlineData("2026年1月", TabularCodes.DateIncomplete)]
    [InlineData("2026", TabularCodes.DateIncomplete)]
    [InlineData("H31", TabularCodes.DateIncomplete)]
    [InlineData("令和8年度", TabularCodes.DateIncomplete)]
    [InlineData("2026/2/30", TabularCodes.DateImpossible)]
    [InlineData("20261301", TabularCodes.DateImpossible)]
    [InlineData("平成0年1月1日", TabularCodes.DateImpossible)]
    [InlineData("令和元年4月30日", TabularCodes.DateEra)]
    [InlineData("H1.1.7", TabularCodes.DateEra)]
    [InlineData("未定", TabularCodes.DateInvalid)]
    [InlineData("2026/1/55", TabularCodes.DateImpossible)]
    [InlineData("2026/1/5 25:00", TabularCodes.TimeInvalid)]
    public void What_is_not_one_certain_date_is_a_problem(string text, string code)
    {
        var problem = CellValues.Date(Cell.Of(text)).Problem!;
        Assert.Equal(code, problem.Code);
        Assert.All([problem.Ja, problem.En, problem.CureJa, problem.CureEn], said => Assert.NotEqual("", said));
    }

    [Theory]
    [InlineData(1, "1900-01-01")]
    [InlineData(59, "1900-02-28")]
    [InlineData(61, "1900-03-01")]
    [InlineData(31050, "1985-01-03")]
    [InlineData(46032, "2026-01-10")]
    [InlineData(20260105, "2026-01-05")]
    public void A_number_in_a_date_column_is_a_day_number_or_eight_digits(double number, string iso) =>
        Assert.Equal(DateOnly.Parse(iso, System.Globalization.CultureInfo.InvariantCulture), CellValues.Date(Cell.Of(number)).Value);

    [Theory]
    [InlineData(60, TabularCodes.DateImpossible)] // the 1900-02-29 that Excel believes in
    [InlineData(0, TabularCodes.DateImpossible)]
    [InlineData(-5, TabularCodes.DateImpossible)]
    [InlineData(2026, TabularCodes.DateIncomplete)]
    [InlineData(260105, TabularCodes.DateAmbiguous)]
    public void A_number_that_may_be_something_else_is_a_problem(double number, string code) =>
        Assert.Equal(code, CellValues.Date(Cell.Of(number)).Problem!.Code);

    [Fact]
    public void Day_numbers_of_a_1904_workbook_are_four_years_on() =>
        Assert.Equal(new DateOnly(2026, 1, 10), CellValues.Date(Cell.Of(44570d), new(Date1904: true)).Value);

    [Fact]
    public void Serial_numbers_and_days_are_each_others_reverse()
    {
        for (var day = new DateTime(1900, 1, 1); day.Year < 2100; day = day.AddDays(1).AddSeconds(61))
            Assert.Equal(day, ExcelSerial.ToDate(ExcelSerial.Of(day)!.Value, date1904: false));
        Assert.Null(ExcelSerial.Of(new DateTime(1899, 12, 31)));
    }

    [Theory]
    [InlineData("20-10-16", "d-M-yy", "2016-10-20")]
    [InlineData("1/2/2026", "M/d/yyyy", "2026-01-02")]
    [InlineData("1/2/2026 13:30", "M/d/yyyy", "2026-01-02")]
    [InlineData("2026/1/5", "d-M-yy", "2026-01-05")] // year first stays plain beside the format
    [InlineData("令和8年1月10日", "d-M-yy", "2026-01-10")]
    public void A_column_format_settles_what_is_uncertain(string text, string format, string iso) =>
        Assert.Equal(DateOnly.Parse(iso, System.Globalization.CultureInfo.InvariantCulture), CellValues.Date(Cell.Of(text), new(format)).Value);

    [Fact]
    public void A_cell_that_does_not_fit_the_column_format_names_the_format()
    {
        var problem = CellValues.Date(Cell.Of("10-20-16"), new("d-M-yy")).Problem!;
        Assert.Contains("d-M-yy", problem.En, StringComparison.Ordinal);
        Assert.NotNull(CellValues.Date(Cell.Of("10-20-16"), new("nonsense %%")).Problem);
    }

    [Theory]
    [InlineData("2026-01-05T10:30:00+09:00", "2026-01-05", "10:30:00", 9)]
    [InlineData("2026-01-05T01:30:00.250Z", "2026-01-05", "01:30:00.250", 0)]
    [InlineData("2026/1/5 9:05", "2026-01-05", "09:05", null)]
    [InlineData("2026年1月5日（月）　午後3時5分", "2026-01-05", "15:05", null)]
    [InlineData("20260105103000", "2026-01-05", "10:30", null)]
    [InlineData("2026/1/5", "2026-01-05", "00:00", null)]
    public void A_moment_keeps_the_zone_it_was_written_with(string text, string date, string time, int? offset)
    {
        var read = CellValues.DateTime(Cell.Of(text));
        Assert.Null(read.Problem);
        Assert.Equal((DateOnly.Parse(date), TimeOnly.Parse(time), offset is { } hours ? TimeSpan.FromHours(hours) : null), (read.Value.Date, read.Value.Time, read.Value.Offset));
    }

    [Theory]
    [InlineData("9:30", "09:30")]
    [InlineData("９：３０", "09:30")]
    [InlineData("23:59:59", "23:59:59")]
    [InlineData("午前10時30分", "10:30")]
    [InlineData("午後3:05", "15:05")]
    [InlineData("午後0時半", "12:30")]
    [InlineData("12:15 AM", "00:15")]
    [InlineData("10時", "10:00")]
    public void A_time_of_day_is_read(string text, string value) => Assert.Equal(TimeOnly.Parse(value), CellValues.Time(Cell.Of(text)).Value);

    [Theory]
    [InlineData("25:30")]
    [InlineData("24:00")]
    [InlineData("午後13時")]
    [InlineData("1030")]
    [InlineData("正午")]
    public void What_is_no_time_of_day_is_a_problem(string text) => Assert.Equal(TabularCodes.TimeInvalid, CellValues.Time(Cell.Of(text)).Problem!.Code);

    [Fact]
    public void Times_of_a_sheet_are_fractions_of_a_day()
    {
        Assert.Equal(new TimeOnly(10, 30), CellValues.Time(Cell.Of(0.4375)).Value);
        Assert.Equal(new TimeOnly(10, 30), CellValues.Time(Cell.Of(new DateTime(2026, 1, 5, 10, 30, 0))).Value);
        Assert.NotNull(CellValues.Time(Cell.Of(1.5)).Problem);
    }

    [Fact]
    public void The_format_of_a_column_is_proposed_when_only_one_fits()
    {
        Assert.Equal("d-M-yyyy", Guess("01-03-2017", "20-10-2016").Format);
        Assert.Equal("M/d/yyyy", Guess("7/1/2015", "7/13/2015", "", "7/2/2015").Format);
        Assert.Equal("yyMMdd", Guess("991231", "870615").Format);
        Assert.Equal("d/M/yyyy", Guess("31/1/2026 10:30", "1/1/2026 9:00").Format);
    }

    [Fact]
    public void Several_formats_are_offered_and_none_is_chosen()
    {
        var guess = Guess("7/1/2015", "7/2/2015");
        Assert.Null(guess.Format);
        Assert.Equal(["d/M/yyyy", "M/d/yyyy"], guess.Candidates);
    }

    [Fact]
    public void Plain_dates_need_no_format_and_other_texts_get_none()
    {
        Assert.False(Guess("2026/1/5", "R8.1.10", "").Needed);
        Assert.Empty(Guess("未定", "来週").Candidates);
    }

    private static DateFormatGuess Guess(params string[] texts) => DateFormatGuess.Of(texts.Select(t => Cell.Of(t)));
}
