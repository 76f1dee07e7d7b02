using Crm.Customers.Contracts;
using Crm.Sdk;
using Crm.Sdk.Records;
using Crm.Sdk.Tenancy;
using Crm.Sdk.Web;
using MediatR;

namespace Crm.Campaigns.Writing;

/// <summary>A field a template may ask for.</summary>
/// <param name="Path">As it is written.</param>
/// <param name="Label">What it is called.</param>
/// <param name="Offered">Whether it is proposed to who writes: what we note about customers for ourselves is not.</param>
internal sealed record ReaderField(string Path, Sdk.Label Label, bool Offered = true);

/// <summary>
/// What the paths of a template mean for a reader: fields of the customer, whoever added them, under <c>customer</c>; how to address them;
/// who writes. All as text, in the tenant's language.
/// </summary>
internal sealed class Readers(IMediator mediator, ITenant tenant, TimeProvider clock)
{
    public const string Customer = "customer";

    // Notes, marks and bookkeeping of ours: a letter with them in it is a mistake.
    private static readonly FieldKind[] Ours = [FieldKind.LongText, FieldKind.Markdown, FieldKind.Reference, FieldKind.User, FieldKind.MultiChoice, FieldKind.DateTime];
    private static readonly string[] OursByKey = ["rank", "source", "sex", "mailMagazine", "phoneCalls"];

    private static readonly string[] Always = [$"{Customer}.name", "salutation", "today", "tenant.name"];

    private static readonly string[] Names = ["lastName", "firstName", "name"];

    /// <summary>Values of readers by customer; those that are gone are absent.</summary>
    public async Task<Result<IReadOnlyDictionary<Guid, IReadOnlyDictionary<string, object?>>>> Of(string customerType, IReadOnlyList<Guid> customers, IReadOnlyList<string> paths, CancellationToken cancellation)
    {
        var known = (await Fields(customerType, cancellation)).Select(f => f.Path[(Customer.Length + 1)..]).ToHashSet(StringComparer.Ordinal);
        string[] wanted = [.. paths.Where(p => p.StartsWith(Customer + ".", StringComparison.Ordinal)).Select(p => p[(Customer.Length + 1)..]).Concat(Names).Where(known.Contains).Distinct()];
        var page = await mediator.Send(new ListRecords(customerType) { Filter = new Filter.Ids(customers), Fields = wanted, Limit = 500, Titles = true }, cancellation);
        if (page.Failed) return Result<IReadOnlyDictionary<Guid, IReadOnlyDictionary<string, object?>>>.Fail(page.Problems);
        var values = new Dictionary<Guid, IReadOnlyDictionary<string, object?>>();
        var today = Day(clock.Today(tenant));
        foreach (var row in page.Value.Read())
        {
            var customer = new Dictionary<string, object?>(StringComparer.Ordinal);
            foreach (var field in page.Value.Fields) Put(customer, field.Key.Split('.'), Text(field, row[field.Key], page.Value.Titles));
            var name = customerType == CustomersContract.Person ? string.Join(' ', new[] { row.Text("lastName"), row.Text("firstName") }.Where(n => !string.IsNullOrEmpty(n))) : row.Text("name") ?? "";
            customer["name"] = name;
            values[row.Id] = new Dictionary<string, object?>(StringComparer.Ordinal)
            {
                [Customer] = customer, ["salutation"] = Salutation(customerType, name), ["today"] = today,
                ["tenant"] = new Dictionary<string, object?>(StringComparer.Ordinal) { ["name"] = tenant.Name },
            };
        }

        return values;
    }

    /// <summary>The name among the values of one reader.</summary>
    public static string NameOf(IReadOnlyDictionary<string, object?> reader) => (reader[Customer] as IReadOnlyDictionary<string, object?>)?.GetValueOrDefault("name") as string ?? "";

    /// <summary>The fields there are: those of modules, plugins and the tenant.</summary>
    public async Task<IReadOnlyList<ReaderField>> Fields(string customerType, CancellationToken cancellation)
    {
        var types = await mediator.Send(new GetRecordTypes(), cancellation);
        var type = types.Failed ? null : types.Value.FirstOrDefault(t => t.Key == customerType);
        return type is null ? [] : [.. type.Fields.Where(f => f is { Hidden: false, Encrypted: false, Kind: not FieldKind.File }).Select(f => new ReaderField($"{Customer}.{f.Key}", f.Label, !Ours.Contains(f.Kind) && !OursByKey.Contains(f.Key)))];
    }

    /// <summary>All paths that mean something for a kind of customer.</summary>
    public async Task<IReadOnlyCollection<string>> Known(string customerType, CancellationToken cancellation) =>
        [.. (await Fields(customerType, cancellation)).Select(f => f.Path), .. Always];

    private string Salutation(string customerType, string name)
    {
        var japanese = tenant.Language.TwoLetterISOLanguageName == "ja";
        return name.Length == 0 ? (japanese ? "お客様" : "Dear customer,") : !japanese ? $"Dear {name}," : customerType == CustomersContract.Person ? $"{name} 様" : $"{name} 御中";
    }

    private string? Text(Field field, object? value, IReadOnlyDictionary<Guid, string> titles) => value switch
    {
        null => null,
        DateOnly day => Day(day),
        _ => ValueText.Of(field, value, tenant, titles),
    };

    private string Day(DateOnly day) => day.ToString(tenant.Language.TwoLetterISOLanguageName == "ja" ? "yyyy年M月d日" : "d MMMM yyyy", tenant.Language);

    private static void Put(Dictionary<string, object?> into, ReadOnlySpan<string> path, string? value)
    {
        for (; path.Length > 1; path = path[1..])
        {
            if (into.GetValueOrDefault(path[0]) is not Dictionary<string, object?> inner) into[path[0]] = inner = new(StringComparer.Ordinal);
            into = inner;
        }

        into[path[0]] = value;
    }
}
