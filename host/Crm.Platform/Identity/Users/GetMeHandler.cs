using Crm.Platform.Identity.Rights;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Users;
using MediatR;

namespace Crm.Platform.Identity.Users;

internal sealed class GetMeHandler(Staff staff, Current current) : IRequestHandler<GetMe, Result<Me>>
{
    public async Task<Result<Me>> Handle(GetMe request, CancellationToken cancellationToken) =>
        current.Actor.Id is { } id && (await staff.Of(current.Tenant, cancellationToken)).Find(id) is { } member
            ? new Me(member.Id, member.Name, member.Email)
            : new Problem("not-found", ("利用者として実行されていません。", "No user asks here."), Kind: ProblemKind.NotFound);
}
