using Crm.Sdk.Web;
using Microsoft.AspNetCore.Components;

namespace Crm.Host.Identity;

/// <summary>A screen that shows one of the host's own types. Components must be public, what they show is not: it comes as an object.</summary>
public abstract class ModelScreen : Screen
{
    [Parameter]
    public required object Model { get; set; }
}
