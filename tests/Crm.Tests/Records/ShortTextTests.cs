using Crm.Sdk;

namespace Crm.Tests.Records;

/// <summary>Text made to fit a column.</summary>
public sealed class ShortTextTests
{
    [Theory]
    [InlineData("三毛猫", 3, "三毛猫")]
    [InlineData("三毛猫", 2, "三毛")]
    [InlineData("𠮷野家", 1, "")]
    [InlineData("𠮷野家", 2, "𠮷")]
    [InlineData("山𠮷", 2, "山")]
    [InlineData("三毛猫", 0, "")]
    public void Text_is_never_cut_through_the_middle_of_a_character(string text, int longest, string expected) => Assert.Equal(expected, text.Cut(longest));

    [Fact]
    public void What_was_cut_is_shown_by_an_ellipsis()
    {
        Assert.Equal("三毛猫", "三毛猫".Shorten(3));
        Assert.Equal("山…", "山𠮷の道".Shorten(2));
    }
}
