using Crm.Sdk.Web;
using MediatR;

namespace Crm.Sdk.Modules;

/// <summary>Adds feeds: texts that programs outside fetch by a secret address, such as a calendar.</summary>
public sealed class FeedsBuilder
{
    private readonly ModuleDescription description;

    internal FeedsBuilder(ModuleDescription description) => this.description = description;

    /// <summary>
    /// Adds a feed at <c>/feed/{module}/{key}/{token}</c>. The query is sent with what the token's owner may read at that moment, and with
    /// nothing more; <see cref="MakeFeedLink"/> makes the address.
    /// </summary>
    /// <param name="key">Lower case with dashes.</param>
    /// <param name="ja">Name in Japanese; stands in the owner's list of tokens.</param>
    /// <param name="en">Name in English.</param>
    public void Add<TQuery>(string key, string ja, string en) where TQuery : class, IRequest<Result<Feed>>, new() =>
        description.Add(description.Feeds, new(description.Key, key, new(ja, en), static () => new TQuery()));
}
