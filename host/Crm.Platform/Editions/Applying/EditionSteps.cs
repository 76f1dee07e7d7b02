using System.Text.Json;
using Crm.Platform.Catalog;
using Crm.Platform.Editions.Packages;
using Crm.Platform.Fields;
using Crm.Platform.Identity.Rights;
using Crm.Platform.Identity.Roles;
using Crm.Platform.Pipeline;
using Crm.Platform.Records;
using Crm.Platform.Settings;
using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Records;
using MediatR;

namespace Crm.Platform.Editions.Applying;

/// <summary>
/// Does the lines of a plan by sending the commands an administrator would send. Each thing is looked at once more before it is touched:
/// what is done already is passed over, so that a plan that was interrupted is run again from its beginning; what somebody changed
/// meanwhile stays. Records go in one transaction.
/// </summary>
internal sealed class EditionSteps(Tenants tenants, WorkScopes scopes, Current current)
{
    /// <summary>The state with what became of each line; or at which thing it stopped.</summary>
    /// <param name="state">As it was saved before the first step; <paramref name="lines"/> is its plan, or the way back.</param>
    /// <param name="lines">What is done, in order.</param>
    /// <param name="records">The records of the versions concerned.</param>
    /// <param name="cancellation">Stops it.</param>
    public async Task<Result<(EditionState State, IReadOnlyList<PlanLine> Lines)>> Run(EditionState state, IReadOnlyList<PlanLine> lines, IReadOnlyList<EditionRecord> records, CancellationToken cancellation)
    {
        var (run, done) = (new Steps(state, records), new List<PlanLine>());
        var groups = Grouped(lines).ToList();
        for (var i = 0; i < groups.Count;)
        {
            // Records that follow each other come or stay out together.
            var together = groups[i][0].Kind == ItemKind.Record ? groups.Skip(i).TakeWhile(g => g[0].Kind == ItemKind.Record).ToList() : [groups[i]];
            i += together.Count;
            var tenant = (await tenants.Find(current.Tenant.Id, cancellation))!;
            await using var scope = await scopes.Open(tenant, current.Actor.InItsName(), cancellation);
            try
            {
                if (together[0][0].Kind == ItemKind.Record)
                {
                    var (before, from) = (run.State, done.Count);
                    try
                    {
                        await scope.Get<Session>().Write(
                            async (_, _) =>
                            {
                                foreach (var group in together) done.AddRange(await run.Do(scope, group, cancellation));
                                return true;
                            },
                            cancellation);
                    }
                    catch
                    {
                        run.State = before;
                        done.RemoveRange(from, done.Count - from);
                        throw;
                    }
                }
                else
                {
                    done.AddRange(await run.Do(scope, together[0], cancellation));
                }
            }
            catch (RefusedException refused)
            {
                return EditionProblems.Stopped(run.At, refused.Problems);
            }
        }

        return (run.State, done);
    }

    /// <summary>The lines of one thing side by side, in the order of the things.</summary>
    private static IEnumerable<List<PlanLine>> Grouped(IReadOnlyList<PlanLine> lines) => lines.GroupBy(l => (l.Item, l.Action is PlanAction.Remove && l.Whole)).Select(g => g.ToList());

    private sealed class Steps(EditionState state, IReadOnlyList<EditionRecord> records)
    {
        public EditionState State { get; set; } = state;

        /// <summary>What is being done.</summary>
        public Label At { get; private set; }

        public async Task<IReadOnlyList<PlanLine>> Do(WorkScope scope, List<PlanLine> lines, CancellationToken cancellation)
        {
            var item = lines[0].Item;
            At = lines[0].Name;
            if (lines.TrueForAll(l => l.Action is PlanAction.Keep or PlanAction.Same))
            {
                await TakeOver(scope, item, cancellation);
                return lines;
            }

            var now = (await scope.Get<TenantState>().Read([item], records, State.Ids, cancellation)).GetValueOrDefault(item);
            string? Has(PlanLine line) => now?.Parts.GetValueOrDefault(line.Part);
            if (lines[0].Whole)
            {
                var comes = lines[0].Action == PlanAction.Add;
                if (lines.TrueForAll(l => Has(l) == l.After) && (now is not null) == comes) return lines;
                if (comes ? now is not null : lines.Exists(l => Has(l) != l.Before)) return Kept(lines, KeepReason.Changed);
                if (!comes && await scope.Get<TenantState>().InUse(item, now!, records, [], cancellation)) return Kept(lines, KeepReason.InUse);
                await Send(scope, item, comes ? lines.ToDictionary(l => l.Part, l => l.After) : null, now, cancellation);
                return lines;
            }

            var told = lines.ConvertAll(l => l.Action != PlanAction.Change || Has(l) == l.After || Has(l) == l.Before ? l : l with { Action = PlanAction.Keep, Reason = KeepReason.Changed });
            var todo = told.Where(l => l.Action == PlanAction.Change && Has(l) != l.After).ToDictionary(l => l.Part, l => l.After);
            if (now is null) return Kept(lines, KeepReason.Removed);
            await TakeOver(scope, item, cancellation);
            if (todo.Count > 0) await Send(scope, item, todo, now, cancellation);
            return told;
        }

        private static List<PlanLine> Kept(List<PlanLine> lines, string reason) => lines.ConvertAll(l => l with { Action = PlanAction.Keep, Reason = reason });

        /// <summary>A role or record that was there before the edition is known by its id from now on.</summary>
        private async Task TakeOver(WorkScope scope, ItemName item, CancellationToken cancellation)
        {
            if (item.Kind != ItemKind.Record || State.Ids.ContainsKey(item.ToString())) return;
            var now = (await scope.Get<TenantState>().Read([item], records, State.Ids, cancellation)).GetValueOrDefault(item);
            if (now?.Id is { } id) await Know(scope, item, id, cancellation);
        }

        /// <summary>Sends the command that makes, changes (some values) or takes away (null) a thing.</summary>
        private async Task Send(WorkScope scope, ItemName item, Dictionary<string, string?>? values, ItemNow? now, CancellationToken cancellation)
        {
            var mediator = scope.Get<IMediator>();
            var value = values?.GetValueOrDefault("");
            var slash = item.Key.IndexOf('/', StringComparison.Ordinal);
            var (left, right) = slash < 0 ? (item.Key, "") : (item.Key[..slash], item.Key[(slash + 1)..]);
            switch (item.Kind)
            {
                case ItemKind.Module:
                    Must(await mediator.Send(new SwitchModule(item.Key, value is not null), cancellation));
                    break;
                case ItemKind.Setting:
                    Must(await mediator.Send(new ChangeSettings(left, new Dictionary<string, object?> { [right] = value is null ? null : Json(value) }), cancellation));
                    break;
                case ItemKind.Branding:
                    Must(await mediator.Send(new ChangeBranding(Branding.Parse(value)), cancellation));
                    break;
                case ItemKind.RecordType when value is null:
                    Must(await mediator.Send(new RemoveRecordType(CustomFields.Owner + "." + item.Key), cancellation));
                    break;
                case ItemKind.RecordType:
                    Must(await mediator.Send(new DefineRecordType(item.Key, Read<RecordTypeDefinition>(value)), cancellation));
                    break;
                case ItemKind.Field when value is null:
                    Must(await mediator.Send(new RemoveField(left, CustomFields.Owner + "." + right), cancellation));
                    break;
                case ItemKind.Field:
                    Must(await mediator.Send(new DefineField(left, right, Read<FieldDefinition>(value)), cancellation));
                    break;
                case ItemKind.Label:
                    Must(await mediator.Send(new SetLabel(item.Key, value is null ? null : Read<Label>(value)), cancellation));
                    break;
                case ItemKind.Role when values is null:
                    Must(await mediator.Send(new DeleteRole(now!.Id!.Value), cancellation));
                    break;
                case ItemKind.Role:
                    var (name, rights) = (Read<Label>(values.GetValueOrDefault("name") ?? now!.Parts["name"]), RoleRights.Parse(values.GetValueOrDefault("rights") ?? now!.Parts["rights"]));

                    // Made just before it stopped, it is there under its name and not yet known by its id.
                    var id = now?.Id ?? await scope.Get<TenantState>().RoleCalled(name.Ja, cancellation);
                    await Know(scope, item, Must(await mediator.Send(new SaveRole(id, name.Ja, name.En, rights), cancellation)), cancellation);
                    break;
                case ItemKind.Record:
                    await SendRecord(scope, item, values, now, cancellation);
                    break;
            }
        }

        private async Task SendRecord(WorkScope scope, ItemName item, Dictionary<string, string?>? values, ItemNow? now, CancellationToken cancellation)
        {
            var (mediator, type) = (scope.Get<IMediator>(), records.First(r => r.Key == item.Key).Type);
            var reason = $"{State.Edition} {State.Plan!.ToVersion}";
            if (values is null)
            {
                var gone = Must(await mediator.Send(new DeleteRecords(type, [now!.Id!.Value]) { Reason = reason }, cancellation));
                if (gone.Rows[0].Problems.Count > 0) throw new RefusedException(gone.Rows[0].Problems);
                return;
            }

            var id = now?.Id;
            if (id is null && State.Ids.TryGetValue(item.ToString(), out var before) && scope.Get<Current>().Catalog.TryGet(type, out var known)
                && (await scope.Get<RecordLoader>().ByIds(known, [before], cancellation)).FirstOrDefault() is { DeletedAt: not null })
            {
                // It was taken back once and waits in the bin.
                var restored = Must(await mediator.Send(new RestoreRecords(type, [before]), cancellation));
                if (restored.Rows[0].Problems.Count > 0) throw new RefusedException(restored.Rows[0].Problems);
                id = before;
            }

            var saved = Must(await mediator.Send(new SaveRecord(type, id, values.ToDictionary(v => v.Key, v => v.Value is null ? null : Resolved(v.Value))) { Reason = reason }, cancellation));
            await Know(scope, item, saved.Id, cancellation);
        }

        private async Task Know(WorkScope scope, ItemName item, Guid id, CancellationToken cancellation)
        {
            if (State.Ids.TryGetValue(item.ToString(), out var known) && known == id) return;
            var ids = new Dictionary<string, Guid>(State.Ids) { [item.ToString()] = id };
            State = await scope.Get<EditionLedger>().Save(State with { Ids = ids }, cancellation) ?? throw new RefusedException([EditionProblems.Busy()]);
        }

        /// <summary>What is kept as JSON, with ids in place of the edition's keys.</summary>
        private object Resolved(string json)
        {
            var value = Json(json);
            return EditionRecord.Reference(value) is { } other && State.Ids.TryGetValue(new ItemName(ItemKind.Record, other).ToString(), out var id) ? id : value;
        }

        private static JsonElement Json(string json) => JsonSerializer.Deserialize<JsonElement>(json);

        private static T Read<T>(string json) => JsonSerializer.Deserialize<T>(json, Storage.Json.Compact)!;

        private static void Must(Result result)
        {
            if (result.Failed) throw new RefusedException(result.Problems);
        }

        private static T Must<T>(Result<T> result) => result.Failed ? throw new RefusedException(result.Problems) : result.Value;
    }
}

/// <summary>Whoever may apply an edition does what is in it, whatever their own rights; the audit says whose hand it was.</summary>
internal static class InTheEditionsName
{
    public static Actor InItsName(this Actor actor) => new(actor.Id, actor.Name, actor.Source, AccessRights.OfTenant);
}
