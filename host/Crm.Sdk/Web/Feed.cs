using Crm.Sdk.Messaging;
using MediatR;

namespace Crm.Sdk.Web;

/// <summary>What a feed answers.</summary>
/// <param name="ContentType">Such as <c>text/calendar</c>; sent as UTF-8.</param>
/// <param name="FileName">What a browser saves it as.</param>
/// <param name="Text">The content.</param>
public sealed record Feed(string ContentType, string FileName, string Text);

/// <summary>A feed's query that writes whole addresses of records: it is told how its reader reached this installation.</summary>
public interface IFeedWithAddresses
{
    /// <summary>Scheme and host, <c>https://crm.example.jp</c>, without a slash at the end; null when nobody asked by an address.</summary>
    string? Site { get; set; }
}

/// <summary>
/// Makes the secret address of a feed for whoever asks; the answer, a path of this installation, is the only time it can be read.
/// An address made before for the same feed ends. It can also be ended in the list of tokens on the user's own page.
/// </summary>
/// <param name="FeedKey">The module's key, a dot, the feed's: <c>deals.calendar</c>.</param>
/// <remarks>Problems: <c>no-such-feed</c>, <c>session-needed</c> when a token asks.</remarks>
[Command("me.make-feed-link")]
public sealed record MakeFeedLink(string FeedKey) : IRequest<Result<string>>;
