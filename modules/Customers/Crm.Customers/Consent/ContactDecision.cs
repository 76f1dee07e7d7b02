using Crm.Customers.Contracts;
using Crm.Sdk;

namespace Crm.Customers.Consent;

/// <summary>What is known of a customer when it is decided whether to contact them. Pure, so that a property test can ask it everything.</summary>
/// <param name="Permission">The answer of the record for this channel.</param>
/// <param name="Reachable">Whether there is an address or number.</param>
/// <param name="Entries">Their entries of the ledger, in any order.</param>
internal sealed record ContactFacts(string? Permission, bool Reachable, IReadOnlyList<ConsentEntry> Entries);

/// <summary>Decides; the order of the rules is the order in which reasons are told.</summary>
internal static class ContactDecision
{
    public static ContactAnswer Of(ContactFacts? customer, Purpose? purpose, string channel, DateTimeOffset now, DateOnly today)
    {
        if (customer is null) return No(ContactAnswer.Unknown, ("顧客が見つからないか、閲覧権限がありません。", "There is no such customer, or you may not see them."));
        if (purpose is null || purpose.OutOfUse) return No(ContactAnswer.NoPurpose, ("この利用目的は登録されていないか、廃止されています。", "The purpose is not declared, or out of use."));
        if (purpose.Channels?.Contains(channel) != true) return No(ContactAnswer.NotThisChannel, ("この利用目的では、この手段を使わないことになっています。", "This purpose does not use this channel."));
        if (!customer.Reachable) return No(ContactAnswer.NoAddress, ("連絡先が登録されていません。", "There is nothing to reach them by."));
        if (purpose.Contract) return Yes(Bases.Contract, ("契約の履行に必要な連絡です。", "It fulfils a contract."), null);
        if (customer.Permission == CustomersContract.Contact.No) return No(ContactAnswer.Refused, ("本人がこの手段での連絡を断っています。", "They refused to be contacted this way."));

        var about = customer.Entries.Where(e => (e.PurposeId is null || e.PurposeId == purpose.Id) && (e.Channel is null || e.Channel == channel)).ToList();
        var withdrawn = about.Where(e => e.Basis == Bases.Withdrawn && e.At <= now).MaxBy(e => e.At);

        // The exemptions from consent are those of the law on e-mail, whatever somebody wrote into the ledger.
        var mail = channel is CustomersContract.Channels.Email or CustomersContract.Channels.Sms;
        about.RemoveAll(e => !mail && Bases.IsOfMail(e.Basis));

        // What they agreed to after opting out counts; a business relation that goes on does not undo an opt-out.
        var given = about.Where(e => e.Basis != Bases.Withdrawn && (withdrawn is null || (e.Basis == Bases.Consent && e.At > withdrawn.At))).ToList();
        var inForce = given.Where(e => e.At <= now && (e.Until is null || e.Until >= today)).OrderBy(e => e.Basis == Bases.Consent ? 0 : 1).ThenByDescending(e => e.At).ToList();
        if (inForce.FirstOrDefault(e => e.Basis == Bases.Consent || Bases.IsOfMail(e.Basis)) is { } entry)
        {
            return Yes(entry.Basis!, Bases.All.First(b => b.Key == entry.Basis).Label, entry);
        }

        if (withdrawn is not null && given.Count == 0) return No(ContactAnswer.Withdrawn, ("同意が撤回されたか、受信を拒否されています。", "Consent was withdrawn, or they opted out.")) with { ConsentId = withdrawn.Id };
        return given.Count > 0
            ? No(ContactAnswer.NotInForce, ("同意がまだ有効でないか、期限が切れています。", "The consent is not in force yet, or has run out.")) with { ConsentId = given[0].Id }
            : No(ContactAnswer.NoBasis, ("この利用目的・手段についての同意などの根拠が台帳にありません。", "Nothing in the ledger allows this purpose by this channel."));
    }

    private static ContactAnswer No(string reason, Label text) => new(false, reason, text);

    private static ContactAnswer Yes(string basis, Label text, ConsentEntry? entry) => new(true, basis, text) { ConsentId = entry?.Id, WordingId = entry?.WordingId, ConsentedAt = entry?.Basis == Bases.Consent ? entry.At : null };
}
