using Crm.Campaigns.Contracts;
using Crm.Sdk;
using Crm.Sdk.Messaging;
using Crm.Sdk.Records;

namespace Crm.Campaigns.Planning;

/// <summary>One approach to a group of customers by one channel: to whom, what, when, what it may cost and who answers for it.</summary>
internal sealed class Campaign : Record
{
    public string Name { get; set; } = "";

    public string Status { get; set; } = CampaignsContract.Status.Draft;

    public string? Channel { get; set; } = Channels.Email;

    public Guid? PurposeId { get; set; }

    public Guid? SegmentId { get; set; }

    public Guid? TemplateId { get; set; }

    /// <summary>In place of the template's.</summary>
    public string? Subject { get; set; }

    /// <summary>The other subject of an A/B test.</summary>
    public string? SubjectB { get; set; }

    /// <summary>Percent of the audience who take part in the test; the rest gets the better subject. 100: half and half.</summary>
    public int? TestShare { get; set; }

    /// <summary>How long the test runs before the better subject is chosen.</summary>
    public int? TestHours { get; set; }

    public DateTimeOffset? ScheduledAt { get; set; }

    /// <summary>Percent who get nothing, so that it shows what the campaign brings.</summary>
    public int? HoldoutPercent { get; set; }

    /// <summary>Within so many days after the mail something counts as a response.</summary>
    public int? ResponseDays { get; set; }

    public decimal? Budget { get; set; }

    public string? Memo { get; set; }

    public DateTimeOffset? PreparedAt { get; set; }

    /// <summary>Who drew up its audience: somebody else approves it where four eyes are wanted.</summary>
    public Guid? PreparedBy { get; set; }

    public Guid? ApprovedBy { get; set; }

    public DateTimeOffset? ApprovedAt { get; set; }

    public DateTimeOffset? FinishedAt { get; set; }

    public int? Audience { get; set; }

    public int? Excluded { get; set; }

    /// <summary>The subject the rest gets, a or b; null while it is not chosen.</summary>
    public string? Winner { get; set; }

    /// <summary>What is written, as it was approved, as JSON; null until then.</summary>
    public string? Content { get; set; }

    /// <summary>Whether it was changed by one of the steps: an approved campaign is changed by nothing else.</summary>
    internal bool Stepped { get; private set; }

    public bool IsOpen => Status is CampaignsContract.Status.Draft or CampaignsContract.Status.Prepared;

    public Result BeginPreparing(Guid? by)
    {
        if (!IsOpen) return CampaignProblems.WrongStatus(Status);
        if (PurposeId is null || SegmentId is null || Channel is null || (Channel is Channels.Email or Channels.Sms && TemplateId is null)) return CampaignProblems.Incomplete;
        (Status, PreparedBy, Stepped) = (CampaignsContract.Status.Preparing, by, true);
        return Result.Done;
    }

    public void Prepared(int audience, int excluded, DateTimeOffset at) =>
        (Status, Audience, Excluded, PreparedAt, Stepped) = (CampaignsContract.Status.Prepared, audience, excluded, at, true);

    public Result Approve(Guid? by, DateTimeOffset at, string content)
    {
        if (Status != CampaignsContract.Status.Prepared) return CampaignProblems.WrongStatus(Status);
        if (Audience is null or 0) return CampaignProblems.Nobody;
        (Status, ApprovedBy, ApprovedAt, Content, Stepped) = (CampaignsContract.Status.Approved, by, at, content, true);
        Raise(new CampaignApproved(Id));
        return Result.Done;
    }

    public void Choose(string winner) => (Winner, Stepped) = (winner, true);

    public void Finish(DateTimeOffset at) => (Status, FinishedAt, Stepped) = (CampaignsContract.Status.Done, at, true);

    /// <summary>Goes on with what is waiting again, when it had ended; false when it had not.</summary>
    public bool Reopen()
    {
        if (Status != CampaignsContract.Status.Done) return false;
        (Status, FinishedAt, Stepped) = (CampaignsContract.Status.Approved, null, true);
        return true;
    }

    public Result Stop(DateTimeOffset at)
    {
        if (Status != CampaignsContract.Status.Approved) return CampaignProblems.WrongStatus(Status);
        (Status, FinishedAt, Stepped) = (CampaignsContract.Status.Stopped, at, true);
        return Result.Done;
    }

    /// <summary>On its way back to a draft it turned out that some are being sent it.</summary>
    public void StopAfterAll(DateTimeOffset at) => (Status, FinishedAt, Stepped) = (CampaignsContract.Status.Stopped, at, true);

    public Result Redraft()
    {
        if (Status is CampaignsContract.Status.Done or CampaignsContract.Status.Stopped) return CampaignProblems.WrongStatus(Status);
        (Status, Content, ApprovedAt, ApprovedBy, Winner, Stepped) = (CampaignsContract.Status.Draft, null, null, null, null, true);
        (Audience, Excluded, PreparedAt) = (null, null, null);
        return Result.Done;
    }
}

/// <summary>A campaign may be sent; within the module, so that sending begins at once and not with the next tick of the clock.</summary>
[Event("campaigns.campaign-approved.v1")]
internal sealed record CampaignApproved(Guid CampaignId) : IEvent;
