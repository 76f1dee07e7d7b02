// The public holidays of Japan, worked out from the law and its changes instead of listed.
namespace Crm.Sdk.Japan;

/// <summary>
/// Public holidays of Japan (国民の祝日に関する法律 and its amendments). (Source: the law, H; equinoxes by the formula of the
/// Hydrographic Department, which holds for 1980 to 2099, H. The government gazettes equinoxes only for the next year.)
/// </summary>
public static class Holidays
{
    /// <summary>First year that is known; earlier days are no holidays here.</summary>
    public const int FirstYear = 1980;

    /// <summary>Last year that is known.</summary>
    public const int LastYear = 2099;

    private static readonly Label Substitute = ("振替休日", "Substitute holiday");
    private static readonly Label Sandwiched = ("国民の休日", "Citizens' holiday");
    private static readonly Label NewYear = ("元日", "New Year's Day");
    private static readonly Label ComingOfAge = ("成人の日", "Coming of Age Day");
    private static readonly Label Foundation = ("建国記念の日", "National Foundation Day");
    private static readonly Label Emperor = ("天皇誕生日", "The Emperor's Birthday");
    private static readonly Label Spring = ("春分の日", "Vernal Equinox Day");
    private static readonly Label Showa = ("昭和の日", "Showa Day");
    private static readonly Label Greenery = ("みどりの日", "Greenery Day");
    private static readonly Label Constitution = ("憲法記念日", "Constitution Memorial Day");
    private static readonly Label Children = ("こどもの日", "Children's Day");
    private static readonly Label Marine = ("海の日", "Marine Day");
    private static readonly Label Mountain = ("山の日", "Mountain Day");
    private static readonly Label Aged = ("敬老の日", "Respect for the Aged Day");
    private static readonly Label Autumn = ("秋分の日", "Autumnal Equinox Day");
    private static readonly Label HealthAndSports = ("体育の日", "Health and Sports Day");
    private static readonly Label Sports = ("スポーツの日", "Sports Day");
    private static readonly Label Culture = ("文化の日", "Culture Day");
    private static readonly Label Labour = ("勤労感謝の日", "Labour Thanksgiving Day");
    private static readonly Label Funeral = ("昭和天皇の大喪の礼", "Funeral of Emperor Showa");
    private static readonly Label Enthronement = ("即位礼正殿の儀", "Enthronement Ceremony");
    private static readonly Label Wedding = ("皇太子徳仁親王の結婚の儀", "Wedding of Crown Prince Naruhito");
    private static readonly Label Accession = ("天皇の即位の日", "Accession of the Emperor");

    /// <summary>Whether the day is a holiday, substitute and sandwiched days included. Sundays are not, as such.</summary>
    public static bool IsHoliday(DateOnly date) => NameOf(date) is not null;

    /// <summary>The name of the holiday, or null when the day is none.</summary>
    public static Label? NameOf(DateOnly date)
    {
        if (date.Year is < FirstYear or > LastYear) return null;
        return National(date) ?? (IsSubstitute(date) ? Substitute : IsSandwiched(date) ? Sandwiched : null);
    }

    /// <summary>The days that the law calls 国民の祝日.</summary>
    private static Label? National(DateOnly date)
    {
        var (year, month, day) = date;
        return month switch
        {
            1 when day == 1 => NewYear,
            1 when (year < 2000 ? day == 15 : IsMonday(date, 2)) => ComingOfAge,
            2 when day == 11 => Foundation,
            2 when day == 23 && year >= 2020 => Emperor,
            2 when day == 24 && year == 1989 => Funeral,
            3 when day == VernalEquinox(year) => Spring,
            4 when day == 29 => year < 1989 ? Emperor : year < 2007 ? Greenery : Showa,
            5 when day == 1 && year == 2019 => Accession,
            5 when day == 3 => Constitution,
            5 when day == 4 && year >= 2007 => Greenery,
            5 when day == 5 => Children,
            6 when day == 9 && year == 1993 => Wedding,
            7 when IsMarineDay(date) => Marine,
            7 when day == (year switch { 2020 => 24, 2021 => 23, _ => 0 }) => Sports,
            8 when year >= 2016 && day == (year switch { 2020 => 10, 2021 => 8, _ => 11 }) => Mountain,
            9 when (year < 2003 ? day == 15 : IsMonday(date, 3)) => Aged,
            9 when day == AutumnalEquinox(year) => Autumn,
            10 when year is not (2020 or 2021) && (year < 2000 ? day == 10 : IsMonday(date, 2)) => year < 2020 ? HealthAndSports : Sports,
            10 when day == 22 && year == 2019 => Enthronement,
            11 when day == 3 => Culture,
            11 when day == 12 && year == 1990 => Enthronement,
            11 when day == 23 => Labour,
            12 when day == 23 && year is >= 1989 and <= 2018 => Emperor,
            _ => null,
        };
    }

    /// <summary>振替休日: the day after a holiday on a Sunday; from 2007 the first day after it that is no holiday itself.</summary>
    private static bool IsSubstitute(DateOnly date)
    {
        if (date.Year < 2007) return date.DayOfWeek == DayOfWeek.Monday && National(date.AddDays(-1)) is not null;
        for (var before = date.AddDays(-1); National(before) is not null; before = before.AddDays(-1))
            if (before.DayOfWeek == DayOfWeek.Sunday) return true;
        return false;
    }

    /// <summary>国民の休日: a day between two holidays, since 27 December 1985; until 2006 not a Sunday.</summary>
    private static bool IsSandwiched(DateOnly date) =>
        date.Year >= 1986
        && (date.Year >= 2007 || date.DayOfWeek != DayOfWeek.Sunday)
        && National(date.AddDays(-1)) is not null && National(date.AddDays(1)) is not null;

    private static bool IsMarineDay(DateOnly date) => date.Year switch
    {
        < 1996 => false,
        < 2003 => date.Day == 20,
        2020 => date.Day == 23,
        2021 => date.Day == 22,
        _ => IsMonday(date, 3),
    };

    private static bool IsMonday(DateOnly date, int ordinal) => date.DayOfWeek == DayOfWeek.Monday && (date.Day - 1) / 7 == ordinal - 1;

    private static int VernalEquinox(int year) => Equinox(20.8431, year);

    private static int AutumnalEquinox(int year) => Equinox(23.2488, year);

    private static int Equinox(double in1980, int year) => (int)(in1980 + (0.242194 * (year - 1980))) - ((year - 1980) / 4);
}
