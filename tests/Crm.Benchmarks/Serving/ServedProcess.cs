using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Crm.Benchmarks.Serving;

/// <summary>A server as a process of its own, as an operator starts it: how long it took to answer, what it holds, what it worked.</summary>
internal sealed class ServedProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly Process process;

    private ServedProcess(Process process, Uri address, TimeSpan took) => (this.process, Address, Took) = (process, address, took);

    /// <summary>The folder of the host as it was built.</summary>
    public static string Built { get; } = Path.Combine(Root(), "host", "Crm.Host", "bin", Configuration(), "net10.0");

    public Uri Address { get; }

    /// <summary>From the start of the process until it said that it is ready.</summary>
    public TimeSpan Took { get; }

    /// <summary>MiB of memory the process holds now.</summary>
    public double Memory
    {
        get
        {
            process.Refresh();
            return process.WorkingSet64 / 1_048_576.0;
        }
    }

    /// <summary>Time its threads have worked on a processor so far. Other work on the machine does not count into it.</summary>
    public TimeSpan Worked
    {
        get
        {
            process.Refresh();
            return process.TotalProcessorTime;
        }
    }

    public static async Task<ServedProcess> Start(string dll, params string[] words)
    {
        var address = new Uri($"http://127.0.0.1:{Site.FreePort().ToString(CultureInfo.InvariantCulture)}");
        var said = new StringBuilder();
        var began = Stopwatch.GetTimestamp();
        var process = new Process
        {
            StartInfo = new ProcessStartInfo("dotnet", [dll, .. words, "--urls", address.ToString()]) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false },
        };
        process.OutputDataReceived += (_, line) => said.AppendLine(line.Data);
        process.ErrorDataReceived += (_, line) => said.AppendLine(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        using var http = new HttpClient { BaseAddress = address };
        while (!await Ready())
        {
            if (process.HasExited || Stopwatch.GetElapsedTime(began) > Patience) throw new InvalidOperationException($"The server did not start.\n{said}");
            await Task.Delay(10);
        }

        return new(process, address, Stopwatch.GetElapsedTime(began));

        async Task<bool> Ready()
        {
            try
            {
                using var answer = await http.GetAsync(new Uri("/readyz", UriKind.Relative));
                return answer.IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        }
    }

    /// <summary>Where a file of the tree lies.</summary>
    public static string InTree(params string[] parts) => Path.Combine([Root(), .. parts]);

    /// <summary>Packages of the plugins in the tree, as their builds made them, by id.</summary>
    public static IReadOnlyDictionary<string, byte[]> Packages() => Directory
        .GetFiles(InTree("plugins"), "*.crmplugin", SearchOption.AllDirectories)
        .Where(f => f.Contains($"{Path.DirectorySeparatorChar}bin{Path.DirectorySeparatorChar}{Configuration()}", StringComparison.Ordinal) && !f.Contains("Tests", StringComparison.Ordinal))
        .GroupBy(f => Path.GetFileName(f).Split('-')[0], StringComparer.Ordinal)
        .ToDictionary(g => g.Key, g => File.ReadAllBytes(g.MaxBy(File.GetLastWriteTimeUtc)!), StringComparer.Ordinal);

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited) process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
    }

    private static string Configuration() => new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar)).Parent!.Name;

    private static string Root()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Crm.Modular.sln"))) return folder.FullName;
        }

        throw new InvalidOperationException($"No Crm.Modular.sln above {AppContext.BaseDirectory}.");
    }
}
