using System.Net;
using System.Net.Mail;
using System.Net.Sockets;
using System.Text;
using Crm.Platform.Mail;
using Crm.Platform.Pipeline;
using Crm.Platform.Tenancy;
using Crm.Sdk.Mail;
using Crm.Sdk.Users;
using Crm.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using CrmMail = Crm.Sdk.Mail.Mail;

namespace Crm.Tests.Mail;

/// <summary>Mail leaves as its author wrote it, and an author cannot write headers.</summary>
public sealed class MailTests
{
    private static readonly CrmMail Thanks = new("山田 花子 <hanako@example.jp>", "ご来店ありがとうございます", "花子様\n\nまたのお越しをお待ちしております。")
    {
        Html = "<p>花子様</p>",
        Headers = new Dictionary<string, string> { ["In-Reply-To"] = "<first@example.jp>", ["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click" },
    };

    [Fact]
    public async Task Without_a_server_a_mail_lies_in_the_folder()
    {
        await using var host = await TestHost.Start(Databases.Sqlite);
        await Send(host.Services, host.Tenant, Thanks);
        var text = await File.ReadAllTextAsync(Directory.GetFiles(Path.Combine(host.Services.GetRequiredService<Crm.Platform.Storage.Databases>().DataFolder, "mail"), "*.eml").Single());
        Assert.Contains("In-Reply-To: <first@example.jp>", text, StringComparison.Ordinal);
        Assert.Contains("Message-ID: <", text, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("List-Unsubscribe-Post: List-Unsubscribe=One-Click", text, StringComparison.Ordinal);
        Assert.Contains("text/plain; charset=utf-8", text, StringComparison.Ordinal);
        Assert.Contains(Convert.ToBase64String(Encoding.UTF8.GetBytes("<p>花子様</p>")), text.Replace("\r\n", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("=?utf-8?B?", text, StringComparison.Ordinal);
        Assert.DoesNotContain("花子", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_a_server_a_mail_goes_there()
    {
        using var server = new SmtpServer();
        await using var host = await TestHost.Start(Databases.Sqlite);
        await using var node = host.Node(n => n.Configure<MailOptions>(o => (o.Host, o.Port, o.StartTls, o.From) = ("127.0.0.1", server.Port, false, "crm@example.jp")));
        await Send(node, host.Tenant, Thanks);
        Assert.Equal("MAIL FROM:<crm@example.jp>", server.Lines.Single(l => l.StartsWith("MAIL FROM", StringComparison.Ordinal)).Split(" BODY")[0]);
        Assert.Equal("RCPT TO:<hanako@example.jp>", server.Lines.Single(l => l.StartsWith("RCPT TO", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_mail_that_is_refused_is_said_to_be_and_a_server_that_is_not_there_is_an_input_output_error()
    {
        using var server = new SmtpServer { Refuses = true };
        await using var host = await TestHost.Start(Databases.Sqlite);
        await using var refusing = host.Node(n => n.Configure<MailOptions>(o => (o.Host, o.Port, o.StartTls) = ("127.0.0.1", server.Port, false)));
        var refused = await Send(refusing, host.Tenant, Thanks);
        Assert.Equal(HandoverOutcome.Refused, refused.Outcome);
        Assert.StartsWith("550", refused.Answer, StringComparison.Ordinal);
        await using var encrypted = host.Node(n => n.Configure<MailOptions>(o => (o.Host, o.Port, o.StartTls) = ("127.0.0.1", server.Port, true)));
        await Assert.ThrowsAsync<IOException>(() => Send(encrypted, host.Tenant, Thanks));
        await using var nobody = host.Node(n => n.Configure<MailOptions>(o => (o.Host, o.Port, o.StartTls) = ("127.0.0.1", 1, false)));
        await Assert.ThrowsAsync<IOException>(() => Send(nobody, host.Tenant, Thanks));
    }

    public static TheoryData<CrmMail> Forged() =>
    [
        Thanks with { Subject = "件名\r\nBcc: everyone@example.jp" },
        Thanks with { Subject = "件名\nBcc: everyone@example.jp" },
        Thanks with { To = "a@example.jp\r\nBcc: everyone@example.jp" },
        Thanks with { To = "a@example.jp, b@example.jp" },
        Thanks with { To = "なまえだけ" },
        Thanks with { Headers = new Dictionary<string, string> { ["Bcc"] = "everyone@example.jp" } },
        Thanks with { Headers = new Dictionary<string, string> { ["X-A\r\nBcc"] = "everyone@example.jp" } },
        Thanks with { Headers = new Dictionary<string, string> { ["X-A"] = "1\r\nBcc: everyone@example.jp" } },
        Thanks with { Headers = new Dictionary<string, string> { ["Reply-To"] = "a@example.jp\nBcc: b@example.jp" } },
    ];

    [Theory, MemberData(nameof(Forged), DisableDiscoveryEnumeration = true)]
    public async Task An_author_cannot_write_headers(CrmMail forged)
    {
        await using var host = await TestHost.Start(Databases.Sqlite);
        await Assert.ThrowsAsync<ArgumentException>(() => Send(host.Services, host.Tenant, forged));
        Assert.False(Directory.Exists(Path.Combine(host.Services.GetRequiredService<Crm.Platform.Storage.Databases>().DataFolder, "mail")));
    }

    [Theory]
    [InlineData("hana..ko@docomo.ne.jp", "\"hana..ko\"@docomo.ne.jp")]
    [InlineData("hanako.@ezweb.ne.jp", "\"hanako.\"@ezweb.ne.jp")]
    [InlineData("hanako@example.jp", "hanako@example.jp")]
    public void Addresses_that_carriers_gave_out_against_the_standard_are_quoted(string given, string sent) =>
        Assert.Equal(sent, MailAddresses.Read(given).Address);

    private static async Task<Handover> Send(IServiceProvider services, TenantInfo tenant, CrmMail mail)
    {
        await using var scope = await services.GetRequiredService<WorkScopes>().Open(tenant, Actor.System(ChangeSource.Job), CancellationToken.None);
        return await scope.Get<IMail>().Send(mail);
    }

    /// <summary>As much of an SMTP server as it takes to see what arrives (RFC 5321).</summary>
    private sealed class SmtpServer : IDisposable
    {
        private readonly TcpListener listener = new(IPAddress.Loopback, 0);

        public SmtpServer()
        {
            listener.Start();
            _ = Serve();
        }

        public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

        public bool Refuses { get; init; }

        public List<string> Lines { get; } = [];

        public void Dispose() => listener.Dispose();

        private async Task Serve()
        {
            while (true)
            {
                TcpClient client;
                try
                {
                    client = await listener.AcceptTcpClientAsync();
                }
                catch (Exception e) when (e is SocketException or ObjectDisposedException)
                {
                    return;
                }

                using (client) await Talk(client.GetStream());
            }
        }

        private async Task Talk(NetworkStream stream)
        {
            using var reader = new StreamReader(stream, Encoding.ASCII);
            await using var writer = new StreamWriter(stream, Encoding.ASCII) { NewLine = "\r\n", AutoFlush = true };
            await writer.WriteLineAsync("220 mail.example.jp");
            var inData = false;
            while (await reader.ReadLineAsync() is { } line)
            {
                Lines.Add(line);
                if (inData && line != ".") continue;
                var answer = line switch
                {
                    _ when line.StartsWith("RCPT", StringComparison.Ordinal) && Refuses => "550 no such mailbox",
                    "DATA" => "354 go on",
                    "QUIT" => "221 bye",
                    _ => "250 ok",
                };
                inData = line == "DATA";
                await writer.WriteLineAsync(answer);
                if (line == "QUIT") return;
            }
        }
    }
}
