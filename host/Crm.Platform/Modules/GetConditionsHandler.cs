using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Modules;
using MediatR;

namespace Crm.Platform.Modules;

/// <summary>Conditions of segments, of whatever is on.</summary>
internal sealed class GetConditionsHandler(Current current) : IRequestHandler<GetConditions, Result<IReadOnlyList<SegmentCondition>>>
{
    public Task<Result<IReadOnlyList<SegmentCondition>>> Handle(GetConditions query, CancellationToken cancellationToken) =>
        Task.FromResult<Result<IReadOnlyList<SegmentCondition>>>(current.Catalog.Modules.SelectMany(m => m.Conditions).ToArray());
}
