using Crm.Sdk;
using Crm.Sdk.Records;

namespace Crm.Platform.Records;

/// <summary>What can go wrong when records are saved.</summary>
internal static class RecordProblems
{
    public static Problem ReadOnly(Field field) => new(
        "read-only", ($"「{field.Label.Ja}」は入力できない項目です。", $"“{field.Label.En}” is kept by the system and cannot be entered."),
        ("この項目を除いて保存してください。", "Leave it out."), field.Key);

    public static Problem Locked(Field field) => new(
        "field-locked", ($"「{field.Label.Ja}」を変更する権限がありません。", $"You may see “{field.Label.En}” and not change it."),
        ("この項目を除いて保存するか、管理者に依頼してください。", "Leave it out, or ask an administrator."), field.Key, ProblemKind.Forbidden);

    public static Problem InBin() => new(
        "in-bin", ("ゴミ箱にあるレコードは変更できません。", "A record in the bin cannot be changed."), ("先に元に戻してください。", "Restore it first."));

    public static Problem Busy() => new(
        "busy", ("ほかの人が同じレコードを続けて変更しています。", "Others keep changing the same records."), ("少し待ってもう一度保存してください。", "Wait a moment and save again."),
        Kind: ProblemKind.Conflict);

    public static Problem Ambiguous(IReadOnlyList<Field> match, int count) => new(
        "ambiguous", ($"「{string.Join("・", match.Select(f => f.Label.Ja))}」が一致するレコードが {count} 件あります。", $"{count} records have the same {string.Join(", ", match.Select(f => f.Label.En))}."),
        ("重複を解消するか、別の項目で照合してください。", "Merge the duplicates or match by another field."), match[0].Key);

    public static Problem Taken(Field field, object value) => new(
        "taken", ($"「{field.Label.Ja}」の「{RecordCursor.ToText(value)}」はすでに使われています。", $"“{RecordCursor.ToText(value)}” is taken for “{field.Label.En}”."),
        ("別の値にするか、既存のレコードを開いてください。", "Use another value, or open the record that has it."), field.Key);

    public static Problem NoSuchTarget(Field field) => new(
        "no-such-record", ($"「{field.Label.Ja}」の参照先が見つかりません。", $"What “{field.Label.En}” points to does not exist."),
        ("一覧から選び直してください。", "Choose from the list."), field.Key);

    public static Problem NoSuchFile(Field field) => new(
        "no-such-file", ($"「{field.Label.Ja}」のファイルが見つかりません。", $"The file for “{field.Label.En}” is not there."),
        ("ファイルをアップロードし直してください。", "Upload it again."), field.Key);

    public static Problem RuleFailed(Label module) => new(
        "rule-failed", ($"「{module.Ja}」の入力規則を実行できなかったため保存しませんでした。", $"Not saved, because a rule of “{module.En}” could not be run."),
        ("管理者に連絡してください。", "Tell an administrator."));

    public static Problem ComputingFailed(Field field, Label module) => new(
        "computing-failed",
        ($"「{module.Ja}」の項目「{field.Label.Ja}」を計算できなかったため保存しませんでした。", $"Not saved, because “{field.Label.En}” of “{module.En}” could not be worked out."),
        ("管理者に連絡してください。", "Tell an administrator."), field.Key);

    /// <summary>One problem for each field that both changed; one for the record when no field differs.</summary>
    public static IReadOnlyList<Problem> Conflict(IReadOnlyDictionary<Field, object?> yours, Record stored)
    {
        Label message = ("ほかの人が先に変更しました。", "Somebody else changed this in the meantime.");
        Label cure = ("両方の値を確かめて、残す方を選んでください。", "Compare the two values and choose which to keep.");
        var fields = yours.Where(y => !Field.Same(y.Key.Get(stored), y.Value))
            .Select(y => new Problem("conflict", message, cure, y.Key.Key, ProblemKind.Conflict) { Theirs = y.Key.Get(stored), Yours = y.Value }).ToList();
        return fields.Count > 0 ? fields : [new Problem("conflict", message, cure, Kind: ProblemKind.Conflict)];
    }
}
