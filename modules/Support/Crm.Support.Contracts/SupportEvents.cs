using Crm.Sdk.Messaging;

namespace Crm.Support.Contracts;

/// <summary>An inquiry came in; those that are imported as closed raise nothing.</summary>
/// <param name="InquiryId">The inquiry.</param>
/// <param name="Subject">What it is called.</param>
/// <param name="PersonId">Who asked, when known; or null.</param>
/// <param name="CompanyId">For which company; or null.</param>
/// <param name="ProductId">About which product; or null.</param>
/// <param name="ReceivedAt">When it came (UTC).</param>
[Event("support.inquiry-opened.v1")]
public sealed record InquiryOpened(Guid InquiryId, string Subject, Guid? PersonId, Guid? CompanyId, Guid? ProductId, DateTimeOffset ReceivedAt) : IEvent;

/// <summary>An inquiry was closed. It may be reopened and closed again.</summary>
/// <param name="InquiryId">The inquiry.</param>
/// <param name="PersonId">Who asked, when known; or null.</param>
/// <param name="CompanyId">For which company; or null.</param>
/// <param name="Complaint">Whether it was a complaint.</param>
/// <param name="ClosedAt">When (UTC).</param>
[Event("support.inquiry-closed.v1")]
public sealed record InquiryClosed(Guid InquiryId, Guid? PersonId, Guid? CompanyId, bool Complaint, DateTimeOffset ClosedAt) : IEvent;

/// <summary>Somebody complained: an inquiry came in as a complaint, or turned out to be one.</summary>
/// <param name="InquiryId">The inquiry.</param>
/// <param name="PersonId">Who complained, when known; or null.</param>
/// <param name="CompanyId">For which company; or null.</param>
/// <param name="ProductId">About which product; or null.</param>
/// <param name="Class"><c>service</c> or <c>product</c>; or null while nobody has said.</param>
/// <param name="Recurrence">Whether the same customer complained of the same within the year before.</param>
[Event("support.complaint-opened.v1")]
public sealed record ComplaintOpened(Guid InquiryId, Guid? PersonId, Guid? CompanyId, Guid? ProductId, string? Class, bool Recurrence) : IEvent;
