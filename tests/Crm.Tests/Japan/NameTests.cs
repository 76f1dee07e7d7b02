// Companies by their core name, people by name and reading, and how both are addressed.
using System.Globalization;
using Crm.Sdk.Japan;
using Crm.Sdk.Text;
using Xunit;

namespace Crm.Tests.Japan;

public class NameTests
{
    private static readonly CultureInfo Japanese = CultureInfo.GetCultureInfo("ja-JP");
    private static readonly CultureInfo English = CultureInfo.GetCultureInfo("en-US");

    [Theory]
    [InlineData("株式会社山田商店", "山田商店", CorporateForm.KabushikiKaisha, FormPosition.Before)]
    [InlineData("山田商店株式会社", "山田商店", CorporateForm.KabushikiKaisha, FormPosition.After)]
    [InlineData("㈱山田商店", "山田商店", CorporateForm.KabushikiKaisha, FormPosition.Before)]
    [InlineData("山田商店　㈱", "山田商店", CorporateForm.KabushikiKaisha, FormPosition.After)]
    [InlineData("(株) 山田商店", "山田商店", CorporateForm.KabushikiKaisha, FormPosition.Before)]
    [InlineData("（株）山田商店", "山田商店", CorporateForm.KabushikiKaisha, FormPosition.Before)]
    [InlineData("㍿山田商店", "山田商店", CorporateForm.KabushikiKaisha, FormPosition.Before)]
    [InlineData("山田商店(株)東京支店", "山田商店東京支店", CorporateForm.KabushikiKaisha, FormPosition.After)]
    [InlineData("山田商店株式会社 東京支店", "山田商店東京支店", CorporateForm.KabushikiKaisha, FormPosition.After)]
    [InlineData("カ)ヤマダシヨウテン", "ヤマダシヨウテン", CorporateForm.KabushikiKaisha, FormPosition.Before)]
    [InlineData("ﾔﾏﾀﾞｼﾖｳﾃﾝ(ｶ", "ヤマダシヨウテン", CorporateForm.KabushikiKaisha, FormPosition.After)]
    [InlineData("ヤマダ（カ）トウキヨウ", "ヤマダトウキヨウ", CorporateForm.KabushikiKaisha, FormPosition.After)]
    [InlineData("かぶしきがいしゃやまだ", "ヤマダ", CorporateForm.KabushikiKaisha, FormPosition.Before)]
    [InlineData("有限会社佐藤工務店", "佐藤工務店", CorporateForm.YugenKaisha, FormPosition.Before)]
    [InlineData("㈲佐藤工務店", "佐藤工務店", CorporateForm.YugenKaisha, FormPosition.Before)]
    [InlineData("ユ)サトウコウムテン", "サトウコウムテン", CorporateForm.YugenKaisha, FormPosition.Before)]
    [InlineData("合同会社みどり", "ミドリ", CorporateForm.GodoKaisha, FormPosition.Before)]
    [InlineData("みどり(同)", "ミドリ", CorporateForm.GodoKaisha, FormPosition.After)]
    [InlineData("ド)ミドリ", "ミドリ", CorporateForm.GodoKaisha, FormPosition.Before)]
    [InlineData("合資会社鈴木酒造", "鈴木酒造", CorporateForm.GoshiKaisha, FormPosition.Before)]
    [InlineData("鈴木酒造合名会社", "鈴木酒造", CorporateForm.GomeiKaisha, FormPosition.After)]
    [InlineData("一般社団法人日本茶の会", "日本茶ノ会", CorporateForm.ShadanHojin, FormPosition.Before)]
    [InlineData("公益財団法人緑の森", "緑ノ森", CorporateForm.ZaidanHojin, FormPosition.Before)]
    [InlineData("(一社)日本茶の会", "日本茶ノ会", CorporateForm.ShadanHojin, FormPosition.Before)]
    [InlineData("医療法人社団 清風会", "清風会", CorporateForm.IryoHojin, FormPosition.Before)]
    [InlineData("醫療法人清風會", "清風会", CorporateForm.IryoHojin, FormPosition.Before)]
    [InlineData("学校法人桜学園", "桜学園", CorporateForm.GakkoHojin, FormPosition.Before)]
    [InlineData("宗教法人大安寺", "大安寺", CorporateForm.ShukyoHojin, FormPosition.Before)]
    [InlineData("社会福祉法人ひまわり", "ヒマワリ", CorporateForm.ShakaiFukushiHojin, FormPosition.Before)]
    [InlineData("ＮＰＯ法人海を守る会", "海ヲ守ル会", CorporateForm.NpoHojin, FormPosition.Before)]
    [InlineData("特定非営利活動法人海を守る会", "海ヲ守ル会", CorporateForm.NpoHojin, FormPosition.Before)]
    [InlineData("Yamada Co., Ltd.", "yamada", CorporateForm.Foreign, FormPosition.After)]
    [InlineData("YAMADA CO.,LTD.", "yamada", CorporateForm.Foreign, FormPosition.After)]
    [InlineData("Yamada Co.Ltd", "yamada", CorporateForm.Foreign, FormPosition.After)]
    [InlineData("Yamada, Inc.", "yamada", CorporateForm.Foreign, FormPosition.After)]
    [InlineData("Yamada L.L.C.", "yamada", CorporateForm.Foreign, FormPosition.After)]
    [InlineData("Müller GmbH", "müller", CorporateForm.Foreign, FormPosition.After)]
    [InlineData("Yamada K.K.", "yamada", CorporateForm.KabushikiKaisha, FormPosition.After)]
    [InlineData("Zinc", "zinc", CorporateForm.None, FormPosition.None)]
    [InlineData("山田商店", "山田商店", CorporateForm.None, FormPosition.None)]
    [InlineData("山田(有楽町店)", "山田有楽町店", CorporateForm.None, FormPosition.None)]
    [InlineData("株式会社", "株式会社", CorporateForm.None, FormPosition.None)]
    [InlineData("Inc.", "inc", CorporateForm.None, FormPosition.None)]
    [InlineData("☆", "", CorporateForm.None, FormPosition.None)]
    [InlineData("", "", CorporateForm.None, FormPosition.None)]
    public void A_company_is_known_by_its_name_without_its_legal_form(string name, string key, CorporateForm form, FormPosition position) =>
        Assert.Equal(new CompanyName(key, form, position), CompanyName.Parse(name));

    [Fact]
    public void Any_text_has_a_company_key_and_it_is_normalised() => AnyText.Always(text =>
    {
        var key = CompanyName.Parse(text).Key;
        Assert.Equal(key, TextNormaliser.ForKey(key));
    });

    [Theory]
    [InlineData("渡邉　太郎", "渡辺太郎")]
    [InlineData("佐々木 花子", "佐佐木花子")]
    [InlineData("髙橋 一郎 様", "高橋一郎")]
    [InlineData("YAMADA Taro", "ｙａｍａｄａ ｔａｒｏ")]
    public void A_person_has_one_key_however_the_name_is_spelt(string one, string other) => Assert.Equal(PersonName.Key(one), PersonName.Key(other));

    [Fact]
    public void A_name_in_two_parts_has_the_key_of_the_whole() => Assert.Equal(PersonName.Key("渡邉 太郎"), PersonName.Key("渡辺", "太郎"));

    [Theory]
    [InlineData("キョウコ", "ｷﾖｳｺ")]
    [InlineData("はっとり しずえ", "ハツトリ シヅエ")]
    [InlineData("ワヲ", "ワオ")]
    public void A_reading_has_one_key_with_small_kana_or_without(string one, string other) => Assert.Equal(PersonName.KanaKey(one), PersonName.KanaKey(other));

    [Fact]
    public void Readings_that_differ_keep_different_keys() => Assert.NotEqual(PersonName.KanaKey("ハヤシ"), PersonName.KanaKey("バヤシ"));

    [Fact]
    public void People_are_addressed_family_name_first_with_sama()
    {
        Assert.Equal("山田 太郎 様", Salutation.ForPerson("山田", "太郎", Japanese));
        Assert.Equal("山田 様", Salutation.ForPerson("山田", null, Japanese));
        Assert.Equal("Taro Yamada", Salutation.ForPerson("Yamada", "Taro", English));
        Assert.Equal("", Salutation.ForPerson(null, " ", Japanese));
    }

    [Fact]
    public void Companies_are_addressed_with_onchu_but_not_together_with_a_person()
    {
        Assert.Equal("株式会社山田商店 御中", Salutation.ForCompany("株式会社山田商店", Japanese));
        Assert.Equal("株式会社山田商店 御中", Salutation.ForCompany("株式会社山田商店 御中", Japanese));
        Assert.Equal("Yamada Trading", Salutation.ForCompany("Yamada Trading", English));
        Assert.Equal("株式会社山田商店\n鈴木 花子 様", Salutation.ForPersonAt("株式会社山田商店", "鈴木", "花子", Japanese));
        Assert.Equal("株式会社山田商店 御中", Salutation.ForPersonAt("株式会社山田商店", null, null, Japanese));
        Assert.Equal("Hanako Suzuki\nYamada Trading", Salutation.ForPersonAt("Yamada Trading", "Suzuki", "Hanako", English));
    }
}
