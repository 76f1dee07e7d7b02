using Crm.Sdk;
using MediatR;

namespace Crm.Customers.Contracts;

/// <summary>How well duplicates are found among records of which it is known who they are about. Touches no customer.</summary>
/// <param name="Febrl">A file of the Febrl project as text; null for a set of Japanese people and companies made for it.</param>
/// <param name="From">The score from which a pair counts as found, 50 to 100.</param>
/// <param name="Seed">Seed of the Japanese set.</param>
/// <remarks>Problems: <c>customers.not-febrl</c>.</remarks>
public sealed record EvaluateDuplicates(string? Febrl = null, int From = 90, int Seed = 1) : IRequest<Result<DuplicateEvaluation>>;

/// <summary>What was found.</summary>
/// <param name="Records">Records looked at.</param>
/// <param name="TruePairs">Pairs that are one customer.</param>
/// <param name="FoundPairs">Pairs found.</param>
/// <param name="RightPairs">Of them, those that are one customer.</param>
/// <param name="Precision">Right of found, 0 to 1.</param>
/// <param name="Recall">Right of true, 0 to 1.</param>
/// <param name="F">Harmonic mean of both.</param>
public sealed record DuplicateEvaluation(int Records, int TruePairs, int FoundPairs, int RightPairs, double Precision, double Recall, double F);
