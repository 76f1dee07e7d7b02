namespace Crm.Sdk.Web;

/// <summary>
/// Calls addresses of other systems that somebody typed: a provider's, an agent's. It follows no redirect, keeps no cookies and connects to no
/// address of the network within, whatever a name leads to at that moment, unless the installation allows that (<c>Webhooks:AllowInside</c>):
/// a setting must not become a way to look around behind the firewall.
/// </summary>
public interface IOutbound
{
    /// <summary>Makes one call, 15 seconds long at most unless the installation says otherwise. The caller disposes the answer.</summary>
    /// <exception cref="HttpRequestException">Nobody could be asked; <see cref="HttpRequestError.ConnectionError"/> when nothing was sent yet.</exception>
    /// <exception cref="OperationCanceledException">No answer came in time.</exception>
    Task<HttpResponseMessage> Send(HttpRequestMessage request, CancellationToken cancellation = default);
}
