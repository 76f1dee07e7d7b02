using Crm.Platform.Tabular;
using Crm.Sdk.Records;
using Crm.Sdk.Text;

namespace Crm.Platform.Import;

/// <summary>Which fields the columns of a file seem to be, by what they are called.</summary>
internal static class ColumnGuess
{
    private static readonly string[] WholeNames = ["氏名", "姓名", "名前", "お名前", "ご氏名", "顧客名", "担当者名", "担当者氏名", "full name", "name"];

    private static readonly string[] WholeKana = ["フリガナ", "ふりがな", "カナ", "氏名カナ", "氏名フリガナ", "名前カナ", "お名前カナ", "カナ氏名", "シメイ", "セイメイ", "kana"];

    private static readonly string[] WholeAddresses =
        ["住所", "所在地", "現住所", "ご住所", "住所1", "本社所在地", "本店所在地", "会社住所", "勤務先住所", "自宅住所", "address", "address 1", "address line 1", "full address"];

    private static readonly string[] SecondAddresses = ["住所2", "address 2", "address line 2", "建物", "建物名・部屋番号", "ビル名", "マンション名"];

    /// <summary>The settings to begin with.</summary>
    /// <param name="type">What the rows become.</param>
    /// <param name="source">The file.</param>
    /// <param name="open">The fields that can be filled.</param>
    public static ImportSettings Of(RecordType type, TabularSource source, IReadOnlyList<Field> open)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal) { ["id"] = "id" };

        // A field's own name goes before what another is called elsewhere.
        foreach (var (field, name) in open.SelectMany(f => (string[])[f.Key, f.Label.Ja, f.Label.En], (f, n) => (f, n)).Concat(open.SelectMany(f => f.Aliases, (f, n) => (f, n))))
        {
            names.TryAdd(TextNormaliser.ForKey(name), field.Key);
        }

        var taken = new HashSet<string>(StringComparer.Ordinal);
        var columns = new List<ColumnMapping>();
        var left = new List<TabularColumn>();
        foreach (var column in source.Columns.Where(c => c.Named))
        {
            if (names.TryGetValue(TextNormaliser.ForKey(column.Ja), out var field) && taken.Add(field)) columns.Add(new(column.Position, field));
            else left.Add(column);
        }

        foreach (var column in left) columns.AddRange(Several(type, open, taken, column));
        var match = type.Fields.FirstOrDefault(f => f.MatchKey && taken.Contains(f.Key));
        return new ImportSettings { Columns = [.. columns.OrderBy(c => c.Column)], Match = match is null ? [] : [match.Key] };
    }

    /// <summary>A column that holds several fields together: 氏名, フリガナ, 住所. Nothing when one of them has a column of its own.</summary>
    private static IEnumerable<ColumnMapping> Several(RecordType type, IReadOnlyList<Field> open, HashSet<string> taken, TabularColumn column)
    {
        var header = TextNormaliser.ForKey(column.Ja);
        var wanted = Called(WholeNames) ? WholeColumns.Name(type) : Called(WholeKana) ? WholeColumns.Kana(type) : Called(WholeAddresses) ? WholeColumns.Address(type)
            : Called(SecondAddresses) ? [.. WholeColumns.Address(type).Where(m => m.Part == "building").Select(m => m with { Part = null })]
            : [];

        // A postal code or a building may stand in a column of its own beside the rest of the address.
        var parts = wanted.Where(m => m.Part is not ("postalCode" or "building") || !taken.Contains(m.Field)).ToList();
        return parts.Count > 0 && parts.TrueForAll(m => open.Any(f => f.Key == m.Field) && !taken.Contains(m.Field)) && parts.TrueForAll(m => taken.Add(m.Field))
            ? parts.Select(m => m with { Column = column.Position })
            : [];

        bool Called(string[] ways) => ways.Any(name => TextNormaliser.ForKey(name) == header);
    }
}

/// <summary>Fields that one column can hold together.</summary>
internal static class WholeColumns
{
    /// <summary>Family and given name, split at the blank; nothing for types not titled by two texts.</summary>
    public static IReadOnlyList<ColumnMapping> Name(RecordType type) => Pair(type, "");

    /// <summary>The reading of both.</summary>
    public static IReadOnlyList<ColumnMapping> Kana(RecordType type) => Pair(type, "Kana");

    /// <summary>The parts of the first address of the type.</summary>
    public static IReadOnlyList<ColumnMapping> Address(RecordType type) =>
        type.Fields.FirstOrDefault(f => f.AddressGroup is not null)?.AddressGroup is not { } group ? []
            : [.. type.Fields.Where(f => f.AddressGroup == group).Select(f => new ColumnMapping(0, f.Key) { Part = f.AddressPart })];

    private static IReadOnlyList<ColumnMapping> Pair(RecordType type, string ending) =>
        type.TitleFields.Count == 2 && type.TryGet(type.TitleFields[0] + ending, out var first) && type.TryGet(type.TitleFields[1] + ending, out var second)
            && (first.Kind, second.Kind) is (FieldKind.Text, FieldKind.Text) or (FieldKind.Kana, FieldKind.Kana)
            ? [new(0, first.Key) { Part = "first" }, new(0, second.Key) { Part = "rest" }]
            : [];
}
