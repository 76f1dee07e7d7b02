using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Crm.Tests.Storage.Schema;

/// <summary>The tables a context's model wants, in the types of its database.</summary>
internal static class WantedTables
{
    public static IReadOnlyList<Table> Of(DbContext context)
    {
        var tables = new List<Table>();
        foreach (var wanted in context.GetService<IDesignTimeModel>().Model.GetRelationalModel().Tables)
        {
            var table = new Table(wanted.Name) { Key = [.. wanted.PrimaryKey!.Columns.Select(c => c.Name)] };
            foreach (var column in wanted.Columns)
            {
                // The provider gives keys a length of its own choosing; only one that the model states counts.
                var stated = column.PropertyMappings.Select(m => m.Property.GetMaxLength()).FirstOrDefault(l => l is not null);
                var want = Column.Of(column.Name, column.StoreType, column.IsNullable);
                table.Columns.Add(want with { Length = column.StoreType == "nvarchar(max)" ? null : stated });
            }

            foreach (var index in wanted.Indexes) table.Indexes.Add(new(index.Name, [.. index.Columns.Select(c => c.Name)], index.IsUnique, null));
            tables.Add(table);
        }

        return tables;
    }
}
