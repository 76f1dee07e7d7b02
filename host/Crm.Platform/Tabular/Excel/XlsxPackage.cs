// The parts of an .xlsx package, opened so that no part can inflate without bound or reach outside.
using System.Buffers.Binary;
using System.IO.Compression;
using System.Xml;

namespace Crm.Platform.Tabular;

/// <summary>Unwinds the XML reader when a limit is passed; caught where rows are read.</summary>
#pragma warning disable RCS1194 // it exists to carry a problem; without one it means nothing
internal sealed class UnsafePackageException(TabularProblem problem) : IOException(problem.En)
#pragma warning restore RCS1194
{
    public TabularProblem Problem { get; } = problem;
}

internal sealed class XlsxPackage
{
    private const int DirectoryEnd = 22, LongestComment = 65_535, DirectoryBytes = 8 << 20;

    private readonly Dictionary<string, ZipArchiveEntry> parts = new(StringComparer.OrdinalIgnoreCase);
    private readonly TabularLimits limits;

    private XlsxPackage(ZipArchive zip, TabularLimits limits)
    {
        this.limits = limits;
        foreach (var entry in zip.Entries) parts.TryAdd(entry.FullName.Replace('\\', '/').TrimStart('/'), entry);
    }

    public static TabularResult<XlsxPackage> Open(Stream file, TabularLimits limits)
    {
        if (CheckDirectory(file, limits) is { } problem) return problem;
        file.Position = 0;
        return new XlsxPackage(new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: true), limits);
    }

    public bool Has(string part) => parts.ContainsKey(part);

    /// <summary>A reader over one part.</summary>
    /// <returns>Null when there is no such part.</returns>
    public XmlReader? Xml(string part, long maxBytes) => parts.TryGetValue(part, out var entry)
        ? XmlReader.Create(new GuardedPart(entry.Open(), entry.CompressedLength, maxBytes, limits.MaxZipRatio), Settings)
        : null;

    /// <summary>A document type is refused outright: no entities, no external files.</summary>
    private static XmlReaderSettings Settings => new()
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        IgnoreComments = true,
        IgnoreProcessingInstructions = true,
        CloseInput = true,
    };

    /// <summary>The zip reader loads the whole directory, so its size is looked at first.</summary>
    private static TabularProblem? CheckDirectory(Stream file, TabularLimits limits)
    {
        var tail = new byte[Math.Min(file.Length, DirectoryEnd + LongestComment)];
        file.Position = file.Length - tail.Length;
        file.ReadExactly(tail);
        var at = tail.AsSpan().LastIndexOf("PK\u0005\u0006"u8);
        if (at < 0 || at + DirectoryEnd > tail.Length) return TabularProblems.Broken;

        var entries = BinaryPrimitives.ReadUInt16LittleEndian(tail.AsSpan(at + 10));
        var directory = BinaryPrimitives.ReadUInt32LittleEndian(tail.AsSpan(at + 16));
        var size = file.Length - tail.Length + at - directory;
        return entries > limits.MaxZipEntries || directory == uint.MaxValue || size > DirectoryBytes
            ? TabularProblems.Unsafe("圧縮ファイル内の項目が多すぎます", "too many entries in the zip")
            : null;
    }

    /// <summary>Counts what comes out of a part: in all, against what went in, and between two tags.</summary>
    private sealed class GuardedPart(Stream inner, long packed, long maxBytes, int maxRatio) : Stream
    {
        private const int LongestTagOrText = 8 << 20, RatioFrom = 16 << 20;
        private readonly byte[] seam = new byte[8];
        private long total, sinceTag;

        public override int Read(Span<byte> buffer)
        {
            var read = inner.ReadAtLeast(buffer, Math.Min(8, buffer.Length), throwOnEndOfStream: false);
            if (IsForeign(buffer[..read])) throw new UnsafePackageException(TabularProblems.Unsafe("Excel が書かない構造です", "Excel does not write such XML"));
            total += read;
            var tag = buffer[..read].LastIndexOf((byte)'<');
            sinceTag = tag < 0 ? sinceTag + read : read - tag;
            if (total > maxBytes || (total > RatioFrom && total / maxRatio > packed))
                throw new UnsafePackageException(TabularProblems.Unsafe("展開すると大きくなりすぎます", "it inflates beyond all measure"));
            if (sinceTag > LongestTagOrText)
                throw new UnsafePackageException(TabularProblems.Unsafe("セルが長すぎます", "a cell is too long"));
            return read;
        }

        /// <summary>CDATA is held whole by the XML reader, and other encodings would hide it; Excel writes neither.</summary>
        private bool IsForeign(ReadOnlySpan<byte> read)
        {
            if (total == 0 && read is [0xFE, 0xFF, ..] or [0xFF, 0xFE, ..] or [0, ..] or [_, 0, ..]) return true;
            Span<byte> joint = stackalloc byte[16];
            seam.CopyTo(joint);
            var more = Math.Min(8, read.Length);
            read[..more].CopyTo(joint[8..]);
            if (read.Length >= 8) read[^8..].CopyTo(seam);
            return joint[..(8 + more)].IndexOf(Cdata) >= 0 || read.IndexOf(Cdata) >= 0;
        }

        private static ReadOnlySpan<byte> Cdata => "<![CDATA["u8;

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));
        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => total; set => throw new NotSupportedException(); }
        public override void Flush() { }
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing) inner.Dispose();
            base.Dispose(disposing);
        }
    }
}
