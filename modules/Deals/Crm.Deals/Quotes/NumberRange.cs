// Numbers without gaps: the next number and the document that takes it are saved together or not at all.
using System.Globalization;
using System.Text.RegularExpressions;
using Crm.Sdk;
using Crm.Sdk.Japan;
using Crm.Sdk.Records;
using Microsoft.EntityFrameworkCore;

namespace Crm.Deals.Quotes;

/// <summary>How far a range has come. Two who take a number at once: the second's save finds another <see cref="Next"/> and is tried again.</summary>
internal sealed class NumberRange
{
    public Guid TenantId { get; set; }

    /// <summary>Kind of document and what stands before the count, such as <c>quote:Q2026-</c>.</summary>
    public string Key { get; set; } = "";

    /// <summary>The next number; a concurrency token.</summary>
    public int Next { get; set; } = 1;

    /// <summary>Takes the next number of a range; it is taken once the caller saves.</summary>
    public static async Task<string> Take(DealsDb db, string kind, string? format, DateOnly on, int fiscalYearStart, CancellationToken cancellation)
    {
        var parts = NumberFormat.Of(format ?? (kind == "order" ? NumberFormat.Order : NumberFormat.Quote), on, fiscalYearStart);
        var key = $"{kind}:{parts.Before}#{parts.After}";
        var range = await db.NumberRanges.SingleOrDefaultAsync(r => r.Key == key, cancellation);
        if (range is null) db.NumberRanges.Add(range = new NumberRange { TenantId = db.TenantId, Key = key });
        var number = range.Next++;
        return parts.Before + number.ToString(CultureInfo.InvariantCulture).PadLeft(parts.Digits, '0') + parts.After;
    }
}

/// <summary>How numbers look: <c>Q{yyyy}-{0000}</c>.</summary>
internal static partial class NumberFormat
{
    public const string Quote = "Q{yyyy}-{0000}";
    public const string Order = "O{yyyy}-{0000}";

    public static (string Before, int Digits, string After) Of(string format, DateOnly on, int fiscalYearStart)
    {
        var dated = format
            .Replace("{yyyy}", on.Year.ToString("0000", CultureInfo.InvariantCulture), StringComparison.Ordinal)
            .Replace("{yy}", (on.Year % 100).ToString("00", CultureInfo.InvariantCulture), StringComparison.Ordinal)
            .Replace("{mm}", on.Month.ToString("00", CultureInfo.InvariantCulture), StringComparison.Ordinal)
            .Replace("{fy}", FiscalYear.Of(on, fiscalYearStart).Year.ToString("0000", CultureInfo.InvariantCulture), StringComparison.Ordinal);
        var count = Count().Match(dated);
        return count.Success ? (dated[..count.Index], count.Length - 2, dated[(count.Index + count.Length)..]) : (dated, 4, "");
    }

    [GeneratedRegex(@"\{0{1,9}\}", RegexOptions.None, matchTimeoutMilliseconds: 100)]
    public static partial Regex Count();
}

/// <summary>A format says once where the count stands.</summary>
internal static class NumberFormatHasDigits
{
    public static Problem? Check(Field field, object value, RuleContext record) => NumberFormat.Count().Count((string)value) == 1
        ? null
        : new Problem(
            "deals.format-without-count", ("連番の位置がありません。", "The place of the count is missing."), ("{0000} を1か所に入れてください。例: Q{yyyy}-{0000}", "Write {0000} once, as in Q{yyyy}-{0000}."));
}
