// Files and exports of any length need no more memory than a short one. Runs alone: the heap is one for all tests.
using Crm.Platform.Tabular;

namespace Crm.Tests.Tabular;

[CollectionDefinition(nameof(MemoryTests), DisableParallelization = true)]
public sealed class MeasuredAlone;

[Collection(nameof(MemoryTests))]
public sealed class MemoryTests
{
    private const long Allowed = 8 << 20;

    [Fact]
    public async Task A_file_of_any_length_streams_in_bounded_memory()
    {
        await using var file = new RepeatingStream("氏名,住所,メモ\n", "髙橋花子,東京都港区芝5-29-11,一般のお客様\n", 100_000_000);
        var source = await Files.Open(file);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var (rows, most) = (0L, 0L);
        await foreach (var row in source.Rows())
        {
            if (++rows % 500_000 == 0) most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: true) - before);
            Assert.Equal(3, row.Cells.Length);
        }
        Assert.True(rows > 1_500_000, $"{rows} rows");
        Assert.InRange(most, 0, Allowed);
        Assert.InRange(source.ApproximateRows!.Value, rows * 0.97, rows * 1.03);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_long_export_streams_to_a_response_in_bounded_memory(bool xlsx)
    {
        await using var response = new ForwardOnly();
        await using var writer = xlsx ? TabularWriter.Xlsx(response) : TabularWriter.Csv(response);
        await writer.Header(["氏名", "住所", "番号"]);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var most = 0L;
        for (var n = 0; n < 200_000; n++)
        {
            await writer.Row([Cell.Of("髙橋花子"), Cell.Of("東京都港区芝5-29-11"), Cell.Of((double)n)]);
            if (n % 50_000 == 0) most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: true) - before);
        }
        Assert.Equal(200_000, (await writer.Finish()).Rows);
        Assert.InRange(most, long.MinValue, Allowed);
        Assert.True(response.Written > 500_000);
    }

    /// <summary>A long file that exists nowhere: a header, then one line over and over.</summary>
    private sealed class RepeatingStream(string header, string line, long length) : Stream
    {
        private readonly byte[] head = System.Text.Encoding.UTF8.GetBytes(header), body = System.Text.Encoding.UTF8.GetBytes(line);

        public override bool CanRead => true;
        public override bool CanSeek => true;
        public override bool CanWrite => false;
        public override long Length => head.Length + (length / body.Length * body.Length);
        public override long Position { get; set; }

        public override int Read(Span<byte> buffer)
        {
            var read = 0;
            while (read < buffer.Length && Position < Length)
            {
                var piece = Position < head.Length ? head.AsSpan((int)Position) : body.AsSpan((int)((Position - head.Length) % body.Length));
                piece = piece[..Math.Min(piece.Length, buffer.Length - read)];
                piece.CopyTo(buffer[read..]);
                read += piece.Length;
                Position += piece.Length;
            }
            return read;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(Read(buffer.Span));
        public override long Seek(long offset, SeekOrigin origin) => Position = offset;
        public override void Flush() { }
        public override void SetLength(long value) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }

    /// <summary>Like the body of an HTTP response: no seeking, and no synchronous writing.</summary>
    private sealed class ForwardOnly : Stream
    {
        public long Written { get; private set; }
        public override bool CanRead => false;
        public override bool CanSeek => false;
        public override bool CanWrite => true;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }
        public override void Flush() => throw new InvalidOperationException("synchronous");
        public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;
        public override void Write(byte[] buffer, int offset, int count) => throw new InvalidOperationException("synchronous");
        public override void Write(ReadOnlySpan<byte> buffer) => throw new InvalidOperationException("synchronous");
        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Written += buffer.Length;
            return ValueTask.CompletedTask;
        }

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
        {
            Written += count;
            return Task.CompletedTask;
        }
    }
}
