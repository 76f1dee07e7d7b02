namespace Crm.Sdk.Modules;

/// <summary>Makes what a tenant begins with: lists of the trade, a first pipeline, templates.</summary>
public interface ISeedData
{
    /// <summary>
    /// Fills the current tenant, in one transaction. What is there already is left as it is: when it fails it is made again at the next
    /// switching on.
    /// </summary>
    Task Seed(CancellationToken cancellation);
}

/// <summary>Makes sample data for a demonstration tenant, the same for the same seed.</summary>
public interface IDemoData
{
    /// <summary>Fills the current tenant. All of a demonstration is one transaction.</summary>
    /// <param name="seed">For the random numbers.</param>
    /// <param name="cancellation">Stops it.</param>
    Task Fill(int seed, CancellationToken cancellation);

    /// <summary>Settings of the module it is for, by field key, as an administrator would have made them; none unless it says so.</summary>
    /// <param name="site">Where people open the demonstration: <c>http://localhost:5080</c>.</param>
    IReadOnlyDictionary<string, object?> Settings(string site) => new Dictionary<string, object?>();
}
