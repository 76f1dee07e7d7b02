using Crm.Sdk;

namespace Crm.Host;

/// <summary>The HTTP status of an answer that refuses, the same for pages and for the API.</summary>
internal static class ProblemStatus
{
    /// <summary>The first problem that is more than a wrong value decides.</summary>
    public static int Of(IReadOnlyList<Problem> problems) => problems.FirstOrDefault(p => p.Kind != ProblemKind.Invalid)?.Kind switch
    {
        ProblemKind.NotFound => StatusCodes.Status404NotFound,
        ProblemKind.Forbidden => StatusCodes.Status403Forbidden,
        ProblemKind.Conflict => StatusCodes.Status409Conflict,
        ProblemKind.TooLarge => StatusCodes.Status413PayloadTooLarge,
        ProblemKind.TooMany => StatusCodes.Status429TooManyRequests,
        _ => StatusCodes.Status422UnprocessableEntity,
    };
}
