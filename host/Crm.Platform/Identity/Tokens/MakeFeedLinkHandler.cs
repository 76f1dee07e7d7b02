using Crm.Platform.Identity.Rights;
using Crm.Platform.Identity.SignIn;
using Crm.Platform.Identity.Storage;
using Crm.Platform.Identity.Users;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Web;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Platform.Identity.Tokens;

/// <summary>A feed's token: opens one feed, with what its owner may read, and ends when the next is made.</summary>
internal sealed class MakeFeedLinkHandler(ControlSession control, PersonalTokens tokens, Staff staff, Current current, Caller caller, TimeProvider clock)
    : IRequestHandler<MakeFeedLink, Result<string>>
{
    public async Task<Result<string>> Handle(MakeFeedLink make, CancellationToken cancellationToken)
    {
        if (!current.HasTenant || current.Catalog.Feeds.FirstOrDefault(f => f.FullKey == make.FeedKey) is not { } feed) return NoSuchFeed;
        if (ATokenMakesNoTokens.Refuses(caller) is { } refused) return refused;
        if (current.Actor.Id is not { } owner || (await staff.Of(current.Tenant, cancellationToken)).Find(owner) is not { Active: true }) return UserProblems.NotFound;

        var db = await control.Db();
        var (token, prefix) = PersonalTokens.New();
        await db.Tokens.Where(t => t.UserId == owner && t.TenantId == current.Tenant.Id && t.Scope == TokenScope.Feed && t.Name == feed.FullKey).ExecuteDeleteAsync(cancellationToken);
        db.Tokens.Add(new TokenRow
        {
            UserId = owner, TenantId = current.Tenant.Id, Name = feed.FullKey, Prefix = prefix, Hash = Secrets.Hash(token), Scope = TokenScope.Feed,
            CreatedAt = clock.GetUtcNow(),
        });
        await db.SaveChangesAsync(cancellationToken);
        tokens.ForgetAll();
        return $"/feed/{feed.Module}/{feed.Key}/{token}";
    }

    private static Problem NoSuchFeed => new(
        "no-such-feed", ("このフィードはありません。", "There is no such feed."), ("モジュールが無効になっている可能性があります。", "Its module may be switched off."), "feedKey", ProblemKind.NotFound);
}
