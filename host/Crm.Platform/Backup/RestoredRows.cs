// What changes in a row between a backup and the place it is restored into.
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.RegularExpressions;
using Crm.Platform.Encryption;
using Crm.Sdk.Records;
using Microsoft.AspNetCore.DataProtection;

namespace Crm.Platform.Backup;

/// <summary>A tenant on its way in.</summary>
/// <param name="Id">Its id in the backup.</param>
/// <param name="Key">Its key here.</param>
/// <param name="Fresh">Ids that are taken here, with those that stand in their place.</param>
internal sealed record IncomingTenant(Guid Id, string Key, IReadOnlyDictionary<Guid, Guid> Fresh);

/// <summary>Whose rows are restored: one tenant's, or all.</summary>
internal sealed record RestoredIds(IncomingTenant? One)
{
    /// <summary>The tenant's number here: the original's tokens of the search index carry the original's.</summary>
    public int Number { get; set; }
}

/// <summary>Whether what protects people's second factors is the same here.</summary>
internal sealed class RestoredPeople(IDataProtectionProvider protection)
{
    private readonly IDataProtector totpKeys = protection.CreateProtector("crm.identity.totp");

    public bool Opens(string totpKey)
    {
        try
        {
            totpKeys.Unprotect(totpKey);
            return true;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}

/// <summary>Reads the rows of one table as they are to be written.</summary>
internal sealed partial class RestoredRows(string table, IReadOnlyList<KnownColumn> columns, RestoredIds ids, RestoredPeople people, MasterKey master)
{
    private readonly Dictionary<string, int> at = columns.Select((c, i) => (c.Name, i)).ToDictionary(c => c.Name, c => c.i, StringComparer.Ordinal);

    public int At(string column) => at[column];

    /// <summary>A row; null for one that is another tenant's.</summary>
    public object?[]? Of(JsonElement line)
    {
        var one = ids.One;
        if (one is not null && line[at[table == "control_tenant" ? "id" : "tenant_id"]].GetGuid() != one.Id) return null;
        var row = new object?[columns.Count];
        for (var i = 0; i < row.Length; i++) row[i] = RowLines.Read(line[i], columns[i].Type);

        // The place has one database: where the original's lay says nothing here.
        if (table == "control_tenant") row[at["database"]] = null;
        if (one is null) return row;
        switch (table)
        {
            case "control_tenant":
                (row[at["key"]], row[at["number"]], row[at["active"]]) = (one.Key, ids.Number, false);
                break;
            case "control_user":
                NoSecondFactorOfElsewhere(row);
                break;
            case "control_tenant_key" when one.Fresh.Count > 0:
                Rewrap(row, one);
                break;
        }

        if (one.Fresh.Count > 0) Rename(row, one.Fresh);
        return row;
    }

    /// <summary>A second factor this installation cannot read would let nobody in; without it the password alone must not either. A link by an administrator does.</summary>
    private void NoSecondFactorOfElsewhere(object?[] row)
    {
        (row[at["link_hash"]], row[at["link_expires_at"]]) = (null, null);
        if (row[at["totp_key"]] is not string key || people.Opens(key)) return;
        if (row[at["two_factor"]] is true) row[at["password_hash"]] = null;
        (row[at["totp_key"]], row[at["totp_used"]], row[at["two_factor"]]) = (null, null, false);
    }

    /// <summary>The key is sealed for its tenant: for the new one it is sealed anew. What it sealed stays bound to the original.</summary>
    private void Rewrap(object?[] row, IncomingTenant one)
    {
        var plain = TenantKeyRing.Open(master.Get(mayMake: false), (byte[])row[at["wrapped"]]!, one.Id.ToByteArray(bigEndian: true));
        row[at["wrapped"]] = TenantKeyRing.Seal(master.Get(mayMake: false), plain, one.Fresh[one.Id].ToByteArray(bigEndian: true));
        if (at.TryGetValue("origin", out var origin)) row[origin] ??= new Original(one.Id);
    }

    private static void Rename(object?[] row, IReadOnlyDictionary<Guid, Guid> fresh)
    {
        for (var i = 0; i < row.Length; i++)
        {
            row[i] = row[i] switch
            {
                Original kept => kept.Id,
                Guid id => fresh.GetValueOrDefault(id, id),
                string text => Text(text),
                ExtensionData ext => new ExtensionData(Text(ext.ToJson())),
                var other => other,
            };
        }

        string Text(string text) => text.Length < 36 ? text : AnId().Replace(text, m => fresh.TryGetValue(Guid.Parse(m.ValueSpan), out var other) ? other.ToString() : m.Value);
    }

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex AnId();

    /// <summary>An id that stays what it was.</summary>
    private sealed record Original(Guid Id);
}
