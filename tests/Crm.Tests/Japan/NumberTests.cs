// Corporate and invoice numbers: form is checked, existence never claimed.
using Crm.Sdk.Japan;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Crm.Tests.Japan;

public class NumberTests
{
    [Theory]
    [InlineData("7000012050002", "7000012050002")]
    [InlineData("4011001098993", "4011001098993")]
    [InlineData("7123456789012", "7123456789012")]
    [InlineData(" ７０００-０１２０-５０００２ ", "7000012050002")]
    public void A_corporate_number_with_its_check_digit_is_read(string typed, string digits)
    {
        Assert.True(CorporateNumber.TryParse(typed, out var number, out var flaw));
        Assert.Equal(digits, number.ToString());
        Assert.Null(flaw);
    }

    [Theory]
    [InlineData("7000012050003", "corporate-number.check-digit")]
    [InlineData("700001205000", "corporate-number.length")]
    [InlineData("70000120500022", "corporate-number.length")]
    [InlineData("T7000012050002", "corporate-number.length")]
    [InlineData("", "corporate-number.length")]
    [InlineData(null, "corporate-number.length")]
    public void A_wrong_corporate_number_is_refused(string? typed, string code)
    {
        Assert.False(CorporateNumber.TryParse(typed, out var number, out var flaw));
        Assert.Equal(default, number);
        Assert.Equal(code, flaw!.Problem.Code);
    }

    [Fact]
    public void Twelve_digits_have_exactly_one_check_digit() =>
        Prop.ForAll(Gen.Choose(0, 999_999_999).ToArbitrary(), low =>
            Assert.Single(Enumerable.Range(0, 10), check => CorporateNumber.TryParse($"{check}001{low:D9}", out _, out _)))
            .QuickCheckThrowOnFailure();

    [Fact]
    public void The_invoice_number_of_a_corporation_holds_its_corporate_number()
    {
        Assert.True(InvoiceNumber.TryParse("ｔ７０００−０１２０−５０００２", out var number, out var flaw));
        Assert.Null(flaw);
        Assert.Equal("T7000012050002", number.ToString());
        Assert.Equal("7000012050002", number.CorporateNumber.ToString());
    }

    [Fact]
    public void The_invoice_number_of_a_sole_proprietor_only_warns()
    {
        Assert.True(InvoiceNumber.TryParse("T7000012050003", out var number, out var warning));
        Assert.Equal("T7000012050003", number.ToString());
        Assert.Null(number.CorporateNumber);
        Assert.Equal("invoice-number.not-corporate", warning!.Problem.Code);
    }

    [Theory]
    [InlineData("7000012050002", "T7000012050002")]
    [InlineData("T123", null)]
    [InlineData("X7000012050002", null)]
    [InlineData("", null)]
    public void What_is_no_invoice_number_is_refused_and_a_missing_T_offered(string typed, string? suggestion)
    {
        Assert.False(InvoiceNumber.TryParse(typed, out _, out var flaw));
        Assert.Equal("invoice-number.form", flaw!.Problem.Code);
        Assert.Equal(suggestion, flaw.Suggestion);
    }
}
