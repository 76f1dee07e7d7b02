using Crm.Host.Web.Lists;
using Crm.Sdk.Records;
using Microsoft.AspNetCore.WebUtilities;

namespace Crm.Tests.Web;

public sealed class ListAddressTests
{
    [Theory]
    [InlineData("")]
    [InlineData("?filter[rank]=a")]
    [InlineData("?filter[rank][in]=a,b&sort=-updatedAt,name&fields=name,rank")]
    [InlineData("?q=東都&filter[waste.zone][contains]=北&bin=1")]
    public void An_address_reads_back_as_it_was_written(string query)
    {
        var once = Parse(query);

        Assert.Equal(once.QueryString, Parse(once.QueryString).QueryString);
        Assert.Equal(Parse(query).Href, once.Href);
    }

    [Fact]
    public void Boxes_ticked_in_a_form_and_a_list_in_the_address_mean_the_same()
    {
        Assert.Equal(Parse("?filter[rank][in]=a,b").QueryString, Parse("?filter[rank][in]=a&filter[rank][in]=b").QueryString);
        Assert.Equal(["name", "rank"], Parse("?fields=name&fields=rank").Columns);
    }

    [Fact]
    public void A_value_cannot_smuggle_in_another_part_of_the_address()
    {
        var address = new ListAddress("customers.company").With(new FilterTerm("name", FilterOp.Contains, ["a&sort=secret&bin=1#x"]));

        var read = Parse(address.QueryString);

        Assert.Equal("a&sort=secret&bin=1#x", Assert.Single(read.Filters).Value);
        Assert.Empty(read.Sort);
        Assert.False(read.Bin);
    }

    [Theory]
    [InlineData("?filter[]=x")]
    [InlineData("?filter[a][nonsense]=x")]
    [InlineData("?filter[a][b][c]=x")]
    [InlineData("?view=nonsense&sort=,&fields=,")]
    public void Nonsense_in_the_address_is_left_out(string query)
    {
        var read = Parse(query);

        Assert.Empty(read.Filters);
        Assert.Empty(read.Sort);
        Assert.Null(read.View);
    }

    [Fact]
    public void A_new_condition_replaces_the_one_of_the_same_field_and_comparison_and_starts_on_the_first_page()
    {
        var address = Parse("?filter[rank][in]=a&filter[sales][gte]=1&after=xyz").With(new FilterTerm("rank", FilterOp.In, ["b"]));

        Assert.Equal(["b"], address.Filters.Single(f => f.Field == "rank").Values);
        Assert.Equal(2, address.Filters.Count);
        Assert.Null(address.After);
    }

    private static ListAddress Parse(string query) => ListAddress.Parse("customers.company", QueryHelpers.ParseQuery(query));
}
