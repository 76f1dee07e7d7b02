using System.ComponentModel;
using System.Diagnostics;
using Crm.Sdk;

namespace Crm.Host.CommandLine.Authoring;

/// <summary>Runs the .NET SDK and hands back what it complains of.</summary>
internal static class Dotnet
{
    private const int MostLines = 20;

    public static async Task<Result> Run(IReadOnlyList<string> words, string folder, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo("dotnet", words) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };

        // A build within a build (tests) would otherwise take the outer one's SDK and settings for its own.
        foreach (var inherited in start.Environment.Keys.Where(k => k.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToList()) start.Environment.Remove(inherited);
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        start.Environment["DOTNET_NOLOGO"] = "1";
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        try
        {
            using var process = Process.Start(start)!;
            var output = process.StandardOutput.ReadToEndAsync(cancellation);
            var errors = process.StandardError.ReadToEndAsync(cancellation);
            try
            {
                await process.WaitForExitAsync(cancellation);
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                throw;
            }

            return process.ExitCode == 0 ? Result.Done : Complaint(await output + await errors);
        }
        catch (Win32Exception)
        {
            return new Problem(
                "no-dotnet", (".NET SDK（dotnet コマンド）が見つかりません。", "The .NET SDK (the command dotnet) is missing."), (".NET 10 SDK をインストールしてください。", "Install the .NET 10 SDK."));
        }
    }

    private static Problem Complaint(string output)
    {
        var lines = output.Split('\n').Select(l => l.Trim()).Where(l => l.Length > 0).ToList();
        var errors = lines.Where(l => l.Contains("error ", StringComparison.Ordinal)).Distinct().ToList();
        var told = string.Join('\n', (errors.Count > 0 ? errors : lines).TakeLast(MostLines));
        return new Problem("build-failed", Label.Same(told));
    }
}
