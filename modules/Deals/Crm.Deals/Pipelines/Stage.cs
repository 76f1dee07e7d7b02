using Crm.Deals.Contracts;
using Crm.Sdk;
using Crm.Sdk.Records;

namespace Crm.Deals.Pipelines;

/// <summary>One step of a pipeline: how likely a deal in it is to be won, what must be known by then, and how long it may lie still.</summary>
internal sealed class Stage : Record
{
    public Guid? PipelineId { get; set; }

    /// <summary>A key for files.</summary>
    public string? Code { get; set; }

    public string Name { get; set; } = "";

    /// <summary>Lower comes first.</summary>
    public int Position { get; set; }

    /// <summary>Per cent, 0 to 100: what the weighted forecast counts a deal with that has no estimate of its own.</summary>
    public int Probability { get; set; }

    /// <summary>Keys of what a deal must have to be in this stage; see <see cref="StageNeeds"/>.</summary>
    public string[]? Needs { get; set; }

    /// <summary>Keys of further fields, of plugins and the tenant's own, with commas between.</summary>
    public string? AlsoNeeds { get; set; }

    /// <summary>Days without any activity or move after which a deal counts as stalled; never when empty.</summary>
    public int? RotDays { get; set; }

    public IEnumerable<string> AllNeeds => (Needs ?? []).Concat((AlsoNeeds ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)).Distinct();
}

internal static class StageFields
{
    public static readonly RecordType<Stage> Type = RecordType.For<Stage>(DealsContract.Stage)
        .Titled("商談段階", "Stage")
        .WithIcon("stairs")
        .TitledBy("name")
        .SortedBy("position")
        .NotInMenu()
        .Section("basic", "基本情報", "Basics", s => s
            .Text(x => x.Name, "名称", "Name").Required().Max(100).InList()
            .Reference(x => x.PipelineId, "パイプライン", "Pipeline", DealsContract.Pipeline).Required().Indexed().InList()
            .Number(x => x.Position, "並び順", "Order").Default(100m).Indexed().InList()
            .Number(x => x.Probability, "受注確度（%）", "Probability (%)").Required().Range(0, 100).Default(50m).InList()
                .Hint("この段階の案件が受注になる見込み。加重予測に使います。", "How likely a deal in this stage is won; the weighted forecast uses it.")
            .Number(x => x.RotDays, "滞留とみなす日数", "Stalled after days").Range(1, 3650).InList()
                .Hint("活動も移動もないままこの日数が過ぎると「滞留」になります。", "Without activity or move for so many days a deal counts as stalled.")
            .Text(x => x.Code, "コード", "Code").Max(40).Unique().MatchKey())
        .Section("needs", "この段階に必要な項目", "Needed in this stage", s => s
            .MultiChoice(x => x.Needs, "必須項目", "Required", StageNeeds.All)
                .Hint("これらが揃わない案件は、この段階に移せません。", "A deal that lacks one of these cannot be moved here.")
            .Text(x => x.AlsoNeeds, "追加の必須項目（キー）", "More required fields (keys)").Max(500)
                .Hint("プラグインや独自項目のキーをカンマ区切りで。", "Keys of fields of plugins and of your own, with commas between.")
                .Rule(FurtherNeedsAreFieldsOfDeals.Check))
        .Rule<StagesWithOpenDealsStay>();
}

/// <summary>What a stage can ask of a deal.</summary>
internal static class StageNeeds
{
    public const string Lines = "lines";
    public const string Participants = "participants";

    public static readonly IReadOnlyList<Choice> All =
    [
        Choice.Of("companyId", "会社", "Company"),
        Choice.Of("personId", "先方担当者", "Contact"),
        Choice.Of("amount", "金額", "Amount"),
        Choice.Of("expectedClose", "受注予定日", "Expected close"),
        Choice.Of("content", "商談内容", "Content"),
        Choice.Of("competitorId", "競合", "Competitor"),
        Choice.Of(Lines, "商品明細", "Product lines"),
        Choice.Of(Participants, "関係者", "People involved"),
    ];
}

/// <summary>Keys are written with letters, digits, dots and dashes; whether a field of that name is on shows when a deal is moved.</summary>
internal static class FurtherNeedsAreFieldsOfDeals
{
    public static Problem? Check(Field field, object value, RuleContext record) =>
        value is string keys && keys.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or ',' or ' ')
            ? null
            : new Problem(
                "deals.not-a-field-key",
                ("項目のキーではない文字があります。", "There are characters no key of a field has."),
                ("waste.zone, custom.grade のように書いてください。", "Write waste.zone, custom.grade."));
}
