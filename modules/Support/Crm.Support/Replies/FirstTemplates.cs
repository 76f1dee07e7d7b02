using Crm.Sdk.Modules;
using Crm.Sdk.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Crm.Support.Replies;

/// <summary>Templates to begin with.</summary>
internal sealed class FirstTemplates(SupportDb db, ITenant tenant) : ISeedData
{
    public async Task Seed(CancellationToken cancellation)
    {
        // One that was thrown away stays away: the bin counts too. Without the filter the tenant must be named.
        if (await db.ReplyTemplates.IgnoreQueryFilters().AnyAsync(t => t.TenantId == db.TenantId, cancellation)) return;
        var japanese = tenant.Language.TwoLetterISOLanguageName == "ja";
        db.AddRange((japanese ? Japanese : English).Select((t, i) => new ReplyTemplate { Name = t.Name, Text = t.Text, Position = (i + 1) * 10 }));
        var saved = await db.SaveAsync(cancellation: cancellation);
        if (saved.Failed) db.ChangeTracker.Clear();
    }

    private static readonly (string Name, string Text)[] Japanese =
    [
        ("受付のお礼（確認中）", "{{お客様}} 様\n\nお問い合わせいただきありがとうございます。{{担当者}}でございます。\n「{{件名}}」の件、確認のうえ改めてご連絡いたします。今しばらくお待ちください。"),
        ("追加の確認", "{{お客様}} 様\n\nいつもお世話になっております。{{担当者}}でございます。\nお問い合わせの件について、次の点をお知らせいただけますでしょうか。\n\n・"),
        ("解決のご確認", "{{お客様}} 様\n\n{{担当者}}でございます。\nその後、「{{件名}}」の件はいかがでしょうか。ご不明な点がございましたら、このメールにご返信ください。\n（受付番号 {{受付番号}}）"),
    ];

    private static readonly (string Name, string Text)[] English =
    [
        ("Thank you, we are looking into it", "Dear {{customer}},\n\nthank you for your inquiry about “{{subject}}”. We are looking into it and will come back to you.\n\n{{staff}}"),
        ("A question back", "Dear {{customer}},\n\nto answer “{{subject}}” we need to know:\n\n- \n\n{{staff}}"),
        ("Is it settled?", "Dear {{customer}},\n\nis “{{subject}}” settled for you? If anything is open, just answer this mail.\n(Number {{number}})\n\n{{staff}}"),
    ];
}
