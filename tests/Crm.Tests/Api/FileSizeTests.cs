using System.Text;
using Crm.Tests.Infrastructure;

namespace Crm.Tests.Api;

/// <summary>On the real server, whose own limit is 30 MB.</summary>
public sealed class FileSizeTests
{
    private const int Most = 33 << 20;

    [Fact]
    public async Task A_file_of_more_than_thirty_megabytes_passes_and_one_beyond_the_limit_is_told_so()
    {
        await using var host = await ApiHost.Start(Databases.Sqlite, ("Files:MaxBytes", Most.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        var tenant = await host.NewTenant();
        var browser = await tenant.BrowserWith("administrator");

        (await Send(tenant.Admin, Csv(Most - 1_000))).Is(201);
        var next = (await browser.Upload("/import", "本.csv", Csv(Most - 1_000), ("type", "library.book"))).Is(302);
        Assert.StartsWith("/import/map?type=library.book&file=", next.Headers.Location!.ToString(), StringComparison.Ordinal);

        // A little too large, and so large that the server itself would not read it.
        foreach (var length in (int[])[Most + 1_000, Most + (8 << 20)])
        {
            foreach (var (language, message, cure) in new[] { ("ja", "ファイルが大きすぎます。受け付けるのは 33 MB までです。", "分割するか"), ("en", "The file is too large: 33 MB is the most that is taken.", "Split it") })
            {
                var refused = (await Send(tenant.Admin, Csv(length), ("Accept-Language", language))).Refuses(413, "file:file-too-large");
                Assert.Equal(message, refused["errors"][0].GetProperty("message").GetString());
                Assert.StartsWith(cure, refused["errors"][0].GetProperty("cure").GetString(), StringComparison.Ordinal);
            }

            var page = (await browser.Upload("/import", "本.csv", Csv(length), ("type", "library.book"))).Is(413);
            Assert.Contains("33 MB", page.Text, StringComparison.Ordinal);
            Assert.Contains("Files:MaxBytes", page.Text, StringComparison.Ordinal);
        }
    }

    private static async Task<ApiAnswer> Send(ApiClient client, byte[] content, params (string Name, string Value)[] headers)
    {
        using var form = new MultipartFormDataContent { { new ByteArrayContent(content), "file", "本.csv" } };
        return await client.Send(HttpMethod.Post, "files", form, headers);
    }

    private static byte[] Csv(int length)
    {
        var content = new byte[length];
        Array.Fill(content, (byte)'a');
        Encoding.UTF8.GetBytes("ISBN,書名\n1,").CopyTo(content, 0);
        return content;
    }
}
