using Crm.Customers.Contracts;
using Crm.Sdk.Messaging;
using Crm.Sdk;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Customers.Consent;

/// <summary>
/// A file of customers that is taken out to contact them names the purpose and the channel, and holds only those whom the ledger allows it
/// for (個人情報保護法 Art. 18: no use beyond the purpose). Where it is no contract, whoever asks to be left alone is left out too.
/// </summary>
internal sealed class ExportsForContact(CustomersDb db, IMediator mediator) : INotificationHandler<CollectExportUses>, INotificationHandler<CollectExportHolds>
{
    public async Task Handle(CollectExportUses notification, CancellationToken cancellationToken)
    {
        if (!IsCustomer(notification.RecordType)) return;
        var purposes = await db.Purposes.AsNoTracking().Where(p => !p.OutOfUse).OrderBy(p => p.Code).ToListAsync(cancellationToken);
        foreach (var (purpose, channel) in purposes.SelectMany(p => ChannelChoices.All.Where(c => p.Channels?.Contains(c.Key) == true), (p, c) => (p, c)))
        {
            notification.Add(new ExportUse($"{purpose.Code}:{channel.Key}", ($"{purpose.Name}：{channel.Label.Ja}", $"{purpose.Name}: {channel.Label.En}")));
        }
    }

    public async Task Handle(CollectExportHolds notification, CancellationToken cancellationToken)
    {
        if (!IsCustomer(notification.RecordType)) return;
        var (code, channel) = notification.Use.LastIndexOf(':') is > 0 and var at ? (notification.Use[..at], notification.Use[(at + 1)..]) : ("", "");
        var purpose = await db.Purposes.AsNoTracking().SingleOrDefaultAsync(p => p.Code == code, cancellationToken);

        // The use of a plugin, which says itself whom it leaves out.
        if (purpose is null) return;
        var may = await mediator.Send(new MayContact(notification.Ids, code, channel), cancellationToken);
        may.OrThrow("Nobody says whether customers may be contacted");
        foreach (var (id, answer) in may.Value.Where(m => !m.Value.Allowed)) notification.Add(new ExportHold(id, answer.Text));

        if (purpose.Contract) return;
        var others = new CollectSalesHolds(notification.Ids);
        await mediator.Publish(others, cancellationToken);
        if (others.Missing.Count > 0) throw new InvalidOperationException("Not all have said whom to leave alone: " + string.Join(", ", others.Missing));
        foreach (var hold in others.Parts) notification.Add(new ExportHold(hold.CustomerId, hold.Reason));
    }

    private static bool IsCustomer(string recordType) => recordType is CustomersContract.Person or CustomersContract.Company;
}
