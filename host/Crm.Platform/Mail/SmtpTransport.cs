using System.Net;
using System.Net.Mail;
using Crm.Platform.Storage;
using Crm.Sdk.Mail;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Crm.Platform.Mail;

/// <summary>Sends by SMTP, or into a folder from which mails can be read while there is no server.</summary>
internal sealed class SmtpTransport(IOptions<MailOptions> options, Databases databases) : IMailTransport
{
    public async Task<Handover> Send(MailMessage mail, CancellationToken cancellation)
    {
        var settings = options.Value;
        using var client = new SmtpClient();
        if (settings.Host is { Length: > 0 } host)
        {
            (client.Host, client.Port, client.EnableSsl) = (host, settings.Port, settings.StartTls);
            if (settings.User is { Length: > 0 } user) client.Credentials = new NetworkCredential(user, settings.Password);
        }
        else
        {
            client.DeliveryMethod = SmtpDeliveryMethod.SpecifiedPickupDirectory;
            client.PickupDirectoryLocation = Directory.CreateDirectory(Path.Combine(databases.DataFolder, "mail")).FullName;
        }

        using var time = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        time.CancelAfter(settings.Timeout);
        try
        {
            await client.SendMailAsync(mail, time.Token);
            return new Handover(HandoverOutcome.Taken, "250");
        }
        catch (SmtpException e) when (IsForGood(e))
        {
            return new Handover(HandoverOutcome.Refused, new string([.. $"{(int)e.StatusCode} {e.Message}".Where(c => !char.IsControl(c)).Take(200)]));
        }
        catch (SmtpException e)
        {
            throw new IOException($"The mail server did not take the mail ({e.StatusCode}).", e);
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new IOException("The mail server did not answer in time.", e);
        }
    }

    /// <summary>Whether it is this mail that the server does not want: its recipient (5xx to RCPT), its size or its text. Whom we send as is our fault and may be mended.</summary>
    private static bool IsForGood(SmtpException refused) =>
        (refused is SmtpFailedRecipientException && (int)refused.StatusCode is >= 500 and < 600) || refused.StatusCode is SmtpStatusCode.ExceededStorageAllocation or SmtpStatusCode.TransactionFailed;
}

/// <summary>Registers mail.</summary>
internal static class MailServices
{
    public static IServiceCollection AddCrmMail(this IServiceCollection services)
    {
        services.AddOptions<MailOptions>().BindConfiguration("Mail")
            .Validate(o => MailAddress.TryCreate(o.From, out _), "Mail:From must be a mail address.").ValidateOnStart();
        services.AddSingleton<IMailTransport, SmtpTransport>();
        services.AddScoped<IMailLines, MailLines>();
        return services.AddScoped<IMail, MailSender>();
    }
}
