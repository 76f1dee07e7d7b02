using Crm.Customers.Contracts;
using Crm.Platform.Identity.Rights;
using Crm.Platform.Identity.Roles;
using Crm.Platform.Identity.Users;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Records;
using Crm.Sdk.Users;
using Crm.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;

namespace Crm.Tests.Customers.Care;

/// <summary>What was said in confidence is read by the roles an administrator names, and by nobody else in no way.</summary>
public sealed class SensitiveNoteTests
{
    [Theory, EveryDatabase]
    public async Task Built_in_roles_neither_list_read_search_nor_hear_of_it_until_they_are_given_the_right(string database)
    {
        await using var crm = await CustomersHost.Start(database);
        var hanako = await crm.Person("佐藤", "花子");
        var note = await crm.Save(CustomersContract.SensitiveNote, ("personId", hanako), ("writtenAt", new DateTimeOffset(2026, 5, 1, 3, 0, 0, TimeSpan.Zero)), ("title", "体調について"), ("text", "そばアレルギー"));
        Assert.Equal("そばアレルギー", (await crm.Get(CustomersContract.SensitiveNote, note))["text"]);

        foreach (var role in (string[])["sales", "support", "marketing", "viewer"])
        {
            var clerk = await Somebody(crm, role, role);
            Assert.False((await crm.Send(new GetRecord(CustomersContract.Person, hanako), actor: clerk)).Failed);
            Assert.True((await crm.Send(new GetRecord(CustomersContract.SensitiveNote, note), actor: clerk)).Failed);
            Assert.Equal(ProblemKind.Forbidden, (await crm.Send(new ListRecords(CustomersContract.SensitiveNote), actor: clerk)).Problems[0].Kind);
            Assert.DoesNotContain((await crm.Send(new SearchRecords("体調"), actor: clerk)).Value, h => h.Type == CustomersContract.SensitiveNote);
            Assert.True((await crm.Send(new GetHistory(CustomersContract.SensitiveNote, note), actor: clerk)).Failed);
            Assert.True((await crm.Send(new CountRecords(CustomersContract.SensitiveNote), actor: clerk)).Failed);
            Assert.True((await crm.Send(new CountRecords(CustomersContract.Person, new Filter.Having(CustomersContract.SensitiveNote, "personId")), actor: clerk)) is { Failed: true } or { Value: 0 });
        }

        var nurse = await crm.Ask(new SaveRole(null, "保健", "Health", new() { Records = new Dictionary<string, Reaches> { [CustomersContract.SensitiveNote] = Reaches.ReadOnly } }));
        Assert.Equal("そばアレルギー", (await crm.Ask(new GetRecord(CustomersContract.SensitiveNote, note), actor: await Somebody(crm, "nurse", nurse.ToString())))["text"]);
    }

    private static async Task<Actor> Somebody(TestHost crm, string name, string role)
    {
        var user = (await crm.Ask(new InviteUser($"{name}@alpha.example", name) { Roles = [role] })).Id;
        var tenant = await crm.Services.GetRequiredService<Tenants>().Find(crm.Tenant.Id, CancellationToken.None);
        var staff = await crm.Services.GetRequiredService<Staff>().Of(tenant!, CancellationToken.None);
        return new Actor(user, name, ChangeSource.Screen, staff.RightsOf(user));
    }
}
