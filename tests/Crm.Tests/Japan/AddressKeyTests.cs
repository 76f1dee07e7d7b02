// One key for the many spellings of an address.
using Crm.Sdk.Japan;
using Crm.Sdk.Records;
using Xunit;

namespace Crm.Tests.Japan;

public class AddressKeyTests
{
    [Theory]
    [InlineData("芝5-29-11")]
    [InlineData("芝5丁目29-11")]
    [InlineData("芝5丁目29番11号")]
    [InlineData("芝5の29の11")]
    [InlineData("芝五丁目２９－１１")]
    [InlineData("芝５‐２９‐１１")]
    [InlineData("芝5–29–11")]
    [InlineData("芝5—29—11")]
    [InlineData("芝5−29−11")]
    [InlineData("芝5ー29ー11")]
    [InlineData("芝５ｰ２９ｰ１１")]
    [InlineData("芝五丁目二十九番十一号")]
    [InlineData("芝五丁目二九番一一号")]
    [InlineData("芝五の二十九の十一")]
    [InlineData("芝 5丁目 29番地 11号")]
    [InlineData("芝5丁目29番地の11")]
    [InlineData("芝 5 - 29 - 11")]
    [InlineData("大字芝5-29-11")]
    [InlineData("芝05-29-11")]
    public void Spellings_of_one_address_have_one_key(string typed)
    {
        var address = AddressKey.Of(typed);
        Assert.Equal(("芝5-29-11", "5-29-11", ""), (address.Key, address.Block, address.Building));
    }

    [Theory]
    [InlineData("東京都港区芝5-29-11")]
    [InlineData("港区芝5-29-11")]
    [InlineData("〒105-0014 東京都 港区 芝 5-29-11")]
    [InlineData("1050014東京都港区芝五丁目29-11")]
    public void Prefecture_and_city_are_kept_and_may_be_left_out(string typed) =>
        Assert.Equal(new AddressKey("港区芝5-29-11", "東京都", "港区", "芝", "5-29-11", ""), AddressKey.Of(typed));

    [Theory]
    [InlineData("芝5-29-11 芝パークビル3F", "芝パークビル3F")]
    [InlineData("芝5-29-11芝パークビル３Ｆ", "芝パークビル３Ｆ")]
    [InlineData("芝5丁目29番11号　101号室", "101号室")]
    [InlineData("芝5-29-11-203", "203")]
    [InlineData("芝5-29-11-203号室", "203号室")]
    [InlineData("芝5丁目29-11、グランドメゾン芝", "グランドメゾン芝")]
    public void The_building_is_kept_apart_as_typed(string typed, string building)
    {
        var address = AddressKey.Of(typed);
        Assert.Equal(("芝5-29-11", building), (address.Key, address.Building));
    }

    [Theory]
    [InlineData("霞ヶ関1-2-3", "霞ケ関1-2-3", "霞が関1-2-3")]
    [InlineData("茨城県龍ケ崎市3710", "竜ヶ崎市3710番地", "龍が崎市３７１０")]
    [InlineData("北10条西20丁目1-2", "北十条西二十丁目1番2号", "北１０条西20-1-2")]
    [InlineData("一番町5-1", "１番町5番1号", "一番町五番地の一")]
    [InlineData("六本木6-10-1", "六本木六丁目10番1号")]
    [InlineData("虎ノ門1-23-1", "虎の門一丁目２３番１号")]
    [InlineData("麻布十番2-3-4", "麻布十番二丁目3-4")]
    [InlineData("八丁堀1-1", "八丁堀一丁目1番")]
    [InlineData("群馬県北群馬郡榛東村新井790-1", "群馬県榛東村大字新井７９０番地１", "北群馬郡榛東村新井790の1")]
    [InlineData("堺市北区百舌鳥赤畑町1丁3-1", "堺市北区百舌鳥赤畑町1-3-1")]
    [InlineData("大釜第2地割12-3", "大釜第二地割12番地3")]
    [InlineData("札幌市北区北7条西4丁目", "札幌市 北区 北七条西4丁目")]
    public void Place_names_may_be_written_in_more_than_one_way(params string[] spellings) =>
        Assert.Single(spellings.Select(s => AddressKey.Of(s).Key).Distinct());

    [Theory]
    [InlineData("芝5-29-11", "芝5-29-1")]
    [InlineData("芝5-29-11", "芝52-9-11")]
    [InlineData("芝5-29-11", "三田5-29-11")]
    [InlineData("東京都港区芝5-29-11", "大阪府大阪市港区芝5-29-11")]
    [InlineData("北10条西20-1", "北1条西20-1")]
    public void Different_places_keep_different_keys(string one, string other) => Assert.NotEqual(AddressKey.Of(one).Key, AddressKey.Of(other).Key);

    [Theory]
    [InlineData("東京都府中市宮西町2-24", "東京都", "府中市")]
    [InlineData("広島県府中市府川町315", "広島県", "府中市")]
    [InlineData("府中市府川町315", "", "")]
    [InlineData("横浜市西区みなとみらい2-2-1", "神奈川県", "横浜市西区")]
    [InlineData("四日市市諏訪町1-5", "三重県", "四日市市")]
    [InlineData("市川市八幡1-1-1", "千葉県", "市川市")]
    [InlineData("津市西丸之内23-1", "三重県", "津市")]
    public void A_city_of_one_prefecture_tells_its_prefecture(string typed, string prefecture, string city)
    {
        var address = AddressKey.Of(typed);
        Assert.Equal((prefecture, city), (address.Prefecture, address.City));
    }

    [Fact]
    public void Every_city_of_Japan_is_recognised_behind_its_prefecture()
    {
        foreach (var city in Cities.All)
        {
            var address = AddressKey.Of(city.Prefecture.Name.Ja + city.Name + "大字本町一丁目2番地3");
            Assert.Equal((city.Prefecture.Name.Ja, city.Name, "1-2-3"), (address.Prefecture, address.City, address.Block));
            Assert.EndsWith("本町1-2-3", address.Key);
        }
    }

    [Theory]
    [InlineData("1 Infinite Loop, Cupertino")]
    [InlineData("芝")]
    [InlineData("芝パークビル3F")]
    [InlineData("")]
    [InlineData(null)]
    public void An_address_without_a_city_is_no_error(string? typed) => Assert.Equal("", AddressKey.Of(typed).City);

    [Theory]
    [InlineData("芝")]
    [InlineData("芝パークビル3F")]
    [InlineData("旭川市4区3条")]
    public void A_name_with_a_number_is_not_mistaken_for_a_block(string typed) => Assert.Equal("", AddressKey.Of(typed).Block);

    [Fact]
    public void An_address_in_parts_has_the_key_of_the_whole()
    {
        var parts = new PostalAddress { PostalCode = "105-0014", Prefecture = "東京都", City = "港区", Street = "芝五丁目29-11", Building = "203" };
        Assert.Equal(AddressKey.Of("東京都港区芝5-29-11") with { Building = "203" }, AddressKey.Of(parts));
    }

    [Fact]
    public void Any_text_can_be_taken_apart() => AnyText.Always(text => Assert.NotNull(AddressKey.Of(text).Building));
}
