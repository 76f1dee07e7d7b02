using Crm.Platform.Catalog;
using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Records;
using Crm.Sdk.Users;
using MediatR;

namespace Crm.Platform.Records;

/// <summary>Reads one record whole, without what is hidden from the caller; a look at personal data is logged.</summary>
internal sealed class GetRecordHandler(Current current, RecordLoader loader, RecordTitles titles, FindPointing find, AccessLog accessLog)
    : IRequestHandler<GetRecord, Result<RecordView>>, IRequestHandler<OpenRecord, Result<OpenedRecord>>, IRequestHandler<GetRecordTypes, Result<IReadOnlyList<RecordType>>>
{
    public Task<Result<RecordView>> Handle(GetRecord get, CancellationToken cancellationToken) => View(get, null, cancellationToken);

    public async Task<Result<OpenedRecord>> Handle(OpenRecord open, CancellationToken cancellationToken)
    {
        var pointing = new HashSet<PointingField>();
        var view = await View(new GetRecord(open.Type, open.Id) { EvenDeleted = true }, await find.To(open.Id, open.Fields, pointing, cancellationToken), cancellationToken);
        return view.Failed ? Result<OpenedRecord>.Fail(view.Problems) : new OpenedRecord(view.Value, pointing);
    }

    private async Task<Result<RecordView>> View(GetRecord get, Question? along, CancellationToken cancellationToken)
    {
        if (!current.Catalog.TryGet(get.Type, out var type)) return ListRecordsHandler.UnknownType(get.Type);
        var actor = current.Actor;
        var record = (await loader.ByIds(type, [get.Id], cancellationToken, along)).SingleOrDefault();
        if (record is null || !actor.MayAct(type.Key, record.OwnerId, RecordAction.Read) || (record.DeletedAt is not null && !get.EvenDeleted))
        {
            return Problems.NotFound(type.Key, get.Id);
        }

        var visible = current.See(type);
        var fields = visible.Fields;
        var values = fields.Select(f => f.Get(record)).ToArray();
        if (fields.Where((f, i) => f.Personal != PersonalData.None && values[i] is not null).Any())
        {
            accessLog.Viewed(type, record.Id);
        }

        var called = await titles.Of(fields, [values], cancellationToken);
        return new RecordView(
            visible, record.Id, record.Version, RecordTitles.Of(type, f => fields.Contains(f) ? f.Get(record) : null, called),
            fields.Select((f, i) => (f.Key, Value: values[i])).Where(v => v.Value is not null).ToDictionary(v => v.Key, v => v.Value!))
        {
            OwnerId = record.OwnerId,
            CreatedAt = record.CreatedAt,
            UpdatedAt = record.UpdatedAt,
            DeletedAt = record.DeletedAt,
            Titles = called,
            MayEdit = record.DeletedAt is null && actor.MayAct(type.Key, record.OwnerId, RecordAction.Edit),
            MayDelete = actor.MayAct(type.Key, record.OwnerId, RecordAction.Delete),
            Locked = type.Locked?.Invoke(record),
        };
    }

    public Task<Result<IReadOnlyList<RecordType>>> Handle(GetRecordTypes request, CancellationToken cancellationToken)
    {
        IReadOnlyList<RecordType> types =
        [
            .. current.Catalog.RecordTypes.Where(t => request.EvenHidden || current.Actor.Reach(t.Key, RecordAction.Read) != Reach.None)
                .OrderBy(t => t.Key, StringComparer.Ordinal)
                .Select(t => request.EvenHidden ? current.Catalog.Shown(t, AccessRights.Everything) : current.See(t)),
        ];
        return Task.FromResult(Result.Of(types));
    }
}
