using Crm.Sdk;
using Crm.Sdk.Messaging;
using MediatR;

namespace Crm.Plugins.WasteDisposal.Contracts;

/// <summary>
/// May this waste go this way on this day? Looks at waste kind × contract × permit × place and answers with what speaks against it and why.
/// It warns: what is not registered may still exist on paper.
/// </summary>
/// <param name="GeneratorId">The company whose waste it is.</param>
/// <param name="WasteKind">Key of one of the kinds of the law, such as <c>plastics</c>.</param>
/// <param name="On">The day it is handed over; today when null.</param>
/// <remarks>Problems: <c>waste.unknown-kind</c>, <c>forbidden</c>.</remarks>
[Command("waste.check-route")]
[Requires(WasteContract.MayCheckRoutes)]
public sealed record CheckRoute(Guid GeneratorId, string WasteKind, DateOnly? On = null) : IRequest<Result<RouteAnswer>>
{
    /// <summary>Where the waste arises; null when not known.</summary>
    public Guid? SiteId { get; init; }

    /// <summary>Who carries it; null when the generator does.</summary>
    public Guid? TransporterId { get; init; }

    /// <summary>Who treats or disposes of it; null when the generator does.</summary>
    public Guid? DisposerId { get; init; }

    /// <summary>Where it goes; null when not known.</summary>
    public Guid? DestinationId { get; init; }

    /// <summary>Several of <c>special</c>, <c>asbestos</c>, <c>mercury-product</c>, <c>mercury-dust</c>.</summary>
    public IReadOnlyList<string> Flags { get; init; } = [];

    /// <summary>Whether an electronic manifest is used; null when not known.</summary>
    public bool? Electronic { get; init; }
}

/// <summary>What a check of a route found.</summary>
/// <param name="Findings">What speaks against it; empty when nothing does.</param>
/// <param name="Grounds">The contracts and permits it rests on.</param>
public sealed record RouteAnswer(IReadOnlyList<RouteFinding> Findings, IReadOnlyList<RouteGround> Grounds)
{
    /// <summary>Whether nothing speaks against it but hints.</summary>
    public bool Clear => Findings.All(f => f.Weight == RouteWeight.Hint);
}

/// <summary>One thing that speaks against a route.</summary>
/// <param name="Code">Stable: <c>no-transport-contract</c>, <c>permit-lacks-kind</c>, …</param>
/// <param name="Weight">How much it weighs.</param>
/// <param name="Reason">What is wrong.</param>
/// <param name="Cure">What to do about it.</param>
/// <param name="Source">Where the law says so.</param>
public sealed record RouteFinding(string Code, RouteWeight Weight, Label Reason, Label Cure, string Source);

/// <summary>How much a finding weighs.</summary>
public enum RouteWeight
{
    /// <summary>Worth a look; data is missing or the source is not certain.</summary>
    Hint,

    /// <summary>By what is registered the law is not kept.</summary>
    Warning,
}

/// <summary>A contract or permit a route rests on.</summary>
/// <param name="RecordType"><see cref="WasteContract.Contract"/> or <see cref="WasteContract.Permit"/>.</param>
/// <param name="Id">The record.</param>
/// <param name="Title">Its number.</param>
/// <param name="For">What it is the ground for.</param>
public sealed record RouteGround(string RecordType, Guid Id, string Title, Label For);
