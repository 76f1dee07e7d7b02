using Crm.Customers.Shared;

namespace Crm.Customers.People;

/// <summary>A human being: a contact of companies, a customer, or both.</summary>
internal sealed class Person : Customer
{
    public string LastName { get; set; } = "";

    public string? FirstName { get; set; }

    public string? LastNameKana { get; set; }

    public string? FirstNameKana { get; set; }

    public string? Sex { get; set; }

    public DateOnly? BirthDate { get; set; }

    public string? Mobile { get; set; }

    public string? Occupation { get; set; }

    public string? Hobbies { get; set; }

    public string? Family { get; set; }

    /// <summary>流入経路: how they came to know us.</summary>
    public string? Source { get; set; }

    /// <summary>Where they work now, first of all; kept in step by personnel changes.</summary>
    public Guid? CompanyId { get; set; }

    public string FullName => Joined(LastName, FirstName) ?? "";

    public string? FullKana => Joined(LastNameKana, FirstNameKana);

    private static string? Joined(string? last, string? first)
    {
        var joined = string.Join(' ', new[] { last, first }.Where(n => !string.IsNullOrWhiteSpace(n)));
        return joined.Length == 0 ? null : joined;
    }
}
