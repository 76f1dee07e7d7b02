using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Crm.Platform.Mail;
using Crm.Support.Contracts;
using Crm.Support.Mailing;
using Crm.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;

namespace Crm.Tests.Support;

/// <summary>A reply through a mail server that speaks SMTP, and its answer.</summary>
public sealed class SmtpTests
{
    [Fact]
    public async Task A_reply_arrives_and_its_answer_lands_in_the_same_inquiry()
    {
        using var server = new MailServer();
        await using var crm = await TestHost.StartWith(
            Databases.Sqlite, s => s.Configure<MailOptions>(o => (o.Host, o.Port, o.StartTls, o.From) = ("127.0.0.1", server.Port, false, "desk@minato.example")),
            new Crm.Customers.CustomersModule(), new Crm.Deals.DealsModule(), new Crm.Support.SupportModule());
        await crm.Set(("mailSecret", "s3cret-of-the-hook"), ("replyTo", "desk@minato.example"));
        var inquiry = await crm.Inquiry("数量が足りない");

        await crm.Ask(new Reply(inquiry, "本日発送しました。"));
        await crm.DeliverEvents();

        Assert.Contains("RCPT TO:<misaki@aoba.example>", server.Lines);
        var id = server.Lines.First(l => l.StartsWith("Message-ID:", StringComparison.OrdinalIgnoreCase))["Message-ID:".Length..].Trim();
        Assert.EndsWith("@minato.example>", id, StringComparison.Ordinal);
        var answer = new ReceiveMail("misaki@aoba.example", "desk@minato.example", "Re: ありがとう", "届きました。", Headers: JsonSerializer.SerializeToElement(new Dictionary<string, string> { ["In-Reply-To"] = id }));
        var received = await crm.Ask(answer);

        Assert.Equal((inquiry, false), (received.InquiryId, received.Opened));
    }

    [Fact]
    public async Task A_reply_the_server_refuses_is_said_to_have_failed_and_is_not_tried_again()
    {
        using var server = new Campaigns.SmtpPostbox { AnswersTo = to => to == "misaki@aoba.example" ? "550 5.1.1 no such user" : null };
        await using var crm = await TestHost.StartWith(
            Databases.Sqlite, s => s.Configure<MailOptions>(o => (o.Host, o.Port, o.StartTls, o.From) = ("127.0.0.1", server.Port, false, "desk@minato.example")),
            new Crm.Customers.CustomersModule(), new Crm.Deals.DealsModule(), new Crm.Support.SupportModule());
        var inquiry = await crm.Inquiry("数量が足りない");

        await crm.Ask(new Reply(inquiry, "本日発送しました。"));
        await crm.DeliverEvents();

        Assert.Empty(server.Mails);
        Assert.Equal("failed", Assert.Single((await crm.Ask(new Crm.Support.Desk.GetThread(inquiry))).Entries, e => e.Kind == "reply").Delivery);
        Assert.NotNull(Assert.Single(await crm.Query(db => Microsoft.EntityFrameworkCore.EntityFrameworkQueryableExtensions.ToListAsync(db.Outgoing))).FailedAt);
    }

    /// <summary>As much of an SMTP server as it takes to see what arrives (RFC 5321).</summary>
    private sealed class MailServer : IDisposable
    {
        private readonly TcpListener listener = new(IPAddress.Loopback, 0);

        public MailServer()
        {
            listener.Start();
            _ = Serve();
        }

        public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

        public List<string> Lines { get; } = [];

        public void Dispose() => listener.Dispose();

        private async Task Serve()
        {
            try
            {
                while (true)
                {
                    using var client = await listener.AcceptTcpClientAsync();
                    await Talk(client.GetStream());
                }
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException or IOException)
            {
                // The test is over.
            }
        }

        private async Task Talk(NetworkStream stream)
        {
            using var reader = new StreamReader(stream, Encoding.ASCII);
            await using var writer = new StreamWriter(stream, Encoding.ASCII) { NewLine = "\r\n", AutoFlush = true };
            await writer.WriteLineAsync("220 mail.minato.example");
            var inData = false;
            while (await reader.ReadLineAsync() is { } line)
            {
                Lines.Add(line);
                if (inData && line != ".") continue;
                inData = line == "DATA";
                await writer.WriteLineAsync(line switch { "DATA" => "354 go on", "QUIT" => "221 bye", _ => "250 ok" });
                if (line == "QUIT") return;
            }
        }
    }
}
