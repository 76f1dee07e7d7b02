using System.Globalization;
using Crm.Sdk;
using Crm.Support.Inquiries;
using Crm.Support.PublicForm;
using Crm.Tests.Customers;
using Crm.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace Crm.Tests.Support;

/// <summary>The form for everybody: people come through, with JavaScript and without; bots do not.</summary>
public sealed class PublicFormTests
{
    private static readonly SendInquiry Filled = new("高橋 美咲", "misaki@aoba.example", "090-1234-5678", "青葉製作所", null, "納期の確認", "先日の注文の納期を教えてください。", Consent: true);

    [Theory, EveryDatabase]
    public async Task A_person_with_a_browser_is_taken_at_once_recognised_and_thanked(string database)
    {
        await using var crm = await Opened(database);
        var misaki = await crm.Person("高橋", "美咲", ("email", "misaki@aoba.example"));
        var form = await crm.Ask(new GetForm());
        crm.Clock.Advance(TimeSpan.FromSeconds(20));

        var sent = await crm.Ask(Filled with { Challenge = form.Challenge, Proof = Work(form.Challenge), TypeId = form.Types[0].Id });

        Assert.Equal(SendInquiryHandler.Taken, sent);
        var inquiry = Assert.Single(await crm.Query(db => db.Inquiries.ToListAsync()));
        Assert.Equal((misaki, "納期の確認", form.Types[0].Id, "利用目的の文言"), (inquiry.PersonId, inquiry.Subject, inquiry.TypeId, inquiry.ConsentWording));
        var thanks = Assert.Single(await crm.Query(db => db.Outgoing.ToListAsync()));
        Assert.Equal("misaki@aoba.example", thanks.Address);

        // Nobody proved that the address is theirs: what a stranger wrote does not go out under our name.
        Assert.All(new[] { Filled.Name!, Filled.Subject!, Filled.Content! }, words => Assert.DoesNotContain(words, thanks.Subject + thanks.Text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_words_of_ones_own_the_form_speaks_the_readers_language_and_counts_what_it_took_all_the_same()
    {
        await using var crm = await Opened(Databases.Sqlite);
        await crm.Set(("consent", null), ("formIntro", null));
        foreach (var (language, wording) in new[] { ("ja", "お預かりした個人情報は、お問い合わせへの回答のためにだけ利用します。"), ("en", "We use what you tell us only to answer your inquiry.") })
        {
            CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(language);
            Assert.Equal(wording, (await crm.Ask(new GetForm())).Consent);
        }

        var answers = new List<string>();
        for (var i = 0; i < 12; i++)
        {
            var form = await crm.Ask(new GetForm());
            crm.Clock.Advance(TimeSpan.FromSeconds(20));
            var sent = await crm.Send(Filled with { Challenge = form.Challenge, Proof = Work(form.Challenge) });
            answers.Add(sent.Failed ? sent.Problems[0].Code : sent.Value);
        }

        Assert.Equal(SendInquiryHandler.Taken, answers[0]);
        Assert.NotEqual(SendInquiryHandler.Taken, answers[^1]);
        Assert.All(await crm.Query(db => db.Inquiries.ToListAsync()), i => Assert.Equal("We use what you tell us only to answer your inquiry.", i.ConsentWording));
    }

    [Theory, EveryDatabase]
    public async Task Without_JavaScript_a_person_confirms_by_the_link_in_a_mail(string database)
    {
        await using var crm = await Opened(database);
        var form = await crm.Ask(new GetForm());
        crm.Clock.Advance(TimeSpan.FromSeconds(20));

        Assert.Equal(SendInquiryHandler.Held, await crm.Ask(Filled with { Challenge = form.Challenge }));
        Assert.Empty(await crm.Query(db => db.Inquiries.ToListAsync()));
        var mail = Assert.Single(await crm.Query(db => db.Outgoing.ToListAsync()));
        var key = mail.Text.Split("?key=")[1].Split('\n')[0];
        Assert.Equal("support.no-such-post", Assert.Single((await crm.Send(new ConfirmInquiry(key[..^1] + (key[^1] == '0' ? '1' : '0')))).Problems).Code);
        await crm.Ask(new ConfirmInquiry(key));
        await crm.Ask(new ConfirmInquiry(key));

        Assert.Equal("納期の確認", Assert.Single(await crm.Query(db => db.Inquiries.ToListAsync())).Subject);
        Assert.Contains("先日の注文の納期", (await crm.Query(db => db.Outgoing.OrderBy(m => m.Id).LastAsync())).Text, StringComparison.Ordinal);
    }

    [Theory, EveryDatabase]
    public async Task Capitals_do_not_make_another_address_of_it(string database)
    {
        await using var crm = await Opened(database);
        string[] addresses = ["misaki@aoba.example", "Misaki@Aoba.example", "MISAKI@aoba.example", "misakI@AOBA.example"];
        var codes = new List<string?>();
        foreach (var address in addresses)
        {
            var form = await crm.Ask(new GetForm());
            crm.Clock.Advance(TimeSpan.FromSeconds(20));
            codes.Add((await crm.Send(Filled with { Email = address, Challenge = form.Challenge, Proof = Work(form.Challenge) })).Problems.FirstOrDefault()?.Code);
        }

        Assert.Equal([null, null, null, "support.form-too-many"], codes);
    }

    [Fact]
    public async Task A_thousand_posts_of_a_bot_are_held_off_and_a_person_without_JavaScript_still_comes_through()
    {
        await using var crm = await Opened(Databases.Sqlite);
        var form = await crm.Ask(new GetForm());
        crm.Clock.Advance(TimeSpan.FromSeconds(20));
        var solved = Work(form.Challenge);
        for (var i = 0; i < 1_000; i++)
        {
            var post = Filled with { Subject = $"安い薬 {i}", Email = $"bot{i}@spam.example" };
            var fresh = i % 5 == 4 ? (await crm.Ask(new GetForm())).Challenge : null;
            crm.Clock.Advance(TimeSpan.FromSeconds(3));
            await Post(crm, "203.0.113.9", (i % 5) switch
            {
                0 => post,
                1 => post with { Challenge = form.Challenge, Website = "http://spam.example" },
                2 => post with { Challenge = form.Challenge, Proof = solved },
                3 => post with { Challenge = form.Challenge.Replace('a', 'b') },
                _ => post with { Challenge = fresh, Proof = "0" },
            });
        }

        // One challenge that was honestly worked for is good once; within the hour five posts without proof get a mail, and no more.
        Assert.Single(await crm.Query(db => db.Inquiries.ToListAsync()));
        Assert.Equal(1 + 5, await crm.Query(db => db.Outgoing.CountAsync()));

        var own = await crm.Ask(new GetForm());
        crm.Clock.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(SendInquiryHandler.Held, (await Post(crm, "198.51.100.4", Filled with { Challenge = own.Challenge })).Value);
        var mail = Assert.Single(await crm.Query(db => db.Outgoing.Where(m => m.Address == Filled.Email).ToListAsync()));
        await crm.Ask(new ConfirmInquiry(mail.Text.Split("?key=")[1].Split('\n')[0]));
        Assert.Single(await crm.Query(db => db.Inquiries.Where(i => i.FromEmail == Filled.Email).ToListAsync()));
    }

    [Fact]
    public async Task Machines_that_do_the_work_are_asked_to_confirm_and_nobodys_mailbox_is_flooded()
    {
        await using var crm = await Opened(Databases.Sqlite);
        await using (var scope = await crm.Scope())
        {
            var db = scope.Of<Crm.Support.SupportDb>("support");
            for (var i = 0; i < 120; i++) db.Add(new Inquiry { Subject = $"安い薬 {i}", FromEmail = $"bot{i % 60}@spam.example", ConsentWording = "利用目的の文言", ReceivedAt = crm.Clock.GetUtcNow().AddMinutes(-5) });
            Assert.False((await db.SaveAsync()).Failed);
        }

        var form = await crm.Ask(new GetForm());
        crm.Clock.Advance(TimeSpan.FromSeconds(20));
        var worked = Filled with { Challenge = form.Challenge, Proof = Work(form.Challenge) };
        Assert.Equal(SendInquiryHandler.Held, (await Post(crm, "198.51.100.4", worked)).Value);

        crm.Clock.Advance(TimeSpan.FromHours(2));
        foreach (var expected in new[] { SendInquiryHandler.Taken, SendInquiryHandler.Taken, SendInquiryHandler.Taken, "support.form-too-many" })
        {
            var next = await crm.Ask(new GetForm());
            crm.Clock.Advance(TimeSpan.FromSeconds(20));
            var answer = await Post(crm, "198.51.100.4", Filled with { Challenge = next.Challenge, Proof = Work(next.Challenge) });
            Assert.Equal(expected, answer.Failed ? answer.Problems[0].Code : answer.Value);
        }
    }

    [Fact]
    public async Task What_mails_said_is_forgotten_when_they_have_gone()
    {
        await using var crm = await Opened(Databases.Sqlite);
        var form = await crm.Ask(new GetForm());
        crm.Clock.Advance(TimeSpan.FromSeconds(20));
        await crm.Ask(Filled with { Challenge = form.Challenge, Proof = Work(form.Challenge) });
        await crm.DeliverEvents();
        crm.Clock.Advance(TimeSpan.FromDays(8));

        await crm.Run<ForgetPosts>();

        var mail = Assert.Single(await crm.Query(db => db.Outgoing.ToListAsync()));
        Assert.Equal(("", "", true), (mail.Text, mail.Address, mail.InquiryId is not null));
        Assert.Empty(await crm.Query(db => db.UsedChallenges.ToListAsync()));
    }

    [Fact]
    public async Task What_is_missing_is_said_beside_its_field()
    {
        await using var crm = await Opened(Databases.Sqlite);
        var problems = (await crm.Send(new SendInquiry(Email: "だれか"))).Problems;
        Assert.Equal(["consent", "content", "email", "name", "subject"], problems.Select(p => p.Field).Order());
        await crm.Set(("formOpen", false));
        Assert.Equal("support.form-closed", Assert.Single((await crm.Send(Filled)).Problems).Code);
    }

    [Fact]
    public void A_challenge_is_ours_in_time_and_worked_for()
    {
        var (key, now) = (new byte[32], new DateTimeOffset(2026, 11, 20, 1, 0, 0, TimeSpan.Zero));
        var challenge = Challenge.New(now, key);
        Assert.Null(Challenge.Read(challenge, now, key));
        Assert.NotNull(Challenge.Read(challenge, now + TimeSpan.FromSeconds(5), key));
        Assert.Null(Challenge.Read(challenge, now + TimeSpan.FromHours(13), key));
        Assert.Null(Challenge.Read(challenge, now + TimeSpan.FromSeconds(5), [.. new byte[31], 1]));
        Assert.False(Challenge.Proves(challenge, ""));
        Assert.True(Challenge.Proves(challenge, Work(challenge)));
    }

    private static Task<Result<string>> Post(TestHost crm, string from, SendInquiry form)
    {
        form.SentFrom = from;
        return crm.Send(form);
    }

    private static async Task<TestHost> Opened(string database)
    {
        var crm = await SupportHost.Start(database);
        await crm.Set(("formOpen", true), ("consent", "利用目的の文言"), ("siteUrl", "https://crm.example.jp"));
        return crm;
    }

    /// <summary>What a browser does while somebody types.</summary>
    private static string Work(string challenge)
    {
        for (var i = 0; ; i++)
        {
            if (Challenge.Proves(challenge, i.ToString(CultureInfo.InvariantCulture))) return i.ToString(CultureInfo.InvariantCulture);
        }
    }
}
