// Phone numbers and mail addresses as they come in, and their keys.
using Crm.Sdk.Japan;
using Xunit;

namespace Crm.Tests.Japan;

public class ContactTests
{
    [Theory]
    [InlineData("03-1234-5678", "+81312345678")]
    [InlineData("０３（１２３４）５６７８", "+81312345678")]
    [InlineData("03ー1234ー5678", "+81312345678")]
    [InlineData("0312345678", "+81312345678")]
    [InlineData("+81-3-1234-5678", "+81312345678")]
    [InlineData("+81 (0)3 1234 5678", "+81312345678")]
    [InlineData("TEL: 03-1234-5678", "+81312345678")]
    [InlineData("℡０３−１２３４−５６７８", "+81312345678")]
    [InlineData("03-1234-5678（代）", "+81312345678")]
    [InlineData("090-1234-5678", "+819012345678")]
    [InlineData("080 1234 5678", "+818012345678")]
    [InlineData("070.1234.5678", "+817012345678")]
    [InlineData("050-1234-5678", "+815012345678")]
    [InlineData("0120-123-456", "+81120123456")]
    [InlineData("0800-123-4567", "+818001234567")]
    [InlineData("0570-012-345", "+81570012345")]
    [InlineData("04992-2-1234", "+81499221234")]
    [InlineData("+1 650-253-0000", "+16502530000")]
    [InlineData("＋４４ ２０ ７０３１ ３０００", "+442070313000")]
    [InlineData("010-1-650-253-0000", "+16502530000")]
    public void The_key_of_a_number_is_its_international_form(string typed, string key)
    {
        Assert.True(Phone.TryParse(typed, out var phone, out var flaw));
        Assert.Equal(new Phone(typed, key, null), phone);
        Assert.Null(flaw);
    }

    [Theory]
    [InlineData("03-1234-5678 内線123", "123")]
    [InlineData("03-1234-5678（内線：４５）", "45")]
    [InlineData("03-1234-5678(内12)", "12")]
    [InlineData("03-1234-5678 ext. 789", "789")]
    [InlineData("03-1234-5678x7", "7")]
    [InlineData("03-1234-5678#9", "9")]
    public void An_extension_is_kept_apart(string typed, string extension)
    {
        Assert.True(Phone.TryParse(typed, out var phone, out _));
        Assert.Equal(new Phone(typed, "+81312345678", extension), phone);
    }

    [Theory]
    [InlineData("312345678", "0312345678")]
    [InlineData("3-1234-5678", "03-1234-5678")]
    [InlineData("9012345678", "09012345678")]
    [InlineData("tel 9012345678", "09012345678")]
    public void A_lost_leading_zero_is_offered_back(string typed, string suggestion)
    {
        Assert.False(Phone.TryParse(typed, out var phone, out var flaw));
        Assert.Equal(default, phone);
        Assert.Equal("phone.leading-zero", flaw!.Problem.Code);
        Assert.Equal(suggestion, flaw.Suggestion);
        Assert.True(Phone.TryParse(flaw.Suggestion, out _, out _));
    }

    [Fact]
    public void A_lost_plus_is_offered_back()
    {
        Assert.False(Phone.TryParse("81-3-1234-5678", out _, out var flaw));
        Assert.Equal("phone.plus", flaw!.Problem.Code);
        Assert.Equal("+81312345678", flaw.Suggestion);
    }

    [Theory]
    [InlineData("03-1234-567", "phone.length")]
    [InlineData("090-1234-567", "phone.length")]
    [InlineData("03-1234-56789", "phone.length")]
    [InlineData("0000000000", "phone.length")]
    [InlineData("+81-3-1234-56", "phone.length")]
    [InlineData("+0 123 456 789", "phone.length")]
    [InlineData("12345", "phone.length")]
    [InlineData("03-1234-5678 / 090-1234-5678", "phone.unreadable")]
    [InlineData("03-1234-5678 03-1234-5679", "phone.unreadable")]
    [InlineData("なし", "phone.unreadable")]
    [InlineData("03-1234-5678 内線", "phone.unreadable")]
    [InlineData("03-1234-5678 内線 営業部", "phone.unreadable")]
    [InlineData("", "phone.unreadable")]
    [InlineData(null, "phone.unreadable")]
    public void What_is_no_number_is_refused_and_says_why(string? typed, string code)
    {
        Assert.False(Phone.TryParse(typed, out _, out var flaw));
        Assert.Equal(code, flaw!.Problem.Code);
        Assert.Null(flaw.Suggestion);
        Assert.NotNull(flaw.Problem.Cure);
    }

    [Fact]
    public void The_key_of_a_number_reads_as_the_same_number() => AnyText.Always(text =>
    {
        if (!Phone.TryParse(text, out var phone, out _)) return;
        Assert.True(Phone.TryParse(phone.E164, out var again, out _));
        Assert.Equal(phone.E164, again.E164);
    });

    [Theory]
    [InlineData(" Taro.Yamada@Example.CO.JP ", "Taro.Yamada@example.co.jp", "taro.yamada@example.co.jp")]
    [InlineData("taro.yamada+news@gmail.com", "taro.yamada+news@gmail.com", "taroyamada@gmail.com")]
    [InlineData("TaroYamada@GoogleMail.com", "TaroYamada@googlemail.com", "taroyamada@gmail.com")]
    [InlineData("taro+a@example.jp", "taro+a@example.jp", "taro@example.jp")]
    [InlineData("ｔａｒｏ＠ｅｘａｍｐｌｅ．ｊｐ", "taro@example.jp", "taro@example.jp")]
    [InlineData("taro..y.@docomo.ne.jp", "taro..y.@docomo.ne.jp", "taro..y.@docomo.ne.jp")]
    [InlineData("+taro@example.jp", "+taro@example.jp", "+taro@example.jp")]
    public void A_mail_address_has_a_strict_and_a_weak_key(string typed, string strict, string weak)
    {
        Assert.True(EmailKey.TryParse(typed, out var key));
        Assert.Equal(new EmailKey(strict, weak), key);
    }

    [Theory]
    [InlineData("taro")]
    [InlineData("@example.jp")]
    [InlineData("taro@")]
    [InlineData("taro@@example.jp")]
    [InlineData("taro yamada@example.jp")]
    [InlineData("a@example.jp, b@example.jp")]
    [InlineData("山田 <taro@example.jp>")]
    [InlineData("taro@.jp")]
    [InlineData("")]
    [InlineData(null)]
    public void What_is_no_mail_address_has_no_key(string? typed) => Assert.False(EmailKey.TryParse(typed, out _));

    [Fact]
    public void The_strict_key_of_a_strict_key_is_itself() => AnyText.Always(text =>
    {
        if (!EmailKey.TryParse("taro@" + text, out var key)) return;
        Assert.True(EmailKey.TryParse(key.Strict, out var again));
        Assert.Equal(key, again);
    });
}
