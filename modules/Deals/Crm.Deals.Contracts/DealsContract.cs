namespace Crm.Deals.Contracts;

/// <summary>Keys by which other modules and plugins speak of Deals. Persisted; they never change.</summary>
public static class DealsContract
{
    /// <summary>Key of the module.</summary>
    public const string Module = "deals";

    /// <summary>Record type: a chance to sell something to somebody.</summary>
    public const string Deal = "deals.deal";

    /// <summary>Record type: one product of a deal, with quantity and price.</summary>
    public const string Line = "deals.line";

    /// <summary>Record type: somebody who takes part in a deal, on their side or ours.</summary>
    public const string Participant = "deals.participant";

    /// <summary>Record type: a meeting, call, mail or visit, planned or done.</summary>
    public const string Activity = "deals.activity";

    /// <summary>Record type: a way deals go, as a row of stages.</summary>
    public const string Pipeline = "deals.pipeline";

    /// <summary>Record type: one step of a pipeline.</summary>
    public const string Stage = "deals.stage";

    /// <summary>Record type: somebody we compete with.</summary>
    public const string Competitor = "deals.competitor";

    /// <summary>Record type: why a deal is lost.</summary>
    public const string LossReason = "deals.loss-reason";

    /// <summary>Record type: a version of a quote.</summary>
    public const string Quote = "deals.quote";

    /// <summary>Record type: a line of a quote.</summary>
    public const string QuoteLine = "deals.quote-line";

    /// <summary>Record type: who we are on quotes: name, address, registration number, numbering.</summary>
    public const string Issuer = "deals.issuer";

    /// <summary>Record type: what a person, a team or all are to reach in a period.</summary>
    public const string Goal = "deals.goal";

    /// <summary>Right: see forecast, reports and goals, within the deals one may read.</summary>
    public const string SeeReports = "deals.see-reports";

    /// <summary>Feed: one's own activities as iCalendar.</summary>
    public const string CalendarFeed = "deals.calendar";

    /// <summary>What has become of a deal.</summary>
    public static class Status
    {
        /// <summary>It goes on.</summary>
        public const string Open = "open";

        /// <summary>They ordered.</summary>
        public const string Won = "won";

        /// <summary>They did not.</summary>
        public const string Lost = "lost";
    }
}
