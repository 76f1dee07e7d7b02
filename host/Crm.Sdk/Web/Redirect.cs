namespace Crm.Sdk.Web;

/// <summary>
/// An answer of a public query that sends the browser elsewhere: a tracked link of a mail. Where to is a matter of what the module has kept,
/// never of what stood in the address.
/// </summary>
/// <param name="Address">An absolute http or https address.</param>
public sealed record Redirect(string Address);
