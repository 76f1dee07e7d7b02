using Crm.Customers.Contracts;
using Crm.Sdk.Records;

namespace Crm.Customers.Companies;

/// <summary>A name a company had before it was renamed, merged into another or split.</summary>
internal sealed class FormerName : Record
{
    /// <summary>The company that had the name.</summary>
    public Guid? CompanyId { get; set; }

    public string Name { get; set; } = "";

    public string? NameKana { get; set; }

    public string? Kind { get; set; }

    /// <summary>The last day of the name.</summary>
    public DateOnly? Until { get; set; }

    /// <summary>The company that carries on, when it is another one (after a merger or a split).</summary>
    public Guid? SuccessorId { get; set; }

    public string? Memo { get; set; }

    /// <summary>As it stands in the company's search text: with its reading.</summary>
    public string Text => NameKana is null ? Name : $"{Name}（{NameKana}）";

    public static string? Joined(IEnumerable<string> names)
    {
        var joined = string.Join("、", names);
        return joined.Length == 0 ? null : joined;
    }
}

/// <summary>How a name came to be a former one.</summary>
internal static class FormerNameKinds
{
    public const string Renamed = "renamed";
    public const string Merged = "merged";
    public const string Split = "split";

    public static readonly IReadOnlyList<Choice> All =
    [
        Choice.Of(Renamed, "社名変更", "Renamed"),
        Choice.Of(Merged, "合併", "Merged"),
        Choice.Of(Split, "分割", "Split"),
    ];
}

internal static class FormerNameFields
{
    public static readonly RecordType<FormerName> Type = RecordType.For<FormerName>(CustomersContract.FormerName)
        .Titled("旧社名", "Former name")
        .WithIcon("history")
        .TitledBy("name")
        .SortedBy("-until")
        .NotInMenu()
        .Section("basic", "基本情報", "Basics", s => s
            .Reference(n => n.CompanyId, "会社", "Company", CustomersContract.Company).Required().SeenFrom("旧社名", "Former names").Indexed().InList()
                .Hint("この名前だった会社。", "The company that had this name.")
            .Text(n => n.Name, "旧社名", "Former name").Required().Max(200).Searchable().Indexed().InList()
            .Kana(n => n.NameKana, "旧社名フリガナ", "Former name, kana").Max(200).Searchable()
            .Choice(n => n.Kind, "区分", "Kind", FormerNameKinds.All).Default(FormerNameKinds.Renamed).InList()
            .Date(n => n.Until, "使用終了日", "Until").Indexed().InList()
            .Reference(n => n.SuccessorId, "承継会社", "Successor", CustomersContract.Company).SeenFrom("承継した会社", "Companies carried on").Indexed().InList()
                .Hint("合併・分割で別の会社が引き継いだとき。", "When another company carried on after a merger or a split.")
            .LongText(n => n.Memo, "備考", "Note").Max(2000));
}
