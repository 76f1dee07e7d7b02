using Crm.Platform.Editions.Packages;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Messaging;
using MediatR;

namespace Crm.Platform.Editions
{
    internal static class EditionRights
    {
        public const string Key = "admin.edition";
    }
}

namespace Crm.Platform.Editions.Applying
{
    /// <summary>Which edition the tenant has, what it can have, and what is under way.</summary>
    [Command("admin.edition.get"), Requires(EditionRights.Key)]
    internal sealed record GetEdition : IRequest<Result<EditionView>>;

    /// <param name="Edition">Id of the edition; null for none.</param>
    /// <param name="Version">Its version; null while the first is being applied.</param>
    /// <param name="Phase"><c>applied</c>, <c>applying</c> or <c>rolling-back</c>; null for none.</param>
    /// <param name="CanRollBack">Whether there is an upgrade to roll back.</param>
    /// <param name="Choices">Versions that can be applied or upgraded to, newest first.</param>
    internal sealed record EditionView(string? Edition, string? Version, string? Phase, bool CanRollBack, IReadOnlyList<EditionChoice> Choices)
    {
        /// <summary>What the vendor agrees with the tenant.</summary>
        public Label Terms { get; init; }

        public Label Name { get; init; }

        public string? Publisher { get; init; }
    }

    internal sealed record EditionChoice(string Edition, string Version, Label Name, Label Description);

    /// <summary>What applying or upgrading would do; nothing is written.</summary>
    /// <param name="Edition">Id; the tenant's own when null.</param>
    /// <param name="Version">The newest when null.</param>
    [Command("admin.edition.preview"), Requires(EditionRights.Key)]
    internal sealed record PreviewEdition(string? Edition, string? Version) : IRequest<Result<EditionOutcome>>;

    /// <summary>Applies an edition to the tenant, or upgrades the one it has; resumes what was interrupted.</summary>
    /// <param name="Edition">Id; the tenant's own when null.</param>
    /// <param name="Version">The newest when null.</param>
    [Command("admin.edition.apply"), Requires(EditionRights.Key)]
    internal sealed record ApplyEdition(string? Edition, string? Version) : IRequest<Result<EditionOutcome>>
    {
        /// <summary>Whether the tenant was just made: what the product put there is nobody's own.</summary>
        internal bool Fresh { get; init; }
    }

    /// <summary>Sets back what the last upgrade, or the first application, changed and nobody changed since.</summary>
    [Command("admin.edition.rollback"), Requires(EditionRights.Key)]
    internal sealed record RollBackEdition : IRequest<Result<EditionOutcome>>;

    /// <summary>What is done, or would be.</summary>
    /// <param name="Edition">Id of the edition.</param>
    /// <param name="FromVersion">The version before; null for none.</param>
    /// <param name="ToVersion">The version after; null for none.</param>
    /// <param name="Lines">What changes and what stays the tenant's own.</param>
    internal sealed record EditionOutcome(string Edition, string? FromVersion, string? ToVersion, IReadOnlyList<PlanLine> Lines)
    {
        public static EditionOutcome Of(string edition, string? from, string? to, IEnumerable<PlanLine> lines) => new(edition, from, to, [.. lines.Where(l => l.Action != PlanAction.Same)]);
    }

    internal sealed class ApplyEditionHandler(EditionStore store, EditionLedger ledger, EditionPlanner planner, EditionSteps steps, Tenants tenants, Current current)
        : IRequestHandler<GetEdition, Result<EditionView>>, IRequestHandler<PreviewEdition, Result<EditionOutcome>>, IRequestHandler<ApplyEdition, Result<EditionOutcome>>,
          IRequestHandler<RollBackEdition, Result<EditionOutcome>>
    {
        public async Task<Result<EditionView>> Handle(GetEdition request, CancellationToken cancellationToken)
        {
            var state = await ledger.Read(cancellationToken);
            var all = await store.All(cancellationToken);
            var mine = all.FirstOrDefault(e => e.Manifest.Id == state?.Edition && e.Manifest.Version == state.Version)?.Manifest;
            var choices = all.Select(e => e.Manifest).Where(m => state is null || (m.Id == state.Edition && (state.Version.Length == 0 || m.Number > Version.Parse(state.Version))));
            return new EditionView(
                state?.Edition, state?.Version is { Length: > 0 } version ? version : null, state?.Phase, state?.Plan is not null,
                [.. choices.Select(m => new EditionChoice(m.Id, m.Version, m.Name, m.Description))])
            {
                Terms = mine?.Terms ?? default, Name = mine?.Name ?? Label.Same(state?.Edition ?? ""), Publisher = mine?.Publisher,
            };
        }

        public async Task<Result<EditionOutcome>> Handle(PreviewEdition request, CancellationToken cancellationToken)
        {
            var target = await Target(request.Edition, request.Version, fresh: false, cancellationToken);
            return target.Failed ? Result<EditionOutcome>.Fail(target.Problems) : Told(target.Value.Edition.Manifest.Id, target.Value.Plan, target.Value.Plan.Lines);
        }

        public async Task<Result<EditionOutcome>> Handle(ApplyEdition request, CancellationToken cancellationToken)
        {
            var target = await Target(request.Edition, request.Version, request.Fresh, cancellationToken);
            if (target.Failed) return Result<EditionOutcome>.Fail(target.Problems);
            var (edition, before, state, plan) = target.Value;
            var begun = await ledger.Save(
                new EditionState
                {
                    Edition = edition.Manifest.Id, Version = state?.Version ?? "", Phase = EditionState.Applying, Ledger = plan.LedgerBefore, Plan = plan, Ids = state?.Ids ?? [], Turn = state?.Turn ?? 0,
                },
                cancellationToken);
            if (begun is null) return EditionProblems.Busy();
            var run = await steps.Run(begun, plan.Lines, EditionPlanner.Records(edition.Manifest, before), cancellationToken);
            if (run.Failed) return Result<EditionOutcome>.Fail(run.Problems);
            var (after, lines) = run.Value;
            var done = await ledger.Save(
                after with { Version = edition.Manifest.Version, Phase = EditionState.Applied, Ledger = plan.LedgerAfter, Plan = plan with { Lines = lines } }, cancellationToken);
            if (done is null) return EditionProblems.Busy();
            await Show($"{edition.Manifest.Id} {edition.Manifest.Version}", cancellationToken);
            return Told(edition.Manifest.Id, plan, lines);
        }

        public async Task<Result<EditionOutcome>> Handle(RollBackEdition request, CancellationToken cancellationToken)
        {
            if (await ledger.Read(cancellationToken) is not { } state) return EditionProblems.None();
            if (state.Plan is not { } plan) return EditionProblems.NothingToRollBack();
            var begun = await ledger.Save(state with { Phase = EditionState.RollingBack }, cancellationToken);
            if (begun is null) return EditionProblems.Busy();
            var (newer, older) = (await Manifest(state.Edition, plan.ToVersion, cancellationToken), await Manifest(state.Edition, plan.FromVersion, cancellationToken));
            var run = await steps.Run(begun, Back(plan), EditionPlanner.Records(newer, older), cancellationToken);
            if (run.Failed) return Result<EditionOutcome>.Fail(run.Problems);
            if (plan.FromVersion is { Length: > 0 } version)
            {
                await ledger.Save(run.Value.State with { Version = version, Phase = EditionState.Applied, Ledger = plan.LedgerBefore, Plan = null }, cancellationToken);
                await Show($"{state.Edition} {version}", cancellationToken);
            }
            else
            {
                await ledger.Forget(cancellationToken);
                await Show(null, cancellationToken);
            }

            return EditionOutcome.Of(state.Edition, plan.ToVersion, plan.FromVersion, run.Value.Lines);
        }

        private static EditionOutcome Told(string edition, EditionPlan plan, IEnumerable<PlanLine> lines) => EditionOutcome.Of(edition, plan.FromVersion, plan.ToVersion, lines);

        /// <summary>The lines the other way round, last first.</summary>
        private static List<PlanLine> Back(EditionPlan plan) =>
        [
            .. plan.Lines.Reverse().Where(l => l.Action is PlanAction.Add or PlanAction.Change or PlanAction.Remove).Select(l => l with
            {
                Before = l.After, After = l.Before, Action = l.Action switch { PlanAction.Add => PlanAction.Remove, PlanAction.Remove => PlanAction.Add, _ => PlanAction.Change },
            }),
        ];

        /// <summary>What is to be applied, and how: worked out, or as it was when it was interrupted.</summary>
        private async Task<Result<(InstalledEdition Edition, EditionManifest? Before, EditionState? State, EditionPlan Plan)>> Target(string? id, string? version, bool fresh, CancellationToken cancellation)
        {
            var state = await ledger.Read(cancellation);
            if ((id ?? state?.Edition) is not { } wanted) return EditionProblems.None();
            if (state is not null && state.Edition != wanted) return EditionProblems.Other(state.Edition);
            if (state is { Phase: EditionState.RollingBack }) return EditionProblems.Unfinished(state.Plan!.ToVersion, back: true);
            var resumed = state is { Phase: EditionState.Applying };
            if (resumed && version is not null && version != state!.Plan!.ToVersion) return EditionProblems.Unfinished(state.Plan.ToVersion, back: false);
            var edition = await store.Find(wanted, resumed ? state!.Plan!.ToVersion : version, cancellation);
            if (edition.Failed) return Result<(InstalledEdition, EditionManifest?, EditionState?, EditionPlan)>.Fail(edition.Problems);
            var before = await Manifest(wanted, state?.Version, cancellation);
            if (resumed) return (edition.Value, before, state, state!.Plan!);
            if (state is not null && edition.Value.Manifest.Number <= Version.Parse(state.Version)) return EditionProblems.NotNewer(state.Version);
            var plan = await planner.Plan(edition.Value.Manifest, edition.Value.Logo, state, before, fresh, cancellation);
            return plan.Failed ? Result<(InstalledEdition, EditionManifest?, EditionState?, EditionPlan)>.Fail(plan.Problems) : (edition.Value, before, state, plan.Value);
        }

        private async Task<EditionManifest?> Manifest(string id, string? version, CancellationToken cancellation) =>
            version is null or "" ? null : await store.Find(id, version, cancellation) is { Failed: false } found ? found.Value.Manifest : null;

        private Task Show(string? edition, CancellationToken cancellation) => tenants.Update(current.Tenant.Id, row => row.Edition = edition, cancellation);
    }
}
