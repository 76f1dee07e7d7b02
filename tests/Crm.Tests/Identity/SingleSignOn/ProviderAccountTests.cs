using System.Text.Json;
using Crm.Platform.Identity.SingleSignOn;

namespace Crm.Tests.Identity.SingleSignOn;

/// <summary>What counts of what providers say.</summary>
public sealed class ProviderAccountTests
{
    private const string Entra = "https://login.microsoftonline.com/00000000-0000-0000-0000-000000000001/v2.0";

    [Theory]
    [InlineData("https://idp.example", """{"email":"a@example.jp","email_verified":true}""", true)]
    [InlineData("https://idp.example", """{"email":"a@example.jp","email_verified":"true"}""", true)]
    [InlineData("https://idp.example", """{"email":"a@example.jp","email_verified":false}""", false)]
    [InlineData("https://idp.example", """{"email":"a@example.jp"}""", false)]
    [InlineData("https://idp.example", """{"email":"a@example.jp","xms_edov":true}""", false)]
    [InlineData(Entra, """{"email":"a@example.jp","xms_edov":true}""", true)]
    [InlineData(Entra, """{"email":"a@example.jp","xms_edov":"1"}""", true)]
    [InlineData(Entra, """{"email":"a@example.jp","xms_edov":false}""", false)]
    [InlineData("https://login.microsoftonline.com.evil.example/v2.0", """{"email":"a@example.jp","xms_edov":true}""", false)]
    public void An_address_counts_as_verified_when_its_provider_stands_for_it(string issuer, string claims, bool verified) =>
        Assert.Equal(verified, Account(issuer, claims).EmailIsVerified);

    [Fact]
    public void What_is_said_of_no_address_vouches_for_none_that_is_told_elsewhere()
    {
        var account = Account("https://idp.example", """{"email":"","email_verified":true}""", """{"email":"a@example.jp","email_verified":false}""");
        Assert.Equal(("a@example.jp", false), (account.Email, account.EmailIsVerified));
    }

    [Fact]
    public void Groups_are_one_or_many_and_a_name_with_dots_is_a_name_before_it_is_a_path()
    {
        Assert.Equal(["営業"], Account("https://idp.example", """{"groups":"営業"}""").Values("groups"));
        Assert.Equal(["a", "b"], Account("https://idp.example", """{"realm_access":{"roles":["a","b",1]}}""").Values("realm_access.roles").Order(StringComparer.Ordinal));
        Assert.Equal(["c"], Account("https://idp.example", """{"example.com/roles":["c"]}""").Values("example.com/roles"));
        Assert.Empty(Account("https://idp.example", """{"groups":{"x":1}}""").Values("roles"));
    }

    private static ProviderAccount Account(string issuer, params string[] claims) => new(issuer, "s", [.. claims.Select(c => JsonDocument.Parse(c).RootElement.Clone())]);
}
