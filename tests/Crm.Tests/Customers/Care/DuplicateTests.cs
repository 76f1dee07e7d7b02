using Crm.Customers.Contracts;
using Crm.Customers.Duplicates.Matching;
using Crm.Sdk.Japan;
using Crm.Sdk.Records;
using Crm.Tests.Infrastructure;

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
}
