using Crm.Platform.Tabular;
using Crm.Sdk;
using Crm.Sdk.Files;
using Crm.Sdk.Modules;
using Crm.Sdk.Records;

namespace Crm.Platform.Import;

/// <summary>A stored file opened as rows. Reading needs to jump about, so the file lies in a temporary file meanwhile.</summary>
internal sealed class ImportFile : IAsyncDisposable
{
    private readonly FileStream local;

    private ImportFile(FileStream local, TabularSource source)
    {
        this.local = local;
        Source = source;
    }

    public TabularSource Source { get; private set; }

    public static Problem Missing => new(
        "no-file", ("ファイルが見つかりません。", "The file is not there."), ("もう一度アップロードしてください。", "Upload it again."), Kind: ProblemKind.NotFound);

    public static async Task<Result<ImportFile>> Open(IFiles files, Guid id, ImportSettings settings, CancellationToken cancellation)
    {
        if (await files.Open(id, cancellation) is not { } stored) return Missing;

        var local = new FileStream(
            Path.Combine(Path.GetTempPath(), "crm-import-" + Path.GetRandomFileName()), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 81_920,
            System.IO.FileOptions.DeleteOnClose | System.IO.FileOptions.Asynchronous);
        try
        {
            await using (stored.Content) await stored.Content.CopyToAsync(local, cancellation);
            var options = new TabularOptions { Encoding = settings.Encoding, Delimiter = settings.Delimiter, HeaderRow = settings.HeaderRow, Sheet = settings.Sheet };
            var opened = await TabularFile.Open(local, stored.Name, options, cancellation);
            if (opened.Value is { } source) return new ImportFile(local, source);
            await local.DisposeAsync();
            return ToProblem(opened.Problem!);
        }
        catch
        {
            await local.DisposeAsync();
            throw;
        }
    }

    /// <summary>Reads it from here on by a format of a module.</summary>
    public void ReadBy(ImportFormats formats, ImportFormatDescription format, RecordType type) => Source = formats.Apply(format, type, Source);

    public static Problem ToProblem(TabularProblem problem, string? field = null) =>
        new(problem.Code, new(problem.Ja, problem.En), new Label(problem.CureJa, problem.CureEn), field);

    public ValueTask DisposeAsync() => local.DisposeAsync();
}
