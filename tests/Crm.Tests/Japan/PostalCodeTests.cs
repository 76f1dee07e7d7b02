// Postal codes, the places they stand for, and the prefectures.
using System.Diagnostics;
using Crm.Sdk.Japan;
using Xunit;

namespace Crm.Tests.Japan;

public class PostalCodeTests
{
    [Theory]
    [InlineData("105-0014")]
    [InlineData("1050014")]
    [InlineData("〒１０５－００１４")]
    [InlineData("〒 105ー0014")]
    [InlineData(" 105 0014 ")]
    public void A_postal_code_is_shown_with_its_hyphen(string typed)
    {
        Assert.True(PostalCode.TryParse(typed, out var code, out var flaw));
        Assert.Null(flaw);
        Assert.Equal("105-0014", code.ToString());
        Assert.Equal("1050014", code.Digits);
    }

    [Theory]
    [InlineData("600042", "060-0042")]
    [InlineData("60-0042", "060-0042")]
    [InlineData("10010", "001-0010")]
    public void Zeros_that_a_spreadsheet_lost_are_offered_back(string typed, string suggestion)
    {
        Assert.False(PostalCode.TryParse(typed, out _, out var flaw));
        Assert.Equal(("postal-code.leading-zero", suggestion), (flaw!.Problem.Code, flaw.Suggestion));
    }

    [Theory]
    [InlineData("1234")]
    [InlineData("12345678")]
    [InlineData("SW1A 1AA")]
    [InlineData("")]
    [InlineData(null)]
    public void What_is_no_postal_code_is_refused(string? typed)
    {
        Assert.False(PostalCode.TryParse(typed, out _, out var flaw));
        Assert.Equal("postal-code.form", flaw!.Problem.Code);
        Assert.Null(flaw.Suggestion);
    }

    [Fact]
    public void A_code_gives_prefecture_city_with_reading_and_town()
    {
        var place = Assert.Single(PostalCodes.Lookup("105-0014"));
        Assert.Equal(("東京都", "13103", "港区", "ミナトク", "芝"), (place.Prefecture.Name.Ja, place.CityCode, place.City, place.CityKana, place.Town));
    }

    [Fact]
    public void A_code_may_stand_for_places_in_two_prefectures() =>
        Assert.Equal(["愛知県弥富市", "三重県桑名郡木曽岬町"], PostalCodes.Lookup("498-0000").Select(p => p.Prefecture.Name.Ja + p.City + p.Town));

    [Fact]
    public void A_code_may_stand_for_many_towns() => Assert.Equal(66, PostalCodes.Lookup("452-0961").Count);

    [Fact]
    public void Each_floor_of_a_tower_has_the_town_of_the_tower() =>
        Assert.Equal("霞が関霞が関ビル", Assert.Single(PostalCodes.Lookup("100-6036")).Town);

    [Theory]
    [InlineData("001-0010", "北海道", "札幌市北区", "北十条西")]
    [InlineData("907-1801", "沖縄県", "八重山郡与那国町", "与那国")]
    public void The_first_and_the_last_codes_are_there(string code, string prefecture, string city, string town)
    {
        var place = Assert.Single(PostalCodes.Lookup(code));
        Assert.Equal((prefecture, city, town), (place.Prefecture.Name.Ja, place.City, place.Town));
    }

    [Theory]
    [InlineData("000-0000")]
    [InlineData("999-9999")]
    [InlineData("abc")]
    public void An_unknown_code_gives_no_place_and_no_error(string code) => Assert.Empty(PostalCodes.Lookup(code));

    [Fact]
    public void A_remark_of_the_postal_service_is_no_town() =>
        Assert.DoesNotContain(PostalCodes.Lookup("409-0142").Concat(PostalCodes.Lookup("409-0211")), p => p.Town.Contains("場合"));

    [Fact]
    public void Looking_up_takes_microseconds()
    {
        PostalCodes.Lookup("105-0014");
        var codes = new List<PostalCode>();
        for (var n = 1000000; n < 1100000; n++)
            if (PostalCode.TryParse(n.ToString(), out var code, out _)) codes.Add(code);

        var watch = Stopwatch.StartNew();
        var found = codes.Sum(code => PostalCodes.Lookup(code).Count);
        Assert.True(found > 1000);
        Assert.True(watch.Elapsed.TotalMicroseconds / codes.Count < 20, $"{watch.Elapsed.TotalMicroseconds / codes.Count} µs each");
    }

    [Fact]
    public void There_are_47_prefectures_in_the_order_of_their_codes()
    {
        Assert.Equal(47, Prefectures.All.Count);
        Assert.Equal(Enumerable.Range(1, 47).Select(n => n.ToString("D2")), Prefectures.All.Select(p => p.Code));
        Assert.Equal(47, Prefectures.All.Select(p => p.Name).Distinct().Count());
    }

    [Theory]
    [InlineData("東京都", "13")]
    [InlineData("東京", "13")]
    [InlineData("TOKYO", "13")]
    [InlineData("京都", "26")]
    [InlineData("北海道", "01")]
    [InlineData("德島県", "36")]
    [InlineData("47", "47")]
    public void A_prefecture_is_found_by_its_names(string text, string code) => Assert.Equal(code, Prefectures.Find(text)!.Code);

    [Fact]
    public void What_is_no_prefecture_is_not_found() => Assert.Null(Prefectures.Find("関東"));

    [Fact]
    public void The_prefecture_of_each_code_is_the_one_that_the_data_names()
    {
        Assert.Equal("静岡県", PostalCodes.Lookup("430-7703")[0].Prefecture.Name.Ja);
        Assert.Equal("鹿児島県", PostalCodes.Lookup("892-0842")[0].Prefecture.Name.Ja);
    }
}
