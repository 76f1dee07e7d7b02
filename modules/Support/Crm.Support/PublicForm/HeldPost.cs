namespace Crm.Support.PublicForm;

/// <summary>What somebody without JavaScript sent: it becomes an inquiry when they open the link in the mail they get.</summary>
internal sealed class HeldPost
{
    public Guid TenantId { get; set; }

    public Guid Id { get; set; }

    public string Email { get; set; } = "";

    /// <summary>A hash of the network address it came from, good for a day.</summary>
    public string Sender { get; set; } = "";

    /// <summary>The form as JSON.</summary>
    public string Form { get; set; } = "";

    public DateTimeOffset At { get; set; }

    public DateTimeOffset? ConfirmedAt { get; set; }
}

/// <summary>A challenge of the form that was used; each is good for one post.</summary>
internal sealed class UsedChallenge
{
    public Guid TenantId { get; set; }

    public string Nonce { get; set; } = "";

    public DateTimeOffset At { get; set; }
}

/// <summary>What seals challenges and links; each tenant has its own.</summary>
internal sealed class FormSecret
{
    public const string Form = "form";

    public Guid TenantId { get; set; }

    public string Key { get; set; } = Form;

    public byte[] Value { get; set; } = [];
}
