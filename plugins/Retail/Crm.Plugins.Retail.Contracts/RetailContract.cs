namespace Crm.Plugins.Retail.Contracts;

/// <summary>Keys by which other plugins speak of Retail. Persisted; they never change.</summary>
public static class RetailContract
{
    /// <summary>Key of the plugin.</summary>
    public const string Plugin = "retail";

    /// <summary>Record type: a shop of ours.</summary>
    public const string Store = "retail.store";

    /// <summary>Record type: one line of a receipt or of an order of the online shop.</summary>
    public const string Sale = "retail.sale";

    /// <summary>Record type: points given, used, expired or corrected by hand.</summary>
    public const string Points = "retail.points";

    /// <summary>Record type: a visit to a store, with or without a purchase.</summary>
    public const string Visit = "retail.visit";

    /// <summary>Right: see who buys where.</summary>
    public const string MaySeeChannels = "retail.see-channels";

    /// <summary>Fields that the plugin adds to people.</summary>
    public static class PersonFields
    {
        /// <summary>Number of the loyalty card; sales find their customer by it.</summary>
        public const string CardNumber = "retail.cardNumber";

        /// <summary>Account of the online shop; orders find their customer by it.</summary>
        public const string EcAccount = "retail.ecAccount";

        /// <summary>The day the card was given.</summary>
        public const string JoinedOn = "retail.joinedOn";

        /// <summary>Points left; kept by the plugin.</summary>
        public const string Balance = "retail.balance";

        /// <summary><c>store</c>, <c>ec</c> or <c>both</c>; kept by the plugin.</summary>
        public const string BuysAt = "retail.buysAt";

        /// <summary>What was bought in stores; kept by the plugin.</summary>
        public const string StoreTotal = "retail.storeTotal";

        /// <summary>What was bought online; kept by the plugin.</summary>
        public const string EcTotal = "retail.ecTotal";

        /// <summary>The last day of a purchase in a store; kept by the plugin.</summary>
        public const string LastInStoreOn = "retail.lastInStoreOn";

        /// <summary>The last day of a purchase online; kept by the plugin.</summary>
        public const string LastOnlineOn = "retail.lastOnlineOn";

        /// <summary>Visits to stores: days on which they bought there or a visit was noted; kept by the plugin.</summary>
        public const string Visits = "retail.visits";
    }
}
