using System.Globalization;
using System.Threading.RateLimiting;
using Crm.Platform.Identity;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;

namespace Crm.Host.Identity;

/// <summary>Attempts to sign in from one network address; an IPv6 customer holds a whole /64.</summary>
internal sealed class AddressLimit(IOptions<IdentitySettings> settings) : IRateLimiterPolicy<string>
{
    public const string Name = "sign-in";

    public Func<OnRejectedContext, CancellationToken, ValueTask>? OnRejected { get; } = (context, _) =>
    {
        context.HttpContext.Response.StatusCode = StatusCodes.Status429TooManyRequests;
        if (context.Lease.TryGetMetadata(MetadataName.RetryAfter, out var after))
        {
            context.HttpContext.Response.Headers.RetryAfter = ((int)Math.Ceiling(after.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        }

        return ValueTask.CompletedTask;
    };

    public RateLimitPartition<string> GetPartition(HttpContext httpContext) => RateLimitPartition.GetFixedWindowLimiter(KeyOf(httpContext), _ => new()
    {
        PermitLimit = settings.Value.AttemptsPerAddress, Window = settings.Value.AttemptWindow, QueueLimit = 0,
    });

    /// <summary>What counts as one sender.</summary>
    public static string KeyOf(HttpContext http)
    {
        if (http.Connection.RemoteIpAddress is not { } address) return "–";
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        return address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? Convert.ToHexString(address.GetAddressBytes().AsSpan(0, 8)) : address.ToString();
    }
}
