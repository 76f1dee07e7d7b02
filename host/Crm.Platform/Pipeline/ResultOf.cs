using System.Reflection;
using Crm.Sdk;

namespace Crm.Platform.Pipeline;

/// <summary>Makes a failed answer of whatever kind of result a request answers with.</summary>
internal static class ResultOf<TResponse>
{
    private static readonly Func<IReadOnlyList<Problem>, object>? Make = Maker();

    /// <summary>The failed answer; a request that cannot answer with problems throws instead.</summary>
    public static TResponse Fail(IReadOnlyList<Problem> problems) =>
        Make is not null ? (TResponse)Make(problems) : throw new RefusedException(problems);

    private static Func<IReadOnlyList<Problem>, object>? Maker()
    {
        if (typeof(TResponse) == typeof(Result)) return problems => Result.Fail(problems);
        if (!typeof(TResponse).IsGenericType || typeof(TResponse).GetGenericTypeDefinition() != typeof(Result<>)) return null;
        var fail = typeof(TResponse).GetMethod(nameof(Result.Fail), BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly)!;
        return fail.CreateDelegate<Func<IReadOnlyList<Problem>, object>>();
    }
}

/// <summary>A request was refused that has no way to answer so; the edges of the host turn it into an error page or status.</summary>
internal sealed class RefusedException(IReadOnlyList<Problem> problems) : Exception(string.Join("; ", problems.Select(p => p.Code)))
{
    public IReadOnlyList<Problem> Problems => problems;
}
