using Crm.Platform.Audit;
using Crm.Platform.Identity.Users;
using Crm.Platform.Records;
using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Messaging;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Platform.Fields;

/// <summary>Calls a record type (<c>customers.company</c>, <c>customers.company#plural</c>) or field (<c>customers.company/rank</c>) by the tenant's own word; null by the product's again.</summary>
[Requires(FieldPermissions.Fields)]
internal sealed record SetLabel(string Key, Label? Label) : IRequest<Result>;

internal sealed class SetLabelHandler(PlatformDb db, Session session, Current current, Tenants tenants, SettingsJournal journal) : IRequestHandler<SetLabel, Result>
{
    private const int Longest = 100;

    public async Task<Result> Handle(SetLabel set, CancellationToken cancellationToken)
    {
        var row = await db.Labels.SingleOrDefaultAsync(l => l.Key == set.Key, cancellationToken);
        var before = row is null ? null : $"{row.Ja} / {row.En}";
        if (set.Label is { } label)
        {
            var problem = NamesNothing(set.Key)
                ?? ANameIsNeeded.Refuses(label.Ja, "ja", ("名称(日本語)", "Name (Japanese)"), Longest)
                ?? ANameIsNeeded.Refuses(label.En, "en", ("名称(英語)", "Name (English)"), Longest);
            if (problem is not null) return problem;
            if (row is null) db.Labels.Add(row = new LabelRow { Key = set.Key, Ja = "", En = "" });
            (row.Ja, row.En) = (label.Ja.Trim(), label.En.Trim());
        }
        else if (row is not null)
        {
            db.Labels.Remove(row);
        }

        var saved = await session.Write(
            async _ =>
            {
                var done = await db.SaveAsync(cancellation: cancellationToken);
                if (!done.Failed) await journal.Note(AuditedSettings.Word, RecordActions.Updated, [(set.Key, before, set.Label is null ? null : $"{row!.Ja} / {row.En}")], cancellationToken);
                return done;
            },
            cancellationToken);
        if (!saved.Failed) await tenants.Changed(current.Tenant.Id, cancellationToken);
        return saved;
    }

    /// <summary>A word for something that is not there, or switched off.</summary>
    private Problem? NamesNothing(string key)
    {
        var slash = key.IndexOf('/', StringComparison.Ordinal);
        var typeKey = slash >= 0 ? key[..slash] : key.EndsWith("#plural", StringComparison.Ordinal) ? key[..^"#plural".Length] : key;
        if (!current.Catalog.TryGet(typeKey, out var type)) return ListRecordsHandler.UnknownType(typeKey);
        return slash < 0 || type.TryGet(key[(slash + 1)..], out _) ? null : RecordSql.Unknown(type, key[(slash + 1)..]);
    }
}
