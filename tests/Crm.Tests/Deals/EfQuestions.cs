using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Crm.Tests.Deals;

/// <summary>Counts the commands that Entity Framework sends on behalf of one piece of work, whatever runs beside it.</summary>
internal sealed class EfQuestions : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>, IDisposable
{
    private readonly AsyncLocal<bool> mine = new();
    private readonly List<IDisposable> heard = [];
    private int count;

    private EfQuestions() => heard.Add(DiagnosticListener.AllListeners.Subscribe(this));

    public static async Task<(T Answer, int Count)> During<T>(Func<Task<T>> work)
    {
        using var questions = new EfQuestions();
        questions.mine.Value = true;
        var answer = await work();
        return (answer, questions.count);
    }

    public void OnNext(DiagnosticListener value)
    {
        if (value.Name == DbLoggerCategory.Name) heard.Add(value.Subscribe(this));
    }

    public void OnNext(KeyValuePair<string, object?> value)
    {
        if (mine.Value && value.Key == RelationalEventId.CommandExecuted.Name) Interlocked.Increment(ref count);
    }

    public void OnCompleted()
    {
    }

    public void OnError(Exception error)
    {
    }

    public void Dispose() => heard.ForEach(h => h.Dispose());
}
