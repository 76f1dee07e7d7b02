namespace Crm.Plugins.HotelGuests.Contracts;

/// <summary>Keys by which other plugins speak of HotelGuests. Persisted; they never change.</summary>
public static class HotelContract
{
    /// <summary>Key of the plugin.</summary>
    public const string Plugin = "hotel";

    /// <summary>Record type: a house of ours, with what its municipality wants in the register.</summary>
    public const string Inn = "hotel.inn";

    /// <summary>Record type: a stay of a guest in a room, from booking to departure.</summary>
    public const string Stay = "hotel.stay";

    /// <summary>Record type: an entry of the register of guests (宿泊者名簿).</summary>
    public const string Register = "hotel.register";

    /// <summary>Record type: what was removed from the register when its years were over.</summary>
    public const string Removal = "hotel.removal";

    /// <summary>Right: see who arrives, with preferences and complaints.</summary>
    public const string MaySeeArrivals = "hotel.see-arrivals";

    /// <summary>Right: see repeat rate and spend.</summary>
    public const string MaySeeFigures = "hotel.see-figures";

    /// <summary>Fields that the plugin adds to people.</summary>
    public static class PersonFields
    {
        /// <summary>Yes for guests who get special attention.</summary>
        public const string Vip = "hotel.vip";

        /// <summary>Allergies, in words.</summary>
        public const string Allergies = "hotel.allergies";

        /// <summary>Several of <c>vegetarian</c>, <c>vegan</c>, <c>halal</c>, <c>kosher</c>, <c>no-raw-fish</c>, <c>low-salt</c>.</summary>
        public const string Diet = "hotel.diet";

        /// <summary>Wishes for the room; several keys.</summary>
        public const string RoomWishes = "hotel.roomWishes";

        /// <summary>Key of the pillow they like.</summary>
        public const string Pillow = "hotel.pillow";

        /// <summary>Anything else they like or not.</summary>
        public const string Preferences = "hotel.preferences";

        /// <summary>A day to celebrate each year.</summary>
        public const string Anniversary = "hotel.anniversary";

        /// <summary>What is celebrated on it.</summary>
        public const string AnniversaryKind = "hotel.anniversaryKind";

        /// <summary>Month and day of the anniversary as a number, 1225 for 25 December; worked out, to find those that come.</summary>
        public const string AnniversaryDay = "hotel.anniversaryDay";

        /// <summary>How many stays have ended; kept by the plugin.</summary>
        public const string Stays = "hotel.stays";

        /// <summary>How many nights those were.</summary>
        public const string Nights = "hotel.nights";

        /// <summary>What was paid for them.</summary>
        public const string Spend = "hotel.spend";

        /// <summary>The day of the last departure.</summary>
        public const string LastStayOn = "hotel.lastStayOn";
    }
}
