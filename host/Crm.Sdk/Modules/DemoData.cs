namespace Crm.Sdk.Modules;

/// <summary>Makes sample data for a demonstration tenant, the same for the same seed.</summary>
public interface IDemoData
{
    /// <summary>Fills the current tenant. All of a demonstration is one transaction.</summary>
    /// <param name="seed">For the random numbers.</param>
    /// <param name="cancellation">Stops it.</param>
    Task Fill(int seed, CancellationToken cancellation);
}
