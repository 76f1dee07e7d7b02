using Crm.Sdk.Japan;
using Crm.Sdk.Text;

namespace Crm.Host.Web.Forms;

/// <summary>
/// What is called as it was typed comes first, then what begins so, what has it in its name, and last what is found by something else: its
/// kana, a former name, a number. 株式会社 before a name does not count, unless that is what was typed.
/// </summary>
internal static class BestNameFirst
{
    public static IEnumerable<Option> Of(string query, IEnumerable<Option> found)
    {
        if (query.Length == 0) return found;
        var (typed, bare) = (TextNormaliser.ForKey(query), CompanyName.Parse(query).Key);
        return found.OrderBy(o => Rank(TextNormaliser.ForKey(o.Title), CompanyName.Parse(o.Title).Key));

        int Rank(string title, string name) =>
            title == typed || name == bare ? 0
            : title.StartsWith(typed, StringComparison.Ordinal) || name.StartsWith(bare, StringComparison.Ordinal) ? 1
            : title.Contains(typed, StringComparison.Ordinal) ? 2
            : 3;
    }
}
