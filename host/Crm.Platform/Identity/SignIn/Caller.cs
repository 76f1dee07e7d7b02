namespace Crm.Platform.Identity.SignIn;

/// <summary>How the request of this scope was let in; empty for jobs, events and the command line.</summary>
internal sealed class Caller
{
    public SessionState? Session { get; private set; }

    public TokenState? Token { get; private set; }

    public void Came(SessionState? session, TokenState? token) => (Session, Token) = (session, token);
}
