namespace Crm.Sdk.Web;

/// <summary>One series of a <see cref="Chart"/>.</summary>
/// <param name="Name">Its name in the legend.</param>
/// <param name="Values">One value for each label; null leaves a gap.</param>
public sealed record ChartSeries(string Name, IReadOnlyList<decimal?> Values)
{
    /// <summary>A Tabler colour name; chosen by position when null.</summary>
    public string? Color { get; init; }

    /// <summary>Series of the same stack stand on each other.</summary>
    public string? Stack { get; init; }

    /// <summary>Drawn as another kind than the chart: <c>line</c> over bars; null for the same.</summary>
    public string? As { get; init; }
}
