using Crm.Customers.Contracts;
using Crm.Sdk.Records;

namespace Crm.Customers.Shared;

/// <summary>Whether a customer may be contacted by one channel. Not knowing is not permission.</summary>
internal static class ContactPermission
{
    public const string Unknown = CustomersContract.Contact.Unknown;

    public static readonly IReadOnlyList<Choice> All =
    [
        Choice.Of(Unknown, "未確認", "Not asked"),
        Choice.Of(CustomersContract.Contact.Ok, "可", "OK", "green"),
        Choice.Of(CustomersContract.Contact.No, "不可", "No", "red"),
    ];

    public static bool Allows(string? answer) => answer == CustomersContract.Contact.Ok;
}

/// <summary>How and when customers like to be contacted.</summary>
internal static class ContactHabits
{
    public static readonly IReadOnlyList<Choice> Means =
    [
        Choice.Of("email", "メール", "E-mail"),
        Choice.Of("phone", "電話", "Phone"),
        Choice.Of("mobile", "携帯電話", "Mobile phone"),
        Choice.Of("fax", "FAX", "Fax"),
        Choice.Of("letter", "郵便", "Letter"),
        Choice.Of("sns", "SNS", "Social media"),
        Choice.Of("visit", "訪問", "Visit"),
    ];

    public static readonly IReadOnlyList<Choice> Hours =
    [
        Choice.Of("morning", "午前（9〜12時）", "Morning (9–12)"),
        Choice.Of("noon", "昼（12〜13時）", "Noon (12–13)"),
        Choice.Of("afternoon", "午後（13〜17時）", "Afternoon (13–17)"),
        Choice.Of("evening", "夕方（17〜19時）", "Early evening (17–19)"),
        Choice.Of("night", "夜（19〜21時）", "Evening (19–21)"),
        Choice.Of("weekend", "土日祝", "Weekends and holidays"),
    ];
}

/// <summary>How valuable a customer is to us.</summary>
internal static class Ranks
{
    public static readonly IReadOnlyList<Choice> All =
    [
        Choice.Of("VIP", "VIP", "VIP", "yellow"),
        Choice.Of("good", "優良", "Good", "green"),
        Choice.Of("regular", "一般", "Regular", "blue"),
        Choice.Of("new", "新規", "New", "cyan"),
        Choice.Of("prospect", "見込み", "Prospect", "purple"),
        Choice.Of("dormant", "休眠", "Dormant", "secondary"),
    ];
}
