namespace Crm.Sdk.Testing;

/// <summary>A test asked for something that cannot be done, or what must succeed was refused.</summary>
public sealed class CrmTestException : Exception
{
    internal CrmTestException(string en, string ja) : base(en + "\n" + ja)
    {
    }

    internal CrmTestException(IEnumerable<Problem> problems)
        : base(string.Join("\n", problems.Select(p => $"{p.Code}{(p.Field is null ? "" : $" ({p.Field})")}: {p.Message.En} / {p.Message.Ja}")))
    {
    }
}
