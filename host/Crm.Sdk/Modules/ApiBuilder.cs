using MediatR;

namespace Crm.Sdk.Modules;

/// <summary>Adds addresses that programs call: each sends one request.</summary>
public sealed class ApiBuilder
{
    private readonly ModuleDescription description;

    internal ApiBuilder(ModuleDescription description) => this.description = description;

    /// <summary>
    /// Adds <c>GET /api/v1/x/{module}/{key}</c>. The members of the request come from what stands after the question mark; one that the
    /// request does not have is refused. It answers with JSON, or with a file when the request answers with a <see cref="Files.Download"/>;
    /// people who are signed in get that file at <see cref="Web.Routes.Download"/> too. A query changes nothing.
    /// </summary>
    /// <param name="key">Lower case with dashes.</param>
    /// <param name="ja">What it is for, in Japanese.</param>
    /// <param name="en">What it is for, in English.</param>
    public EndpointBuilder Get<TRequest>(string key, string ja, string en) where TRequest : class, IBaseRequest => Add(key, "GET", ja, en, typeof(TRequest));

    /// <summary>Adds <c>POST /api/v1/x/{module}/{key}</c>. The request is the JSON body; at its public address a form may send it too.</summary>
    /// <param name="key">Lower case with dashes.</param>
    /// <param name="ja">What it is for, in Japanese.</param>
    /// <param name="en">What it is for, in English.</param>
    public EndpointBuilder Post<TRequest>(string key, string ja, string en) where TRequest : class, IBaseRequest => Add(key, "POST", ja, en, typeof(TRequest));

    private EndpointBuilder Add(string key, string method, string ja, string en, Type request) =>
        new(new(description, description.Endpoints, new(description.Key, key, method, new(ja, en), request)));
}

/// <summary>Says more of an address.</summary>
public sealed class EndpointBuilder
{
    private readonly Described<EndpointDescription> endpoint;

    internal EndpointBuilder(Described<EndpointDescription> endpoint) => this.endpoint = endpoint;

    /// <summary>
    /// Answers strangers, at <see cref="Web.Routes.Public"/> and only there: hooks of other systems, forms of a web site, feeds. The
    /// request is handled with the rights of the system, as a job is: it decides by what it was sent whom it answers. Calls that change
    /// something are limited to 30 a minute from one address.
    /// </summary>
    public EndpointBuilder Public()
    {
        endpoint.Change(e => e with { Public = true });
        return this;
    }

    /// <summary>
    /// How many calls that change something strangers may make from one address in a minute; 30 unless said otherwise. More is for hooks of a
    /// provider that speaks for many: each such call must prove by a secret or a seal that it may.
    /// </summary>
    public EndpointBuilder PerMinute(int calls)
    {
        endpoint.Change(e => e with { PerMinute = Math.Max(1, calls) });
        return this;
    }

    /// <summary>
    /// Takes only calls whose address carries a secret of the settings behind the question mark: <c>?key=…</c>. The host compares it, in the same
    /// time whatever was sent, before it reads the body; while the secret is empty nothing is taken.
    /// </summary>
    /// <typeparam name="TSettings">The settings of the module.</typeparam>
    /// <param name="secret">Which setting it is; describe it with <see cref="Records.FieldsBuilder{T}.Secret"/>.</param>
    public EndpointBuilder KeyedBy<TSettings>(Func<TSettings, string?> secret) where TSettings : class, new()
    {
        endpoint.Change(e => e with { Secret = settings => secret(settings.Of<TSettings>()) });
        return this;
    }

    /// <summary>How long a JSON body may be; a million bytes unless said otherwise, 64 million at most.</summary>
    public EndpointBuilder UpTo(int bytes)
    {
        endpoint.Change(e => e with { Longest = Math.Clamp(bytes, 1, 64_000_000) });
        return this;
    }
}

/// <summary>
/// A request at a public address that carries a key of its own behind the question mark: <c>?key=…</c>, such as a link in a mail to one person.
/// One secret for all calls is <see cref="EndpointBuilder.KeyedBy{TSettings}"/>.
/// </summary>
public interface IKeyedAddress
{
    /// <summary>What stood behind <c>?key=</c>; null when nothing did. The handler compares it.</summary>
    string? AddressKey { get; set; }
}

/// <summary>A request at a public address that counts what comes from one sender: a form that strangers fill in.</summary>
public interface ISentFrom
{
    /// <summary>
    /// The network address it came from (of IPv6 the customer's part), set by the host whatever was sent. Personal data: keep a keyed hash of it,
    /// and not for long.
    /// </summary>
    string? SentFrom { get; set; }
}
