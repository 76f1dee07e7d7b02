using Crm.Campaigns.Contracts;
using Crm.Customers.Contracts;
using Crm.Sdk;
using Crm.Sdk.Modules;
using Crm.Sdk.Records;
using Crm.Sdk.Users;
using Microsoft.EntityFrameworkCore;

namespace Crm.Campaigns.Writing;

/// <summary>A mail to be filled in for each reader: Markdown with fields of the reader in double braces.</summary>
internal sealed class MailTemplate : Record
{
    public string Name { get; set; } = "";

    public string Subject { get; set; } = "";

    /// <summary>What mail programs show beside the subject.</summary>
    public string? Preheader { get; set; }

    public string? Body { get; set; }

    public string? Memo { get; set; }
}

internal static class MailTemplateFields
{
    public static readonly RecordType<MailTemplate> Type = RecordType.For<MailTemplate>(CampaignsContract.Template)
        .Titled("テンプレート", "Template")
        .WithIcon("template")
        .TitledBy("name")
        .SortedBy("name")
        .Section("basic", "基本情報", "Basics", s => s
            .Text(t => t.Name, "名前", "Name").Required().Max(200).Searchable().Indexed().InList()
            .Text(t => t.Subject, "件名", "Subject").Required().Max(200).Rule(TemplateIsUnderstood.Field).InList()
            .Text(t => t.Preheader, "プリヘッダー", "Preheader").Max(200).Rule(TemplateIsUnderstood.Field)
                .Hint("受信一覧で件名の横に出る一文。", "What mail programs show beside the subject.")
            .LongText(t => t.Body, "本文（Markdown）", "Text (Markdown)").Required().Max(50_000).Rule(TemplateIsUnderstood.Field)
                .Hint("差し込み: {{customer.lastName}}、{{default customer.firstName \"お客様\"}}、{{#if customer.birthMonth}}…{{/if}}。項目名は横の「差し込める項目」から選べます。フッターと配信停止のリンクは自動で付きます。", "Fields: {{customer.lastName}}, {{default customer.firstName \"customer\"}}, {{#if customer.birthMonth}}…{{/if}}; the list beside the form has them. Footer and opt-out link are added.")
            .LongText(t => t.Memo, "備考", "Note").Max(2000))
        .Rule<WhatRunningFlowsSendIsApproved>()
        .Rule<FieldsOfTemplatesExist>();
}

/// <summary>A template says nothing that is not understood.</summary>
internal static class TemplateIsUnderstood
{
    public static Problem? Field(Field field, object value, RuleContext record) =>
        TemplateText.Check((string)value) is { } wrong
            ? new Problem("campaigns.bad-template", ($"差し込みを読み取れません（{wrong.Ja.TrimEnd('。')}）。", $"The template is not understood ({wrong.En.TrimEnd('.')})."), ("{{customer.項目}}、{{default customer.項目 \"代わりの文\"}}、{{#if customer.項目}}…{{else}}…{{/if}} の形で書いてください。", "Write {{customer.field}}, {{default customer.field \"text\"}} or {{#if customer.field}}…{{else}}…{{/if}}."), field.Key)
            : null;
}

/// <summary>
/// A template asks for fields that people or companies have. What stood in it before is let through: the plugin that brought a field may be off,
/// and campaigns ask again before they are approved.
/// </summary>
internal sealed class FieldsOfTemplatesExist(Readers readers) : RecordRule
{
    private static readonly string[] Written = ["subject", "preheader", "body"];

    private HashSet<string> known = [];

    public override async Task Prepare(RuleBatch batch, CancellationToken cancellation) => known =
        [.. await readers.Known(CustomersContract.Person, cancellation), .. await readers.Known(CustomersContract.Company, cancellation)];

    public override IEnumerable<Problem> Check(RuleContext record) =>
        from field in Written
        where record.Changed(field) && record[field] is string written && TemplateText.Check(written) is null
        let before = TemplateText.Paths(record.Before(field) as string)
        from wrong in WrongNames.In((string)record[field]!, known)
        where !before.Contains(wrong.Path)
        select WrongNames.Told(wrong, null, field);
}

/// <summary>A flow was approved with the mails it sends: while it runs, who may approve may change them, and nobody else.</summary>
internal sealed class WhatRunningFlowsSendIsApproved(CampaignsDb db, IUser user) : RecordRule
{
    private static readonly string[] Sent = ["subject", "preheader", "body"];

    private HashSet<Guid> used = [];

    public override async Task Prepare(RuleBatch batch, CancellationToken cancellation)
    {
        var ids = batch.Records.Where(r => !r.IsNew).Select(r => (Guid?)r.Record.Id).ToList();
        used = await (from step in db.FlowSteps join flow in db.Flows on step.FlowId equals flow.Id where flow.IsRunning && ids.Contains(step.TemplateId) select step.TemplateId!.Value).ToHashSetAsync(cancellation);
    }

    public override IEnumerable<Problem> Check(RuleContext record) => used.Contains(record.Record.Id) && !user.May(CampaignsContract.Approve)
        ? Sent.Where(record.Changed).Take(1).Select(field => new Problem(
            "campaigns.template-runs", ("実行中のナーチャリングが使っているテンプレートです。", "A flow that runs sends this template."),
            ("フローを止めるか、承認の権限がある人に変更を依頼するか、複製を作ってください。", "Stop the flow, ask somebody who may approve, or make another template."), field))
        : [];

    public override IEnumerable<Problem> CheckBin(RuleContext record) => used.Contains(record.Record.Id)
        ? [new Problem("campaigns.template-runs", ("実行中のナーチャリングが使っているテンプレートです。", "A flow that runs sends this template."), ("先にフローを停止してください。", "Stop the flow first."))]
        : [];
}

/// <summary>Templates a tenant begins with.</summary>
internal sealed class FirstTemplates(CampaignsDb db) : ISeedData
{
    public async Task Seed(CancellationToken cancellation)
    {
        if (await db.Templates.IgnoreQueryFilters().AnyAsync(t => t.TenantId == db.TenantId, cancellation)) return;
        db.AddRange(
            new MailTemplate
            {
                Name = Texts.L("お知らせ（基本）", "News (plain)"),
                Subject = Texts.L("{{tenant.name}}からのお知らせ", "News from {{tenant.name}}"),
                Body = Texts.L(
                    "{{salutation}}\n\nいつもお世話になっております。{{tenant.name}}です。\n\n## 新商品のご案内\n\nここに本文を書きます。\n\n- 特長1\n- 特長2\n\n[くわしくはこちら](https://www.example.jp/)",
                    "{{salutation}}\n\nHere is what is new at {{tenant.name}}.\n\n## What is new\n\nWrite here.\n\n- One\n- Two\n\n[Read more](https://www.example.jp/)"),
            },
            new MailTemplate
            {
                Name = Texts.L("お誕生月のご案内", "Month of birth"),
                Subject = Texts.L("{{default customer.lastName \"お客\"}}様、お誕生月おめでとうございます", "A happy month of birth, {{default customer.name \"dear customer\"}}"),
                Body = Texts.L(
                    "{{salutation}}\n\nお誕生月おめでとうございます。日頃の感謝を込めて、今月お使いいただける特典をご用意しました。\n\n[特典を見る](https://www.example.jp/birthday)",
                    "{{salutation}}\n\nA happy month of birth. There is something for you this month.\n\n[See what](https://www.example.jp/birthday)"),
            },
            new MailTemplate
            {
                Name = Texts.L("ご無沙汰のお客様へ", "Long not seen"),
                Subject = Texts.L("その後いかがお過ごしですか", "How have you been?"),
                Body = Texts.L(
                    "{{salutation}}\n\n{{#if customer.lastPurchaseOn}}前回（{{customer.lastPurchaseOn}}）のご利用から、しばらく経ちました。{{else}}ご登録ありがとうございます。{{/if}}\n\n季節のおすすめをご紹介します。\n\n[おすすめを見る](https://www.example.jp/season)",
                    "{{salutation}}\n\n{{#if customer.lastPurchaseOn}}It is a while since {{customer.lastPurchaseOn}}.{{else}}Thank you for signing up.{{/if}}\n\n[What we suggest](https://www.example.jp/season)"),
            });
        var saved = await db.SaveAsync(cancellation: cancellation);
        saved.OrThrow("The first templates break a rule");
    }
}
