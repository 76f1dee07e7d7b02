using Crm.Campaigns.Contracts;
using Crm.Campaigns.Writing;
using Crm.Customers.Contracts;
using Crm.Sdk;
using Crm.Sdk.Records;
using Crm.Tests.Customers;
using Crm.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace Crm.Tests.Campaigns;

/// <summary>A name that means nothing is found when a template is saved, with all others, where it stands and what was perhaps meant.</summary>
public sealed class TemplateFieldTests
{
    [Fact]
    public async Task A_template_with_wrong_names_is_refused_with_all_of_them_their_lines_and_what_was_meant()
    {
        await using var crm = await CampaignsHost.Start(Databases.Sqlite);

        var saved = await crm.Send(new SaveRecord(CampaignsContract.Template, null, new Dictionary<string, object?>
        {
            ["name"] = "春", ["subject"] = "{{customer.lastNmae}}様へ", ["body"] = "{{salutation}}\n\n{{customer.firstname}}さん、{{default customer.zzzzzzzz \"x\"}}\n{{#if customer.lastPurchaseOn}}前回{{/if}}",
        }));

        Assert.Equal([("subject", "campaigns.unknown-field"), ("body", "campaigns.unknown-field"), ("body", "campaigns.unknown-field")], saved.Problems.Select(p => (p.Field, p.Code)));
        Assert.Equal("1行目の {{customer.lastNmae}} という差し込み項目はありません。", saved.Problems[0].Message.Ja);
        Assert.StartsWith("{{customer.lastName}} ではありませんか。", saved.Problems[0].Cure!.Value.Ja, StringComparison.Ordinal);
        Assert.Contains("3行目の {{customer.firstname}}", saved.Problems[1].Message.Ja, StringComparison.Ordinal);
        Assert.Contains("{{customer.firstName}}", saved.Problems[1].Cure!.Value.Ja, StringComparison.Ordinal);
        Assert.DoesNotContain("ではありませんか", saved.Problems[2].Cure!.Value.Ja, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_plugin_took_away_does_not_stop_other_words_from_being_corrected_and_the_fields_are_still_told()
    {
        await using var crm = await CampaignsHost.Start(Databases.Sqlite);
        var template = await crm.Template();
        await crm.InDb(db => db.Templates.Where(t => t.Id == template).ExecuteUpdateAsync(set => set.SetProperty(t => t.Body, "{{customer.gone}}")));

        await crm.Save(CampaignsContract.Template, template, ("body", "こんにちは {{customer.gone}}"));
        Assert.Equal("campaigns.unknown-field", Assert.Single((await crm.Send(new SaveRecord(CampaignsContract.Template, template, new Dictionary<string, object?> { ["body"] = "{{customer.gone}}{{customer.goner}}" }))).Problems).Code);

        Assert.Equal("campaigns.unknown-field", (await crm.Send(new GetTemplatePreview(template, CustomersContract.Person))).Problems.Single().Code);
        var fields = await crm.Ask(new GetReaderFields());
        Assert.Contains(fields, f => f is { Path: "customer.lastName", Offered: true });
        foreach (var ours in (string[])["memo", "checks", "sex", "companyId", "createdAt"]) Assert.DoesNotContain(fields, f => f.Path == "customer." + ours && f.Offered);
    }
}
