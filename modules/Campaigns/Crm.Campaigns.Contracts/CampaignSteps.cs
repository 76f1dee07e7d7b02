// The steps of a campaign. Its status changes by these and by nothing else.
using Crm.Sdk;
using Crm.Sdk.Messaging;
using MediatR;

namespace Crm.Campaigns.Contracts;

/// <summary>
/// Draws up the audience of a campaign, with the rights of whoever asks: who gets it, and why each of the others does not. A run of a job; a
/// campaign that is prepared may be prepared again.
/// </summary>
/// <param name="Id">The campaign.</param>
/// <remarks>Problems: <c>not-found</c>, <c>forbidden</c>, <c>campaigns.wrong-status</c>, <c>campaigns.incomplete</c>, <c>campaigns.contract-purpose</c>, <c>campaigns.hidden-address</c>.</remarks>
[Command("campaigns.prepare")]
public sealed record PrepareCampaign(Guid Id) : IRequest<Result>;

/// <summary>Lets a prepared campaign go: its content is frozen, and it is sent at its time.</summary>
/// <param name="Id">The campaign.</param>
/// <param name="Version">The version the caller saw; null to accept what is there.</param>
/// <remarks>
/// Needs <see cref="CampaignsContract.Approve"/>. Problems: <c>not-found</c>, <c>forbidden</c>, <c>conflict</c>, <c>campaigns.wrong-status</c>,
/// <c>campaigns.own-approval</c>, <c>campaigns.no-sender</c>, <c>campaigns.nobody</c>.
/// </remarks>
[Command("campaigns.approve")]
[Requires(CampaignsContract.Approve)]
public sealed record ApproveCampaign(Guid Id, int? Version = null) : IRequest<Result>;

/// <summary>Stops a campaign at once: mails that the server has not taken yet are not sent.</summary>
/// <param name="Id">The campaign.</param>
/// <remarks>Problems: <c>not-found</c>, <c>forbidden</c>, <c>campaigns.wrong-status</c>.</remarks>
[Command("campaigns.stop")]
public sealed record StopCampaign(Guid Id) : IRequest<Result>;

/// <summary>Takes a prepared or approved campaign, of which nothing was sent, back to a draft.</summary>
/// <param name="Id">The campaign.</param>
/// <remarks>
/// Problems: <c>not-found</c>, <c>forbidden</c>, <c>campaigns.wrong-status</c>; <c>campaigns.has-begun</c> when sending began in the same
/// moment: the campaign is stopped then.
/// </remarks>
[Command("campaigns.redraft")]
public sealed record RedraftCampaign(Guid Id) : IRequest<Result>;

/// <summary>Sends the mail of a campaign to whoever asks, filled in as for a customer, with footer and headers as the real one.</summary>
/// <param name="Id">The campaign.</param>
/// <param name="To">One's own address or a test address of the settings; one's own when null.</param>
/// <param name="CustomerId">As for whom; somebody of the segment when null.</param>
/// <remarks>Problems: those of the preview, <c>campaigns.no-sender</c>, <c>campaigns.not-a-test-address</c>, <c>campaigns.not-sent</c>.</remarks>
[Command("campaigns.send-test")]
public sealed record SendTestMail(Guid Id, string? To = null, Guid? CustomerId = null) : IRequest<Result>;

/// <summary>
/// Says what became of mails that were under way when a node or the line died: those whose Message-ID stands in the text, such as the mail
/// server's log of accepted mails, were sent; the others are sent now, or count as not sent.
/// </summary>
/// <param name="Id">The campaign, or the flow.</param>
/// <param name="Log">Text in which Message-IDs stand; may be empty.</param>
/// <param name="SendOthers">Whether those that do not stand in it are sent now.</param>
/// <remarks>Problems: <c>not-found</c>, <c>forbidden</c>.</remarks>
[Command("campaigns.settle-doubts")]
[Requires(CampaignsContract.Approve)]
public sealed record SettleDoubts(Guid Id, string? Log = null, bool SendOthers = false) : IRequest<Result<SettledDoubts>>;

/// <summary>What was settled.</summary>
/// <param name="Sent">Mails that count as sent now.</param>
/// <param name="Again">Mails that are sent again, or count as not sent.</param>
public sealed record SettledDoubts(int Sent, int Again);
