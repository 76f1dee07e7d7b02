using Crm.Plugins.WasteDisposal.Law;
using Crm.Plugins.WasteDisposal.Manifests;
using Crm.Plugins.WasteDisposal.Permits;

namespace Crm.Plugins.WasteDisposal.Tests;

/// <summary>The vectors of the law: kinds, terms, numbers.</summary>
public sealed class LawTests
{
    [Fact]
    public void The_law_knows_twenty_kinds_seven_of_them_from_listed_industries()
    {
        Assert.Equal(20, WasteKinds.All.Count);
        Assert.Equal(
            ["紙くず", "木くず", "繊維くず", "動植物性残さ", "動物系固形不要物", "動物のふん尿", "動物の死体"],
            WasteKinds.All.Where(k => k.ListedIndustriesOnly).Select(k => k.Name.Ja));
        Assert.All(WasteKinds.All, k => Assert.NotEmpty(k.Law.Source));
        Assert.Equal(["plastics", "rubber", "metal", "glass", "debris"], WasteKinds.All.Where(k => k.Stable).Select(k => k.Key));
    }

    [Theory]
    [InlineData(false, "2026-04-10")]
    [InlineData(true, "2026-03-11")]
    public void Slips_B2_and_D_are_due_90_days_after_the_issue_and_60_for_specially_controlled_waste(bool special, string due) =>
        Assert.Equal(DateOnly.Parse(due), Deadlines.BackBy(new(2026, 1, 10), special));

    [Fact]
    public void Slip_E_is_due_180_days_after_the_issue() => Assert.Equal(new DateOnly(2026, 7, 9), Deadlines.FinalBackBy(new(2026, 1, 10)));

    [Theory]
    [InlineData("2026-11-13", "2026-11-18")] // Friday → Wednesday
    [InlineData("2026-12-25", "2027-01-05")] // over the year's end
    [InlineData("2026-04-28", "2026-05-07")] // over the holidays of May, the substitute one of the 6th too
    [InlineData("2026-09-18", "2026-09-28")] // over 敬老の日, 国民の休日 and 秋分の日
    public void JWNET_wants_registration_within_three_business_days(string handedOver, string due) =>
        Assert.Equal(DateOnly.Parse(due), ManifestTerms.Due(ManifestTerms.Register, DateOnly.Parse(handedOver)));

    [Fact]
    public void Before_April_2019_JWNET_counted_weekends_too()
    {
        Assert.Equal(new DateOnly(2019, 3, 25), ManifestTerms.Due(ManifestTerms.Register, new(2019, 3, 22)));
        Assert.Equal(new DateOnly(2019, 4, 10), ManifestTerms.Due(ManifestTerms.Register, new(2019, 4, 5)));
    }

    [Fact]
    public void A_slip_is_sent_within_ten_days_and_the_governor_told_within_thirty()
    {
        Assert.Equal(new DateOnly(2026, 1, 20), Deadlines.SentBy(new(2026, 1, 10)));
        Assert.Equal(new DateOnly(2026, 5, 10), ManifestTerms.Due(ManifestTerms.TellGovernor, new(2026, 4, 10)));
    }

    [Fact]
    public void The_report_of_a_fiscal_year_is_due_on_30_June() => Assert.Equal(new DateOnly(2026, 6, 30), ManifestTerms.YearReportDue(2025));

    [Theory]
    [InlineData("00004079692", true)]
    [InlineData("0000407969-2", true)]
    [InlineData("00004079693", false)]
    [InlineData("A-123", null)]
    public void The_eleventh_digit_of_a_form_is_the_rest_of_the_others_by_seven(string number, bool? fits) => Assert.Equal(fits, ManifestNumber.HasCheckDigit(number));

    [Theory]
    [InlineData("01300123456", "013", '0', "123456", "東京都")]
    [InlineData("1300123456", "013", '0', "123456", "東京都")] // ten digits of old
    [InlineData("第０１２２０１９０１０１号", "012", '2', "190101", "千葉県")]
    [InlineData("056-7-0-190101", "056", '7', "190101", null)] // a city
    public void A_permit_number_says_who_gave_it_to_whom_for_what(string text, string authority, char kind, string company, string? prefecture)
    {
        Assert.True(PermitNumber.TryParse(text, out var number));
        Assert.Equal((authority, kind, company, prefecture), (number.Authority, number.Kind, number.Company, number.Prefecture?.Name.Ja));
    }

    [Theory]
    [InlineData("00000123456")] // no authority 000
    [InlineData("04800123456")] // neither prefecture nor city
    [InlineData("130012345")]
    [InlineData("013001234567")]
    [InlineData("0130012345A")]
    public void What_is_no_permit_number_is_refused(string text) => Assert.False(PermitNumber.TryParse(text, out _));

    [Theory]
    [InlineData("0", true, false)]
    [InlineData("1", true, false)]
    [InlineData("2", false, false)]
    [InlineData("4", false, false)]
    [InlineData("5", true, true)]
    [InlineData("9", false, true)]
    public void The_fourth_digit_tells_transport_from_disposal_and_ordinary_from_special(string kind, bool transports, bool special) =>
        Assert.Equal((transports, !transports, special), (PermitKinds.Transports(kind), PermitKinds.Disposes(kind), PermitKinds.IsSpecial(kind)));

    [Fact]
    public void A_permit_under_renewal_stays_valid_past_its_expiry()
    {
        var permit = new Permit { IssuedOn = new(2021, 4, 1), ExpiresOn = new(2026, 3, 31) };
        Assert.True(permit.InForce(new(2026, 3, 31)));
        Assert.False(permit.InForce(new(2026, 4, 1)));

        permit.RenewalAppliedOn = new(2026, 2, 10);
        Assert.True(permit.InForce(new(2026, 4, 1)));

        permit.RenewalAppliedOn = new(2026, 4, 2);
        Assert.False(permit.InForce(new(2026, 4, 3)));
    }

    [Fact]
    public void Only_what_is_certain_refuses_and_a_day_that_was_not_checked_only_warns()
    {
        Assert.All(ContractClauses.All, c => Assert.True(c.Law.Binds(new(2026, 1, 1))));
        Assert.All(ContractClauses.All, c => Assert.False(c.Law.Binds(new(2006, 6, 30))));
        Assert.False(new Provision(new(2020, 1, 1), "", Confidence.Medium).Binds(new(2026, 1, 1)));
    }
}
