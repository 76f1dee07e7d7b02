using Crm.Sdk;
using static Crm.Plugins.WasteDisposal.Law.Acts;

namespace Crm.Plugins.WasteDisposal.Law;

/// <summary>How a contract stands to one item of the law.</summary>
internal enum ClauseState
{
    /// <summary>It says what it must.</summary>
    Stated,

    /// <summary>It must say it and does not.</summary>
    Missing,

    /// <summary>Whether it must say it nobody has answered yet.</summary>
    Unanswered,

    /// <summary>The item does not concern it.</summary>
    NotNeeded,

    /// <summary>The item came into force after it was concluded or last renewed.</summary>
    NotYetLaw,
}

/// <summary>What is known of a contract: the values of its fields, saved or still in a form, and of its generator.</summary>
/// <param name="Value">The value of a field by key.</param>
/// <param name="PrtrGenerator">Whether the generator handles class-1 substances of the PRTR act.</param>
internal sealed record ContractText(Func<string, object?> Value, bool PrtrGenerator)
{
    public bool Has(params ReadOnlySpan<string> fields)
    {
        foreach (var field in fields)
        {
            if (Value(field) is null or "" or string[] { Length: 0 }) return false;
        }

        return true;
    }

    public bool? Yes(string field) => Value(field) switch { bool yes => yes, "true" => true, "false" => false, _ => null };

    public string? Choice(string field) => Value(field) as string is { Length: > 0 } key ? key : null;

    public string[] Choices(string field) => Value(field) switch { string[] keys => keys, string { Length: > 0 } text => text.Split(','), _ => [] };

    public DateOnly? Day(string field) => Value(field) switch
    {
        DateOnly day => day,
        string text when DateOnly.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var day) => day,
        _ => null,
    };

    public bool Transports => Choice("form") is ContractForms.Transport or ContractForms.Both;

    public bool Disposes => Choice("form") is ContractForms.Disposal or ContractForms.Both;

    /// <summary>The day by whose law it is judged: older contracts meet a new item when they are renewed, also when that came by itself. Today's law while it says no day yet.</summary>
    public DateOnly JudgedBy(DateOnly today)
    {
        var (renewed, concluded, ended) = (Day("renewedOn"), Day("concludedOn"), Day("endedOn"));
        var renewal = Yes("renewsByItself") == true && Day("endsOn") is { } ends && (ended is not null || Choice("status") != Agreements.ContractStatuses.Ended)
            ? Renewals.Last([renewed, Day("startsOn"), concluded], ends, ended < today ? ended.Value : today)?.On
            : null;
        return new[] { renewed ?? concluded, renewal }.Max() ?? today;
    }
}

/// <summary>Keys of what a contract is about.</summary>
internal static class ContractForms
{
    public const string Transport = "transport";
    public const string Disposal = "disposal";
    public const string Both = "both";
}

/// <summary>An item that the law wants in a contract (委託契約書の法定記載事項).</summary>
/// <param name="Key">Stored; never changes.</param>
/// <param name="Name">What must be said.</param>
/// <param name="Field">The field in which it is mended.</param>
/// <param name="Law">Where it stands and since when.</param>
/// <param name="Judge">How a contract stands to it, once it is law.</param>
internal sealed record ContractClause(string Key, Label Name, string Field, Provision Law, Func<ContractText, ClauseState> Judge)
{
    public ClauseState StateOf(ContractText contract, DateOnly on) => Law.Holds(on) ? Judge(contract) : ClauseState.NotYetLaw;
}

/// <summary>
/// All items, in the order of the law. (Source: design notes, H; dates of 2006: notice of the prefecture of Gunma on the amendments, H together
/// with the regulation; an amended item binds contracts that were there from their next renewal on.)
/// </summary>
internal static class ContractClauses
{
    private static readonly DateOnly Written = new(1992, 7, 4);
    private static readonly DateOnly Widened = new(2001, 4, 1);
    private static readonly DateOnly Changes = new(2006, 7, 1);
    private static readonly DateOnly AsbestosDay = new(2006, 10, 1);
    private static readonly DateOnly Substances = new(2026, 1, 1);

    public static readonly IReadOnlyList<ContractClause> All =
    [
        Always("kind", ("種類", "Kind of waste"), Written, Order + "第6条の2第4号イ", "wasteKinds"),
        Always("quantity", ("数量", "Quantity"), Written, Order + "第6条の2第4号イ", "quantity"),
        Always("term", ("委託契約の有効期間", "Term"), Written, Regulation + "第8条の4の2第1号", "startsOn", "endsOn"),
        Always("fee", ("委託者が支払う料金", "Fee"), Written, Regulation + "第8条の4の2第2号", "fee"),
        new("scope", ("受託者の事業の範囲", "The contractor's scope of permit"), "permitId", Recalled(Written, Regulation + "第8条の4の2第3号"),
            c => Stated(c.Has("permitId") || c.Has("scopeText"))),
        new("permit-copy", ("許可証の写しの添付", "Copy of the permit attached"), "permitCopyAttached", Recalled(Written, Regulation + "第8条の4"),
            c => Stated(c.Yes("permitCopyAttached") == true)),
        new("transport-destination", ("運搬の最終目的地の所在地", "Destination of the transport"), "destinationId", Recalled(Written, Order + "第6条の2第4号ロ"),
            c => When(c.Transports, c.Has("destinationId") || c.Has("destinationText"))),
        new("transship-place", ("積替え・保管の場所の所在地", "Place of transshipment"), "transshipPlace", Recalled(Written, Regulation + "第8条の4の2第4号"),
            c => When(c.Transports && c.Yes("transships") == true, c.Has("transshipPlace"))),
        new("transship-kinds", ("積替え・保管できる種類", "Kinds kept there"), "transshipKinds", Recalled(Written, Regulation + "第8条の4の2第4号"),
            c => When(c.Transports && c.Yes("transships") == true, c.Has("transshipKinds"))),
        new("transship-limit", ("積替え・保管の上限", "Limit of what is kept there"), "transshipLimit", Recalled(Written, Regulation + "第8条の4の2第4号"),
            c => When(c.Transports && c.Yes("transships") == true, c.Has("transshipLimit"))),
        new("transship-mixing", ("安定型産業廃棄物の混合の可否", "Whether stable waste may be mixed"), "transshipMixing", Recalled(Widened, Regulation + "第8条の4の2第5号"),
            c => When(c.Transports && c.Yes("transships") == true && c.Choices("wasteKinds").Any(k => WasteKinds.Find(k)?.Stable == true), c.Has("transshipMixing"))),
        Disposal("disposal-place", ("処分・再生の場所の所在地", "Place of treatment"), "disposalPlaceId", "第6条の2第4号ハ", c => c.Has("disposalPlaceId") || c.Has("disposalPlaceText")),
        Disposal("disposal-method", ("処分・再生の方法", "Method of treatment"), "disposalMethod", "第6条の2第4号ハ", c => c.Has("disposalMethod")),
        Disposal("disposal-capacity", ("施設の処理能力", "Capacity of the plant"), "disposalCapacity", "第6条の2第4号ハ", c => c.Has("disposalCapacity")),
        Disposal("final-place", ("最終処分の場所の所在地", "Place of final disposal"), "finalPlaceId", "第6条の2第4号ホ", c => c.Has("finalPlaceId") || c.Has("finalPlaceText")),
        Disposal("final-method", ("最終処分の方法", "Method of final disposal"), "finalMethod", "第6条の2第4号ホ", c => c.Has("finalMethod")),
        Disposal("final-capacity", ("最終処分施設の処理能力", "Capacity of final disposal"), "finalCapacity", "第6条の2第4号ホ", c => c.Has("finalCapacity")),
        Always("nature", ("性状及び荷姿", "Nature and packaging"), Widened, Regulation + "第8条の4の2第6号イ", "nature", "packaging"),
        Always("decay", ("腐敗・揮発等の性状の変化", "How it changes while it is kept"), Widened, Regulation + "第8条の4の2第6号ロ", "decay"),
        Always("mixing", ("混合等により生ずる支障", "Hazards of mixing"), Widened, Regulation + "第8条の4の2第6号ハ", "mixing"),
        new("jis", ("JIS C 0950 含有マークの表示", "JIS C 0950 mark"), "jisMark", new(Changes, Regulation + "第8条の4の2第6号ニ"),
            c => c.Yes("jisMark") switch { null => ClauseState.Unanswered, false => ClauseState.NotNeeded, true => Stated(c.Has("jisText")) }),
        new("asbestos-mercury", ("石綿含有・水銀の有無", "Asbestos and mercury"), "containsListed", new(AsbestosDay, Regulation + "第8条の4の2第6号ホ(水銀は2017年10月1日から)"),
            c => c.Yes("containsListed") switch { null => ClauseState.Unanswered, false => ClauseState.NotNeeded, true => Stated(c.Choices("flags").Any(f => f != WasteFlags.Special)) }),
        new("prtr", ("第一種指定化学物質の名称と量又は割合", "Class-1 substances with amount or ratio"), "prtrSubstances", new(Substances, Regulation + "第8条の4の2第6号(2026年1月1日施行)"), Prtr),
        Always("cautions", ("その他取扱いの注意事項", "Other cautions"), Widened, Regulation + "第8条の4の2第6号ヘ", "cautions"),
        Always("change-notice", ("性状等の変更の伝達方法", "How changes are told"), Changes, Regulation + "第8条の4の2第7号", "changeNotice"),
        Always("completion", ("業務終了時の報告", "Report on completion"), Written, Regulation + "第8条の4の2第8号", "completionReport"),
        Always("untreated", ("解除時の未処理廃棄物の扱い", "Untreated waste on cancellation"), Written, Regulation + "第8条の4の2第9号", "untreatedWaste"),
    ];

    /// <summary>Every item with how a contract stands to it; by the law of today when it says no day yet.</summary>
    public static IEnumerable<(ContractClause Clause, ClauseState State)> Judge(ContractText contract, DateOnly today)
    {
        var on = contract.JudgedBy(today);
        return All.Select(clause => (clause, clause.StateOf(contract, on)));
    }

    /// <summary>What is certainly missing: with that it does not count as concluded.</summary>
    public static IEnumerable<ContractClause> Lacking(ContractText contract, DateOnly today)
    {
        var on = contract.JudgedBy(today);
        return All.Where(clause => clause.StateOf(contract, on) == ClauseState.Missing && clause.Law.Binds(on));
    }

    private static ClauseState Prtr(ContractText contract) => !contract.PrtrGenerator ? ClauseState.NotNeeded : contract.Yes("prtrContent") switch
    {
        null => ClauseState.Unanswered,
        true => Stated(contract.Has("prtrSubstances", "prtrAmounts")),
        false => ClauseState.NotNeeded,
    };

    private static ContractClause Always(string key, Label name, DateOnly since, string source, params string[] fields) =>
        new(key, name, fields[0], since == Changes ? new(since, source) : Recalled(since, source), c => Stated(c.Has(fields)));

    private static ContractClause Disposal(string key, Label name, string field, string article, Func<ContractText, bool> stated) =>
        new(key, name, field, Recalled(field.StartsWith("final", StringComparison.Ordinal) ? Widened : Written, Order + article), c => When(c.Disposes, stated(c)));

    /// <summary>The item is certain, the day it became law is not.</summary>
    private static Provision Recalled(DateOnly since, string source) => new(since, source) { DayChecked = false };

    private static ClauseState When(bool concerns, bool stated) => concerns ? Stated(stated) : ClauseState.NotNeeded;

    private static ClauseState Stated(bool stated) => stated ? ClauseState.Stated : ClauseState.Missing;
}
