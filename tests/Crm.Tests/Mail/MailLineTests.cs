using Crm.Platform.Mail;
using Crm.Sdk.Mail;
using Crm.Tests.Campaigns;
using Crm.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using CrmMail = Crm.Sdk.Mail.Mail;

namespace Crm.Tests.Mail;

/// <summary>A line that stays open over many mails says of each what became of it.</summary>
public sealed class MailLineTests
{
    private static readonly CrmMail News = new("hanako@example.jp", "春のお知らせ：とても長い件名なので一語には収まりません、それでも一行の件名として届きます", "花子様\n\n.行頭の点も\n届きます。")
    {
        Id = new Guid("0193a000-0000-7000-8000-000000000001"), Html = "<p>花子様</p>", Headers = new Dictionary<string, string> { ["Reply-To"] = "desk@example.jp", ["X-Name"] = "名前" },
    };

    [Fact]
    public async Task A_mail_arrives_as_it_was_written()
    {
        using var server = new SmtpPostbox();
        await using var host = await Start(server);
        await using var scope = await host.Scope();
        await using var line = await scope.Get<IMailLines>().Open();

        for (var i = 0; i < 3; i++) Assert.Equal(HandoverOutcome.Taken, (await line.Send(News)).Outcome);

        Assert.Equal(3, server.Mails.Count);
        var mail = server.Mails.First();
        Assert.Equal((News.Subject, "<desk@example.jp>", "名前", News.Id), (mail.Header("Subject"), mail.Header("Reply-To"), mail.Header("X-Name"), mail.Id));
        Assert.Equal((News.Text, News.Html), (mail.Text, mail.Html));
        Assert.All(mail.Source.Split("\r\n"), l => Assert.True(l.Length <= 998 && l.All(c => c is >= ' ' and <= '~' or '\t'), l));
    }

    [Fact]
    public async Task Refusals_of_one_mail_leave_the_line_open_for_the_next()
    {
        using var server = new SmtpPostbox { AnswersTo = to => to switch { "gone@example.jp" => "550 5.1.1 no such user", "full@example.jp" => "452 4.2.2 full", _ => null } };
        await using var host = await Start(server);
        await using var scope = await host.Scope();
        await using var line = await scope.Get<IMailLines>().Open();

        Assert.Equal((HandoverOutcome.Refused, "550 5.1.1 no such user"), (await line.Send(News with { To = "gone@example.jp" }) is var gone ? (gone.Outcome, gone.Answer) : default));
        Assert.Equal(HandoverOutcome.Later, (await line.Send(News with { To = "full@example.jp" })).Outcome);
        Assert.Equal(HandoverOutcome.Taken, (await line.Send(News)).Outcome);
        Assert.Single(server.Mails);
    }

    [Fact]
    public async Task A_line_that_breaks_after_the_end_of_the_mail_leaves_it_in_doubt()
    {
        using var server = new SmtpPostbox { DiesAfter = _ => true };
        await using var host = await Start(server);
        await using var scope = await host.Scope();
        await using var line = await scope.Get<IMailLines>().Open();

        Assert.Equal(HandoverOutcome.InDoubt, (await line.Send(News)).Outcome);
        Assert.False(line.IsOpen);
    }

    [Fact]
    public async Task Nobody_there_is_an_input_output_error()
    {
        await using var host = await TestHost.StartWith(Databases.Sqlite, s => s.Configure<MailOptions>(o => (o.Host, o.Port, o.StartTls) = ("127.0.0.1", 1, false)));
        await using var scope = await host.Scope();
        await Assert.ThrowsAsync<IOException>(() => scope.Get<IMailLines>().Open());
    }

    [Theory, MemberData(nameof(MailTests.Forged), MemberType = typeof(MailTests), DisableDiscoveryEnumeration = true)]
    public async Task An_author_cannot_write_headers_on_a_line_either(CrmMail forged)
    {
        await using var host = await TestHost.Start(Databases.Sqlite);
        await using var scope = await host.Scope();
        await using var line = await scope.Get<IMailLines>().Open();
        await Assert.ThrowsAsync<ArgumentException>(() => line.Send(forged));
    }

    private static Task<TestHost> Start(SmtpPostbox server) =>
        TestHost.StartWith(Databases.Sqlite, s => s.Configure<MailOptions>(o => (o.Host, o.Port, o.StartTls, o.From) = ("127.0.0.1", server.Port, false, "news@minato.example")));
}
