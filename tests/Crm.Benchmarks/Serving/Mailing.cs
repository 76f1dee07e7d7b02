using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Crm.Campaigns.Contracts;
using Crm.Customers.Contracts;
using Crm.Platform.Settings;
using Crm.Sdk.Records;

namespace Crm.Benchmarks.Serving;

/// <summary>
/// W11, a campaign from its approval to its end: personal mails handed to an SMTP server on this machine, each person asked about anew and
/// each mail written down before and after. Beside it the same texts on as many SMTP connections that stay open, by nothing but a socket.
/// </summary>
internal sealed class Mailing(Site site, Arguments arguments, Report report)
{
    private const int Lines = 4;
    private const int AtMost = 100_000;
    private const string Campaign = CampaignsContract.Campaign;

    public static readonly string[] Workloads = ["W11"];

    public async Task Run()
    {
        var mails = Math.Min(AtMost, arguments.Rows);
        using var server = new Letterbox();
        var campaign = await Written(mails);
        await site.Settle();
        var (_, token) = await site.NewUser();
        await using var host = await site.Serve("--Mail:Host", "127.0.0.1", "--Mail:Port", server.Port.ToString(CultureInfo.InvariantCulture), "--Mail:StartTls", "false", "--Mail:From", "crm@example.jp");
        using var program = Visitor.With(host.Address, token);

        var began = Stopwatch.GetTimestamp();
        await program.Post("/api/v1/commands/campaigns.prepare", new { id = campaign });
        await Until(CampaignsContract.Status.Prepared);
        var drawnUp = Stopwatch.GetElapsedTime(began);

        began = Stopwatch.GetTimestamp();
        var worked = host.Worked;
        await program.Post("/api/v1/commands/campaigns.approve", new { id = campaign });
        await Until(CampaignsContract.Status.Done);
        var sent = Stopwatch.GetElapsedTime(began);
        worked = host.Worked - worked;
        var arrived = server.Received;
        var memory = host.Memory;

        began = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Lines).Select(line => Task.Run(() => Bare(server.Port, Enumerable.Range(0, mails).Where(i => i % Lines == line)))));
        var bare = Stopwatch.GetElapsedTime(began);
        report.Add(new Figure("W11", site.Database, $"a campaign of {mails:N0} personal mails, {Lines} lines", 0, 0, mails / sent.TotalSeconds, mails / bare.TotalSeconds)
        {
            Note = $"audience drawn up at {mails / drawnUp.TotalSeconds:N0}/s; {worked.TotalMilliseconds / mails:0.00} ms of the processor a mail; host {memory:0} MiB{(arrived == mails ? "" : $"; only {arrived:N0} arrived")}",
        });
    }

    /// <summary>People who agreed to mails, and a campaign to all of them.</summary>
    private async Task<Guid> Written(int mails)
    {
        await site.Ask(new ChangeSettings(CampaignsContract.Module, new Dictionary<string, object?> { ["senderName"] = "株式会社みなと商事", ["senderAddress"] = "神奈川県横浜市中区相生町3-60", ["senderContact"] = "045-555-0110", ["siteUrl"] = "https://crm.example.jp", ["capMails"] = 0, ["lines"] = Lines }));
        var purpose = (await site.Ask(new ListRecords(CustomersContract.Purpose) { Filter = Filter.Eq("code", "newsletter"), Fields = [], Limit = 1 })).Rows[0].Id;
        var people = await site.Save(CustomersContract.Person, mails, i => new() { ["lastName"] = Guests.Row(i)["lastName"], ["firstName"] = Guests.Row(i)["firstName"], ["email"] = Address(i) });
        await site.Save(CustomersContract.Consent, mails, i => new() { ["personId"] = people[i], ["purposeId"] = purpose, ["channel"] = "email", ["basis"] = "consent", ["at"] = new DateTimeOffset(2026, 1, 5, 0, 0, 0, TimeSpan.Zero), ["how"] = "Webフォーム" });
        var segment = await One(CustomersContract.Segment, new() { ["name"] = "全員", ["customerType"] = CustomersContract.Person });
        var template = await One(CampaignsContract.Template, new()
        {
            ["name"] = "冬のご案内", ["subject"] = "【冬のご案内】{{customer.lastName}} {{customer.firstName}} 様へ",
            ["body"] = "{{salutation}}\n\nいつもご利用ありがとうございます。次回のご来店でお使いいただける優待券をお送りします。\n\n登録アドレス: **{{customer.email}}**\n\n[くわしく](https://www.example.jp/winter)",
        });
        return await One(Campaign, new() { ["name"] = "冬のご案内", ["channel"] = "email", ["purposeId"] = purpose, ["segmentId"] = segment, ["templateId"] = template });
    }

    private async Task<Guid> One(string type, Dictionary<string, object?> values) => (await site.Save(type, 1, _ => values))[0];

    private async Task Until(string status)
    {
        while ((await site.Ask(new ListRecords(Campaign) { Fields = ["status"], Limit = 1 })).Read().Single().Text("status") != status) await Task.Delay(100);
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
