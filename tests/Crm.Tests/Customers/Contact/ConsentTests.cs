using Crm.Customers.Consent;
using Crm.Customers.Contracts;
using Crm.Platform.Tenancy;
using Crm.Sdk.Records;
using Crm.Sdk.Users;
using Crm.Tests.Infrastructure;

namespace Crm.Tests.Customers.Contact;

/// <summary>Whether somebody may be contacted: every path asks the ledger, and every refusal has its reason.</summary>
public sealed class ConsentTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 3, 0, 0, TimeSpan.Zero);
    private static readonly DateOnly Today = new(2026, 11, 22);

    [Fact]
    public void Nothing_is_sent_against_the_ledger_whatever_stands_in_it()
    {
        var random = new Random(7);
        var (yes, no) = (0, 0);
        for (var i = 0; i < 20_000; i++)
        {
            var purpose = new Purpose { Id = Ids.New(), Code = "newsletter", Contract = random.Next(8) == 0, OutOfUse = random.Next(10) == 0, Channels = random.Next(5) == 0 ? ["post"] : ["email", "sms", "post", "phone"] };
            var channel = Pick(random, "email", "sms", "post", "phone");
            var facts = new ContactFacts(Pick(random, "ok", "no", "unknown", null), random.Next(6) > 0, [.. Enumerable.Range(0, random.Next(4)).Select(_ => Entry(random, purpose))]);

            var answer = ContactDecision.Of(facts, purpose, channel, Now, Today);

            Assert.False(string.IsNullOrEmpty(answer.Reason) || string.IsNullOrEmpty(answer.Text.Ja) || string.IsNullOrEmpty(answer.Text.En));
            if (!answer.Allowed)
            {
                no++;
                continue;
            }

            yes++;
            Assert.False(purpose.OutOfUse);
            Assert.True(facts.Reachable);
            Assert.Contains(channel, purpose.Channels!);
            if (purpose.Contract) continue;
            Assert.NotEqual("no", facts.Permission);
            var basis = facts.Entries.Single(e => e.Id == answer.ConsentId);
            Assert.True(basis.Basis != Bases.Withdrawn && basis.At <= Now && (basis.Until is null || basis.Until >= Today) && (basis.PurposeId ?? purpose.Id) == purpose.Id && (basis.Channel ?? channel) == channel);
            Assert.DoesNotContain(facts.Entries, e => e.Basis == Bases.Withdrawn && e.At <= Now && (e.At >= basis.At || basis.Basis != Bases.Consent)
                && (e.PurposeId is null || e.PurposeId == purpose.Id) && (e.Channel is null || e.Channel == channel));
        }

        Assert.True(yes > 500 && no > 5_000, $"{yes} / {no}: too one-sided to prove anything");
    }

    /// <summary>The rules once more, as sentences: each refusal has just the reason that is true, and what none refuses is allowed.</summary>
    [Fact]
    public void Each_refusal_has_its_reason_and_what_no_rule_refuses_is_allowed()
    {
        var random = new Random(19);
        var told = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < 20_000; i++)
        {
            var purpose = random.Next(30) == 0 ? null : new Purpose { Id = Ids.New(), Contract = random.Next(8) == 0, OutOfUse = random.Next(15) == 0, Channels = random.Next(8) == 0 ? ["post"] : ["email", "sms", "post", "phone"] };
            var channel = Pick(random, "email", "sms", "post", "phone");
            var facts = random.Next(30) == 0 ? null : new ContactFacts(Pick(random, "ok", "no", "unknown", null, null), random.Next(8) > 0, [.. Enumerable.Range(0, random.Next(4)).Select(_ => Entry(random, purpose ?? new Purpose { Id = Ids.New() }))]);

            var answer = ContactDecision.Of(facts, purpose, channel, Now, Today);

            Assert.Equal(Expected(facts, purpose, channel), answer.Allowed ? null : answer.Reason);
            told[answer.Reason] = told.GetValueOrDefault(answer.Reason) + 1;
        }

        Assert.All(
            [ContactAnswer.Unknown, ContactAnswer.NoPurpose, ContactAnswer.NotThisChannel, ContactAnswer.NoAddress, ContactAnswer.Refused, ContactAnswer.Withdrawn, ContactAnswer.NotInForce, ContactAnswer.NoBasis, "consent", "written", "relationship", "contract"],
            reason => Assert.True(told.GetValueOrDefault(reason) > 50, reason));
    }

    private static string? Expected(ContactFacts? who, Purpose? purpose, string channel)
    {
        if (who is null) return ContactAnswer.Unknown;
        if (purpose is not { OutOfUse: false }) return ContactAnswer.NoPurpose;
        if (!purpose.Channels!.Contains(channel)) return ContactAnswer.NotThisChannel;
        if (!who.Reachable) return ContactAnswer.NoAddress;
        if (purpose.Contract) return null;
        if (who.Permission == "no") return ContactAnswer.Refused;
        var here = who.Entries.Where(e => (e.PurposeId ?? purpose.Id) == purpose.Id && (e.Channel ?? channel) == channel).ToList();
        bool Undone(ConsentEntry e) => here.Exists(w => w.Basis == "withdrawn" && w.At <= Now && (e.Basis != "consent" || w.At >= e.At));
        var standing = here.Where(e => e.Basis == "consent" || (e.Basis is "written" or "relationship" or "published" && channel is "email" or "sms" && e.Basis != "withdrawn")).Where(e => !Undone(e)).ToList();
        if (standing.Exists(e => e.At <= Now && !(e.Until < Today))) return null;
        if (standing.Count > 0) return ContactAnswer.NotInForce;
        return here.Exists(w => w.Basis == "withdrawn" && w.At <= Now) ? ContactAnswer.Withdrawn : ContactAnswer.NoBasis;
    }

    [Theory, EveryDatabase]
    public async Task Consent_lets_a_newsletter_go_out_its_withdrawal_stops_it_at_once_and_nobody_knows_means_no(string database)
    {
        await using var crm = await CustomersHost.Start(database);
        var purpose = await crm.Save(CustomersContract.Purpose, ("code", "spring"), ("name", "春のご案内"), ("channels", new[] { "email", "post" }));
        var hanako = await crm.Person("佐藤", "花子", ("email", "hanako@example.jp"));
        async Task<ContactAnswer> Ask(string channel) => (await crm.Ask(new MayContact([hanako], "spring", channel)))[hanako];

        Assert.Equal((false, ContactAnswer.NoBasis), ((await Ask("email")).Allowed, (await Ask("email")).Reason));
        await crm.Save(CustomersContract.Consent, ("personId", hanako), ("purposeId", purpose), ("channel", "email"), ("basis", "consent"), ("at", new DateTimeOffset(2026, 1, 5, 0, 0, 0, TimeSpan.Zero)), ("how", "Webフォーム"));
        Assert.True((await Ask("email")).Allowed);
        Assert.Equal(ContactAnswer.NoAddress, (await Ask("post")).Reason);
        Assert.Equal(ContactAnswer.NotThisChannel, (await Ask("phone")).Reason);
        Assert.Equal(ContactAnswer.NoPurpose, (await crm.Ask(new MayContact([hanako], "autumn", "email")))[hanako].Reason);

        await crm.Done(new WithdrawConsent(hanako, "spring", "email", "電話"));

        Assert.Equal((false, ContactAnswer.Withdrawn), ((await Ask("email")).Allowed, (await Ask("email")).Reason));
    }

    [Theory, EveryDatabase]
    public async Task What_stands_in_the_ledger_is_rewritten_by_nobody_but_who_answers_for_the_rights_of_persons(string database)
    {
        await using var crm = await CustomersHost.Start(database);
        var hanako = await crm.Person("佐藤", "花子", ("email", "hanako@example.jp"));
        await crm.Done(new WithdrawConsent(hanako, "newsletter", "email", "電話"));
        var withdrawal = (await crm.List(CustomersContract.Consent, null, "basis")).Rows.Single().Id;
        (string, RecordAction, Reach)[] rights = [.. ((RecordAction[])[RecordAction.Read, RecordAction.Create, RecordAction.Edit, RecordAction.Delete]).Select(a => (CustomersContract.Consent, a, Reach.All)), (CustomersContract.Person, RecordAction.Read, Reach.All)];
        var (seller, officer) = (TestHost.UserWith(rights), TestHost.UserWith([CustomersContract.PersonRights], rights));

        async Task<string?> Edit(Actor actor, string field, object? value) => (await crm.Send(new SaveRecord(CustomersContract.Consent, withdrawal, new Dictionary<string, object?> { [field] = value }), actor: actor)).Problems.Select(p => p.Code).FirstOrDefault();
        Assert.Equal("customers.ledger-kept", await Edit(seller, "at", new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero)));
        Assert.Equal("customers.ledger-kept", await Edit(seller, "basis", "published"));
        Assert.Null(await Edit(seller, "evidence", "録音あり"));
        Assert.Equal("customers.ledger-kept", (await crm.Send(new DeleteRecords(CustomersContract.Consent, [withdrawal]), actor: seller)).Value.Rows.Single().Problems[0].Code);
        Assert.Null(await Edit(officer, "how", "書面"));
        Assert.Empty((await crm.Send(new DeleteRecords(CustomersContract.Consent, [withdrawal]), actor: officer)).Value.Rows.Single().Problems);
    }

    private static ConsentEntry Entry(Random random, Purpose purpose) => new()
    {
        PersonId = Ids.New(), Basis = Pick(random, Bases.Consent, Bases.Written, Bases.Relationship, Bases.Withdrawn), PurposeId = random.Next(6) switch { 0 => Ids.New(), 1 => null, _ => purpose.Id },
        Channel = random.Next(5) == 0 ? null : Pick(random, "email", "sms", "post", "phone"), At = Now.AddDays(random.Next(-400, 40)), Until = random.Next(4) == 0 ? Today.AddDays(random.Next(-50, 50)) : null,
    };

    private static T Pick<T>(Random random, params T[] from) => from[random.Next(from.Length)];
}
