using Crm.Platform.Storage;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Crm.Platform.Identity.Storage;

/// <summary>
/// Tenants were given copies of the built-in roles once. A copy that is still what some version gave away was changed by nobody and
/// follows the product from now on.
/// </summary>
[DbContext(typeof(ControlDb))]
[Migration("20261123_0102_FollowTheProduct")]
internal sealed class FollowTheProduct : Migration
{
    private const string SalesRecords =
        """{"everything":false,"records":{"*":{"read":"all","create":"all","edit":"team","delete":"own","export":"own"},"deals.deal":{"read":"all","create":"all","edit":"team","delete":"own","export":"team"},"deals.quote":{"read":"all","create":"all","edit":"team","delete":"own","export":"team"},"campaigns.campaign":{"read":"all","create":"none","edit":"none","delete":"none","export":"none"}},"permissions":["customers.*","deals.*","records.import""";

    private const string SupportRecords =
        """{"everything":false,"records":{"*":{"read":"all","create":"all","edit":"team","delete":"own","export":"none"},"support.inquiry":{"read":"all","create":"all","edit":"all","delete":"all","export":"all"},"support.article":{"read":"all","create":"all","edit":"all","delete":"all","export":"all"},"deals.deal":{"read":"all","create":"none","edit":"none","delete":"none","export":"none"},"campaigns.campaign":{"read":"all","create":"none","edit":"none","delete":"none","export":"none"}},"permissions":["customers.*","support.*""";

    private const string MarketingRecords =
        """{"everything":false,"records":{"*":{"read":"all","create":"all","edit":"team","delete":"own","export":"all"},"campaigns.campaign":{"read":"all","create":"all","edit":"all","delete":"all","export":"all"},"deals.deal":{"read":"all","create":"none","edit":"none","delete":"none","export":"none"},"support.inquiry":{"read":"all","create":"none","edit":"none","delete":"none","export":"none"}},"permissions":["customers.*","campaigns.*","records.import","records.bulk""";

    private const string End = "\"],\"hidden\":[]}";

    /// <summary>What versions gave away, by the key of the role.</summary>
    internal static readonly IReadOnlyList<(string Role, string Rights)> Given =
    [
        ("administrator", """{"everything":true,"records":{},"permissions":[],"hidden":[]}"""),
        ("sales", SalesRecords + End),
        ("sales", SalesRecords + "\",\"records.bulk" + End),
        ("support", SupportRecords + End),
        ("support", SupportRecords + "\",\"records.import\",\"records.bulk" + End),
        ("marketing", MarketingRecords + End),
        ("viewer", """{"everything":false,"records":{"*":{"read":"all","create":"none","edit":"none","delete":"none","export":"none"}},"permissions":[],"hidden":[]}"""),
    ];

    internal static IEnumerable<string> Statements => Given.Select(g => $"UPDATE control_role SET rights = '' WHERE built_in = '{g.Role}' AND rights = '{g.Rights}'");

    protected override void Up(MigrationBuilder migrationBuilder)
    {
        foreach (var statement in Statements) migrationBuilder.Sql(statement);
    }
}
