namespace Crm.Sdk;

/// <summary>What went wrong in general; decides the HTTP status an API caller sees.</summary>
public enum ProblemKind
{
    /// <summary>The input breaks a rule (422).</summary>
    Invalid,

    /// <summary>There is no such thing, or the caller may not know of it (404).</summary>
    NotFound,

    /// <summary>The caller may not do this (403).</summary>
    Forbidden,

    /// <summary>Somebody else changed it in between (409).</summary>
    Conflict,

    /// <summary>The input is too large (413).</summary>
    TooLarge,

    /// <summary>Too often in too short a time (429).</summary>
    TooMany,
}

/// <summary>An error that a person can cause and cure.</summary>
/// <param name="Code">Stable, machine-readable: <c>required</c>, <c>too-long</c>, <c>waste.permit-expired</c>.</param>
/// <param name="Message">What is wrong.</param>
/// <param name="Cure">What to do about it.</param>
/// <param name="Field">Key of the field it is about, or null.</param>
/// <param name="Kind">What kind of error it is.</param>
public sealed record Problem(string Code, Label Message, Label? Cure = null, string? Field = null, ProblemKind Kind = ProblemKind.Invalid)
{
    /// <summary>The value stored now, when <see cref="Kind"/> is <see cref="ProblemKind.Conflict"/>.</summary>
    public object? Theirs { get; init; }

    /// <summary>Key of the right that is missing, such as <c>records.import</c> or <c>customers.person:edit</c>, when <see cref="Kind"/> is <see cref="ProblemKind.Forbidden"/> for the lack of one.</summary>
    public string? Right { get; init; }

    /// <summary>The value that was about to be saved, when <see cref="Kind"/> is <see cref="ProblemKind.Conflict"/>.</summary>
    public object? Yours { get; init; }
}

/// <summary>Problems that every module meets.</summary>
public static class Problems
{
    /// <summary>No such record, or none the caller may see.</summary>
    public static Problem NotFound(string recordType, Guid id) => new(
        "not-found",
        ($"{recordType} の {id} は見つかりません。", $"There is no {recordType} with the id {id}."),
        ("削除されたか、閲覧権限がない可能性があります。", "It may have been deleted, or you may not have the right to see it."),
        Kind: ProblemKind.NotFound);

    /// <summary>The caller lacks a right. Whoever reads it is told the right by its name; its key stays in <see cref="Problem.Right"/>.</summary>
    public static Problem Forbidden(string right) => Forbidden(right, Label.Same(right));

    internal static Problem Forbidden(string right, Label name) => new(
        "forbidden",
        ($"この操作には権限「{name.Ja}」が必要です。", $"This needs the right “{name.En}”."),
        ("管理者に権限の付与を依頼してください。", "Ask an administrator to grant it."),
        Kind: ProblemKind.Forbidden) { Right = right };

    /// <summary>A field must be filled.</summary>
    public static Problem Required(string field, Label label) => new(
        "required",
        ($"「{label.Ja}」は必須です。", $"“{label.En}” is required."),
        ("値を入力してください。", "Enter a value."),
        field);

    /// <summary>A value breaks a rule of its field.</summary>
    public static Problem Invalid(string code, string? field, Label message, Label? cure = null) => new(code, message, cure, field);
}
