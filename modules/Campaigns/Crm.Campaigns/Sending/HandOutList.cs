using System.Text;
using Crm.Campaigns.Audience;
using Crm.Campaigns.Contracts;
using Crm.Campaigns.Planning;
using Crm.Customers.Contracts;
using Crm.Sdk;
using Crm.Sdk.Files;
using Crm.Sdk.Japan;
using Crm.Sdk.Messaging;
using Crm.Sdk.Records;
using Crm.Sdk.Users;
using Crm.Sdk.Text;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Campaigns.Sending;

/// <summary>Hands the list of a DM or call campaign out: who may still be contacted counts as contacted from now on, the others are left out.</summary>
/// <param name="Id">The campaign.</param>
[Command("campaigns.hand-out")]
internal sealed record HandOutList(Guid Id) : IRequest<Result>;

/// <summary>The list that was handed out, as a CSV file; once more without those who may not be contacted any more.</summary>
/// <param name="Id">The campaign.</param>
internal sealed record GetContactList(Guid Id) : IRequest<Result<Download>>;

internal sealed class HandOutListHandler(CampaignsDb db, Screening screening, Purposes purposes, IMediator mediator, IUser user, TimeProvider clock) : IRequestHandler<HandOutList, Result>, IRequestHandler<GetContactList, Result<Download>>
{
    private static readonly string[] OfPeople = ["code", "lastName", "firstName", "postalCode", "prefecture", "city", "street", "building", "phone", "mobile"];
    private static readonly string[] OfCompanies = ["code", "name", "postalCode", "prefecture", "city", "street", "building", "phone"];

    public async Task<Result> Handle(HandOutList handOut, CancellationToken cancellationToken)
    {
        var loaded = await db.Load<Campaign>(handOut.Id, RecordAction.Edit, cancellation: cancellationToken);
        if (loaded.Failed) return loaded;
        var campaign = loaded.Value;
        if (campaign.Status != CampaignsContract.Status.Approved || !Channels.IsList(campaign.Channel)) return CampaignProblems.WrongStatus(campaign.Status);
        if (await purposes.Of(campaign.PurposeId!.Value, cancellationToken) is { Contract: true }) return CampaignProblems.ContractPurpose;
        DateTimeOffset? now = clock.GetUtcNow();
        await foreach (var (allowed, refused) in Screened(campaign, RecipientStates.Waiting, cancellationToken))
        {
            await db.Recipients.Where(r => allowed.Contains(r.Id)).ExecuteUpdateAsync(set => set.SetProperty(r => r.State, RecipientStates.Sent).SetProperty(r => r.SentAt, now), cancellationToken);
            foreach (var (id, reason) in refused)
            {
                var text = reason.Kept;
                await db.Recipients.Where(r => r.Id == id).ExecuteUpdateAsync(set => set.SetProperty(r => r.State, RecipientStates.Excluded).SetProperty(r => r.Reason, reason.Key).SetProperty(r => r.ReasonText, text), cancellationToken);
            }
        }

        campaign.Finish(now.Value);
        return await db.SaveAsync(cancellation: cancellationToken);
    }

    public async Task<Result<Download>> Handle(GetContactList get, CancellationToken cancellationToken)
    {
        var loaded = await db.Load<Campaign>(get.Id, RecordAction.Export, cancellation: cancellationToken);
        if (loaded.Failed) return Result<Download>.Fail(loaded.Problems);
        var campaign = loaded.Value;
        if (!Channels.IsList(campaign.Channel) || campaign.Status != CampaignsContract.Status.Done) return CampaignProblems.WrongStatus(campaign.Status);
        var csv = new StringBuilder();
        Line(csv, Head(campaign.Channel));
        await foreach (var (allowed, _) in Screened(campaign, RecipientStates.Sent, cancellationToken))
        {
            var customers = await db.Recipients.AsNoTracking().Where(r => allowed.Contains(r.Id)).Select(r => new { r.CustomerId, r.CustomerType }).ToListAsync(cancellationToken);
            foreach (var ofType in customers.GroupBy(c => c.CustomerType, StringComparer.Ordinal))
            {
                // Who may not take customers out in a file gets no list of them here either.
                if (user.Reach(ofType.Key, RecordAction.Export) == Reach.None) return Problems.Forbidden($"{ofType.Key}:export");
                Filter wanted = new Filter.Ids([.. ofType.Select(c => c.CustomerId)]);
                if (user.Owners(ofType.Key, RecordAction.Export) is { } owners) wanted = new Filter.All(wanted, new Filter.Compare("owner", FilterOp.In, [.. owners.Cast<object?>()]));
                var person = ofType.Key == CustomersContract.Person;
                var page = await mediator.Send(new ListRecords(ofType.Key) { Filter = wanted, Fields = person ? OfPeople : OfCompanies, Limit = Screening.AtOnce }, cancellationToken);
                if (page.Failed) return Result<Download>.Fail(page.Problems);
                foreach (var row in page.Value.Read())
                {
Line(csv, Row(row, person, campaign.Channel));
                }
            }
        }

        return Download.Of(campaign.Name + ".csv", "text/csv", csv.ToString(), forSpreadsheet: true);
    }

    /// <summary>A letter goes to an address: phones are on call lists alone, for a list to post leaves the house.</summary>
    private static List<string> Head(string? channel) =>
    [
        Texts.L("顧客コード", "Customer code"), Texts.L("宛名", "Name"), Texts.L("敬称", "Honorific"), Texts.L("郵便番号", "Postal code"), Texts.L("住所1", "Address"), Texts.L("住所2（建物）", "Building"),
        .. channel == Channels.Phone ? (string[])[Texts.L("電話", "Phone"), Texts.L("携帯電話", "Mobile")] : [],
    ];

    private static List<string> Row(Row row, bool person, string? channel) =>
    [
        row.Text("code") ?? "", person ? $"{row.Text("lastName")} {row.Text("firstName")}".Trim() : row.Text("name") ?? "", person ? Texts.L("様", "") : Texts.L("御中", ""), row.Text("postalCode") ?? "",
        string.Concat(row.Text("prefecture"), row.Text("city"), row.Text("street")), row.Text("building") ?? "",
        .. channel == Channels.Phone ? (string[])[row.Text("phone") ?? "", person ? row.Text("mobile") ?? "" : ""] : [],
    ];

    /// <summary>Recipients in a state, page by page, each looked at anew.</summary>
    private async IAsyncEnumerable<(List<Guid> Allowed, List<(Guid Id, Reason Reason)> Refused)> Screened(Campaign campaign, string state, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        var purpose = (await purposes.Of(campaign.PurposeId!.Value, cancellation))?.Code ?? "";
        var all = await db.Recipients.Where(r => r.CampaignId == campaign.Id && r.State == state).OrderBy(r => r.Id).Select(r => r.Id).ToListAsync(cancellation);
        foreach (var ids in all.Chunk(Screening.AtOnce).Select(c => c.ToList()))
        {
            var page = await db.Recipients.AsNoTracking().Where(r => ids.Contains(r.Id)).OrderBy(r => r.Id).ToListAsync(cancellation);
            foreach (var ofType in page.GroupBy(r => r.CustomerType, StringComparer.Ordinal))
            {
                var looked = (await screening.Of([.. ofType.Select(r => r.CustomerId)], ofType.Key, purpose, campaign.Channel!, cancellation)).ToDictionary(s => s.CustomerId);
                yield return (
                    [.. ofType.Where(r => looked[r.CustomerId].Reason is null).Select(r => r.Id)],
                    [.. ofType.Where(r => looked[r.CustomerId].Reason is not null).Select(r => (r.Id, looked[r.CustomerId].Reason!))]);
            }
        }
    }

    private static void Line(StringBuilder csv, IEnumerable<string> cells) => csv.AppendJoin(',', cells.Select(Cell)).Append("\r\n");

    /// <summary>As exports write it: no name runs as a formula. A phone number abroad keeps its plus sign, because it is dialled from here.</summary>
    private static string Cell(string text) => $"\"{(Phone.TryParse(text, out _, out _) ? text : FormulaGuard.Protect(text)).Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
