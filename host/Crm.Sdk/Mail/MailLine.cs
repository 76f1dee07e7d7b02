// Many mails one after another, and what the mail server said to each.
namespace Crm.Sdk.Mail;

/// <summary>Opens connections to the mail server that stay open over many mails. A mail in a thousand pieces of work wants <see cref="IMail"/> instead.</summary>
public interface IMailLines
{
    /// <summary>Connects, encrypts and signs in by the tenant's settings. One line sends one mail at a time; open several to send at the same time.</summary>
    /// <exception cref="IOException">The server is not there or does not let us in.</exception>
    Task<IMailLine> Open(CancellationToken cancellation = default);
}

/// <summary>A connection to the mail server.</summary>
public interface IMailLine : IAsyncDisposable
{
    /// <summary>Whether it can still be used; after a break it cannot.</summary>
    bool IsOpen { get; }

    /// <summary>
    /// Hands a mail over and answers with what became of it. It does not throw for what the server or the line does; once the mail's text is
    /// under way, cancelling waits for the answer.
    /// </summary>
    /// <exception cref="ArgumentException">The address is none, or the mail would write headers that are not its author's.</exception>
    Task<Handover> Send(Mail mail, CancellationToken cancellation = default);
}

/// <summary>What became of a mail at the server.</summary>
/// <param name="Outcome">In general.</param>
/// <param name="Answer">What the server said, one line; or why there is no answer.</param>
public sealed record Handover(HandoverOutcome Outcome, string Answer);

/// <summary>What becomes of mails.</summary>
public enum HandoverOutcome
{
    /// <summary>The server took it and answers for it now (2xx).</summary>
    Taken,

    /// <summary>The server does not want it, and will not (5xx).</summary>
    Refused,

    /// <summary>Not now: the server says so (4xx), or the line broke before the end of the mail was said. It was not sent.</summary>
    Later,

    /// <summary>The line broke after the end of the mail was said and before the answer came: it may have been sent or not.</summary>
    InDoubt,
}
