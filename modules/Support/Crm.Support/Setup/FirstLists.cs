using Crm.Sdk.Modules;
using Crm.Sdk.Tenancy;
using Crm.Sdk.Users;
using Crm.Support.Inquiries;
using Microsoft.EntityFrameworkCore;

namespace Crm.Support.Setup;

/// <summary>What a tenant begins with: the usual channels and types, and one queue.</summary>
internal sealed class FirstLists(SupportDb db, ITenant tenant) : ISeedData
{
    public async Task Seed(CancellationToken cancellation)
    {
        // One that was thrown away stays away: the bin counts too. Without the filter the tenant must be named.
        if (await db.Queues.IgnoreQueryFilters().AnyAsync(q => q.TenantId == db.TenantId, cancellation)) return;

        var desk = new SupportQueue { Code = "desk", Name = In("お客様窓口", "Customer desk"), Position = 10 };
        db.Add(desk);
        db.AddRange(new (string Code, string Ja, string En)[]
        {
            (ChannelCodes.Phone, "電話", "Phone"), (ChannelCodes.Mail, "メール", "Mail"), (ChannelCodes.Web, "Webフォーム", "Web form"), ("visit", "来店・訪問", "Visit"),
            ("fax", "FAX・手紙", "Fax or letter"), ("sns", "SNS・チャット", "Social media or chat"), (ChannelCodes.Api, "システム連携", "Another system"), ("other", "その他", "Other"),
        }.Select((c, i) => new Channel { Code = c.Code, Name = In(c.Ja, c.En), Position = (i + 1) * 10 }));
        db.AddRange(new (string Code, string Ja, string En, string Priority, bool Public)[]
        {
            ("usage", "使い方", "How to use", Priorities.Normal, true), ("product", "商品・仕様", "Products", Priorities.Normal, true), ("order", "注文・納期", "Orders and delivery", Priorities.High, true),
            ("billing", "請求・支払い", "Billing", Priorities.Normal, true), ("return", "返品・交換", "Returns", Priorities.High, true), ("defect", "不具合・故障", "Defects", Priorities.High, true),
            ("opinion", "ご意見・ご要望", "Opinions", Priorities.Low, true), ("privacy", "個人情報", "Personal data", Priorities.High, false), ("other", "その他", "Other", Priorities.Normal, true),
        }.Select((t, i) => new InquiryType { Code = t.Code, Name = In(t.Ja, t.En), Position = (i + 1) * 10, Priority = t.Priority, QueueId = desk.Id, OnForm = t.Public }));

        // Two nodes may do this at the same time; the codes are unique, and the second finds the work done.
        var saved = await db.SaveAsync(cancellation: cancellation);
        if (saved.Failed) db.ChangeTracker.Clear();

        string In(string ja, string en) => tenant.Language.TwoLetterISOLanguageName == "ja" ? ja : en;
    }
}

/// <summary>Codes of the channels that the module itself sets.</summary>
internal static class ChannelCodes
{
    public const string Phone = "phone";
    public const string Mail = "mail";
    public const string Web = "web";
    public const string Api = "api";

    /// <summary>How something came that somebody typed in and did not say: at a screen they hold the phone; null where nobody can tell.</summary>
    public static string? Typed(ChangeSource source) => source switch
    {
        ChangeSource.Screen => Phone,
        ChangeSource.Api => Api,
        _ => null,
    };
}
