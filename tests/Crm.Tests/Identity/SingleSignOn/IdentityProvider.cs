// A real OpenID Connect provider as a process beside the tests: npm's oidc-provider, which the build installs. Shared with the tests in a browser.
using System.Diagnostics;
using System.Text.Json;

namespace Crm.Tests.Identity.SingleSignOn;

internal sealed class IdentityProvider : IAsyncDisposable
{
    public const string ClientId = "crm";

    public const string Secret = "himitsu-no-kagi";

    public const string NodeIsMissing = "There is no Node.js on the PATH; the provider these tests sign in at runs on it.";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process process;
    private readonly SemaphoreSlim one = new(1, 1);

    private IdentityProvider(Process process) => this.process = process;

    public string Issuer { get; private set; } = "";

    public static bool IsHere { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Any(folder => File.Exists(Path.Combine(folder, OperatingSystem.IsWindows() ? "node.exe" : "node")));

    /// <param name="root">The source tree.</param>
    /// <param name="port">To come back where it was; 0 takes any.</param>
    public static async Task<IdentityProvider> Start(string root, int port = 0)
    {
        var folder = Path.Combine(root, "eng", "web");
        var process = Process.Start(new ProcessStartInfo("node", [Path.Combine(folder, "identity-provider.mjs"), port.ToString(System.Globalization.CultureInfo.InvariantCulture)])
        {
            WorkingDirectory = folder, UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        var provider = new IdentityProvider(process);
        provider.Issuer = await provider.Hear(line => line.StartsWith("http://", StringComparison.Ordinal));
        return provider;
    }

    /// <summary>Somebody who can sign in there, in place of who had that subject; any password does.</summary>
    public Task Knows(string subject, string email, string name = "山田 太郎", bool verified = true, params string[] groups) =>
        Say(new { account = new { sub = subject, email, email_verified = verified, name, groups } });

    /// <summary>Lets people come back to an address.</summary>
    public Task Allows(string redirect, string? signedOut = null) => Say(new { client = new { redirect, signedOut } });

    /// <summary>Signs with another key from now on; the old one is gone.</summary>
    public Task RotateKeys() => Say(new { rotate = true });

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited) process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
        one.Dispose();
    }

    private async Task Say(object what)
    {
        await one.WaitAsync();
        try
        {
            await process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(what));
            await process.StandardInput.FlushAsync();
            await Hear(line => line == "ok");
        }
        finally
        {
            one.Release();
        }
    }

    private async Task<string> Hear(Func<string, bool> awaited)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (await process.StandardOutput.ReadLineAsync(patience.Token) is { } line)
        {
            if (awaited(line)) return line;
        }

        throw new InvalidOperationException("The identity provider ended.");
    }
}
