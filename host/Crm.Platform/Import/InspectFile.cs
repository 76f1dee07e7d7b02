using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Crm.Platform.Identity.Rights;
using Crm.Platform.Records;
using Crm.Platform.Storage;
using Crm.Platform.Tabular;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Files;
using Crm.Sdk.Messaging;
using Crm.Sdk.Records;
using Crm.Sdk.Text;
using MediatR;

namespace Crm.Platform.Import;

/// <summary>Looks at an uploaded file: what it is, what its columns are called, and which fields they seem to be.</summary>
/// <param name="RecordType">What its rows are to become.</param>
/// <param name="File">The stored file.</param>
/// <param name="Settings">What the user has decided so far; the rest is found out.</param>
/// <param name="Before">The mapping chosen before the file was read in another way; null when the settings hold it.</param>
[Requires(PlatformPermissions.Import)]
internal sealed record InspectFile(string RecordType, Guid File, ImportSettings? Settings = null, MappingsThatStillFit? Before = null) : IRequest<Result<FilePreview>>;

/// <summary>What a file looks like.</summary>
/// <param name="Source">Kind, encoding, columns, first rows, warnings.</param>
/// <param name="Proposed">The settings to begin with: remembered from a file with the same header, else guessed.</param>
/// <param name="Remembered">Whether they are remembered.</param>
/// <param name="DateFormats">For columns whose dates need a pattern, or would if they were dates: the patterns that fit.</param>
internal sealed record FilePreview(
    TabularSource Source, ImportSettings Proposed, bool Remembered, IReadOnlyDictionary<int, IReadOnlyList<string>> DateFormats)
{
    /// <summary>What the format is called by which it is read; null when its columns are taken as they are.</summary>
    public Label? Format { get; init; }
}

internal sealed class InspectFileHandler(Session session, Current current, ImportAccess access, ImportFormats formats, IFiles files) : IRequestHandler<InspectFile, Result<FilePreview>>
{
    private const int RowsToGuessFrom = 500;

    public async Task<Result<FilePreview>> Handle(InspectFile inspect, CancellationToken cancellationToken)
    {
        if (!current.Catalog.TryGet(inspect.RecordType, out var type)) return ListRecordsHandler.UnknownType(inspect.RecordType);
        if (!await access.MayUse(inspect.File, cancellationToken)) return ImportFile.Missing;
        var settings = inspect.Settings ?? new ImportSettings();
        var opened = await ImportFile.Open(files, inspect.File, settings, cancellationToken);
        if (opened.Failed) return Result<FilePreview>.Fail(opened.Problems);
        await using var file = opened.Value;
        var format = settings.Format is null && settings.Columns.Count == 0 ? formats.Recognise(type, file.Source) : formats.Find(type, settings.Format);
        if (format is not null) file.ReadBy(formats, format, type);
        var source = file.Source;
        var remembered = inspect.Settings is { Columns.Count: > 0 } ? null : await Remembered(type, source, cancellationToken);
        var proposed = inspect.Settings is { Columns.Count: > 0 } decided ? decided : remembered ?? (format is not null ? formats.Proposed(format) : ColumnGuess.Of(type, source, [.. type.Fields.Where(f => !f.ReadOnly && !current.Actor.Rights.Hides(type, f) && !current.Actor.Rights.Locks(type.Key, f.Key))]));
        if (inspect.Before is { } before) proposed = proposed with { Columns = before.Over(source.Columns, proposed.Columns), Match = settings.Match, EmptyClears = settings.EmptyClears };
        var dates = await DateFormats(type, proposed, source, cancellationToken);
        proposed = proposed with
        {
            Format = format?.Key ?? settings.Format, Encoding = source.Encoding, Delimiter = source.Delimiter, HeaderRow = source.HeaderRow, Sheet = source.Sheet,
            Columns = [.. proposed.Columns.Where(c => c.Column <= source.Columns.Count).Select(c => c.DateFormat is null && IsDate(type, c) && dates.TryGetValue(c.Column, out var one) && one.Count == 1 ? c with { DateFormat = one[0] } : c)],
        };
        return new FilePreview(source, proposed, remembered is not null, dates) { Format = format?.Name };
    }

    /// <summary>
    /// The mark by which the mapping of a header is remembered, for each user apart: what somebody else chose, constants and keys among
    /// it, must not decide what one's own file does.
    /// </summary>
    public static string HeaderOf(Guid? user, TabularSource source) => Convert.ToHexStringLower(
        SHA256.HashData(Encoding.UTF8.GetBytes(user + "\u001e" + string.Join('\u001f', source.Columns.Select(c => c.Named ? TextNormaliser.ForKey(c.Ja) : "")))));

    private static bool IsDate(RecordType type, ColumnMapping column) => type.TryGet(column.Field, out var field) && field.Kind is FieldKind.Date or FieldKind.DateTime;

    private async Task<ImportSettings?> Remembered(RecordType type, TabularSource source, CancellationToken cancellation)
    {
        var sql = new Sql(session.Dialect, await session.Open(cancellation), session.Transaction);
        var json = await sql.First(
            $"SELECT settings FROM platform_import_mapping WHERE tenant_id = {current.Tenant.Id} AND record_type = {type.Key} AND header = {HeaderOf(current.Actor.Id, source)}",
            r => r.Text(0), cancellation);
        return json is null ? null : JsonSerializer.Deserialize<ImportSettings>(json, Json.Compact);
    }

    private static async Task<Dictionary<int, IReadOnlyList<string>>> DateFormats(
        RecordType type, ImportSettings settings, TabularSource source, CancellationToken cancellation)
    {
        var dates = settings.Columns.Where(c => c.Column <= source.Columns.Count && IsDate(type, c)).Select(c => c.Column).ToHashSet();

        // Columns that look like such dates may be mapped to a date field once the page is open.
        var candidates = source.Columns.Select(c => c.Position)
            .Where(c => dates.Contains(c) || DateFormatGuess.Of(source.SampleRows.Select(r => r.Cells[c - 1])).Candidates.Count > 0).ToList();
        var found = new Dictionary<int, IReadOnlyList<string>>();
        if (candidates.Count == 0) return found;
        var rows = new List<TabularRow>(RowsToGuessFrom);
        await foreach (var row in source.Rows(cancellation))
        {
            if (row.Problems.Count == 0) rows.Add(row);
            if (rows.Count == RowsToGuessFrom) break;
        }

        foreach (var column in candidates)
        {
            var guess = DateFormatGuess.Of(rows.Select(r => r.Cells[column - 1]));
            if (guess.Needed && (guess.Candidates.Count > 0 || dates.Contains(column))) found[column] = guess.Candidates;
        }

        return found;
    }
}
