using Crm.Sdk.Web;

namespace Crm.Customers.Contracts;

/// <summary>Keys by which other modules and plugins speak of Customers. Persisted; they never change.</summary>
public static class CustomersContract
{
    /// <summary>Key of the module.</summary>
    public const string Module = "customers";

    /// <summary>Record type: a legal entity or a sole proprietor, or one of its branches and sites.</summary>
    public const string Company = "customers.company";

    /// <summary>Record type: a human being, as a contact of companies, as a customer, or both.</summary>
    public const string Person = "customers.person";

    /// <summary>Record type: something we sell.</summary>
    public const string Product = "customers.product";

    /// <summary>Record type: one line of what a customer bought.</summary>
    public const string Purchase = "customers.purchase";

    /// <summary>Record type: something a customer pays for period by period.</summary>
    public const string Subscription = "customers.subscription";

    /// <summary>Record type: a person's post at a company, from a day to a day.</summary>
    public const string Employment = "customers.employment";

    /// <summary>Record type: a name a company had before.</summary>
    public const string FormerName = "customers.former-name";

    /// <summary>Record type: a free note about a company or a person.</summary>
    public const string Note = "customers.note";

    /// <summary>Record type: what personal data is used for.</summary>
    public const string Purpose = "customers.purpose";

    /// <summary>Record type: the wording of a purpose as it was shown to people from a day on.</summary>
    public const string Wording = "customers.wording";

    /// <summary>Record type: one entry of the consent ledger.</summary>
    public const string Consent = "customers.consent";

    /// <summary>Record type: a group of customers.</summary>
    public const string Segment = "customers.segment";

    /// <summary>Record type: somebody on a static list.</summary>
    public const string SegmentMember = "customers.segment-member";

    /// <summary>Record type: a request of a person about their data.</summary>
    public const string PersonRequest = "customers.person-request";

    /// <summary>Right: see the analysis of purchases.</summary>
    public const string SeeAnalysis = "customers.analysis";

    /// <summary>Right: disclose and erase a person's data.</summary>
    public const string PersonRights = "customers.person-rights";

    /// <summary>Right: hand everything of somebody over to somebody else.</summary>
    public const string Handover = "customers.handover";

    /// <summary>Record type: a note that only some roles may read.</summary>
    public const string SensitiveNote = "customers.sensitive-note";

    /// <summary>Record type: a leak, loss or damage of personal data, with the deadlines of its reports.</summary>
    public const string Incident = "customers.incident";

    /// <summary>Record type: a person concerned by an incident, and when they were told.</summary>
    public const string IncidentPerson = "customers.incident-person";

    /// <summary>Record type: how long records of a type are kept.</summary>
    public const string RetentionRule = "customers.retention-rule";

    /// <summary>Record type: a list of records whose time is over; when it is done, its certificate.</summary>
    public const string Purge = "customers.purge";

    /// <summary>Right: answer for incidents and be reminded of their reports.</summary>
    public const string Incidents = "customers.incidents";

    /// <summary>Right: set how long records are kept, propose purges and turn them down.</summary>
    public const string Retention = "customers.retention";

    /// <summary>Right: approve purges that others proposed.</summary>
    public const string ApprovePurges = "customers.approve-purges";

    /// <summary>Answer of a company's field <c>kind</c>: it is one person, whose data is personal data.</summary>
    public const string SoleProprietor = "sole-proprietor";

    /// <summary>Ways to reach a customer. Persisted.</summary>
    public static class Channels
    {
        /// <summary>E-mail.</summary>
        public const string Email = "email";

        /// <summary>Text message.</summary>
        public const string Sms = "sms";

        /// <summary>Letter or card.</summary>
        public const string Post = "post";

        /// <summary>Phone call.</summary>
        public const string Phone = "phone";
    }

    /// <summary>Where others may add to the pages of Customers. Components are record parts.</summary>
    public static class PageSlots
    {
        /// <summary>A tab on a company's page.</summary>
        public static string CompanyTabs { get; } = Slots.Tabs(Company);

        /// <summary>A card beside the summary of a company.</summary>
        public static string CompanySide { get; } = Slots.Side(Company);

        /// <summary>A tab on a person's page.</summary>
        public static string PersonTabs { get; } = Slots.Tabs(Person);

        /// <summary>A card beside the summary of a person.</summary>
        public static string PersonSide { get; } = Slots.Side(Person);
    }

    /// <summary>The answers to "may we contact them this way?". Only <see cref="Ok"/> lets anything be sent.</summary>
    public static class Contact
    {
        /// <summary>Nobody has asked; counts as no.</summary>
        public const string Unknown = "unknown";

        /// <summary>They agreed.</summary>
        public const string Ok = "ok";

        /// <summary>They refused.</summary>
        public const string No = "no";
    }
}
