using Crm.Campaigns.Journeys;

namespace Crm.Tests.Campaigns;

/// <summary>Whose ways are read when there are too many, and how many stand at each place.</summary>
public sealed class JourneyPlaceTests
{
    [Fact]
    public void The_sample_is_spread_over_all_and_everybody_is_in_it_when_they_are_few()
    {
        var all = Enumerable.Range(0, 936).Select(_ => Crm.Sdk.Records.Ids.New()).ToList();

        var sample = Journey.Sample(all, 200);

        Assert.Equal(200, sample.Distinct().Count());
        var places = sample.ConvertAll(id => all.IndexOf(id));
        Assert.All(places.Zip(places.Skip(1)), pair => Assert.InRange(pair.Second - pair.First, 4, 5));
        Assert.True(places[^1] > 900);
        Assert.Equal(all[..150], Journey.Sample(all[..150], 200));
    }

    [Fact]
    public void Each_place_says_how_many_had_what_there()
    {
        IReadOnlyList<IReadOnlyList<string>> paths = [["配信", "購入"], ["配信", "開封", "購入"], ["問い合わせ"], []];

        var places = Journey.Places(paths);

        Assert.Equal(["配信 2, 問い合わせ 1", "購入 1, 開封 1", "購入 1"], places.Select(p => string.Join(", ", p.Kinds.Select(k => $"{k.Kinds[0]} {k.People}"))));
        Assert.Empty(Journey.Places([]));
    }
}
