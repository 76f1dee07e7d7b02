using System.Globalization;
using Crm.Sdk;

namespace Crm.Platform.Editions;

/// <summary>
/// The colour of a brand, let in only when it can be read: 4.5:1 (WCAG 2.2, 1.4.3) as the ground of white text, as text on our light grounds
/// and on the tint of what is chosen; on dark ground a lighter one takes its place.
/// </summary>
internal readonly record struct Accent(Rgb Light, Rgb Dark)
{
    private const double Readable = 4.5;

    private static readonly Rgb White = new(255, 255, 255);

    // The grounds of crm.css: light --crm-ground and --crm-hover, dark --crm-surface, --crm-raised and --crm-hover.
    private static readonly Rgb[] LightGrounds = [White, new(0xf6, 0xf7, 0xf9), new(0xf1, 0xf4, 0xf9)];
    private static readonly Rgb[] DarkGrounds = [new(0x1b, 0x1f, 0x26), new(0x22, 0x27, 0x2f), new(0x23, 0x29, 0x33)];

    /// <summary>Behind what is chosen.</summary>
    public Rgb LightTint => Light.Towards(White, 0.92);

    public Rgb DarkTint => Dark.Towards(DarkGrounds[0], 0.86);

    /// <summary>Under the pointer.</summary>
    public Rgb Darker => Light.Towards(new(0, 0, 0), 0.15);

    public static IEnumerable<Problem> Faults(string? accent, string? dark)
    {
        if (accent is null)
        {
            if (dark is not null) yield return NotAColour("accent", "");
            yield break;
        }

        if (Rgb.Parse(accent) is not { } light)
        {
            yield return NotAColour("accent", accent);
            yield break;
        }

        if (Worst(light, LightGrounds, 0.92, White) is var onLight and < Readable) yield return TooFaint("accent", accent, onLight, Nearest(light, new(0, 0, 0), LightGrounds, 0.92, White));
        if (dark is null) yield break;
        if (Rgb.Parse(dark) is not { } text) yield return NotAColour("accentDark", dark);
        else if (Worst(text, DarkGrounds, 0.86, DarkGrounds[0]) is var onDark and < Readable) yield return TooFaint("accentDark", dark, onDark, Nearest(text, White, DarkGrounds, 0.86, DarkGrounds[0]));
    }

    /// <summary>A colour that was let in, with the one for dark ground worked out when there is none.</summary>
    public static Accent Of(string accent, string? dark)
    {
        var light = Rgb.Parse(accent) ?? throw new ArgumentException($"{accent} is no colour.", nameof(accent));
        return new(light, dark is not null && Rgb.Parse(dark) is { } own ? own : Nearest(light, White, DarkGrounds, 0.86, DarkGrounds[0]));
    }

    /// <summary>The first on the way to white or black that can be read everywhere.</summary>
    private static Rgb Nearest(Rgb colour, Rgb end, Rgb[] grounds, double tint, Rgb tintGround) =>
        Enumerable.Range(0, 101).Select(step => colour.Towards(end, step / 100.0)).FirstOrDefault(c => Worst(c, grounds, tint, tintGround) >= Readable, end);

    private static double Worst(Rgb colour, Rgb[] grounds, double tint, Rgb tintGround) => grounds.Append(colour.Towards(tintGround, tint)).Min(colour.Contrast);

    private static Problem NotAColour(string field, string value) => new(
        "bad-colour", ($"{field}「{value}」は色として読み取れません。", $"{field} “{value}” is no colour."), ("#0b6e4f のように書いてください。", "Write it like #0b6e4f."), "file");

    private static Problem TooFaint(string field, string value, double contrast, Rgb better) => new(
        "low-contrast",
        ($"{field} の色 {value} は読みにくい色です（コントラスト {contrast.ToString("0.0", CultureInfo.InvariantCulture)}:1、必要なのは 4.5:1）。", $"The colour {value} of {field} cannot be read well (contrast {contrast.ToString("0.0", CultureInfo.InvariantCulture)}:1, needed 4.5:1)."),
        ($"近い色では {better} が使えます。", $"{better} is near and would do."), "file");
}

/// <summary>A colour.</summary>
internal readonly record struct Rgb(byte R, byte G, byte B)
{
    public static Rgb? Parse(string text) => text.Length == 7 && text[0] == '#' && int.TryParse(text.AsSpan(1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value)
        ? new((byte)(value >> 16), (byte)(value >> 8), (byte)value)
        : null;

    public Rgb Towards(Rgb end, double by) => new(Mix(R, end.R, by), Mix(G, end.G, by), Mix(B, end.B, by));

    /// <summary>WCAG 2.2: from 1 to 21.</summary>
    public double Contrast(Rgb other)
    {
        var (mine, theirs) = (Luminance, other.Luminance);
        return (Math.Max(mine, theirs) + 0.05) / (Math.Min(mine, theirs) + 0.05);
    }

    public override string ToString() => $"#{R:x2}{G:x2}{B:x2}";

    private double Luminance => (0.2126 * Linear(R)) + (0.7152 * Linear(G)) + (0.0722 * Linear(B));

    private static double Linear(byte part) => part / 255.0 is var c and <= 0.04045 ? c / 12.92 : Math.Pow(((part / 255.0) + 0.055) / 1.055, 2.4);

    private static byte Mix(byte from, byte to, double by) => (byte)Math.Round(from + ((to - from) * by));
}
