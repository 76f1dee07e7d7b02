namespace Crm.Architecture.PublicApi.Planted;

// A public surface with one of everything, for the test of the listing. What is not listed there is not reachable from outside.

public record Sample(string Name, int? Age = null)
{
    public required string[] Tags { get; set; }

    internal string Hidden => Name;

    public override string ToString() => Hidden;
}

public abstract class SampleBase<T> : IDisposable
    where T : class, new()
{
    public const int Limit = 25;

    protected SampleBase() => Opened?.Invoke(this, EventArgs.Empty);

    public event EventHandler? Opened;

    public virtual string Title => "";

    public bool Open { get; protected set; }

    public void Dispose() => GC.SuppressFinalize(this);

    protected abstract Task<T> Load<K>(K key, CancellationToken ct = default)
        where K : struct;

    public sealed class Inner<U>
    {
        public Dictionary<string, T> Both(T first, U second) => new() { [$"{second}"] = first };
    }
}

public enum SampleColor
{
    Red = 0,
    Blue = 4,
}

public delegate bool SampleRule(Sample sample);

public static class SampleExtensions
{
    public static void Grow(this Sample sample, out int years, params string[] notes) => years = (sample.Age ?? 0) + notes.Length;
}
