using System.Text.Json;
using Crm.Platform.Audit;
using Crm.Platform.Catalog;
using Crm.Platform.Records;
using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Messaging;
using Crm.Sdk.Records;
using Crm.Sdk.Text;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Platform.Fields;

/// <summary>Adds a field of the tenant's own to a record type, or changes its description.</summary>
/// <param name="RecordType">Key of the record type.</param>
/// <param name="Key">The last step of its key, such as <c>grade</c> of <c>custom.grade</c>.</param>
/// <param name="Definition">What it is.</param>
[Requires(FieldPermissions.Fields)]
internal sealed record DefineField(string RecordType, string Key, FieldDefinition Definition) : IRequest<Result<string>>
{
    /// <summary>Whether it is to be a new one: refused when there is, or was, a field of this key.</summary>
    public bool Adds { get; init; }
}

internal static class FieldPermissions
{
    public const string Fields = "admin.fields";
}

internal sealed class DefineFieldHandler(
    PlatformDb db, Session session, Current current, Tenants tenants, ExtIndexes indexes, FieldLimits limits, SettingsJournal journal, TimeProvider clock)
    : IRequestHandler<DefineField, Result<string>>
{
    public async Task<Result<string>> Handle(DefineField define, CancellationToken cancellationToken)
    {
        if (!current.Catalog.TryGet(define.RecordType, out var type)) return Records.ListRecordsHandler.UnknownType(define.RecordType);
        var definition = define.Definition;
        if (Check(define, type) is { } problem) return problem;
        var key = CustomFields.Owner + "." + define.Key;
        var row = await db.Fields.SingleOrDefaultAsync(f => f.RecordType == type.Key && f.Key == key, cancellationToken);
        if (define.Adds && row is not null) return KeyTaken(key, row.RemovedAt is null);
        var before = row is null ? null : FieldDefinition.Parse(row.Definition);
        var isNew = row is null || row.RemovedAt is not null;
        if ((isNew || (definition.ToField(key).Indexed && !before!.ToField(key).Indexed)) && await limits.Refuses(type, key, definition, cancellationToken) is { } full) return full;
        if (row is null)
        {
            row = new FieldRow
            {
                RecordType = type.Key, Key = key, Definition = "", CreatedAt = clock.GetUtcNow(),
                Position = await db.Fields.CountAsync(f => f.RecordType == type.Key, cancellationToken),
            };
            db.Fields.Add(row);
        }
        else if (before!.Kind != definition.Kind)
        {
            return new Problem(
                "kind-is-fixed", ("登録後に項目の種類は変えられません。", "The kind of a field cannot be changed once it is there."),
                ("別のキーで新しい項目を作り、値を移してください。", "Add a new field under another key and move the values."), "kind");
        }

        row.Definition = JsonSerializer.Serialize(definition, Json.Compact);
        row.RemovedAt = null;
        var saved = await session.Write(
            async _ =>
            {
                var done = await db.SaveAsync(cancellation: cancellationToken);
                if (!done.Failed) await journal.Note(AuditedSettings.Field, before is null ? RecordActions.Created : RecordActions.Updated, FieldDefinition.Differences($"{type.Key}/{key}", before, definition), cancellationToken);
                return done;
            },
            cancellationToken);
        if (saved.Failed) return Result<string>.Fail(saved.Problems);
        await tenants.Changed(current.Tenant.Id, cancellationToken);
        indexes.Want(current.Tenant, type, definition.ToField(key));
        return key;
    }

    private static Problem KeyTaken(string key, bool inUse) => new(
        "taken", ($"キー「{key}」の項目はすでにあります{(inUse ? "" : "（外した項目）")}。", $"There is a field with the key “{key}” already{(inUse ? "" : ", taken out of use")}."),
        inUse ? ("別のキーにするか、一覧の「編集」で変更してください。", "Choose another key, or change that field with Edit in the list.") : ("別のキーにするか、一覧の「戻す」で元に戻してください。", "Choose another key, or bring that field back with Restore in the list."), "key");

    private Problem? Check(DefineField define, RecordType type)
    {
        var definition = define.Definition;
        if (!CustomFields.KeyStep().IsMatch(define.Key))
        {
            return new Problem(
                "bad-key", ("キーは英小文字で始まる英数字と _ で、40 文字までです。", "The key must be letters, digits and _, begin with a small letter and have at most 40 characters."),
                ("例: grade、contractNo", "For example: grade, contractNo"), "key");
        }

        if (string.IsNullOrWhiteSpace(definition.Ja) && string.IsNullOrWhiteSpace(definition.En)) return Problems.Required("label", ("名称", "Name"));
        if (definition.Kind is FieldKind.Choice or FieldKind.MultiChoice && definition.Choices.Count == 0)
        {
            return Problems.Required("choices", ("選択肢", "Choices"));
        }

        if (definition.Kind == FieldKind.Reference && (definition.References is null || !current.Catalog.TryGet(definition.References, out _)))
        {
            return Problems.Required("references", ("参照先", "Points to"));
        }

        if (definition.Pattern is { } pattern && WrongIn(pattern) is { } wrong)
        {
            return new Problem(
                "bad-expression", ($"書式「{pattern}」は正規表現として使えません。", $"“{pattern}” cannot be used as a regular expression."),
                ($"先読み・後読み・後方参照は使えません。例: [A-Z]{{2}}-[0-9]{{4}}（{wrong}）", $"Look-around and back references are not taken. For example: [A-Z]{{2}}-[0-9]{{4}} ({wrong})"), "pattern");
        }

        if (definition.Section is { } section && type.Sections.All(s => s.Key != section))
        {
            return new Problem("no-such-section", ($"セクション「{section}」はありません。", $"There is no section “{section}”."), Field: "section");
        }

        return null;
    }

    private static string? WrongIn(string pattern)
    {
        try
        {
            _ = new TextPattern(pattern);
            return null;
        }
        catch (ArgumentException e)
        {
            return e.Message;
        }
    }
}
