using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace Crm.Tests.Campaigns;

/// <summary>A mail as it arrived.</summary>
internal sealed record ArrivedMail(string To, string Source)
{
    public string Header(string name)
    {
        var unfolded = Regex.Replace(Source[..Source.IndexOf("\r\n\r\n", StringComparison.Ordinal)], "\r\n[ \t]+", " ", RegexOptions.None, TimeSpan.FromSeconds(1));
        var line = unfolded.Split("\r\n").FirstOrDefault(l => l.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase));
        return line is null ? "" : Words(line[(name.Length + 1)..].Trim());
    }

    public Guid Id => Guid.ParseExact(Header("Message-ID").Trim('<', '>').Split('@')[0], "N");

    public string Text => Part("text/plain");

    public string Html => Part("text/html");

    private string Part(string type)
    {
        var at = Source.IndexOf("Content-Type: " + type, StringComparison.Ordinal);
        if (at < 0) return "";
        var body = Source.IndexOf("\r\n\r\n", at, StringComparison.Ordinal) + 4;
        var end = Source.IndexOf("\r\n--", body, StringComparison.Ordinal);
        return Encoding.UTF8.GetString(Convert.FromBase64String(Source[body..(end < 0 ? Source.Length : end)].Replace("\r\n", "", StringComparison.Ordinal)));
    }

    private static string Words(string value) => Regex.Replace(
        value.Replace("?= =?", "?==?", StringComparison.Ordinal), @"=\?utf-8\?B\?([^?]*)\?=", m => Encoding.UTF8.GetString(Convert.FromBase64String(m.Groups[1].Value)), RegexOptions.IgnoreCase, TimeSpan.FromSeconds(1));
}

/// <summary>A mail server (RFC 5321, with PIPELINING) that takes what it is given and remembers it; it can refuse, or die in the middle of a mail.</summary>
internal sealed class SmtpPostbox : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);

    public SmtpPostbox()
    {
        listener.Start();
        _ = Serve();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    public ConcurrentQueue<ArrivedMail> Mails { get; } = new();

    /// <summary>What it says to a recipient; the usual answer when null.</summary>
    public Func<string, string?> AnswersTo { get; set; } = _ => null;

    /// <summary>Whether it hangs up without an answer after it has taken this mail, by number.</summary>
    public Func<int, bool> DiesAfter { get; set; } = _ => false;

    /// <summary>Called with each mail before it is answered.</summary>
    public Func<ArrivedMail, Task> Before { get; set; } = _ => Task.CompletedTask;

    public void Dispose() => listener.Dispose();

    private async Task Serve()
    {
        try
        {
            while (true) _ = Talk(await listener.AcceptTcpClientAsync());
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task Talk(TcpClient client)
    {
        using var own = client;
        client.NoDelay = true;
        try
        {
            using var reader = new StreamReader(client.GetStream(), Encoding.ASCII);
            await using var writer = new StreamWriter(client.GetStream(), Encoding.ASCII) { NewLine = "\r\n", AutoFlush = true };
            await writer.WriteLineAsync("220 mail.minato.example");
            var (to, refused) = ("", false);
            while (await reader.ReadLineAsync() is { } line)
            {
                if (line.StartsWith("EHLO", StringComparison.Ordinal)) await writer.WriteAsync("250-mail.minato.example\r\n250-PIPELINING\r\n250 8BITMIME\r\n");
                else if (line.StartsWith("RCPT TO:", StringComparison.Ordinal))
                {
                    to = line["RCPT TO:<".Length..^1];
                    var answer = AnswersTo(to);
                    refused = answer is not null;
                    await writer.WriteLineAsync(answer ?? "250 2.1.5 ok");
                }
                else if (line == "DATA")
                {
                    if (refused)
                    {
                        await writer.WriteLineAsync("503 5.5.1 nobody to send it to");
                        continue;
                    }

                    await writer.WriteLineAsync("354 go on");
                    if (await Source(reader) is not { } source) return;
                    var mail = new ArrivedMail(to, source);
                    await Before(mail);
                    Mails.Enqueue(mail);
                    if (DiesAfter(Mails.Count)) return;
                    await writer.WriteLineAsync("250 2.0.0 ok: queued");
                }
                else if (line == "QUIT")
                {
                    await writer.WriteLineAsync("221 bye");
                    return;
                }
                else
                {
                    await writer.WriteLineAsync("250 ok");
                }
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The other side was killed.
        }
    }

    /// <summary>The mail; null when the other side was gone before its end, in which case it was never sent.</summary>
    private static async Task<string?> Source(StreamReader reader)
    {
        var source = new StringBuilder();
        while (await reader.ReadLineAsync() is { } line)
        {
            if (line == ".") return source.ToString();
            source.Append(line.StartsWith('.') ? line[1..] : line).Append("\r\n");
        }

        return null;
    }
}
