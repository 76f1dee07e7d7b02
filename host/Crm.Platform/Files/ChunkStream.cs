namespace Crm.Platform.Files;

/// <summary>Reads a stored file piece by piece; can be asked for any part of it, so that a download may be resumed.</summary>
internal sealed class ChunkStream(long length, Func<int, CancellationToken, Task<byte[]>> chunkAt) : Stream
{
    private long at;
    private int loaded = -1;
    private byte[] chunk = [];

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => length;

    public override long Position
    {
        get => at;
        set => at = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(value));
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (at >= length || buffer.IsEmpty) return 0;
        var wanted = (int)(at / FileStore.ChunkBytes);
        if (wanted != loaded) (chunk, loaded) = (await chunkAt(wanted, cancellationToken), wanted);
        var from = (int)(at % FileStore.ChunkBytes);
        var some = chunk.AsMemory(from, Math.Min(buffer.Length, chunk.Length - from));
        some.CopyTo(buffer);
        at += some.Length;
        return some.Length;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Read it asynchronously.");

    public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => at + offset,
        _ => length + offset,
    };

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
