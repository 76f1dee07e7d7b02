using System.Security.Cryptography;
using Crm.Platform.Encryption;
using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Crm.Sdk.Files;
using Crm.Sdk.Records;
using Microsoft.Extensions.Options;

namespace Crm.Platform.Files;

/// <summary>What files are taken; section <c>Files</c> of the configuration.</summary>
internal sealed class FileLimits
{
    /// <summary>Bytes of the largest file taken.</summary>
    public long MaxBytes { get; set; } = 100L * 1024 * 1024;
}

/// <summary>A file is larger than this installation takes.</summary>
internal sealed class FileTooLargeException(long maxBytes) : IOException($"Files may have {maxBytes} bytes at most.")
{
    public long MaxBytes => maxBytes;
}

/// <summary>
/// Keeps files in pieces in the tenant's database, each sealed with the tenant's key. In memory is one piece at a time, whatever the length.
/// </summary>
internal sealed class FileStore(Session session, Current current, TenantKeys keys, IOptions<FileLimits> options, TimeProvider clock) : IFiles
{
    public const int ChunkBytes = 256 * 1024;

    public async Task<Guid> Save(string name, string contentType, Stream content, CancellationToken cancellation = default)
    {
        var (id, ring) = (Ids.New(), await keys.Of(current.Tenant, cancellation));
        using var sum = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var chunk = new byte[ChunkBytes];
        var type = FileType.Unknown;
        var position = 0;
        long length = 0;
        int read;

        // A piece is read before the transaction that stores it begins: a slow sender must not keep writers waiting.
        while ((read = await content.ReadAtLeastAsync(chunk, ChunkBytes, throwOnEndOfStream: false, cancellation)) > 0)
        {
            length += read;
            if (length > options.Value.MaxBytes)
            {
                await Remove(id, cancellation);
                throw new FileTooLargeException(options.Value.MaxBytes);
            }

            var piece = read == ChunkBytes ? chunk : chunk[..read];
            if (position == 0) type = FileType.Of(piece, contentType);
            sum.AppendData(piece);
            var at = position++;
            var closed = ring.Seal(piece, About(id, at));
            await session.Write(
                sql => sql.Execute(
                    $"INSERT INTO platform_file_chunk (tenant_id, file_id, position, content) VALUES ({current.Tenant.Id}, {id}, {at}, {closed})", cancellation),
                cancellation);
        }

        await session.Write(
            sql => sql.Execute(
                $"""
                INSERT INTO platform_file (tenant_id, id, name, content_type, length, sha256, created_at, actor_id, sealed_by)
                VALUES ({current.Tenant.Id}, {id}, {FileName.Clean(name)}, {type}, {length}, {Convert.ToHexStringLower(sum.GetHashAndReset())}, {clock.GetUtcNow()}, {current.Actor.Id}, {ring.Newest})
                """,
                cancellation),
            cancellation);
        return id;
    }

    public async Task<bool> MayAttach(Guid id, CancellationToken cancellation = default)
    {
        var sql = await session.Sql(cancellation);
        FormattableString own = current.Actor.Id is { } user ? (FormattableString)$" AND actor_id = {user}" : $"";
        return await sql.First<object>($"SELECT id FROM platform_file WHERE tenant_id = {current.Tenant.Id} AND id = {id}{own}", r => r.Id(0), cancellation) is not null;
    }

    public async Task<StoredFile?> Open(Guid id, CancellationToken cancellation = default)
    {
        var sql = await session.Sql(cancellation);
        return await sql.First(
            $"SELECT name, content_type, length, sealed_by FROM platform_file WHERE tenant_id = {current.Tenant.Id} AND id = {id}",
            r =>
            {
                var key = (int?)r.MaybeLong(3);
                return new StoredFile(r.Text(0), r.Text(1), r.Long(2), new ChunkStream(r.Long(2), (position, token) => Chunk(id, position, key, token)));
            },
            cancellation);
    }

    public Task Delete(Guid id, CancellationToken cancellation = default) => Remove(id, cancellation);

    private static string About(Guid file, int position) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"file/{file:n}/{position}");

    private async Task<byte[]> Chunk(Guid id, int position, int? key, CancellationToken cancellation)
    {
        var sql = await session.Sql(cancellation);
        var piece = await sql.First(
            $"SELECT content FROM platform_file_chunk WHERE tenant_id = {current.Tenant.Id} AND file_id = {id} AND position = {position}", r => r.Bytes(0), cancellation)
            ?? throw new IOException("The file was removed while it was read.");
        return key is { } number ? (await keys.Of(current.Tenant, cancellation)).Open(number, piece, About(id, position)) : piece;
    }

    private Task<bool> Remove(Guid id, CancellationToken cancellation) => session.Write(
        async sql =>
        {
            await sql.Execute($"DELETE FROM platform_file WHERE tenant_id = {current.Tenant.Id} AND id = {id}", cancellation);
            await sql.Execute($"DELETE FROM platform_file_chunk WHERE tenant_id = {current.Tenant.Id} AND file_id = {id}", cancellation);
            return true;
        },
        cancellation);
}
