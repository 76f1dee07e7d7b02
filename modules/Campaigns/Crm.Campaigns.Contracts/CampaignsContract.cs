namespace Crm.Campaigns.Contracts;

/// <summary>Keys by which other modules and plugins speak of Campaigns. Persisted; they never change.</summary>
public static class CampaignsContract
{
    /// <summary>Key of the module.</summary>
    public const string Module = "campaigns";

    /// <summary>Record type: one approach to a group of customers by one channel.</summary>
    public const string Campaign = "campaigns.campaign";

    /// <summary>Record type: a mail to be filled in for each reader.</summary>
    public const string Template = "campaigns.template";

    /// <summary>Record type: something that was paid for a campaign.</summary>
    public const string Cost = "campaigns.cost";

    /// <summary>Record type: a row of steps that customers walk through one by one.</summary>
    public const string Flow = "campaigns.flow";

    /// <summary>Record type: a step of a flow.</summary>
    public const string FlowStep = "campaigns.flow-step";

    /// <summary>Right: approve campaigns and start flows.</summary>
    public const string Approve = "campaigns.approve";

    /// <summary>Right: see results, return on investment, budget proposal and journeys.</summary>
    public const string SeeResults = "campaigns.see-results";

    /// <summary>Where a campaign stands.</summary>
    public static class Status
    {
        /// <summary>It is being made.</summary>
        public const string Draft = "draft";

        /// <summary>Its audience is being drawn up.</summary>
        public const string Preparing = "preparing";

        /// <summary>Its audience is known; somebody may approve it.</summary>
        public const string Prepared = "prepared";

        /// <summary>It is approved and waits for its time, or is on its way.</summary>
        public const string Approved = "approved";

        /// <summary>All is sent or handed out.</summary>
        public const string Done = "done";

        /// <summary>Somebody stopped it; what was not sent yet stays unsent.</summary>
        public const string Stopped = "stopped";
    }

    /// <summary>Why somebody is left out who may be contacted as far as Customers knows; beside the reasons of <c>ContactAnswer</c>.</summary>
    public static class Exclusions
    {
        /// <summary>Mail to the address came back for good.</summary>
        public const string Bounced = "bounced";

        /// <summary>Somebody reported a mail to this address as spam.</summary>
        public const string Complained = "complained";

        /// <summary>Whoever reads this address opted out, perhaps under another record.</summary>
        public const string OptedOut = "opted-out";

        /// <summary>They were written to often enough lately.</summary>
        public const string FrequencyCap = "frequency-cap";

        /// <summary>Somebody else in the audience has the same address.</summary>
        public const string DuplicateAddress = "duplicate-address";

        /// <summary>What stands as the address is none.</summary>
        public const string BadAddress = "bad-address";

        /// <summary>Another module or a plugin asks to leave them alone for now (<c>CollectSalesHolds</c>): an open complaint.</summary>
        public const string OnHold = "on-hold";

        /// <summary>They are in the control group.</summary>
        public const string Holdout = "holdout";
    }
}
