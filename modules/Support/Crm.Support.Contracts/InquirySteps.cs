// The steps of an inquiry. Its status changes by these and by nothing else; each is noted with its moment.
using Crm.Sdk;
using Crm.Sdk.Messaging;
using MediatR;

namespace Crm.Support.Contracts;

/// <summary>Opens an inquiry and starts its clock.</summary>
/// <param name="Subject">One line.</param>
/// <remarks>Answers with the inquiry. Problems: <c>forbidden</c>, <c>required</c> and those of wrong values.</remarks>
[Command("support.open")]
public sealed record OpenInquiry(string Subject) : IRequest<Result<Guid>>
{
    /// <summary>What they said.</summary>
    public string? Content { get; init; }

    /// <summary>How it came: code of a channel such as <c>phone</c>, <c>mail</c>, <c>web</c>.</summary>
    public string? Channel { get; init; }

    /// <summary>What it is about: a type.</summary>
    public Guid? TypeId { get; init; }

    /// <summary>Who asked.</summary>
    public Guid? PersonId { get; init; }

    /// <summary>For which company.</summary>
    public Guid? CompanyId { get; init; }

    /// <summary>About which product.</summary>
    public Guid? ProductId { get; init; }

    /// <summary>Which queue; that of the type when null.</summary>
    public Guid? QueueId { get; init; }

    /// <summary>Who is to answer.</summary>
    public Guid? OwnerId { get; init; }

    /// <summary><c>low</c>, <c>normal</c>, <c>high</c> or <c>urgent</c>; that of the type when null.</summary>
    public string? Priority { get; init; }

    /// <summary>What they called themselves.</summary>
    public string? FromName { get; init; }

    /// <summary>Where to answer.</summary>
    public string? FromEmail { get; init; }

    /// <summary>Where to call back.</summary>
    public string? FromPhone { get; init; }

    /// <summary>Whether it is a complaint.</summary>
    public bool Complaint { get; init; }

    /// <summary>When it came; now when null.</summary>
    public DateTimeOffset? ReceivedAt { get; init; }
}

/// <summary>Answers: the text becomes part of the thread and goes out by mail when there is an address. The first reply stops the clock of the first response.</summary>
/// <param name="Id">The inquiry.</param>
/// <param name="Text">The answer.</param>
/// <remarks>Answers with the message. Problems: <c>not-found</c>, <c>forbidden</c>, <c>support.nothing-written</c>, <c>support.closed</c>, <c>support.bad-copy</c>.</remarks>
[Command("support.reply")]
public sealed record Reply(Guid Id, string? Text) : IRequest<Result<Guid>>
{
    /// <summary>A file that goes with it.</summary>
    public Guid? File { get; init; }

    /// <summary>False for an answer given otherwise, such as on the phone: it is noted and not mailed.</summary>
    public bool ByMail { get; init; } = true;

    /// <summary>Who gets a copy of the mail: addresses with commas between, up to ten; nobody when null.</summary>
    public string? Cc { get; init; }

    /// <summary>What comes after: <c>wait</c> for the customer, <c>close</c>, or nothing.</summary>
    public string? Then { get; init; }
}

/// <summary>Adds an internal note; the customer never sees it.</summary>
/// <param name="Id">The inquiry.</param>
/// <param name="Text">The note.</param>
/// <remarks>Answers with the message. Problems: <c>not-found</c>, <c>forbidden</c>, <c>support.nothing-written</c>.</remarks>
[Command("support.note")]
public sealed record AddNote(Guid Id, string? Text) : IRequest<Result<Guid>>
{
    /// <summary>A file that belongs to it.</summary>
    public Guid? File { get; init; }
}

/// <summary>Hands an inquiry to somebody, or into another queue.</summary>
/// <param name="Id">The inquiry.</param>
/// <param name="OwnerId">Who is to answer; nobody when null.</param>
/// <param name="QueueId">Which queue; the one it is in when null.</param>
/// <remarks>Problems: <c>not-found</c>, <c>forbidden</c>, <c>support.closed</c>.</remarks>
[Command("support.assign")]
public sealed record AssignInquiry(Guid Id, Guid? OwnerId, Guid? QueueId = null) : IRequest<Result>;

/// <summary>Takes an inquiry: the caller answers it.</summary>
/// <param name="Id">The inquiry.</param>
/// <remarks>Problems: <c>not-found</c>, <c>forbidden</c>, <c>support.closed</c>.</remarks>
[Command("support.take")]
public sealed record TakeInquiry(Guid Id) : IRequest<Result>;

/// <summary>Waits for the customer: the clock stands still until they answer or somebody resumes.</summary>
/// <param name="Id">The inquiry.</param>
/// <remarks>Problems: <c>not-found</c>, <c>forbidden</c>, <c>support.closed</c>.</remarks>
[Command("support.pause")]
public sealed record PauseInquiry(Guid Id) : IRequest<Result>;

/// <summary>Goes on with an inquiry that waited.</summary>
/// <param name="Id">The inquiry.</param>
/// <remarks>Problems: <c>not-found</c>, <c>forbidden</c>, <c>support.not-waiting</c>.</remarks>
[Command("support.resume")]
public sealed record ResumeInquiry(Guid Id) : IRequest<Result>;

/// <summary>The inquiry is settled. A complaint says what caused it.</summary>
/// <param name="Id">The inquiry.</param>
/// <remarks>Problems: <c>not-found</c>, <c>forbidden</c>, <c>support.closed</c>, <c>support.complaint-needs-cause</c>.</remarks>
[Command("support.close")]
public sealed record CloseInquiry(Guid Id) : IRequest<Result>
{
    /// <summary>How it was settled.</summary>
    public string? Resolution { get; init; }

    /// <summary>Of a complaint: why it came to it; what was noted before when null.</summary>
    public string? Cause { get; init; }

    /// <summary>Of a complaint: which answer satisfied.</summary>
    public string? Satisfied { get; init; }

    /// <summary>Of a complaint: which answers did not.</summary>
    public string? NotSatisfied { get; init; }
}

/// <summary>A closed inquiry goes on. The time it was closed does not count for its target.</summary>
/// <param name="Id">The inquiry.</param>
/// <remarks>Problems: <c>not-found</c>, <c>forbidden</c>, <c>support.not-closed</c>.</remarks>
[Command("support.reopen")]
public sealed record ReopenInquiry(Guid Id) : IRequest<Result>;

/// <summary>Notes that two inquiries belong together.</summary>
/// <param name="Id">The inquiry.</param>
/// <param name="OtherId">The other.</param>
/// <param name="Kind"><c>related</c>, <c>duplicate</c> (of the other) or <c>follows</c> (the other).</param>
/// <remarks>Answers with the link. Problems: <c>not-found</c>, <c>forbidden</c>, <c>support.linked-to-itself</c>, <c>support.already-linked</c>.</remarks>
[Command("support.link")]
public sealed record LinkInquiries(Guid Id, Guid OtherId, string Kind = "related") : IRequest<Result<Guid>>;

/// <summary>Takes a link between two inquiries away.</summary>
/// <param name="Id">The link.</param>
/// <remarks>Whoever may change one of the two may. Problems: <c>not-found</c>, <c>forbidden</c>.</remarks>
[Command("support.unlink")]
public sealed record UnlinkInquiries(Guid Id) : IRequest<Result>;

/// <summary>Makes whoever asked a person of the customers; other inquiries from the same address that belong to nobody become theirs too.</summary>
/// <param name="Id">The inquiry, which names no person yet.</param>
/// <param name="LastName">Family name.</param>
/// <remarks>Answers with the person. Problems: <c>not-found</c>, <c>forbidden</c>, <c>support.customer-known</c> and those of saving a person.</remarks>
[Command("support.register-customer")]
public sealed record RegisterCustomer(Guid Id, string? LastName) : IRequest<Result<Guid>>
{
    /// <summary>Given name; or null.</summary>
    public string? FirstName { get; init; }

    /// <summary>E-mail address; or null.</summary>
    public string? Email { get; init; }

    /// <summary>Phone number; or null.</summary>
    public string? Phone { get; init; }
}
