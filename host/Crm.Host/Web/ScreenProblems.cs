using Crm.Sdk;
using Crm.Sdk.Records;

namespace Crm.Host.Web;

/// <summary>Problems of the generated screens.</summary>
internal static class ScreenProblems
{
    public static Problem NoType(string key) => new(
        "not-found", ($"「{key}」という台帳はありません。", $"There are no records called “{key}”."),
        ("機能がオフになっているか、閲覧権限がない可能性があります。", "The feature may be off, or you may not see it."), Kind: ProblemKind.NotFound);

    public static Problem NoScreen(string path) => new(
        "not-found", ($"「{path}」という画面はありません。", $"There is no screen at {path}."),
        ("機能がオフになっている可能性があります。", "The feature may be off."), Kind: ProblemKind.NotFound);

    public static Problem NothingTicked() => new(
        "nothing-selected", ("対象が選択されていません。", "Nothing is ticked."), ("一覧で行にチェックを付けてください。", "Tick rows of the list first."));

    public static Problem NothingToSet(Field field) => new(
        "nothing-to-set", ($"「{field.Label.Ja}」の値が入力されていません。", $"No value was entered for “{field.Label.En}”."),
        field.Required ? ("値を入力してください。", "Enter a value.") : ("値を入力するか、空にする場合は「この項目を空にする」にチェックを付けてください。", "Enter one, or tick the box to empty the field."), field.Key);

    public static Problem NoSuchName(Field field, string title) => new(
        "not-found", ($"「{title}」は見つかりません。", $"There is no “{title}”."), ("名前を確認してください。", "Check the name."), field.Key);

    public static Problem SeveralOfName(Field field, IReadOnlyList<SearchHit> hits) => new(
        "ambiguous",
        ($"{hits.Count} 件見つかりました: {string.Join("、", hits.Select(h => h.Title))}", $"{hits.Count} were found: {string.Join(", ", hits.Select(h => h.Title))}"),
        ("正確な名前を入力してください。", "Type the exact name."), field.Key);
}
