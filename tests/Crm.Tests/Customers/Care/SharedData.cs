using Crm.Tests.Tabular;

namespace Crm.Tests.Customers.Care;

/// <summary>Files of the public data sets.</summary>
internal static class SharedData
{
    public static string File(string name) => Path.Combine(SharedDataFactAttribute.Folder!, name);
}

/// <summary>A test with cases that runs where the public data sets are; else skipped, visibly.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SharedDataTheoryAttribute : TheoryAttribute
{
    public SharedDataTheoryAttribute()
    {
        if (SharedDataFactAttribute.Folder is null) Skip = "The public data sets are not here (../shared/data or CRM_SHARED_DATA).";
    }
}
