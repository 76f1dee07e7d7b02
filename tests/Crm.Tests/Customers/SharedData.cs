namespace Crm.Tests.Customers;

/// <summary>Real data that is not part of the product: where it lies, and tests that are skipped visibly where it does not.</summary>
internal static class SharedData
{
    public static string Folder => Environment.GetEnvironmentVariable("CRM_SHARED_DATA") is { Length: > 0 } said ? said : "/work/shared/data";

    public static string File(string name) => Path.Combine(Folder, name);

    public static string? Missing => Directory.Exists(Folder) ? null : $"The shared data is not in {Folder}; CRM_SHARED_DATA says where it is.";
}

/// <summary>A test that needs the shared data.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SharedDataFactAttribute : FactAttribute
{
    public SharedDataFactAttribute() => Skip = SharedData.Missing;
}

/// <summary>A test with data that needs the shared data.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SharedDataTheoryAttribute : TheoryAttribute
{
    public SharedDataTheoryAttribute() => Skip = SharedData.Missing;
}
