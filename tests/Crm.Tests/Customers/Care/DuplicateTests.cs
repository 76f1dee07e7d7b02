using Crm.Customers;
using Crm.Customers.Contracts;
using Crm.Customers.Duplicates;
using Crm.Customers.Duplicates.Matching;
using Crm.Sdk;
using Crm.Sdk.Japan;
using Crm.Sdk.Records;
using Crm.Sdk.Jobs;
using Crm.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace Crm.Tests.Customers.Care;

/// <summary>How well duplicates are found, and what a merge and its undo do.</summary>
public sealed class DuplicateTests
{
    [SharedDataTheory]
    [InlineData("febrl1.csv")]
    [InlineData("febrl2.csv")]
    public void Duplicates_in_the_files_of_the_Febrl_project_are_found(string file)
    {
        using var reader = new StreamReader(SharedData.File("febrl/" + file));

        var found = Evaluation.Of(FebrlFile.Read(reader), from: 90);

        Assert.True(found.F >= 0.97, found.ToString());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Japanese_duplicates_are_found_and_families_twins_namesakes_and_branches_are_left_alone(int seed)
    {
        var found = Evaluation.Of(JapaneseSet.Make(seed), from: 90);

        Assert.True(found.True > 1_000, "too few to prove anything");
        Assert.True(found is { Precision: >= 0.99, Recall: >= 0.95 }, found.ToString());
    }

    [Fact]
    public void A_family_behind_one_phone_is_no_duplicate()
    {
        var taro = Someone("佐藤", "太郎", "サトウ", "タロウ", "19700401", "03-3456-7890");
        var hanako = Someone("佐藤", "花子", "サトウ", "ハナコ", "19720715", "03-3456-7890");

        Assert.True(Comparison.Of(taro, hanako).Score < 10);
    }

    [Fact]
    public void Old_and_new_kanji_of_one_person_are_one_and_the_reasons_say_so()
    {
        var likeness = Comparison.Of(Someone("渡邉", "裕子", "ワタナベ", "ユウコ", "19800102", ""), Someone("渡辺", "裕子", "ワタナベ", "ユウコ", "19800102", ""));

        Assert.True(likeness.Score >= 98);
        Assert.Contains("name-same", likeness.Reasons, StringComparison.Ordinal);
        Assert.Contains("birth-same", likeness.Reasons, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_kanji_read_otherwise_are_two_people_unless_more_is_known()
    {
        Assert.True(Comparison.Of(Someone("鈴木", "裕子", "スズキ", "ユウコ", "", ""), Someone("鈴木", "裕子", "スズキ", "ヒロコ", "", "")).Score < 50);
    }

    [Fact]
    public void Nothing_is_made_for_pairs_that_do_not_count()
    {
        var profiles = JapaneseSet.Make(seed: 5, people: 300, companies: 60).ConvertAll(r => r.Profile);
        var unlike = (from a in profiles from b in profiles where a != b && Comparison.Of(a, b).Score < 50 select (a, b)).Take(20_000).ToList();
        Func<string, int> sharers = _ => 2;
        int Counted() => unlike.Count(p => Comparison.AtLeast(50, p.a, p.b, sharers) is not null);
        Counted();

        var before = GC.GetAllocatedBytesForCurrentThread();
        var counted = Counted();
        var bytes = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal(0, counted);
        Assert.True(bytes < unlike.Count, $"{bytes:N0} bytes for {unlike.Count:N0} pairs");
    }

    [Theory, EveryDatabase]
    public async Task A_scan_in_small_pieces_finds_every_pair_that_is_found_with_all_in_memory_and_keeps_few(string database)
    {
        await using var crm = await CustomersHost.Start(database);
        var random = new Random(3);
        string One(params string[] of) => of[random.Next(of.Length)];
        var rows = Enumerable.Range(0, 400).Select(_ => new Dictionary<string, object?>
        {
            ["lastName"] = One("佐藤", "高橋", "髙橋", "渡辺", "渡邉", "林"), ["firstName"] = One("花子", "健一", "裕子", "大輔", "さくら"),
            ["mobile"] = random.Next(2) == 0 ? $"090-1234-{random.Next(25):0000}" : null, ["email"] = random.Next(2) == 0 ? $"someone{random.Next(25)}@example.jp" : null,
            ["birthDate"] = random.Next(3) > 0 ? new DateOnly(1980, 1, 1).AddDays(random.Next(10)) : null,
        }).ToList();
        var companies = Enumerable.Range(0, 40).Select(_ => new Dictionary<string, object?> { ["name"] = One("青葉", "東都", "丸光") + One("工業", "商事") + One("㈱", "株式会社"), ["phone"] = $"03-1234-{random.Next(20):0000}" });
        Assert.All((await crm.Ask(new SaveRecords(CustomersContract.Person, [.. rows]))).Rows, r => Assert.Empty(r.Problems));
        Assert.All((await crm.Ask(new SaveRecords(CustomersContract.Company, [.. companies]))).Rows, r => Assert.Empty(r.Problems));
        await using var scope = await crm.Scope();
        var db = scope.Of<CustomersDb>(CustomersContract.Module);
        var from = scope.Of<Sdk.Tenancy.ISettings>(CustomersContract.Module).Of<CustomersSettings>().DuplicatesFrom;
        var people = (await db.People.ToListAsync()).ConvertAll(Profile.Of);
        var expected = PairSearch.Among(people, from).Concat(PairSearch.Among((await db.Companies.ToListAsync()).ConvertAll(Profile.Of), from))
            .Select(p => (p.A.Id, p.B.Id, p.Likeness.Score)).ToHashSet();
        Assert.True(expected.Count > 100, $"{expected.Count} pairs are too few to prove anything");

        // Pages so small that blocks are cut, and nobody stays in memory for long. The second time all is there already.
        for (var time = 0; time < 2; time++)
        {
            var scan = scope.Of<ScanForDuplicates>(CustomersContract.Module);
            (scan.KeysAtOnce, scan.ProfilesKept) = (time == 0 ? 310 : 20_000, 20);
            await scan.Run(new Alone(), CancellationToken.None);

            Assert.Equal(expected, (await db.DuplicatePairs.AsNoTracking().ToListAsync()).Select(p => (p.FirstId, p.SecondId, p.Score)).ToHashSet());
        }

        var keys = await db.MatchKeys.AsNoTracking().Select(k => new { k.CustomerId, k.KeyHash }).ToListAsync();
        foreach (var person in people) Assert.Equal(person.Blocks().Distinct().Order(), keys.Where(k => k.CustomerId == person.Id).Select(k => k.KeyHash).Order());
        var kept = new KeptProfiles(db, 20);
        foreach (var some in people.Select(p => p.Id).Chunk(7))
        {
            Assert.Equal(7, (await kept.Of(some.Take(7).ToList(), CancellationToken.None)).Count + (7 - some.Length));
            Assert.True(kept.Count <= 20, $"{kept.Count} are kept");
        }
    }

    [Theory, EveryDatabase]
    public async Task A_module_writes_many_rows_of_its_own_tables_at_once_all_or_none(string database)
    {
        await using var crm = await CustomersHost.Start(database);
        var other = await crm.NewTenant("other");
        await using var scope = await crm.Scope();
        var db = scope.Of<CustomersDb>(CustomersContract.Module);
        var someone = Ids.New();
        MatchKey[] Keys(int from, int count) => [.. Enumerable.Range(from, count).Select(k => new MatchKey { TenantId = other.Id, KeyHash = k, CustomerId = someone })];

        Assert.False((await db.InsertAsync(Keys(0, 1_000))).Failed);
        Assert.False((await db.InsertAsync(Keys(1_000, 3))).Failed);
        var taken = await db.InsertAsync(Keys(1_002, 500));

        Assert.Equal("taken", Assert.Single(taken.Problems).Code);
        Assert.Equal(1_003, await db.MatchKeys.CountAsync());
        Assert.All(await db.MatchKeys.AsNoTracking().ToListAsync(), k => Assert.Equal((db.TenantId, someone), (k.TenantId, k.CustomerId)));
        Assert.Empty(db.ChangeTracker.Entries());
        await Assert.ThrowsAsync<ArgumentException>(() => db.InsertAsync([new Crm.Customers.People.Person()]));
    }

    [Theory, EveryDatabase]
    public async Task A_merge_moves_what_points_to_the_merged_one_and_its_undo_keeps_what_was_changed_since(string database)
    {
        await using var crm = await CustomersHost.Start(database);
        var stays = await crm.Person("高橋", "健一", ("email", "takahashi@example.jp"), ("mailMagazine", "ok"));
        var goes = await crm.Person("髙橋", "健一", ("mobile", "090-1234-5678"), ("mailMagazine", "no"), ("occupation", "会社員"));
        var purchase = await crm.Save(CustomersContract.Purchase, ("personId", goes), ("boughtOn", new DateOnly(2026, 5, 1)), ("amount", 5_000m));

        var merge = await crm.Ask(new MergeCustomers(CustomersContract.Person, stays, goes));
        await crm.Done(new MoveReferences(merge));

        var merged = await crm.Get(CustomersContract.Person, stays);
        Assert.Equal("090-1234-5678", merged["mobile"]);
        Assert.Equal("no", merged["mailMagazine"]); // a refusal survives
        Assert.Equal(stays, (await crm.Get(CustomersContract.Purchase, purchase))["personId"]);
        Assert.True((await crm.Send(new GetRecord(CustomersContract.Person, goes))).Failed);

        await crm.Save(CustomersContract.Person, stays, ("mobile", "090-9999-0000"));
        await crm.Done(new UndoMerge(merge));

        var back = await crm.Get(CustomersContract.Person, stays);
        Assert.Equal("090-9999-0000", back["mobile"]); // changed since: kept
        Assert.Equal("ok", back["mailMagazine"]);
        Assert.Null(back["occupation"]);
        Assert.Equal("会社員", (await crm.Get(CustomersContract.Person, goes))["occupation"]);
        Assert.Equal(goes, (await crm.Get(CustomersContract.Purchase, purchase))["personId"]);
        Assert.Contains(await crm.Problems(new UndoMerge(merge)), p => p.Code == "undone-already");
    }

    private static Profile Someone(string family, string given, string familyKana, string givenKana, string birth, string phone) => new()
    {
        Id = Ids.New(), Family = PersonName.Key(family), Given = PersonName.Key(given), FamilyKana = PersonName.KanaKey(familyKana), GivenKana = PersonName.KanaKey(givenKana),
        Birth = birth, Phones = Profile.PhonesOf(phone),
    };

    private sealed class Alone : JobRun
    {
        public override Guid Id { get; } = Ids.New();

        public override string? Arguments => null;

        public override Task Report(long done, long? total, Label? message = null) => Task.CompletedTask;
    }
}
