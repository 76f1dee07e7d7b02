using Crm.Platform.Backup;
using Crm.Sdk.Records;
using Crm.Sdk.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Crm.Platform.Backup
{
    /// <summary>When the installation is backed up by itself, and where to. There is one.</summary>
    internal sealed class BackupPlanRow
    {
        public static readonly Guid Only = Guid.Empty;

        public Guid Id { get; set; } = Only;

        public bool Active { get; set; }

        public string Folder { get; set; } = "";

        /// <summary>The hour of the day in <see cref="TimeZone"/>.</summary>
        public int Hour { get; set; } = 2;

        public string TimeZone { get; set; } = "Asia/Tokyo";

        /// <summary>How many stay; older ones are deleted.</summary>
        public int Keep { get; set; } = 7;

        /// <summary>Nothing is due that lies before it.</summary>
        public DateTimeOffset Since { get; set; }

        /// <summary>The last moment before now at which a backup was due; null when none was.</summary>
        public DateTimeOffset? Due(DateTimeOffset now)
        {
            var zone = TimeZoneInfo.FindSystemTimeZoneById(TimeZone);
            var local = TimeZoneInfo.ConvertTime(now, zone);
            var day = local.Hour >= Hour ? local.Date : local.Date.AddDays(-1);
            var at = day.AddHours(Hour);
            var due = new DateTimeOffset(at, zone.GetUtcOffset(at)).ToUniversalTime();
            return Active && due >= Since ? due : null;
        }
    }

    /// <summary>A backup that was made, is being made, or failed.</summary>
    internal sealed class BackupRow
    {
        public Guid Id { get; set; } = Ids.New();

        public DateTimeOffset At { get; set; }

        /// <summary>The moment of the plan it is for; one node takes each. Null for one that somebody asked for.</summary>
        public DateTimeOffset? Due { get; set; }

        /// <summary>One of <see cref="BackupState"/>.</summary>
        public required string State { get; set; }

        public required string File { get; set; }

        public long Bytes { get; set; }

        public long Rows { get; set; }

        public string? Sum { get; set; }

        /// <summary>What went wrong, or which plugins' data is missing.</summary>
        public string? Note { get; set; }

        public required string MadeBy { get; set; }
    }

    internal static class BackupState
    {
        public const string Running = "running";
        public const string Done = "done";
        public const string Failed = "failed";
    }
}

namespace Crm.Platform.Storage
{
    internal sealed partial class ControlDb
    {
        public DbSet<BackupPlanRow> BackupPlans => Set<BackupPlanRow>();

        public DbSet<BackupRow> Backups => Set<BackupRow>();

        partial void DescribeBackups(ModelBuilder model)
        {
            var plan = model.Entity<BackupPlanRow>();
            plan.ToTable("control_backup_plan").HasKey(p => p.Id);
            plan.Property(p => p.Id).ValueGeneratedNever();
            model.Entity<BackupRow>().ToTable("control_backup").HasKey(b => b.Id);
        }
    }

    [DbContext(typeof(ControlDb))]
    [Migration("20261123_0521_Backups")]
    internal sealed class ControlBackups : Migration
    {
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.ControlTable("control_backup_plan", t => t
                .Column<Guid>("id").Column<bool>("active").Column<string>("folder", 500, required: true).Column<int>("hour").Column<string>("time_zone", 60, required: true)
                .Column<int>("keep").Column<DateTimeOffset>("since").Key("id"));
            migrationBuilder.ControlTable("control_backup", t => t
                .Column<Guid>("id").Column<DateTimeOffset>("at").Column<DateTimeOffset?>("due").Column<string>("state", 20, required: true)
                .Column<string>("file", 600, required: true).Column<long>("bytes").Column<long>("rows").Column<string>("sum", 64).Column<string>("note", 2_000)
                .Column<string>("made_by", 200, required: true).Key("id").UniqueIndex("due"));
        }
    }
}
