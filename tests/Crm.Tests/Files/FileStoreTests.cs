using System.Security.Cryptography;
using System.Text;
using Crm.Platform.Files;
using Crm.Platform.Jobs;
using Crm.Platform.Storage;
using Crm.Sdk.Files;
using Crm.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;

namespace Crm.Tests.Files;

/// <summary>Files come back as they went in, to their own tenant only, and never run in a browser.</summary>
public sealed class FileStoreTests
{
    [Theory, EveryDatabase]
    public async Task A_file_comes_back_byte_for_byte_and_from_any_point(string database)
    {
        await using var host = await TestHost.Start(database);
        var content = RandomNumberGenerator.GetBytes((2 * FileStore.ChunkBytes) + 17);
        await using var scope = await host.Scope();
        var files = scope.Get<IFiles>();
        var id = await files.Save("見積書.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", new MemoryStream(content));
        var file = await files.Open(id);
        Assert.Equal(("見積書.xlsx", (long)content.Length), (file!.Name, file.Length));
        using var whole = new MemoryStream();
        await file.Content.CopyToAsync(whole);
        Assert.Equal(content, whole.ToArray());

        file.Content.Position = FileStore.ChunkBytes - 3;
        var part = new byte[10];
        await file.Content.ReadExactlyAsync(part);
        Assert.Equal(content[(FileStore.ChunkBytes - 3)..(FileStore.ChunkBytes + 7)], part);
    }

    [Theory, EveryDatabase]
    public async Task Another_tenant_does_not_see_a_file(string database)
    {
        await using var host = await TestHost.Start(database);
        var beta = await host.NewTenant("beta");
        Guid id;
        await using (var scope = await host.Scope()) id = await scope.Get<IFiles>().Save("a.txt", "text/plain", Text("秘密"));
        await using (var scope = await host.Scope(beta))
        {
            Assert.Null(await scope.Get<IFiles>().Open(id));
            await scope.Get<IFiles>().Delete(id);
        }

        await using (var scope = await host.Scope())
        {
            Assert.NotNull(await scope.Get<IFiles>().Open(id));
            await scope.Get<IFiles>().Delete(id);
            Assert.Null(await scope.Get<IFiles>().Open(id));
        }
    }

    [Theory, EveryDatabase]
    public async Task A_file_that_is_too_large_is_refused_and_leaves_nothing(string database)
    {
        await using var host = await TestHost.Start(database);
        await using var node = host.Node(n => n.Configure<FileLimits>(o => o.MaxBytes = FileStore.ChunkBytes + 1));
        await using var scope = await node.GetRequiredService<Crm.Platform.Pipeline.WorkScopes>().Open(
            host.Tenant, Crm.Platform.Tenancy.Actor.System(Sdk.Users.ChangeSource.Screen), CancellationToken.None);
        var endless = new Endless();
        await Assert.ThrowsAsync<FileTooLargeException>(() => scope.Get<IFiles>().Save("大きい.bin", "x/y", endless));
        Assert.InRange(endless.Given, 1, 4 * FileStore.ChunkBytes);
        Assert.Equal(0, await Chunks(host));
    }

    [Theory, EveryDatabase]
    public async Task Pieces_of_an_upload_that_broke_off_are_cleared_out(string database)
    {
        await using var host = await TestHost.Start(database);
        await using (var scope = await host.Scope())
        {
            await Assert.ThrowsAsync<IOException>(() => scope.Get<IFiles>().Save("途中.bin", "x/y", new Endless { BreaksAfter = 2 * FileStore.ChunkBytes }));
            await scope.Get<IFiles>().Save("全部.txt", "text/plain", Text("全部"));
        }

        Assert.InRange(await Chunks(host), 2, 3);
        foreach (var wait in (TimeSpan[])[TimeSpan.Zero, TimeSpan.FromDays(2)])
        {
            await using var scope = await host.Scope();
            var tidy = host.Services.GetServices<ITidy>().OfType<FileTidy>().Single();

            // Ids of uploads carry the real time, so the clock begins there.
            host.Clock.Advance(TimeProvider.System.GetUtcNow() - host.Clock.GetUtcNow() + wait);
            await tidy.Tidy(host.Tenant, await scope.Get<Session>().Sql(CancellationToken.None), CancellationToken.None);
            Assert.Equal(wait == TimeSpan.Zero, await Chunks(host) > 1);
        }
    }

    [Fact]
    public void What_a_file_is_is_told_by_its_bytes()
    {
        Assert.Equal("image/png", FileType.Of([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0], "text/html"));
        Assert.Equal(FileType.Unknown, FileType.Of("<script>alert(1)</script>"u8, "image/png"));
        Assert.Equal(FileType.Unknown, FileType.Of("<svg onload='x'/>"u8, "image/svg+xml"));
        Assert.Equal(FileType.Unknown, FileType.Of("<html>"u8, "text/html; charset=utf-8"));
        Assert.Equal("text/csv", FileType.Of("氏名,住所"u8, "text/csv"));
    }

    [Theory]
    [InlineData("../../etc/passwd", "passwd")]
    [InlineData(@"C:\Users\花子\請求書.pdf", "請求書.pdf")]
    [InlineData("請求\u202Efdp.exe", "請求fdp.exe")]
    [InlineData("a\r\nSet-Cookie: x", "aSet-Cookie_ x")]
    [InlineData("..", "file")]
    [InlineData("𠮷野家.txt", "𠮷野家.txt")]
    public void A_name_cannot_mislead(string given, string kept) => Assert.Equal(kept, FileName.Clean(given));

    [Fact]
    public void A_long_name_keeps_its_ending_and_its_characters_whole()
    {
        var name = FileName.Clean("x" + string.Concat(Enumerable.Repeat("𠮷", 300)) + ".pdf");
        Assert.EndsWith(".pdf", name, StringComparison.Ordinal);
        Assert.InRange(name.Length, 250, 255);
        Assert.Equal(name, Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(name)));
    }

    private static MemoryStream Text(string text) => new(Encoding.UTF8.GetBytes(text));

    private static async Task<long> Chunks(TestHost host)
    {
        await using var scope = await host.Scope();
        var sql = await scope.Get<Session>().Sql(CancellationToken.None);
        return await sql.First($"SELECT COUNT(*) FROM platform_file_chunk WHERE tenant_id = {host.Tenant.Id}", r => r.Long(0), CancellationToken.None);
    }

    /// <summary>A sender that never ends, or breaks off.</summary>
    private sealed class Endless : Stream
    {
        public long Given { get; private set; }

        public long BreaksAfter { get; init; } = long.MaxValue;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => Given;
            set => throw new NotSupportedException();
        }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (Given >= BreaksAfter) throw new IOException("接続が切れました");
            Given += buffer.Length;
            return new(buffer.Length);
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
