using Crm.Customers.Contracts;
using Crm.Customers.Retention.Rules;
using Crm.Sdk;
using Crm.Sdk.Messaging;
using Crm.Sdk.Records;

namespace Crm.Customers.Retention.Purging;

/// <summary>A list of records that are to go: proposed by one, approved by another, then worked off. When it is done it is the certificate.</summary>
internal sealed class Purge : Record
{
    public string Name { get; set; } = "";

    /// <summary>The rule that proposed it; null when records were picked by hand.</summary>
    public Guid? RuleId { get; set; }

    /// <summary>The rule as a sentence when it was proposed, in both languages: the rule may be changed later.</summary>
    public string RuleJa { get; set; } = "";

    public string RuleEn { get; set; } = "";

    public string? Ground { get; set; }

    public string RecordTypeKey { get; set; } = "";

    public string Deed { get; set; } = Deeds.Purge;

    /// <summary>The first day whose records stay.</summary>
    public DateOnly? Before { get; set; }

    public string State { get; set; } = PurgeStates.Collecting;

    /// <summary>Whoever asked for it; of one the clock proposed, whoever set the rule.</summary>
    public Guid? ProposedBy { get; set; }

    /// <summary>Whoever had set the rule then.</summary>
    public Guid? RuleSetBy { get; set; }

    public DateTimeOffset? ProposedAt { get; set; }

    public Guid? DecidedBy { get; set; }

    public DateTimeOffset? DecidedAt { get; set; }

    public DateTimeOffset? FinishedAt { get; set; }

    /// <summary>How many are to go; when it is done, how many went, with what was part of them or about them.</summary>
    public int Listed { get; set; }

    public int Held { get; set; }

    public int Gone { get; set; }

    public int Refused { get; set; }

    /// <summary>Why it was turned down.</summary>
    public string? Note { get; set; }

    /// <summary>Whether the clock proposed it: one with nothing to do is not kept.</summary>
    public bool ByClock { get; set; }

    /// <summary>Whether it is changed by one of its steps: nothing else changes it.</summary>
    internal bool Stepped { get; private set; }

    public Label Rule => new(RuleJa, RuleEn);

    public static Purge Ask(string name, Label rule, string type, string deed, Guid? by, DateTimeOffset at) => new()
    {
        Name = name, RuleJa = Fitting(rule.Ja, 500), RuleEn = Fitting(rule.En, 500), RecordTypeKey = type, Deed = deed, ProposedBy = by, ProposedAt = at, Stepped = true,
    };

    /// <summary>The beginning that fits a column, never through the middle of a character.</summary>
    public static string Fitting(string text, int longest) => text.Length <= longest ? text : text[..(char.IsHighSurrogate(text[longest - 1]) ? longest - 1 : longest)];

    public void Propose(int listed, int held) => (State, Listed, Held, Stepped) = (PurgeStates.Proposed, listed, held, true);

    public void Count(int listed, int held) => (Listed, Held, Stepped) = (listed, held, true);

    public Result Approve(Guid? by, DateTimeOffset at)
    {
        if (State != PurgeStates.Proposed) return PurgeProblems.WrongState;
        if (SomebodyElseApproves.Check(this, by) is { } problem) return problem;
        if (Listed == 0) return PurgeProblems.Nothing;
        (State, DecidedBy, DecidedAt, Stepped) = (PurgeStates.Approved, by, at, true);
        Raise(new PurgeApproved(Id));
        return Result.Done;
    }

    public Result TurnDown(Guid? by, DateTimeOffset at, string? note)
    {
        if (State is not (PurgeStates.Proposed or PurgeStates.Collecting)) return PurgeProblems.WrongState;
        (State, DecidedBy, DecidedAt, Note, FinishedAt, Stepped) = (PurgeStates.TurnedDown, by, at, note, at, true);
        return Result.Done;
    }

    public void Begin() => (State, Stepped) = (PurgeStates.Running, true);

    public void Finish(int gone, int refused, DateTimeOffset at) => (State, Gone, Refused, FinishedAt, Stepped) = (PurgeStates.Done, gone, refused, at, true);
}

/// <summary>Four eyes: nobody approves what they proposed, nor what a rule proposed that they set themselves; nor does the system.</summary>
internal static class SomebodyElseApproves
{
    public static bool May(Purge purge, Guid? by) => by is { } me && me != purge.ProposedBy && me != purge.RuleSetBy;

    public static Problem? Check(Purge purge, Guid? by) => May(purge, by) ? null : new Problem(
        "customers.own-purge", ("自分が提案した、または自分が設定した規則による消去は承認できません。", "Nobody approves what they proposed, or what a rule of theirs proposed."), ("承認の権限を持つ別の人に依頼してください。", "Ask somebody else who may approve."),
        Kind: ProblemKind.Forbidden);
}

/// <summary>A purge may be worked off; within the module, so that it begins at once and not with the next night.</summary>
[Event("customers.purge-approved.v1")]
internal sealed record PurgeApproved(Guid PurgeId) : IEvent;

/// <summary>A list is to be drawn up.</summary>
[Event("customers.purge-asked.v1")]
internal sealed record PurgeAsked(Guid PurgeId) : IEvent;

/// <summary>One record of a purge. It keeps the record's id and nothing else of it.</summary>
internal sealed class PurgeItem
{
    public Guid TenantId { get; set; }

    public Guid PurgeId { get; set; }

    public string RecordType { get; set; } = "";

    public Guid RecordId { get; set; }

    public string State { get; set; } = ItemStates.Waiting;

    /// <summary>Whether it goes because it is part of, or about, a record of the list.</summary>
    public bool Along { get; set; }

    public string? ReasonJa { get; set; }

    public string? ReasonEn { get; set; }

    public void Mark(string state, Label? reason = null) => (State, ReasonJa, ReasonEn) = (state, reason is { } why ? Purge.Fitting(why.Ja, 200) : null, reason is { } again ? Purge.Fitting(again.En, 200) : null);
}

/// <summary>How far a record of a purge has come. Persisted.</summary>
internal static class ItemStates
{
    public const string Waiting = "waiting";

    /// <summary>Being erased: after a stop it may be gone or not, and is tried again.</summary>
    public const string Going = "going";
    public const string Gone = "gone";

    /// <summary>Something said while the list was drawn up that it must stay.</summary>
    public const string Held = "held";

    /// <summary>A person said that it stays; later lists leave it out too.</summary>
    public const string Kept = "kept";

    /// <summary>After the approval it turned out that it must stay.</summary>
    public const string Refused = "refused";
}

internal static class PurgeProblems
{
    public static Problem WrongState => new("customers.purge-state", ("この消去は、いまの状態ではその操作ができません。", "That cannot be done with it as it stands."), ("画面を読み直してください。", "Reload the page."), Kind: ProblemKind.Conflict);

    public static Problem Nothing => new("customers.purge-empty", ("消去する記録がありません。", "There is nothing to purge."));

    public static Problem IsOpen => new("customers.purge-open", ("この規則の提案が既にあります。", "The rule has an open proposal."), ("それを承認または却下してからやり直してください。", "Approve it or turn it down first."), Kind: ProblemKind.Conflict);
}
