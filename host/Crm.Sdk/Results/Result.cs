namespace Crm.Sdk;

/// <summary>The outcome of a request that a person can get wrong: done, or the problems.</summary>
public class Result
{
    private static readonly Result DoneResult = new([]);

    /// <summary>Made from problems; none means done.</summary>
    protected internal Result(IReadOnlyList<Problem> problems) => Problems = problems;

    /// <summary>All is well and there is nothing to say.</summary>
    public static Result Done => DoneResult;

    /// <summary>What went wrong; empty when done.</summary>
    public IReadOnlyList<Problem> Problems { get; }

    /// <summary>Whether there is at least one problem.</summary>
    public bool Failed => Problems.Count > 0;

    /// <summary>For a request that fails only by a fault of the program, or that is tried again as a whole: goes on when done.</summary>
    /// <param name="failure">What could not be done, for whoever reads the log: <c>"The purchases could not be saved"</c>.</param>
    /// <exception cref="InvalidOperationException">It failed; the message ends in the code and field of each problem.</exception>
    public void OrThrow(string failure)
    {
        if (Failed) throw new InvalidOperationException($"{failure}: {string.Join("; ", Problems.Select(p => $"{p.Code} {p.Field}".TrimEnd()))}");
    }

    /// <summary>What it carries besides problems; for edges that know the type of the value at run time only.</summary>
    internal virtual object? Carried => null;

    /// <summary>A failed result.</summary>
    public static Result Fail(params IReadOnlyList<Problem> problems) => new(problems);

    /// <summary>A result with a value.</summary>
    public static Result<T> Of<T>(T value) => new(value);

    /// <summary>Lets a handler return a problem directly.</summary>
    public static implicit operator Result(Problem problem) => new([problem]);
}

/// <summary>The outcome of a request that answers with a value: the value, or the problems.</summary>
public sealed class Result<T> : Result
{
    private readonly T? value;

    internal Result(T value) : base([]) => this.value = value;

    private Result(IReadOnlyList<Problem> problems) : base(problems)
    {
    }

    /// <summary>The value. Reading it from a failed result is a bug and throws.</summary>
    public T Value => Failed
        ? throw new InvalidOperationException("A failed result has no value: " + string.Join("; ", Problems.Select(p => p.Code)))
        : value!;

    internal override object? Carried => Value;

    /// <summary>The value, for a request that fails only by a fault of the program, or that is tried again as a whole.</summary>
    /// <param name="failure">What could not be done, for whoever reads the log: <c>"The purchases cannot be read"</c>.</param>
    /// <exception cref="InvalidOperationException">It failed; the message ends in the code and field of each problem.</exception>
    public new T OrThrow(string failure)
    {
        base.OrThrow(failure);
        return value!;
    }

    /// <summary>A failed result.</summary>
    public static new Result<T> Fail(params IReadOnlyList<Problem> problems) => new(problems);

    /// <summary>Lets a handler return the value directly.</summary>
    public static implicit operator Result<T>(T value) => new(value);

    /// <summary>Lets a handler return a problem directly.</summary>
    public static implicit operator Result<T>(Problem problem) => new([problem]);
}
