// What must hold before a restore writes a single row.
using System.Security.Cryptography;
using Crm.Platform.Encryption;
using Crm.Platform.Storage;
using Crm.Sdk;

namespace Crm.Platform.Backup;

/// <summary>Whether the tables of this installation can take those of a backup.</summary>
internal static class SchemaFits
{
    /// <summary>
    /// A backup of newer tables is refused, and one of a module that is not here. An older one fits when all that came since only added:
    /// a step that moves data would not run over the restored rows.
    /// </summary>
    /// <param name="manifest">The backup.</param>
    /// <param name="known">The tables here.</param>
    /// <param name="wanted">The owners whose rows are to be restored.</param>
    public static IReadOnlyList<Problem> Check(BackupManifest manifest, IReadOnlyList<KnownSchema> known, IReadOnlySet<string> wanted)
    {
        var problems = new List<Problem>();
        foreach (var schema in manifest.Schemas.Where(s => wanted.Contains(s.Owner)))
        {
            if (known.FirstOrDefault(k => k.Owner == schema.Owner) is not { } here)
            {
                problems.Add(NoModule(schema.Owner));
                continue;
            }

            var newer = schema.Migrations.Except(here.Migrations).ToList();
            var since = here.Migrations.Except(schema.Migrations).Where(m => !here.OnlyAdds.GetValueOrDefault(m)).ToList();
            if (newer.Count > 0)
            {
                problems.Add(new(
                    "newer-schema", ($"バックアップの「{schema.Owner}」は新しいバージョンのものです（{newer[^1]}）。何も変更していません。", $"The backup's “{schema.Owner}” is of a newer version ({newer[^1]}). Nothing was changed."),
                    ("製品またはプラグインを更新してから復元してください。", "Upgrade the product or plugin, then restore."), "from"));
            }
            else if (since.Count > 0)
            {
                problems.Add(new(
                    "older-schema", ($"バックアップの「{schema.Owner}」は古く、その後の更新（{since[0]}）がデータを作り替えています。何も変更していません。", $"The backup's “{schema.Owner}” is older, and an upgrade since ({since[0]}) moved data. Nothing was changed."),
                    ("バックアップ時のバージョンで復元し、その後に更新してください。", "Restore with the version that made it, then upgrade."), "from"));
            }
        }

        return problems;
    }

    public static Problem NoModule(string module) => new(
        "no-module", ($"バックアップのモジュール「{module}」がこの環境にありません。何も変更していません。", $"The backup has the module “{module}”, which is not here. Nothing was changed."),
        ("同じプラグインを導入してから復元してください。", "Install that plugin, then restore."), "from");
}

/// <summary>Whether this installation's master key opens the tenants' keys of a backup.</summary>
internal static class MasterKeyOpens
{
    public static Problem? Check(MasterKey master, IEnumerable<(Guid Tenant, byte[] Wrapped)> keys)
    {
        foreach (var (tenant, wrapped) in keys)
        {
            try
            {
                TenantKeyRing.Open(master.Get(mayMake: false), wrapped, tenant.ToByteArray(bigEndian: true));
            }
            catch (Exception e) when (e is CryptographicException or InvalidOperationException)
            {
                return new(
                    "other-master-key",
                    ($"バックアップの暗号鍵を、この環境のマスターキー（{master.File} または Encryption:MasterKey）では開けません。何も変更していません。", $"The master key here ({master.File} or Encryption:MasterKey) does not open the keys in the backup. Nothing was changed."),
                    ("バックアップ元の master.key を置いてから復元してください。", "Put the master.key of the installation that was backed up here, then restore."), "from");
            }
        }

        return null;
    }
}
