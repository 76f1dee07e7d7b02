namespace Crm.Customers.Demo;

/// <summary>Random numbers that are the same for the same seed, on every machine and version.</summary>
internal sealed class Dice(int seed)
{
    private readonly Random random = new(seed);

    /// <summary>A whole number from <paramref name="least"/> to <paramref name="most"/>, both included.</summary>
    public int Between(int least, int most) => random.Next(least, most + 1);

    public bool Chance(double share) => random.NextDouble() < share;

    public T Pick<T>(IReadOnlyList<T> from) => from[random.Next(from.Count)];

    /// <summary>Picks early ones more often: the list is in order of frequency.</summary>
    public T PickEarly<T>(IReadOnlyList<T> from) => from[(int)(from.Count * Math.Pow(random.NextDouble(), 2.2))];

    public T Weighted<T>(IReadOnlyList<T> from, Func<T, double> weight)
    {
        var left = random.NextDouble() * from.Sum(weight);
        foreach (var item in from)
        {
            left -= weight(item);
            if (left < 0) return item;
        }

        return from[^1];
    }

    /// <summary>A bell around <paramref name="mean"/>, never below <paramref name="least"/>.</summary>
    public int Around(double mean, double spread, int least = 0)
    {
        var bell = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        return Math.Max(least, (int)Math.Round(mean + (spread * bell)));
    }

    public DateOnly Day(DateOnly from, DateOnly until) => from.AddDays(Between(0, Math.Max(0, until.DayNumber - from.DayNumber)));

    public T[] Shuffle<T>(IEnumerable<T> items)
    {
        var all = items.ToArray();
        random.Shuffle(all);
        return all;
    }

    public string Digits(int count) => string.Create(count, random, (span, r) =>
    {
        for (var i = 0; i < span.Length; i++) span[i] = (char)('0' + r.Next(10));
    });
}
