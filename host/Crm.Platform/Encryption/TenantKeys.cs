using System.Collections.Concurrent;
using System.Security.Cryptography;
using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Crm.Sdk.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Crm.Platform.Encryption
{
    /// <summary>The keys of tenants, sealed with the master key in the installation's database. A tenant's first is made when it is needed.</summary>
    internal sealed class TenantKeys(ControlDbs control, MasterKey master, Tenants tenants, TimeProvider clock)
    {
        private readonly ConcurrentDictionary<Guid, (long Version, TenantKeyRing Ring)> known = new();

        public async ValueTask<TenantKeyRing> Of(TenantInfo tenant, CancellationToken cancellation)
        {
            if (known.TryGetValue(tenant.Id, out var kept) && kept.Version == tenant.Version) return kept.Ring;
            await using var db = await control.Open();
            var rows = await Rows(db, tenant.Id, cancellation);
            if (rows.Count == 0)
            {
                var made = await Add(db, tenant.Id, 1, cancellation);
                rows = await Rows(db, tenant.Id, cancellation);
                if (rows.Count == 0) rows = [made];
            }

            var ring = new TenantKeyRing(tenant.Id, rows.ToDictionary(r => r.Number, r => Unwrap(r)),
                rows.Where(r => r.Origin is not null).ToDictionary(r => r.Number, r => r.Origin!.Value));
            known[tenant.Id] = (tenant.Version, ring);
            return ring;
        }

        /// <summary>From now on a new key seals; what was sealed before opens as it did. Answers with its number.</summary>
        public async Task<int> Rotate(Guid tenant, CancellationToken cancellation)
        {
            await using var db = await control.Open();
            var number = (await db.TenantKeys.Where(k => k.TenantId == tenant).MaxAsync(k => (int?)k.Number, cancellation) ?? 0) + 1;
            await Add(db, tenant, number, cancellation);
            await tenants.Changed(tenant, cancellation);
            return number;
        }

        /// <summary>Whether the master key is the one that sealed the keys of tenants; asked at the start.</summary>
        /// <exception cref="InvalidOperationException">It is missing or another; the message says what to do.</exception>
        public async Task Check(CancellationToken cancellation)
        {
            await using var db = await control.Open();
            if (await db.TenantKeys.AsNoTracking().OrderBy(k => k.CreatedAt).FirstOrDefaultAsync(cancellation) is { } first) Unwrap(first);
        }

        private static Task<List<TenantKeyRow>> Rows(ControlDb db, Guid tenant, CancellationToken cancellation) =>
            db.TenantKeys.AsNoTracking().Where(k => k.TenantId == tenant).ToListAsync(cancellation);

        private async Task<TenantKeyRow> Add(ControlDb db, Guid tenant, int number, CancellationToken cancellation)
        {
            var first = (await db.TenantKeys.AsNoTracking().Take(1).ToListAsync(cancellation)).Count == 0;
            var row = new TenantKeyRow
            {
                TenantId = tenant, Number = number, CreatedAt = clock.GetUtcNow(),
                Wrapped = TenantKeyRing.Seal(master.Get(mayMake: first), RandomNumberGenerator.GetBytes(MasterKey.Bytes), tenant.ToByteArray(bigEndian: true)),
            };
            db.TenantKeys.Add(row);
            try
            {
                await db.SaveChangesAsync(cancellation);
            }
            catch (DbUpdateException) when (number == 1)
            {
                // Another node was first: its key is the tenant's.
                db.Entry(row).State = EntityState.Detached;
            }

            return row;
        }

        private byte[] Unwrap(TenantKeyRow row)
        {
            try
            {
                return TenantKeyRing.Open(master.Get(mayMake: false), row.Wrapped, row.TenantId.ToByteArray(bigEndian: true));
            }
            catch (CryptographicException other)
            {
                throw new InvalidOperationException(
                    $"マスターキー（{master.File} または Encryption:MasterKey）が、このデータベースを暗号化したものと異なります。元のキーを戻してください。\n"
                    + $"The master key ({master.File} or Encryption:MasterKey) is not the one this database was encrypted with. Put that one back.", other);
            }
        }
    }

    /// <summary>A key of a tenant, sealed with the master key.</summary>
    internal sealed class TenantKeyRow
    {
        public Guid TenantId { get; set; }

        /// <summary>From 1; the highest seals.</summary>
        public int Number { get; set; }

        public required byte[] Wrapped { get; set; }

        public DateTimeOffset CreatedAt { get; set; }

        /// <summary>The tenant under which it sealed before it came here with a backup; null for one made here.</summary>
        public Guid? Origin { get; set; }
    }

    [DbContext(typeof(ControlDb))]
    [Migration("20261123_0302_TenantKeys")]
    internal sealed class ControlTenantKeys : Migration
    {
        protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.ControlTable("control_tenant_key", t => t
            .Column<Guid>("tenant_id").Column<int>("number").Column<byte[]>("wrapped", required: true).Column<DateTimeOffset>("created_at").Key("tenant_id", "number"));
    }

    [DbContext(typeof(ControlDb))]
    [Migration("20261123_0520_TenantKeyOrigin")]
    internal sealed class ControlTenantKeyOrigin : Migration
    {
        protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Column<Guid?>("control_tenant_key", "origin");
    }
}

namespace Crm.Platform.Storage
{
    internal sealed partial class ControlDb
    {
        public DbSet<Encryption.TenantKeyRow> TenantKeys => Set<Encryption.TenantKeyRow>();

        partial void DescribeKeys(ModelBuilder model) => model.Entity<Encryption.TenantKeyRow>().ToTable("control_tenant_key").HasKey(k => new { k.TenantId, k.Number });
    }
}
