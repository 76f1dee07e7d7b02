using System.Data;
using System.Data.Common;
using Crm.Platform.Storage;
using Microsoft.Data.SqlClient;
using Microsoft.EntityFrameworkCore.SqlServer.Storage.Internal;
using Microsoft.EntityFrameworkCore.Storage;

namespace Crm.Platform.SqlServer;

/// <summary>The column types of SQL Server for EF Core: the same storage as <see cref="SqlServerDialect"/> uses.</summary>
internal sealed class SqlServerTypes : CrmTypes
{
    public SqlServerTypes()
    {
        Map<Guid, byte[]>(new IdMapping(), id => id.ToByteArray(true), bytes => new Guid(bytes, true));

        // The provider's own decimal keeps two decimals and drops the rest.
        Map<decimal, decimal>(new SqlServerDecimalTypeMapping("decimal(19,4)", DbType.Decimal, 19, 4), number => number, stored => stored);
        Map<DateTimeOffset, DateTimeOffset>(new SqlServerDateTimeOffsetTypeMapping("datetimeoffset"), moment => moment.ToUniversalTime(), stored => stored);
        Json("nvarchar(max)");
    }

    /// <summary>An id as 16 bytes of fixed length, so that a comparison needs no conversion of the column.</summary>
    private sealed class IdMapping : ByteArrayTypeMapping
    {
        public IdMapping() : base("binary(16)", System.Data.DbType.Binary, 16)
        {
        }

        private IdMapping(RelationalTypeMappingParameters parameters) : base(parameters)
        {
        }

        protected override RelationalTypeMapping Clone(RelationalTypeMappingParameters parameters) => new IdMapping(parameters);

        protected override void ConfigureParameter(DbParameter parameter)
        {
            base.ConfigureParameter(parameter);
            if (parameter is SqlParameter sql) (sql.SqlDbType, sql.Size) = (SqlDbType.Binary, 16);
        }

        protected override string GenerateNonNullSqlLiteral(object value) => "0x" + Convert.ToHexString((byte[])value);
    }
}
