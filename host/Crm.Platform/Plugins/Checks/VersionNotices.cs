using Crm.Sdk;
using Crm.Sdk.Records;

namespace Crm.Platform.Plugins.Checks;

/// <summary>What an operator should know of a version that takes the place of another: that it is an older one, and what it no longer has.</summary>
internal static class VersionNotices
{
    /// <param name="before">What ran.</param>
    /// <param name="now">What takes its place.</param>
    /// <param name="recordTypes">Finds the record types of others by key.</param>
    public static IReadOnlyList<Label> Of(LoadedPlugin before, LoadedPlugin now, Func<string, RecordType?> recordTypes)
    {
        var notices = new List<Label>();
        if (now.Version < before.Version)
        {
            notices.Add(($"これまでの {before.Version} より古い版です。新しい版が加えたテーブルの列とデータは残ります。", $"It is older than {before.Version}, which ran so far; columns and data the newer one made stay."));
        }

        var (old, fresh) = (before.Runtime.Description, now.Runtime.Description);
        foreach (var type in old.RecordTypes)
        {
            if (fresh.RecordTypes.Find(t => t.Key == type.Key) is not { } kept) notices.Add(Gone(("レコード種別", "record type"), type.Key, type.Label));
            else notices.AddRange(Fields(type.Label, type.Fields, kept.Fields));
        }

        foreach (var extension in old.Extensions.GroupBy(e => e.RecordType))
        {
            var kept = fresh.Extensions.Where(e => e.RecordType == extension.Key).SelectMany(e => e.Fields);
            notices.AddRange(Fields(recordTypes(extension.Key)?.Label ?? Label.Same(extension.Key), extension.SelectMany(e => e.Fields), kept));
        }

        return notices;
    }

    private static IEnumerable<Label> Fields(Label type, IEnumerable<Field> before, IEnumerable<Field> now)
    {
        var kept = now.Select(f => f.Key).ToHashSet(StringComparer.Ordinal);
        return before.Where(f => !kept.Contains(f.Key)).Select(f => Gone(($"{type.Ja}の項目", $"field of {type.En}"), f.Key, f.Label));
    }

    private static Label Gone(Label what, string key, Label name) => new(
        $"この版にはない{what.Ja}: {name.Ja}（{key}）。保存済みの値は残りますが、画面・API には出ません。", $"No longer there: the {what.En} “{name.En}” ({key}). Values stay stored, but pages and API do not show them.");
}
