using System.Globalization;
using System.Net.Mail;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Crm.Platform.Observability;
using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Crm.Sdk.Mail;
using Crm.Sdk.Records;
using Microsoft.Extensions.Options;
using CrmMail = Crm.Sdk.Mail.Mail;

namespace Crm.Platform.Mail;

/// <summary>Opens lines to the SMTP server, or to the folder from which mails can be read while there is no server.</summary>
internal sealed class MailLines(Current current, IOptions<MailOptions> options, Databases databases, CrmMeters meters, TimeProvider clock) : IMailLines
{
    public async Task<IMailLine> Open(CancellationToken cancellation = default)
    {
        var settings = options.Value;
        var desk = new Desk(MailAddresses.Read(settings.From), settings.FromName is { Length: > 0 } name ? name : current.Tenant.Name, clock, meters);
        if (settings.Host is not { Length: > 0 }) return new FolderLine(desk, Directory.CreateDirectory(Path.Combine(databases.DataFolder, "mail")).FullName);
        return await SmtpLine.Open(desk, settings, cancellation);
    }

    /// <summary>Turns mails into what goes over the line, and counts them.</summary>
    internal sealed class Desk(MailAddress from, string fromName, TimeProvider clock, CrmMeters meters)
    {
        public string From => from.Address;

        public (string To, Guid Id, byte[] Text) Write(CrmMail mail)
        {
            var to = MailAddresses.Read(mail.To);
            var address = to.Address.All(char.IsAscii) ? to.Address : $"{to.User}@{new IdnMapping().GetAscii(to.Host)}";
            if (!address.All(c => c is > ' ' and <= '~')) throw new ArgumentException("This is not a mail address.", nameof(mail));
            var id = mail.Id ?? Ids.New();
            return (address, id, MimeText.Of(mail, from, fromName, new MailAddress(address), id, clock.GetUtcNow()));
        }

        public Handover Said(HandoverOutcome outcome, string answer)
        {
            meters.Mailed(outcome == HandoverOutcome.Taken ? "sent" : "failed");
            return new Handover(outcome, new string([.. answer.Where(c => !char.IsControl(c)).Take(200)]));
        }
    }
}

/// <summary>A connection that speaks SMTP (RFC 5321), three commands at a time where the server allows it (RFC 2920).</summary>
internal sealed class SmtpLine : IMailLine
{
    private static readonly byte[] End = ".\r\n"u8.ToArray();

    private readonly MailLines.Desk desk;
    private readonly TimeSpan patience;
    private readonly TcpClient tcp;
    private readonly HashSet<string> offers = new(StringComparer.OrdinalIgnoreCase);
    private Stream stream;
    private StreamReader reader;

    private SmtpLine(MailLines.Desk desk, TimeSpan patience, TcpClient tcp)
    {
        (this.desk, this.patience, this.tcp) = (desk, patience, tcp);
        stream = tcp.GetStream();
        reader = Reader();
    }

    public bool IsOpen { get; private set; } = true;

    public static async Task<SmtpLine> Open(MailLines.Desk desk, MailOptions settings, CancellationToken cancellation)
    {
        var tcp = new TcpClient { NoDelay = true };
        SmtpLine? line = null;
        try
        {
            using var time = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            time.CancelAfter(settings.Timeout);
            await tcp.ConnectAsync(settings.Host!, settings.Port, time.Token);
            line = new SmtpLine(desk, settings.Timeout, tcp);
            await line.Greet(settings, time.Token);
            return line;
        }
        catch (Exception e) when (e is SocketException or IOException or System.Security.Authentication.AuthenticationException || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            if (line is not null) await line.DisposeAsync();
            tcp.Dispose();
            throw new IOException($"The mail server does not answer, or does not let us in: {e.Message}", e);
        }
    }

    public async Task<Handover> Send(CrmMail mail, CancellationToken cancellation = default)
    {
        var (to, _, text) = desk.Write(mail);
        cancellation.ThrowIfCancellationRequested();
        var said = false;
        try
        {
            var refused = await Envelope(to);
            if (refused is not null) return refused;
            await Write(text);
            said = true;
            await Write(End);
            var answer = await Reply();
            return Judge(answer) ?? desk.Said(HandoverOutcome.Taken, answer);
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            IsOpen = false;
            return desk.Said(said ? HandoverOutcome.InDoubt : HandoverOutcome.Later, "The line broke: " + e.Message);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (IsOpen)
        {
            IsOpen = false;
            try
            {
                await Write("QUIT\r\n"u8.ToArray());
            }
            catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
            {
                // Nobody waits for the goodbye.
            }
        }

        reader.Dispose();
        await stream.DisposeAsync();
        tcp.Dispose();
    }

    /// <summary>Says from whom and to whom; null when the server wants the mail.</summary>
    private async Task<Handover?> Envelope(string to)
    {
        string[] commands = [$"MAIL FROM:<{desk.From}>\r\n", $"RCPT TO:<{to}>\r\n", "DATA\r\n"];
        var atOnce = offers.Contains("PIPELINING");
        if (atOnce) await Write(Encoding.ASCII.GetBytes(string.Concat(commands)));
        Handover? refused = null;
        for (var i = 0; i < commands.Length; i++)
        {
            if (!atOnce) await Write(Encoding.ASCII.GetBytes(commands[i]));
            var answer = await Reply();

            // A server that takes the text of a mail for nobody wants its end at least, and sends it to nobody.
            if (refused is not null && i == 2 && answer[0] == '3')
            {
                await Write(End);
                await Reply();
            }

            // Whom we send as, or that we send at all, says nothing of the one it goes to.
            refused ??= Judge(answer) is { } judged ? judged with { Outcome = i == 0 ? HandoverOutcome.Later : judged.Outcome } : null;
            if (refused is not null && !atOnce) break;
        }

        if (refused is null) return null;
        await Write("RSET\r\n"u8.ToArray());
        await Reply();
        return refused;
    }

    private Handover? Judge(string answer)
    {
        if (answer.StartsWith("421", StringComparison.Ordinal)) IsOpen = false;
        return answer[0] switch
        {
            '2' or '3' => null,
            '5' => desk.Said(HandoverOutcome.Refused, answer),
            _ => desk.Said(HandoverOutcome.Later, answer),
        };
    }

    private async Task Greet(MailOptions settings, CancellationToken cancellation)
    {
        await Must("", cancellation);
        await Hello(cancellation);
        if (settings.StartTls)
        {
            await Must("STARTTLS", cancellation);
            var encrypted = new SslStream(stream);
            await encrypted.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = settings.Host }, cancellation);
            stream = encrypted;
            reader.Dispose();
            reader = Reader();
            await Hello(cancellation);
        }

        if (settings.User is not { Length: > 0 } user) return;
        if (offers.Contains("AUTH-PLAIN"))
        {
            await Must("AUTH PLAIN " + Base64($"\0{user}\0{settings.Password}"), cancellation);
        }
        else
        {
            await Must("AUTH LOGIN", cancellation);
            await Must(Base64(user), cancellation);
            await Must(Base64(settings.Password ?? ""), cancellation);
        }
    }

    private async Task Hello(CancellationToken cancellation)
    {
        offers.Clear();
        foreach (var line in (await Must("EHLO " + System.Net.Dns.GetHostName(), cancellation)).Split('\n').Skip(1))
        {
            var words = line[4..].Split([' ', '='], StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 0) continue;
            offers.Add(words[0]);
            if (words[0].Equals("AUTH", StringComparison.OrdinalIgnoreCase)) offers.UnionWith(words.Skip(1).Select(w => "AUTH-" + w));
        }
    }

    private async Task<string> Must(string command, CancellationToken cancellation)
    {
        if (command.Length > 0) await stream.WriteAsync(Encoding.ASCII.GetBytes(command + "\r\n"), cancellation);
        var answer = await Reply();
        return answer[0] is '2' or '3' ? answer : throw new IOException(answer.Split('\n')[0]);
    }

    /// <summary>A whole answer, its lines separated by \n.</summary>
    private async Task<string> Reply()
    {
        using var time = new CancellationTokenSource(patience);
        string? all = null;
        while (true)
        {
            var line = await reader.ReadLineAsync(time.Token) ?? throw new IOException("The server hung up.");
            if (line.Length < 3) throw new IOException("The server does not speak SMTP.");
            all = all is null ? line : $"{all}\n{line}";
            if (line.Length == 3 || line[3] == ' ') return all;
        }
    }

    private async Task Write(byte[] bytes)
    {
        using var time = new CancellationTokenSource(patience);
        await stream.WriteAsync(bytes, time.Token);
        await stream.FlushAsync(time.Token);
    }

    private StreamReader Reader() => new(stream, Encoding.ASCII, detectEncodingFromByteOrderMarks: false, bufferSize: 1024, leaveOpen: true);

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}

/// <summary>A folder in place of a server: the name of the file is the mail's id, so one that is sent again lies there once.</summary>
internal sealed class FolderLine(MailLines.Desk desk, string folder) : IMailLine
{
    public bool IsOpen => true;

    public async Task<Handover> Send(CrmMail mail, CancellationToken cancellation = default)
    {
        var (_, id, text) = desk.Write(mail);
        await File.WriteAllBytesAsync(Path.Combine(folder, id.ToString("N") + ".eml"), text, cancellation);
        return desk.Said(HandoverOutcome.Taken, "250 in the folder");
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
