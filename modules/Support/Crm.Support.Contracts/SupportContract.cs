namespace Crm.Support.Contracts;

/// <summary>Keys by which other modules and plugins speak of Support. Persisted; they never change.</summary>
public static class SupportContract
{
    /// <summary>Key of the module.</summary>
    public const string Module = "support";

    /// <summary>Record type: something somebody asked of us or complained about, from the first word to the end.</summary>
    public const string Inquiry = "support.inquiry";

    /// <summary>Record type: one message of an inquiry's thread: theirs, ours or an internal note.</summary>
    public const string Message = "support.message";

    /// <summary>Record type: a file that came or went with a message.</summary>
    public const string Attachment = "support.attachment";

    /// <summary>Record type: that two inquiries belong together.</summary>
    public const string Link = "support.link";

    /// <summary>Record type: a way inquiries come in.</summary>
    public const string Channel = "support.channel";

    /// <summary>Record type: what inquiries are about, in the tenant's own words.</summary>
    public const string Type = "support.type";

    /// <summary>Record type: a pile of inquiries that a team works off.</summary>
    public const string Queue = "support.queue";

    /// <summary>Record type: words for replies that are written again and again.</summary>
    public const string ReplyTemplate = "support.reply-template";

    /// <summary>Record type: a question with its answer, for staff or for everybody.</summary>
    public const string Article = "support.article";

    /// <summary>Record type: how content a customer was with our answer.</summary>
    public const string Survey = "support.survey";

    /// <summary>Record type: what is to be done so many days after a purchase, a closed inquiry or a stay.</summary>
    public const string FollowPlan = "support.follow-plan";

    /// <summary>Record type: one follow-up that a plan asked for.</summary>
    public const string FollowUp = "support.follow-up";

    /// <summary>Right: see figures and trends, over all inquiries the user may read.</summary>
    public const string SeeFigures = "support.see-figures";

    /// <summary>What has become of an inquiry.</summary>
    public static class Status
    {
        /// <summary>Nobody has begun.</summary>
        public const string New = "new";

        /// <summary>Somebody works on it.</summary>
        public const string Open = "open";

        /// <summary>The customer's turn; the clock stands still.</summary>
        public const string Waiting = "waiting";

        /// <summary>Done.</summary>
        public const string Closed = "closed";
    }

    /// <summary>What follow-up plans wait for; a plugin may use a word of its own.</summary>
    public static class Triggers
    {
        /// <summary>The customer bought something.</summary>
        public const string Purchase = "purchase";

        /// <summary>An inquiry was closed.</summary>
        public const string InquiryClosed = "inquiry-closed";

        /// <summary>A guest has left.</summary>
        public const string Stay = "stay";
    }
}
