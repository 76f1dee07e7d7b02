using System.Xml.Linq;
using Crm.Platform.Storage;
using Crm.Sdk.Records;
using Microsoft.AspNetCore.DataProtection.Repositories;

namespace Crm.Platform.Identity.Storage;

/// <summary>Keeps the keys of data protection in the installation's database, so that any node can read what another protected.</summary>
/// <remarks>The framework asks synchronously and seldom: at start and when a key is due, about every 90 days.</remarks>
internal sealed class KeyRing(Databases databases, TimeProvider clock) : IXmlRepository
{
    public IReadOnlyCollection<XElement> GetAllElements()
    {
        using var connection = databases.Dialect.Connect(databases.Installation);
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT xml FROM control_key ORDER BY created_at";
        using var reader = command.ExecuteReader();
        var keys = new List<XElement>();
        while (reader.Read()) keys.Add(XElement.Parse(reader.GetString(0)));
        return keys;
    }

    public void StoreElement(XElement element, string friendlyName)
    {
        var dialect = databases.Dialect;
        using var connection = dialect.Connect(databases.Installation);
        connection.Open();
        using var command = connection.CreateCommand();
        object[] values = [Ids.New(), friendlyName, element.ToString(SaveOptions.DisableFormatting), clock.GetUtcNow()];
        command.CommandText = $"INSERT INTO control_key (id, name, xml, created_at) VALUES ({string.Join(", ", values.Select(v => dialect.Bind(command, dialect.ToColumn(v))))})";
        command.ExecuteNonQuery();
    }
}
