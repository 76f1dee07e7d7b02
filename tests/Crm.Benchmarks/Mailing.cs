using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Crm.Sdk.Mail;

namespace Crm.Benchmarks;

/// <summary>
/// W11, the platform's part of a campaign: personal mails handed to an SMTP server on this machine. Beside it the same texts on SMTP
/// connections that stay open, by nothing but a socket.
/// </summary>
internal sealed class Mailing(Arguments arguments, Report report)
{
    private const int Senders = 16;
    private const int AtMost = 100_000;

    public async Task Run()
    {
        var mails = Math.Min(AtMost, arguments.Rows);
        using var server = new Letterbox();
        await using var bench = (await Workbench.Open(
            "Sqlite", keep: false, ("Mail:Host", "127.0.0.1"), ("Mail:Port", server.Port.ToString(CultureInfo.InvariantCulture)), ("Mail:StartTls", "false"), ("Mail:From", "crm@example.jp")))!;
        var took = await Spread(mails, async numbers =>
        {
            await using var scope = await bench.Scope();
            var mail = scope.Get<IMail>();
            foreach (var i in numbers) await mail.Send(new Mail(Address(i), Subject(i), Text(i)) { Html = Html(i) });
        });
        var bare = await Spread(mails, numbers => Bare(server.Port, numbers));
        report.Add(new Figure("W11", "", $"{mails:N0} personal mails handed over, {Senders} senders", 0, 0, mails / took, mails / bare)
        {
            Note = server.Received == 2 * mails ? $"{Environment.WorkingSet / 1_048_576} MiB" : $"only {server.Received:N0} of {2 * mails:N0} arrived",
        });
    }

    private static async Task<double> Spread(int mails, Func<IEnumerable<int>, Task> send)
    {
        var began = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Senders).Select(sender => Task.Run(() => send(Enumerable.Range(0, mails).Where(i => i % Senders == sender)))));
        return Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    private static async Task Bare(int port, IEnumerable<int> numbers)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port);
        await using var stream = client.GetStream();
        using var reader = new StreamReader(stream, Encoding.ASCII);
        await using var writer = new StreamWriter(stream, new UTF8Encoding(false)) { NewLine = "\r\n" };
        await reader.ReadLineAsync();
        await Say("HELO bench");
        foreach (var i in numbers)
        {
            await Say("MAIL FROM:<crm@example.jp>");
            await Say($"RCPT TO:<{Address(i)}>");
            await Say("DATA");
            await Say($"Subject: =?utf-8?B?{Convert.ToBase64String(Encoding.UTF8.GetBytes(Subject(i)))}?=\r\n\r\n{Convert.ToBase64String(Encoding.UTF8.GetBytes(Text(i) + Html(i)))}\r\n.");
        }

        await Say("QUIT");

        async Task Say(string line)
        {
            await writer.WriteLineAsync(line);
            await writer.FlushAsync();
            await reader.ReadLineAsync();
        }
    }

    private static string Address(int number) => $"guest{number}@example.jp";

    private static string Subject(int number) => $"【冬のご案内】{Name(number)} 様へ";

    private static string Text(int number) => $"{Name(number)} 様\n\nいつもご利用ありがとうございます。次回のご来店でお使いいただける優待券をお送りします。\n券番号: {number:00000000}\n";

    private static string Html(int number) => $"<p>{Name(number)} 様</p><p>いつもご利用ありがとうございます。次回のご来店でお使いいただける優待券をお送りします。</p><p>券番号: <b>{number:00000000}</b></p>";

    private static string Name(int number)
    {
        var guest = Guests.Row(number);
        return $"{guest["lastName"]} {guest["firstName"]}";
    }

    /// <summary>As much of an SMTP server as takes every mail (RFC 5321) and keeps none.</summary>
    private sealed class Letterbox : IDisposable
    {
        private readonly TcpListener listener = new(IPAddress.Loopback, 0);
        private long received;

        public Letterbox()
        {
            listener.Start(1_000);
            _ = Serve();
        }

        public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

        public long Received => Interlocked.Read(ref received);

        public void Dispose() => listener.Dispose();

        private async Task Serve()
        {
            while (true)
            {
                try
                {
                    var client = await listener.AcceptTcpClientAsync();
                    _ = Task.Run(() => Talk(client));
                }
                catch (Exception e) when (e is SocketException or ObjectDisposedException)
                {
                    return;
                }
            }
        }

        private async Task Talk(TcpClient client)
        {
            using var connection = client;
            await using var stream = client.GetStream();
            using var reader = new StreamReader(stream, Encoding.ASCII);
            await using var writer = new StreamWriter(stream, Encoding.ASCII) { NewLine = "\r\n", AutoFlush = true };
            await writer.WriteLineAsync("220 mail.example.jp");
            var inData = false;
            while (await reader.ReadLineAsync() is { } line)
            {
                if (inData && line != ".") continue;
                if (inData) Interlocked.Increment(ref received);
                inData = line == "DATA";
                await writer.WriteLineAsync(line switch { "DATA" => "354 go on", "QUIT" => "221 bye", _ => "250 ok" });
                if (line == "QUIT") return;
            }
        }
    }
}
