using Crm.Campaigns.Nurturing;
using Crm.Platform.Mail;
using Crm.Tests.Customers;
using Crm.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Crm.Tests.Campaigns;

/// <summary>Without a mail server nobody receives anything, so nothing that writes to many begins.</summary>
public sealed class MailServerTests
{
    [Fact]
    public async Task Without_a_mail_server_no_flow_that_sends_mails_starts()
    {
        await using var crm = await CampaignsHost.Start(Databases.Sqlite);
        var flow = await crm.Flow();
        await crm.Done(new AddStep(flow, StepKinds.Mail, TemplateId: await crm.Template()));
        var options = crm.Services.GetRequiredService<IOptions<MailOptions>>().Value;

        options.KeepInFolder = false;
        Assert.Equal("campaigns.no-mail-server", Assert.Single(await crm.Problems(new RunFlow(flow, On: true))).Code);

        options.KeepInFolder = true;
        await crm.Done(new RunFlow(flow, On: true));
    }
}
