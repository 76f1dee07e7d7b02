using System.Data;
using Crm.Host;
using Crm.Platform.SqlServer;
using Crm.Platform.Storage;
using Crm.Sdk.Records;
using Microsoft.Extensions.DependencyInjection;

namespace Crm.Tests.Storage;

/// <summary>The build without the full client, and what the client is given in bulk.</summary>
public sealed class SqlServerBuildTests
{
    [Fact]
    public void A_trimmed_build_told_to_use_SQL_Server_stops_at_start_and_says_how_to_build_it()
    {
        string Start()
        {
            var app = CrmApp.Build(["--Storage:Provider=SqlServer", "--Storage:ConnectionString=Server=none;Database=crm"], modules: []);
            return app.Services.GetRequiredService<Platform.Storage.Databases>().Dialect.Name;
        }

        if (SqlServerStorage.HasFullClient)
        {
            Assert.Equal("SqlServer", Start());
            return;
        }

        var refusal = Assert.Throws<InvalidOperationException>(Start);
        Assert.Contains("-p:SqlServerClient=full でビルドし直してください", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("Build it again with dotnet build -p:SqlServerClient=full", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_in_bulk_carry_the_types_that_columns_have_also_where_all_values_are_empty()
    {
        var id = Guid.CreateVersion7();
        using var table = new SqlServerDialect().Table(
            new("library_book", ["id", "author_id", "price", "published_on", "opens_at", "tags", "ext"], [[id, null, 1.5m, new DateOnly(2026, 1, 2), new TimeOnly(9, 30), new[] { "novel" }, new ExtensionData()]])
            {
                Types = [typeof(Guid), typeof(Guid), typeof(decimal), typeof(DateOnly), typeof(TimeOnly), typeof(string[]), typeof(ExtensionData)],
            });

        Assert.Equal(
            [typeof(byte[]), typeof(byte[]), typeof(decimal), typeof(DateTime), typeof(TimeSpan), typeof(string), typeof(string)],
            table.Columns.Cast<DataColumn>().Select(c => c.DataType));
        Assert.Equal(id.ToByteArray(bigEndian: true), table.Rows[0][0]);
        Assert.Equal([DBNull.Value, 1.5m, new DateTime(2026, 1, 2), new TimeSpan(9, 30, 0), """["novel"]""", "{}"], table.Rows[0].ItemArray[1..]);
    }
}
