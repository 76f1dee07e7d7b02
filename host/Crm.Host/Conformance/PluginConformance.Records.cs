// What a plugin adds to records, through each way there is to them.
using System.Text.Json;
using Crm.Platform.Export;
using Crm.Platform.Import;
using Crm.Platform.Plugins;
using Crm.Platform.Storage;
using Crm.Sdk;
using Crm.Sdk.Files;
using Crm.Sdk.Records;
using Crm.Sdk.Web;

namespace Crm.Host.Conformance;

internal sealed partial class PluginConformance
{
    private async Task Records(RecordType type)
    {
        List<Field> fields = [.. type.Fields.Where(f => !f.Hidden && (type.Owner == id || f.Owner == id))];
        await Page(Routes.List(type.Key));
        await Page(Routes.New(type.Key));
        var listed = await Send(new ListRecords(type.Key) { Fields = [.. fields.Select(f => f.Key)], Limit = Samples });
        if (listed.Failed)
        {
            Fail($"{type.Key} の一覧を表示できません: {listed.Problems[0].Message.Ja}", $"{type.Key} cannot be listed: {listed.Problems[0].Message.En}");
            return;
        }

        if (listed.Value.Rows.Count == 0)
        {
            notChecked.Add(($"{type.Key}: サンプルのレコードがありません。", $"{type.Key}: no sample record."));
            return;
        }

        var first = listed.Value.Rows[0].Id;
        foreach (var page in (string[])[Routes.Record(type.Key, first), Routes.Edit(type.Key, first), Routes.Record(type.Key, first) + "?tab=history"]) await Page(page);
        for (var i = 0; i < fields.Count; i++) await Value(type, fields[i], listed.Value.Rows, i);
        await ThereAndBack(type);
        await ChangedAndTakenBack(type, fields, listed.Value);
    }

    /// <summary>A value is found by filter and search, and told by the API.</summary>
    private async Task Value(RecordType type, Field field, IReadOnlyList<RecordRow> rows, int column)
    {
        if (rows.FirstOrDefault(r => r.Values[column] is not null) is not { } row)
        {
            notChecked.Add(($"{type.Key}/{field.Key}: サンプルの値がありません。", $"{type.Key}/{field.Key}: no sample value."));
            return;
        }

        var told = await Get($"/api/v1/records/{type.Key}/{row.Id}", token);
        if (told.Status != 200 || !Tells(told.Text, field)) Fail($"API が {type.Key}/{field.Key} を返しません（{told.Status}）。", $"The API does not tell {type.Key}/{field.Key} ({told.Status}).");
        if (field is { Encrypted: false, Kind: FieldKind.Text or FieldKind.Number or FieldKind.Money or FieldKind.Date or FieldKind.YesNo or FieldKind.Choice or FieldKind.Reference or FieldKind.Kana or FieldKind.Email or FieldKind.Phone })
        {
            var found = await Send(new ListRecords(type.Key) { Filter = Filter.Eq(field.Key, row.Values[column]!), Fields = [field.Key], Limit = 500 });
            if (found.Failed) Fail($"{type.Key} を {field.Key} で絞り込めません: {found.Problems[0].Message.Ja}", $"{type.Key} cannot be filtered by {field.Key}: {found.Problems[0].Message.En}");
            else if (found.Value.Next is null && found.Value.Rows.All(r => r.Id != row.Id)) Fail($"{type.Key} を {field.Key} で絞り込むと、その値のレコードが出ません。", $"Filtered by {field.Key}, {type.Key} lacks the record that has the value.");
        }

        if (field.Searchable && row.Values[column] is string { Length: > 1 } text)
        {
            var hits = await Send(new SearchRecords(text) { Type = type.Key, PerType = 50 });
            if (hits.Failed || (hits.Value.Count < 50 && hits.Value.All(h => h.Id != row.Id))) Fail($"検索で {type.Key} を {field.Key} から見つけられません。", $"The search does not find {type.Key} by {field.Key}.");
        }
    }

    private static bool Tells(string record, Field field)
    {
        using var json = JsonDocument.Parse(record);
        var place = json.RootElement;
        return PathOf(field).All(step => place.TryGetProperty(step, out place));
    }

    /// <summary>What is exported comes back by import and changes nothing.</summary>
    private async Task ThereAndBack(RecordType type)
    {
        List<string> fields;
        await using (var scope = await Scope(mine))
        {
            // A file names a record by its title or code; people, whose title is two fields, have names that others have too.
            var catalog = scope.Get<Platform.Tenancy.Current>().Catalog;
            fields = [.. type.Fields.Where(f => f.Section != "system" && !f.Hidden && (f.References is null || !catalog.TryGet(f.References, out var named) || named.TitleFields.Count == 1)).Select(f => f.Key)];
        }

        var file = new MemoryStream();
        var exported = await Send(new ExportRecords(type.Key, ExportFormat.CsvUtf8, file) { Fields = fields });
        if (exported.Failed)
        {
            Fail($"{type.Key} を書き出せません: {exported.Problems[0].Message.Ja}", $"{type.Key} cannot be exported: {exported.Problems[0].Message.En}");
            return;
        }

        Guid stored;
        await using (var scope = await Scope(mine)) stored = await scope.Get<IFiles>().Save("export.csv", "text/csv", new MemoryStream(file.ToArray()));
        var started = await Send(new StartImport(type.Key, stored, new ImportSettings { Match = ["id"] }, DryRun: true));
        if (started.Failed)
        {
            Fail($"{type.Key} の書き出しを取り込めません: {started.Problems[0].Message.Ja}", $"The export of {type.Key} cannot be imported: {started.Problems[0].Message.En}");
            return;
        }

        ImportView import;
        do
        {
            await Task.Delay(50);
            import = (await Send(new GetImport(started.Value))).Value;
        }
        while (import.UnderWay);
        if (import is { Refused: 0, Created: 0, Updated: 0 }) return;
        var problems = (await Send(new ListImportProblems(import.Id, 0, 3))).Value;
        Fail(
            $"{type.Key} の書き出しを取り込むと内容が変わります: 新規 {import.Created}、変更 {import.Updated}、拒否 {import.Refused}。{string.Join(" ", problems.Select(p => $"{p.Field}: {p.Message.Ja}"))}",
            $"The export of {type.Key} does not come back unchanged: {import.Created} made, {import.Updated} changed, {import.Refused} refused. {string.Join(" ", problems.Select(p => $"{p.Field}: {p.Message.En}"))}");
    }

    /// <summary>A change stands in the history, and a bulk edit is undone as a whole.</summary>
    private async Task ChangedAndTakenBack(RecordType type, List<Field> fields, RecordPage page)
    {
        foreach (var field in fields.Where(f => f is { ReadOnly: false, Unique: false, MatchKey: false, Kind: FieldKind.Text or FieldKind.LongText or FieldKind.YesNo }))
        {
            var column = fields.IndexOf(field);
            if (page.Rows.FirstOrDefault(r => r.Values[column] is not null) is not { } row) continue;
            object changed = row.Values[column] is bool yes ? !yes : row.Values[column] + "\u3002";
            var edited = await Send(new BulkEdit(type.Key, new Filter.Ids([row.Id]), new Dictionary<string, object?> { [field.Key] = changed }));
            if (edited.Failed || edited.Value.Rows.Any(r => r.Action != RowAction.Updated)) continue;
            var history = await Send(new GetHistory(type.Key, row.Id));
            if (history.Failed || !history.Value.SelectMany(h => h.Changes).Any(c => c.Field == field.Key)) Fail($"{field.Key} の変更が {type.Key} の履歴にありません。", $"A change of {field.Key} does not stand in the history of {type.Key}.");
            var undone = await Send(new UndoChangeSet(edited.Value.ChangeSet));
            var now = undone.Failed ? null : (await Send(new GetRecord(type.Key, row.Id))).Value[field.Key];
            if (!Equals(now, row.Values[column])) Fail($"{type.Key}/{field.Key} の一括変更を元に戻せません。", $"A bulk edit of {type.Key}/{field.Key} cannot be undone.");
            return;
        }

        notChecked.Add(($"{type.Key}: 変更して元に戻せる項目がありません。", $"{type.Key}: no field that could be changed and changed back."));
    }

    /// <summary>Removed with its data, it leaves no table, no value and no mark.</summary>
    private async Task RemoveWithAll(List<RecordType> types)
    {
        var databases = app.Services.GetRequiredService<Databases>();
        // Who looked at what is written down right after the answer went out: the last request must have ended before everything goes.
        await Task.Delay(TimeSpan.FromSeconds(2));
        var removed = await RemoveFromInstallation();
        if (removed.Failed)
        {
            Fail("削除: " + removed.Problems[0].Message.Ja, "remove: " + removed.Problems[0].Message.En);
            return;
        }

        await using var connection = databases.Dialect.Connect(databases.Installation);
        await connection.OpenAsync();
        await databases.Dialect.PrepareMigration(connection, CancellationToken.None);
        var sql = new Sql(databases.Dialect, connection);
        foreach (var type in types)
        {
            if (type.Owner == id)
            {
                if (await Exists(sql, type.Table)) Fail($"削除後も表 {type.Table} が残っています。", $"The table {type.Table} is there after the removal.");
            }
            else if ((await sql.Rows($"SELECT id FROM {Sql.Raw(type.Table)} WHERE {Sql.Raw(databases.Dialect.ExtHas(id))}", r => r.Id(0), CancellationToken.None)).Count is > 0 and var left)
            {
                Fail($"削除後も {type.Key} の {left} 件に値が残っています。", $"{left} records of {type.Key} hold values of it after the removal.");
            }
        }

        foreach (var (table, column) in PluginPurge.Noted)
        {
            var left = (await sql.Rows($"SELECT 1 FROM {Sql.Raw(table)} WHERE {Sql.Raw(databases.Dialect.Quote(column))} LIKE {id + ".%"}", _ => 1, CancellationToken.None)).Count;
            if (left > 0) Fail($"削除後も {table} に {left} 行残っています。", $"{table} holds {left} rows of it after the removal.");
        }
    }

    private async Task<Result> RemoveFromInstallation()
    {
        await using var scope = app.Services.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<Platform.Tenancy.Current>().EnterInstallation(new(null, "conformance", Sdk.Users.ChangeSource.CommandLine, Platform.Tenancy.AccessRights.OfInstallation));
        return await scope.ServiceProvider.GetRequiredService<MediatR.IMediator>().Send(new RemovePlugin(id, Purge: true));
    }

    private static async Task<bool> Exists(Sql sql, string table)
    {
        try
        {
            await sql.Rows($"SELECT id FROM {Sql.Raw(table)} WHERE 1 = 0", r => r.Id(0), CancellationToken.None);
            return true;
        }
        catch (System.Data.Common.DbException)
        {
            return false;
        }
    }
}
