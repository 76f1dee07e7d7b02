using Crm.Sdk.Modules;
using Crm.Sdk.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Crm.Deals.Pipelines;

/// <summary>What a tenant begins with: one pipeline as most Japanese sales teams know it, and the usual reasons of losing.</summary>
internal sealed class FirstPipeline(DealsDb db, ITenant tenant) : ISeedData
{
    public const string Code = "standard";

    public async Task Seed(CancellationToken cancellation)
    {
        // One that was thrown away stays away: the bin counts too. Without the filter the tenant must be named.
        if (await db.Pipelines.IgnoreQueryFilters().AnyAsync(p => p.TenantId == db.TenantId, cancellation)) return;

        var pipeline = new Pipeline { Code = Code, Name = In("標準", "Standard"), Position = 10, Description = In("初回接触から受注までの基本の流れ。", "The usual way from the first contact to the order.") };
        db.Add(pipeline);
        db.AddRange(
            new Stage { PipelineId = pipeline.Id, Code = "approach", Name = In("アプローチ", "Approach"), Position = 10, Probability = 10, RotDays = 30 },
            new Stage { PipelineId = pipeline.Id, Code = "hearing", Name = In("ヒアリング", "Needs found"), Position = 20, Probability = 25, RotDays = 21, Needs = ["content"] },
            new Stage { PipelineId = pipeline.Id, Code = "proposal", Name = In("提案", "Proposal"), Position = 30, Probability = 45, RotDays = 21, Needs = ["amount", "expectedClose"] },
            new Stage { PipelineId = pipeline.Id, Code = "quote", Name = In("見積", "Quote"), Position = 40, Probability = 60, RotDays = 14, Needs = ["amount", "expectedClose", "personId"] },
            new Stage { PipelineId = pipeline.Id, Code = "closing", Name = In("クロージング", "Closing"), Position = 50, Probability = 80, RotDays = 14, Needs = ["amount", "expectedClose", "personId"] });
        db.AddRange(new (string Code, string Ja, string En)[]
        {
            ("price", "価格が合わない", "Price"), ("competitor", "競合に決定", "Competitor chosen"), ("budget", "予算が付かない", "No budget"), ("postponed", "時期尚早・延期", "Postponed"),
            ("features", "機能・仕様の不足", "Features missing"), ("no-answer", "連絡が途絶えた", "No answer any more"), ("in-house", "内製・現状維持", "Done in house"), ("other", "その他", "Other"),
        }.Select((r, i) => new LossReason { Code = r.Code, Name = In(r.Ja, r.En), Position = (i + 1) * 10 }));

        // Two nodes may do this at the same time; the codes are unique, and the second finds the work done.
        var saved = await db.SaveAsync(cancellation: cancellation);
        if (saved.Failed) db.ChangeTracker.Clear();

        string In(string ja, string en) => tenant.Language.TwoLetterISOLanguageName == "ja" ? ja : en;
    }
}
