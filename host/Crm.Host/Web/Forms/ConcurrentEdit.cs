// Two people edited the same record. What only one of them touched is merged; what both changed is asked.
using Crm.Sdk.Records;
using Crm.Sdk.Tenancy;
using Crm.Sdk.Web;

namespace Crm.Host.Web.Forms;

/// <summary>A form that was sent against an older version, field by field.</summary>
/// <param name="Mine">Changed by this user alone: may be saved as they are.</param>
/// <param name="Both">Changed by both, differently.</param>
public sealed record ConcurrentEdit(IReadOnlyDictionary<string, object?> Mine, IReadOnlyDictionary<string, object?> Both)
{
    /// <summary>Compares what was typed with what was there when the form was opened and with what is there now.</summary>
    /// <param name="typed">All values of the form.</param>
    /// <param name="now">The record as it is stored.</param>
    /// <param name="since">The saves since the form was opened, newest first; null when they are not known.</param>
    /// <param name="tenant">Whose zone the form's moments are in.</param>
    internal static ConcurrentEdit Of(IReadOnlyDictionary<string, object?> typed, RecordView now, IReadOnlyList<HistoryEntry>? since, ITenant tenant)
    {
        // Walking back in time, the last value seen of a field is the one the form was opened with.
        var before = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var change in since?.SelectMany(entry => entry.Changes) ?? []) before[change.Field] = change.Before;

        var mine = new Dictionary<string, object?>(StringComparer.Ordinal);
        var both = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var (key, value) in typed)
        {
            var theirsChanged = since is null || before.ContainsKey(key);
            if (Same(value, now[key], tenant) || (since is not null && Same(value, before.GetValueOrDefault(key, now[key]), tenant))) continue;
            (theirsChanged ? both : mine)[key] = value;
        }

        return new(mine, both);
    }

    private static bool Same(object? typed, object? stored, ITenant tenant) =>
        (typed, stored) is (string[] some, string[] others)
            ? some.ToHashSet(StringComparer.Ordinal).SetEquals(others)
            : Plain(typed, tenant) == Plain(stored, tenant);

    private static string Plain(object? value, ITenant tenant) =>
        ValueText.ForInput(value, tenant).Trim().ReplaceLineEndings("\n").Normalize(System.Text.NormalizationForm.FormKC);
}
