// The built host as a process of its own on a private data folder: started as an operator starts it, ended as a power cut ends it.
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Crm.EndToEnd.Infrastructure;

internal sealed class HostProcess : IAsyncDisposable
{
    private const string Loopback = "http://127.0.0.1:";
    private const string LoopbackTls = "https://127.0.0.1:";

    // Making the demonstration's data on a busy machine included.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    private readonly Process process;
    private readonly ConcurrentQueue<string> said = new();
    private readonly TaskCompletionSource<string> address = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private HostProcess(Process process) => this.process = process;

    /// <summary>Where it answers.</summary>
    public string Address { get; private set; } = "";

    /// <summary>Everything it printed so far.</summary>
    public string Said => string.Join('\n', said);

    /// <summary>Starts a serving verb on a port nobody uses and waits until it answers.</summary>
    public static async Task<HostProcess> Serve(Installation on, params string[] words)
    {
        var host = new HostProcess(new Process { StartInfo = on.Start([.. words, "--urls", Loopback + "0"]) });
        host.process.OutputDataReceived += (_, line) => host.Hear(line.Data);
        host.process.ErrorDataReceived += (_, line) => host.Hear(line.Data);
        host.process.EnableRaisingEvents = true;
        host.process.Exited += (_, _) => host.address.TrySetException(new InvalidOperationException($"The host ended before it answered.\n{host.Said}"));
        host.process.Start();
        host.process.BeginOutputReadLine();
        host.process.BeginErrorReadLine();
        try
        {
            host.Address = await host.address.Task.WaitAsync(Patience);
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <summary>SIGKILL: nothing of the host runs after this, no handler, no flush.</summary>
    public async Task Kill()
    {
        process.Kill();
        await process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited) await Kill();
        process.Dispose();
    }

    private void Hear(string? line)
    {
        if (line is null) return;
        said.Enqueue(line);
        foreach (var start in (string[])[Loopback, LoopbackTls])
        {
            var at = line.IndexOf(start, StringComparison.Ordinal);
            if (at < 0) continue;
            var port = new string([.. line[(at + start.Length)..].TakeWhile(char.IsAsciiDigit)]);
            if (port is not ("" or "0")) address.TrySetResult(start + port);
        }
    }
}

/// <summary>A data folder and what belongs to it; verbs of the command line run on it, served or not.</summary>
internal sealed class Installation : IDisposable
{
    public const string Password = "いろはにほへと-ちりぬるを";

    private readonly string[] settings;

    public Installation(params string[] settings) =>
        this.settings = ["--Storage:DataFolder", Folder, "--Identity:AttemptsPerAddress", "10000", "--Identity:AttemptsPerAccount", "10000", .. settings];

    public string Folder { get; } = Directory.CreateTempSubdirectory("crm-end-to-end-").FullName;

    public ProcessStartInfo Start(IEnumerable<string> words) => new("dotnet", [Built.Host, .. words, .. settings])
    {
        WorkingDirectory = Folder,
        UseShellExecute = false,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        // Not the terminal of whoever runs the tests.
        RedirectStandardInput = true,
        Environment = { ["CRM_DEMO_PASSWORD"] = Password, ["LANG"] = "C.UTF-8" },
    };

    /// <summary>Runs a verb to its end; its answer is the last line.</summary>
    public async Task<JsonObject> Run(params string[] words)
    {
        using var process = Process.Start(Start([.. words, "--json"]))!;
        var (said, complained) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        var answer = (await said).Split('\n', StringSplitOptions.RemoveEmptyEntries).LastOrDefault();
        if (process.ExitCode != 0 || answer is null) throw new InvalidOperationException($"{string.Join(' ', words)} ended with {process.ExitCode}.\n{await said}\n{await complained}");
        return JsonNode.Parse(answer)!.AsObject();
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
