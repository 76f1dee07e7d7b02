using System.Globalization;
using Crm.Sdk;
using Crm.Sdk.Records;

namespace Crm.Campaigns.Sending;

/// <summary>Reads the lines of the setting: a domain, or * for all together, and how many mails a second.</summary>
internal static class PaceText
{
    public static Problem? Check(Field field, object value, RuleContext record) => Read((string)value) is not null
        ? null
        : new Problem("campaigns.bad-pace", ("速度の書き方を読み取れません。", "The pace is not understood."), ("1行に「ドメイン 毎秒の通数」と書いてください。例: docomo.ne.jp 5", "Write a domain and a number a line, such as docomo.ne.jp 5."), field.Key);

    /// <summary>Mails a second by domain; null when it is not understood.</summary>
    public static IReadOnlyDictionary<string, int>? Read(string? text)
    {
        var pace = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        foreach (var line in (text ?? "").Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Split([' ', '\t', '　'], StringSplitOptions.RemoveEmptyEntries) is not [var domain, var number] || !int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var mails) || mails is < 1 or > 100_000) return null;
            pace[domain] = mails;
        }

        return pace;
    }
}

/// <summary>Gives each mail the first second in which its domain still has room. Mails that must wait are given their second at once, and once.</summary>
internal sealed class Pace(IReadOnlyDictionary<string, int> limits)
{
    private const string All = "*";

    private readonly Dictionary<string, (long Second, int Mails)> full = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>When a mail may go; not later than <paramref name="now"/> when at once.</summary>
    public DateTimeOffset Slot(string address, DateTimeOffset now)
    {
        var domain = address[(address.LastIndexOf('@') + 1)..];
        var second = Math.Max(Take(domain, now.ToUnixTimeSeconds()), Take(All, now.ToUnixTimeSeconds()));
        return second <= now.ToUnixTimeSeconds() ? now : DateTimeOffset.FromUnixTimeSeconds(second);
    }

    private long Take(string domain, long now)
    {
        if (!limits.TryGetValue(domain, out var mails)) return now;
        var (second, taken) = full.GetValueOrDefault(domain, (now, 0));
        if (second < now) (second, taken) = (now, 0);
        if (taken >= mails) (second, taken) = (second + 1, 0);
        full[domain] = (second, taken + 1);
        return second;
    }
}
