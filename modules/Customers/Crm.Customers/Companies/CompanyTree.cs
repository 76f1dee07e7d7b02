using Crm.Customers.Contracts;
using Crm.Sdk;
using Crm.Sdk.Records;

namespace Crm.Customers.Companies;

/// <summary>A company in its tree of head office, branches and sites.</summary>
/// <param name="Id">The company.</param>
/// <param name="Name">Its name.</param>
/// <param name="Relation">What it is to the one above, in the language of the request; null for the topmost.</param>
/// <param name="Place">Prefecture and city.</param>
/// <param name="Below">What belongs to it.</param>
internal sealed record CompanyNode(Guid Id, string Name, string? Relation, string Place, IReadOnlyList<CompanyNode> Below);

/// <summary>Reads the whole tree a company stands in, as far as the caller may see it.</summary>
internal sealed class CompanyTreeReader(Func<ListRecords, Task<Result<RecordPage>>> ask)
{
    private const int DeepestTree = 10;
    private const int LargestTree = 500;
    private static readonly string[] Fields = ["name", "relation", "prefecture", "city", "parentId"];

    /// <summary>The topmost company with all below it; null when the company is not to be seen.</summary>
    public async Task<CompanyNode?> Around(Guid id)
    {
        if (await Top(id) is not { } top) return null;
        var seen = new Dictionary<Guid, Row> { [top.Id] = top };
        var above = new Dictionary<Guid, Guid>();
        for (List<Guid> level = [top.Id]; level.Count > 0 && seen.Count < LargestTree;)
        {
            var below = await Rows(new Filter.Compare("parentId", FilterOp.In, [.. level.Cast<object?>()]));
            level = [];

            // Somebody may have made a circle; nobody appears twice.
            foreach (var row in below.Where(r => seen.TryAdd(r.Id, r)))
            {
                above[row.Id] = row.Reference("parentId")!.Value;
                level.Add(row.Id);
            }
        }

        var byParent = above.ToLookup(a => a.Value, a => a.Key);
        return Node(top.Id);

        CompanyNode Node(Guid at) => new(
            at, seen[at].Text("name") ?? "", at == top.Id ? null : seen[at].Choice("relation"), string.Concat(seen[at].Text("prefecture"), seen[at].Text("city")),
            [.. byParent[at].Select(Node).OrderBy(n => n.Relation, StringComparer.Ordinal).ThenBy(n => n.Name, StringComparer.Ordinal)]);
    }

    private async Task<Row?> Top(Guid id)
    {
        Row? at = null;
        var passed = new HashSet<Guid>();
        for (Guid? next = id; next is { } up && passed.Count < DeepestTree && passed.Add(up);)
        {
            if ((await Rows(new Filter.Ids(up))) is not [var row]) break;
            at = row;
            next = row.Reference("parentId");
        }

        return at;
    }

    private async Task<List<Row>> Rows(Filter filter)
    {
        var page = await ask(new ListRecords(CustomersContract.Company) { Filter = filter, Fields = Fields, Limit = LargestTree });
        return page.Failed ? [] : [.. page.Value.Read()];
    }
}
