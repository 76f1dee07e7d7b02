// Cells as people write them, and the values fields want.
using Crm.Platform.Tabular;

namespace Crm.Tests.Tabular;

public sealed class CellValueTests
{
    [Theory]
    [InlineData("1234", "1234")]
    [InlineData("1,234", "1234")]
    [InlineData("￥1,234", "1234")]
    [InlineData("¥1,234.50", "1234.50")]
    [InlineData("\\1,234", "1234")]
    [InlineData("1,234円", "1234")]
    [InlineData("１，２３４", "1234")]
    [InlineData("(1,234)", "-1234")]
    [InlineData("（￥1,234）", "-1234")]
    [InlineData("▲1,234", "-1234")]
    [InlineData("△ 5", "-5")]
    [InlineData("−1,234", "-1234")] // U+2212
    [InlineData("－1,234", "-1234")] // U+FF0D
    [InlineData("-¥5", "-5")]
    [InlineData("¥-5", "-5")]
    [InlineData("12.5%", "0.125")]
    [InlineData("１２．５％", "0.125")]
    [InlineData("　1,234 　", "1234")]
    [InlineData("'0123", "123")]
    [InlineData("+5", "5")]
    [InlineData(".5", "0.5")]
    [InlineData("1.25E-3", "0.00125")]
    [InlineData("1.25E+02", "125")]
    public void A_number_is_read_as_it_is_written_in_Japan(string text, string value)
    {
        var read = CellValues.Number(Cell.Of(text));
        Assert.Null(read.Problem);
        Assert.Equal(decimal.Parse(value, System.Globalization.CultureInfo.InvariantCulture), read.Value);
    }

    [Theory]
    [InlineData("1,23", TabularCodes.NumberInvalid)]
    [InlineData("1.234,56", TabularCodes.NumberInvalid)]
    [InlineData("1 234", TabularCodes.NumberInvalid)]
    [InlineData("--5", TabularCodes.NumberInvalid)]
    [InlineData("(-5)", TabularCodes.NumberInvalid)]
    [InlineData("(5", TabularCodes.NumberInvalid)]
    [InlineData("5万", TabularCodes.NumberInvalid)]
    [InlineData("$5", TabularCodes.NumberInvalid)]
    [InlineData("なし", TabularCodes.NumberInvalid)]
    [InlineData("4.90123E+12", TabularCodes.DigitsLost)]
    [InlineData("99999999999999999999999999999999", TabularCodes.NumberRange)]
    public void What_is_no_number_is_a_problem_with_a_cure(string text, string code)
    {
        var problem = CellValues.Number(Cell.Of(text)).Problem!;
        Assert.Equal(code, problem.Code);
        Assert.Contains(text, problem.Ja, StringComparison.Ordinal);
        Assert.All([problem.En, problem.CureJa, problem.CureEn], said => Assert.NotEqual("", said));
    }

    [Fact]
    public void Numbers_of_a_sheet_lose_the_noise_of_a_double_and_keep_every_digit_of_a_decimal()
    {
        Assert.Equal(0.3m, CellValues.Number(Cell.Of(0.1 + 0.2)).Value);
        Assert.Equal(1234567890123456.78m, CellValues.Number(Cell.Of(1234567890123456.78m)).Value);
        Assert.Equal(TabularCodes.NumberRange, CellValues.Number(Cell.Of(1e200)).Problem!.Code);
        Assert.Equal(TabularCodes.NumberInvalid, CellValues.Number(Cell.Of(new DateOnly(2026, 1, 2))).Problem!.Code);
    }

    [Theory]
    [InlineData("○", true)]
    [InlineData("◯", true)]
    [InlineData("〇", true)]
    [InlineData("はい", true)]
    [InlineData(" 有　", true)]
    [InlineData("ＴＲＵＥ", true)]
    [InlineData("Yes", true)]
    [InlineData("１", true)]
    [InlineData("×", false)]
    [InlineData("✕", false)]
    [InlineData("いいえ", false)]
    [InlineData("無", false)]
    [InlineData("なし", false)]
    [InlineData("false", false)]
    [InlineData("0", false)]
    public void Yes_and_no_have_many_signs(string text, bool value) => Assert.Equal(value, CellValues.Bool(Cell.Of(text)).Value);

    [Fact]
    public void Yes_and_no_from_typed_cells()
    {
        Assert.True(CellValues.Bool(Cell.Of(1d)).Value);
        Assert.False(CellValues.Bool(Cell.Of(false)).Value);
        Assert.Equal(TabularCodes.BoolInvalid, CellValues.Bool(Cell.Of("たぶん")).Problem!.Code);
        Assert.Equal(TabularCodes.BoolInvalid, CellValues.Bool(Cell.Of(2d)).Problem!.Code);
    }

    [Theory]
    [InlineData("　髙橋 花子 \t", "髙橋 花子")]
    [InlineData("'t Hooft", "'t Hooft")]
    [InlineData("ﾀﾅｶ", "ﾀﾅｶ")] // the customer's own spelling is never rewritten
    public void Text_loses_only_the_blanks_around_it(string text, string value) => Assert.Equal(value, CellValues.Text(Cell.Of(text)).Value);

    [Fact]
    public void Text_from_typed_cells_is_what_the_sheet_shows()
    {
        Assert.Equal("4901234567894", CellValues.Text(Cell.Of(4901234567894d)).Value);
        Assert.Equal("00123", CellValues.Text(Cell.Of(123, "00123")).Value);
        Assert.Equal("2026-01-05", CellValues.Text(Cell.Of(new DateOnly(2026, 1, 5))).Value);
        Assert.Equal(TabularCodes.DigitsLost, CellValues.Text(Cell.Of("4.90123E+12")).Problem!.Code);
        Assert.Equal(TabularCodes.CellError, CellValues.Text(Cell.Failed("#REF!")).Problem!.Code);
    }

    [Fact]
    public void Nothing_and_blanks_are_neither_value_nor_problem()
    {
        foreach (var cell in new[] { default, Cell.Of(""), Cell.Of(" 　") })
        {
            Assert.True(CellValues.Text(cell).IsEmpty);
            Assert.True(CellValues.Number(cell).IsEmpty);
            Assert.True(CellValues.Date(cell).IsEmpty);
            Assert.True(CellValues.DateTime(cell).IsEmpty);
            Assert.True(CellValues.Time(cell).IsEmpty);
            Assert.True(CellValues.Bool(cell).IsEmpty);
        }
    }
}
