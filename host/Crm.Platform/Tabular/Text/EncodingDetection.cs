// Tells the encoding by what decodes without error, looking where the first non-ASCII text stands.
namespace Crm.Platform.Tabular;

/// <summary>The encoding found; not certain when two fit equally and the likelier one was taken.</summary>
internal sealed record DetectedEncoding(TextEncoding Encoding, bool Certain)
{
    private const int SampleBytes = 1 << 20;

    /// <summary>Share of sequences that may be broken; those rows are reported when read.</summary>
    private const double Tolerated = 0.05;

    /// <summary>With more broken than this it is no text in any of the encodings.</summary>
    private const double Text = 0.4;

    /// <summary>Reads as far as the first text that is not ASCII, and a megabyte from there.</summary>
    /// <returns>Null when no encoding fits.</returns>
    public static async Task<DetectedEncoding?> Of(Stream file, CancellationToken ct)
    {
        file.Position = 0;
        var buffer = new byte[SampleBytes];
        var length = await file.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, ct);
        switch (buffer)
        {
            case [0xEF, 0xBB, 0xBF, ..]: return new(TextEncoding.Utf8, Certain: true);
            case [0xFF, 0xFE, ..] when length > 1: return new(TextEncoding.Utf16Le, Certain: true);
            case [0xFE, 0xFF, ..] when length > 1: return new(TextEncoding.Utf16Be, Certain: true);
        }
        if (buffer.AsSpan(0, length).Count((byte)0) * 100 > length) return null; // a binary file

        // An export may be ASCII for the first hundred thousand rows.
        long from = 0;
        while (length > 0)
        {
            var at = FirstNonAscii(buffer.AsSpan(0, length));
            if (at >= 0)
            {
                if (at > 0)
                {
                    file.Position = from + at;
                    length = await file.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, ct);
                }
                return Best(buffer.AsSpan(0, length));
            }
            from += length;
            length = await file.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, ct);
        }
        return new(TextEncoding.Utf8, Certain: true);
    }

    private static int FirstNonAscii(ReadOnlySpan<byte> bytes)
    {
        var high = bytes.IndexOfAnyInRange((byte)0x80, (byte)0xFF);
        var escape = (high < 0 ? bytes : bytes[..high]).IndexOf((byte)0x1B);
        return escape >= 0 ? escape : high;
    }

    private static DetectedEncoding? Best(ReadOnlySpan<byte> sample)
    {
        if (sample.IndexOf("\u001B$"u8) >= 0 || sample.IndexOf("\u001B("u8) >= 0)
        {
            var iso = Reading.Of(TextEncoding.Iso2022Jp, sample);
            if (iso.Errors <= Tolerated && sample.IndexOfAnyInRange((byte)0x80, (byte)0xFF) < 0) return new(TextEncoding.Iso2022Jp, Certain: true);
        }

        // Other encodings break the rules of UTF-8 at every other letter: even a damaged UTF-8 file is told from them.
        var utf8 = Reading.Of(TextEncoding.Utf8, sample);
        if (utf8.Errors <= 4 * Tolerated) return new(TextEncoding.Utf8, Certain: true);

        var cp932 = Reading.Of(TextEncoding.Cp932, sample);
        var euc = Reading.Of(TextEncoding.EucJp, sample);
        var least = Math.Min(cp932.Errors, euc.Errors);
        if (least > Text) return null;

        // Much of it is broken: the likelier one is proposed, and whoever knows the file chooses.
        if (least > Tolerated) return new(cp932.Errors <= euc.Errors ? TextEncoding.Cp932 : TextEncoding.EucJp, Certain: false);
        if (cp932.Errors != euc.Errors) return new(cp932.Errors < euc.Errors ? TextEncoding.Cp932 : TextEncoding.EucJp, Certain: true);

        // Read as CP932, EUC-JP is a heap of half-width kana; real CP932 of that kind holds nothing else.
        if (euc.Kana > 0 && cp932.Kana == 0) return new(TextEncoding.EucJp, Certain: true);
        var mixed = cp932.HalfWidth > 0 && cp932.Other > 0 && cp932.Kana == 0;
        return new(mixed ? TextEncoding.EucJp : TextEncoding.Cp932, Certain: cp932.Kana > 0);
    }

    /// <summary>What a sample looks like in one encoding.</summary>
    private sealed record Reading(double Errors, int Kana, int HalfWidth, int Other)
    {
        public static Reading Of(TextEncoding encoding, ReadOnlySpan<byte> sample)
        {
            var text = new char[encoding.Encoding.GetMaxCharCount(sample.Length)];
            var length = encoding.Encoding.GetDecoder().GetChars(sample, text, flush: sample.Length < SampleBytes);
            int kana = 0, half = 0, other = 0, errors = 0;
            foreach (var c in text.AsSpan(0, length))
            {
                if (c is < '\u0080' and not '\u001B') continue;
                if (encoding.Undecodable.Contains(c)) errors++;
                else if (c is >= 'ぁ' and <= 'ヺ') kana++;
                else if (c is >= '｡' and <= 'ﾟ') half++;
                else other++;
            }
            var all = errors + kana + half + other;
            return new(all == 0 ? 0 : (double)errors / all, kana, half, other);
        }
    }
}
