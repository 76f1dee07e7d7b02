using Crm.Host;
using Crm.Platform.Export;
using Crm.Platform.Tabular;
using Crm.Sdk;

namespace Crm.Tests.Web;

/// <summary>What pages and the API say alike.</summary>
public sealed class ProblemStatusTests
{
    private static readonly Problem Wrong = new("too-long", ("長すぎます。", "Too long."), Field: "name");

    [Theory]
    [InlineData(ProblemKind.NotFound, 404)]
    [InlineData(ProblemKind.Forbidden, 403)]
    [InlineData(ProblemKind.Conflict, 409)]
    [InlineData(ProblemKind.TooLarge, 413)]
    [InlineData(ProblemKind.TooMany, 429)]
    [InlineData(ProblemKind.Invalid, 422)]
    public void A_problem_that_is_more_than_a_wrong_value_decides_the_status(ProblemKind kind, int status) =>
        Assert.Equal(status, ProblemStatus.Of([Wrong, Wrong with { Kind = kind }]));

    [Fact]
    public void A_file_is_sent_under_a_name_its_encoding_is_read_by()
    {
        var charsets = ExportFile.All.Select(f => f.ContentType).Where(t => t.Contains("charset=", StringComparison.Ordinal)).Select(t => t[(t.IndexOf('=', StringComparison.Ordinal) + 1)..]);

        Assert.Equal([TextEncoding.Utf8, TextEncoding.Cp932], charsets.Select(TextEncoding.ByName));
        Assert.Equal(TextEncoding.Cp932, TextEncoding.ByName("Shift_JIS"));
        Assert.Null(ExportFile.Of("pdf"));
    }
}
