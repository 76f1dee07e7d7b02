// Reads a backup: what it says of itself, whether that is so, and its rows.
using System.IO.Compression;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Crm.Sdk;

namespace Crm.Platform.Backup;

/// <summary>A backup that is open for reading.</summary>
internal sealed class BackupFile : IAsyncDisposable
{
    /// <summary>A manifest is small; one that is not is none of ours.</summary>
    private const long LongestManifest = 16 << 20;

    private readonly ZipArchive zip;

    private BackupFile(ZipArchive zip, BackupManifest manifest, string sum) => (this.zip, Manifest, Sum) = (zip, manifest, sum);

    public BackupManifest Manifest { get; }

    /// <summary>Names this backup; <see cref="BackupMade.Sum"/>.</summary>
    public string Sum { get; }

    /// <summary>Opens a file. Problems: <c>no-backup</c>, <c>damaged</c>, <c>newer-format</c>.</summary>
    public static async Task<Result<BackupFile>> Open(string path, CancellationToken cancellation)
    {
        if (!File.Exists(path)) return new Problem("no-backup", ($"ファイル {path} がありません。", $"There is no file {path}."), Field: "from", Kind: ProblemKind.NotFound);
        ZipArchive? zip = null;
        try
        {
            zip = await ZipFile.OpenReadAsync(path, cancellation);
            if (zip.GetEntry(BackupManifest.Entry) is not { Length: <= LongestManifest } entry) return Damaged(BackupManifest.Entry);
            using var said = new MemoryStream();
            await using (var stream = await entry.OpenAsync(cancellation)) await stream.CopyToAsync(said, cancellation);
            var bytes = said.ToArray();
            if (JsonSerializer.Deserialize<BackupManifest>(bytes, Backups.Indented) is not { } manifest) return Damaged(BackupManifest.Entry);
            if (manifest.Format > BackupManifest.ThisFormat)
            {
                return new Problem("newer-format", ("このバックアップは新しいバージョンの製品で作成されたため、読み込めません。", "A newer version of the product made this backup; this one cannot read it."), ("製品を更新してから復元してください。", "Upgrade the product, then restore."));
            }

            var file = new BackupFile(zip, manifest, Convert.ToHexStringLower(SHA256.HashData(bytes)));
            zip = null;
            return file;
        }
        catch (Exception e) when (e is InvalidDataException or JsonException)
        {
            return Damaged(BackupManifest.Entry);
        }
        finally
        {
            if (zip is not null) await zip.DisposeAsync();
        }
    }

    /// <summary>Whether every table is there whole: its sum, and as many rows as the manifest says. Problem: <c>damaged</c>, with the entry.</summary>
    public async Task<Result> Verify(CancellationToken cancellation)
    {
        foreach (var table in Manifest.Tables)
        {
            try
            {
                if (zip.GetEntry(table.Entry) is not { } entry) return Damaged(table.Entry);
                await using var stream = await entry.OpenAsync(cancellation);
                using var sum = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
                var (buffer, rows) = (new byte[1 << 16], 0L);
                for (int read; (read = await stream.ReadAsync(buffer, cancellation)) > 0;)
                {
                    sum.AppendData(buffer, 0, read);
                    rows += buffer.AsSpan(0, read).Count((byte)'\n');
                }

                if (rows != table.Rows || Convert.ToHexStringLower(sum.GetHashAndReset()) != table.Sha256) return Damaged(table.Entry);
            }
            catch (InvalidDataException)
            {
                return Damaged(table.Entry);
            }
        }

        return Result.Done;
    }

    /// <summary>The rows of a table, one at a time; each is good until the next.</summary>
    public async IAsyncEnumerable<JsonElement> Rows(BackedUpTable table, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await using var stream = await zip.GetEntry(table.Entry)!.OpenAsync(cancellation);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        while (await reader.ReadLineAsync(cancellation) is { } line)
        {
            using var row = JsonDocument.Parse(line);
            yield return row.RootElement;
        }
    }

    /// <summary>The master key, when the file was made with it.</summary>
    public async Task<string?> MasterKey(CancellationToken cancellation)
    {
        if (zip.GetEntry(BackupManifest.MasterKeyEntry) is not { Length: < 200 } entry) return null;
        await using var stream = await entry.OpenAsync(cancellation);
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync(cancellation);
    }

    public ValueTask DisposeAsync() => zip.DisposeAsync();

    private static Problem Damaged(string entry) => new(
        "damaged", ($"バックアップが壊れているか、書き換えられています（{entry}）。何も変更していません。", $"The backup is damaged or was altered ({entry}). Nothing was changed."), ("別のバックアップを使ってください。", "Use another backup."), "from");
}
