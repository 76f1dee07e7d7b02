namespace Crm.Customers.Shared;

internal static class Days
{
    /// <summary>The latest day it is anywhere on earth. Rules do not know the tenant's time zone; a day of doubt is no error.</summary>
    public static DateOnly Latest(TimeProvider clock) => DateOnly.FromDateTime(clock.GetUtcNow().AddHours(14).DateTime);
}
