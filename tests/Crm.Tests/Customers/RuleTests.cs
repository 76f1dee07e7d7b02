using System.Globalization;
using Crm.Customers.Companies;
using Crm.Customers.People;
using Crm.Customers.Purchases;
using Crm.Customers.Shared;
using Crm.Customers.Subscriptions;
using Crm.Sdk.Records;
using Crm.Sdk.Tenancy;

namespace Crm.Tests.Customers;

/// <summary>What is refused, and what is only listed for somebody to look at.</summary>
public sealed class RuleTests
{
    [Theory]
    [InlineData("7000012050002")]
    [InlineData("4011001098993")]
    [InlineData("7123456789012")]
    [InlineData("７００００－１２０５－０００２")]
    [InlineData("4 0110 0109 8993")]
    public void A_corporate_number_with_its_check_digit_is_taken_however_it_is_typed(string typed)
    {
        var company = new Company { Name = "総務商事", CorporateNumber = typed };

        Assert.Null(CorporateNumberHasItsCheckDigit.Check(company));
        Assert.Equal(13, company.CorporateNumber!.Length);
    }

    [Theory]
    [InlineData("7000012050003")]
    [InlineData("700001205000")]
    [InlineData("700001205000X")]
    [InlineData("٧٠٠٠٠١٢٠٥٠٠٠٢")]
    public void A_wrong_corporate_number_is_refused_with_its_field_and_a_cure(string typed)
    {
        var problem = CorporateNumberHasItsCheckDigit.Check(new Company { CorporateNumber = typed });

        Assert.Equal("corporateNumber", problem!.Field);
        Assert.NotNull(problem.Cure);
    }

    [Theory]
    [InlineData("T7000012050002", true)]
    [InlineData("ｔ７０００-０１２０５０００２", true)]
    [InlineData("7000012050002", false)]
    [InlineData("T700001205000", false)]
    public void An_invoice_number_is_T_and_thirteen_digits(string typed, bool fine) =>
        Assert.Equal(fine, InvoiceNumberIsTAndThirteenDigits.Check(new Company { InvoiceNumber = typed }) is null);

    [Fact]
    public void An_invoice_number_of_another_company_is_listed_and_not_refused()
    {
        var company = new Company { Kind = "corporation", CorporateNumber = "7000012050002", InvoiceNumber = "T4011001098993" };

        Assert.Null(InvoiceNumberIsTAndThirteenDigits.Check(company));
        Assert.Equal([CustomerChecks.InvoiceNumberOfAnother], CompanyChecks.Of(company)!);

        company.InvoiceNumber = "T7000012050002";
        Assert.Null(CompanyChecks.Of(company));
    }

    [Theory]
    [InlineData("9012345678", CustomerChecks.PhoneZeroLost)]
    [InlineData("不明", CustomerChecks.PhoneUnreadable)]
    [InlineData("090-1234-5678", null)]
    [InlineData("(03) 1234-5678 内線12", null)]
    public void A_phone_number_that_looks_wrong_is_kept_as_typed_and_listed(string typed, string? check)
    {
        var person = new Person { LastName = "山田", Mobile = typed };

        Assert.Equal(check, CustomerChecks.Of(person, [person.Phone, person.Mobile])?.Single());
        Assert.Equal(typed, person.Mobile);
    }

    [Theory]
    [InlineData("105-0014", "東京都", null)]
    [InlineData("105-0014", "大阪府", CustomerChecks.PostalCodeElsewhere)]
    [InlineData("600001", "北海道", CustomerChecks.PostalCodeZeroLost)]
    [InlineData("12-34", "東京都", CustomerChecks.PostalCodeForm)]
    [InlineData("SW1A 1AA", "London", null)]
    [InlineData(null, "東京都", null)]
    public void A_postal_code_that_does_not_fit_is_listed(string? code, string prefecture, string? check)
    {
        var company = new Company { Address = new() { PostalCode = code, Prefecture = prefecture } };
        Assert.Equal(check, CompanyChecks.Of(company)?.Single());
    }

    [Fact]
    public void A_company_does_not_belong_to_itself()
    {
        var company = new Company();
        company.ParentId = company.Id;
        Assert.Equal("parentId", CompanyIsNotItsOwnParent.Check(company)!.Field);
    }

    [Theory]
    [InlineData("2026-11-23", true)]
    [InlineData("2026-11-24", false)]
    [InlineData("1950-02-28", true)]
    [InlineData("1867-12-31", false)]
    public void A_birth_date_is_possible(string day, bool fine)
    {
        // 15:00 UTC is midnight in Japan.
        var record = Ruled(PersonFields.Type, new Person(), "2026-11-22T15:00:00Z");
        Assert.Equal(fine, BirthDateIsPossible.Check(PersonFields.Type["birthDate"], DateOnly.Parse(day, null), record) is null);
    }

    [Theory]
    [InlineData("2026-11-22T14:59:59Z", false)]
    [InlineData("2026-11-22T15:00:00Z", true)]
    public void A_company_is_founded_by_today_where_the_tenant_is(string now, bool fine)
    {
        var company = new Company { FoundedOn = new(2026, 11, 23) };
        Assert.Equal(fine, FoundingIsNotInTheFuture.Check(company, Ruled(CompanyFields.Type, company, now)) is null);
    }

    private static RuleContext Ruled(RecordType type, Sdk.Records.Record record, string now)
    {
        var tenant = Storage.SqlServerHost.Tenant;
        return new(new RuleBatch(type, tenant, new FixedClock(now).Today(tenant), null!), record, isNew: true, _ => null);
    }

    [Fact]
    public void A_post_ends_after_it_begins()
    {
        var post = new Employment { StartedOn = new(2026, 4, 1), EndedOn = new(2026, 3, 31) };
        Assert.Equal("endedOn", EmploymentEndsAfterItBegins.Check(post)!.Field);

        post.EndedOn = post.StartedOn;
        Assert.Null(EmploymentEndsAfterItBegins.Check(post));
    }

    [Fact]
    public void A_purchase_and_a_subscription_have_a_customer()
    {
        Assert.NotNull(PurchaseHasACustomer.Check(new Purchase()));
        Assert.Null(PurchaseHasACustomer.Check(new Purchase { CompanyId = Guid.CreateVersion7() }));
        Assert.NotNull(SubscriptionHasACustomer.Check(new Subscription()));
        Assert.Null(SubscriptionHasACustomer.Check(new Subscription { PersonId = Guid.CreateVersion7() }));
    }
}

/// <summary>A clock that stands still.</summary>
internal sealed class FixedClock(string now) : TimeProvider
{
    private readonly DateTimeOffset now = DateTimeOffset.Parse(now, CultureInfo.InvariantCulture);

    public override DateTimeOffset GetUtcNow() => now;
}
