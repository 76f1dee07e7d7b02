using Crm.Plugins.WasteDisposal.Contracts;
using Crm.Plugins.WasteDisposal.Law;
using Crm.Sdk.Records;

namespace Crm.Plugins.WasteDisposal.Agreements;

/// <summary>A contract (委託契約) of a generator with a transporter, a disposer, or one who is both. The texts of its items live in its extension data.</summary>
internal sealed class Contract : Record
{
    public string? Number { get; set; }

    public string Title { get; set; } = "";

    public string? Form { get; set; }

    public string? Status { get; set; }

    public Guid? GeneratorId { get; set; }

    public Guid? ContractorId { get; set; }

    public DateOnly? ConcludedOn { get; set; }

    public DateOnly? RenewedOn { get; set; }

    public DateOnly? StartsOn { get; set; }

    public DateOnly? EndsOn { get; set; }

    public bool? RenewsByItself { get; set; }

    public DateOnly? EndedOn { get; set; }

    public string[]? WasteKinds { get; set; }

    public string[]? Flags { get; set; }

    public Guid? PermitId { get; set; }

    public Guid? DestinationId { get; set; }

    public Guid? DisposalPlaceId { get; set; }

    /// <summary>Items that are missing or unanswered, kept so that lists can be filtered by them.</summary>
    public string[]? MissingItems { get; set; }

    /// <summary>Five years after its end. (Source: design notes, H.)</summary>
    public DateOnly? KeepUntil { get; set; }

    public DateOnly? RemindedOf { get; set; }

    public int? RemindedAt { get; set; }

    public bool Transports => Form is ContractForms.Transport or ContractForms.Both;

    public bool Disposes => Form is ContractForms.Disposal or ContractForms.Both;

    /// <summary>Whether somebody may hand waste over under it on a day. In writing, before the hand-over. One that ended was in force until then.</summary>
    public bool InForce(DateOnly on) => Status is not (null or ContractStatuses.Draft) && (Status != ContractStatuses.Ended || ConcludedOn is not null)
        && (ConcludedOn is null || ConcludedOn <= on) && (StartsOn is null || StartsOn <= on)
        && (EndedOn is null || on <= EndedOn) && (EndsOn is null || on <= EndsOn || (RenewsByItself == true && (Status != ContractStatuses.Ended || EndedOn is not null)));

    public bool Covers(string kind, IReadOnlyList<string> flags) => WasteKinds?.Contains(kind) == true && flags.All(f => Flags?.Contains(f) == true);

    /// <summary>Writes down a renewal that came by itself. Answers whether there was one.</summary>
    public bool RenewIfDue(DateOnly today)
    {
        if (RenewsByItself != true || EndsOn is not { } ends || EndedOn <= today || Status is not (ContractStatuses.Concluded or ContractStatuses.Incomplete)) return false;
        if (Renewals.Last(new[] { RenewedOn, StartsOn, ConcludedOn }, ends, today) is not { } renewal) return false;
        (RenewedOn, EndsOn) = (renewal.On, renewal.Ends);
        return true;
    }

    public bool RemindIfDue(DateOnly today, IReadOnlyList<int> daysBefore)
    {
        if (EndsOn is not { } ends || EndedOn is not null || Status is not (ContractStatuses.Concluded or ContractStatuses.Incomplete)) return false;
        var left = ends.DayNumber - today.DayNumber;
        if (left < -Batches.TooLate) return false;
        var stages = daysBefore.Where(d => left <= d).ToList();
        if (stages.Count == 0) return false;
        var stage = stages.Min();
        if (RemindedOf == ends && RemindedAt <= stage) return false;
        (RemindedOf, RemindedAt) = (ends, stage);
        Raise(new ContractEnding(Id, GeneratorId, ends, RenewsByItself == true));
        return true;
    }
}

internal static class ContractStatuses
{
    public const string Draft = "draft";
    public const string Concluded = "concluded";
    public const string Incomplete = "incomplete";
    public const string Ended = "ended";

    public static readonly IReadOnlyList<Choice> All =
    [
        Choice.Of(Draft, "作成中", "Draft", "blue"),
        Choice.Of(Concluded, "締結済", "Concluded", "green"),
        Choice.Of(Incomplete, "締結済(要是正)", "Concluded, to be mended", "orange"),
        Choice.Of(Ended, "終了", "Ended"),
    ];
}
