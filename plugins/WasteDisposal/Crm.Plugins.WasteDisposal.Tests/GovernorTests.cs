using Crm.Plugins.WasteDisposal.Contracts;
using Crm.Plugins.WasteDisposal.Manifests;
using Crm.Sdk.Testing;

namespace Crm.Plugins.WasteDisposal.Tests;

/// <summary>The report to the governor about slips that were late, and its thirty days. The clock stands at 2026-11-20.</summary>
public sealed class GovernorTests
{
    [Fact]
    public async Task A_slip_that_came_late_is_still_to_be_reported()
    {
        await using var host = await CrmTestHost.Start();
        var parties = await Parties.Make(host);

        var id = await host.Save(WasteContract.Manifest, parties.Manifest("2026-01-10", ("b2On", "2026-01-18"), ("dOn", "2026-04-20"), ("eOn", "2026-06-01")));
        Assert.Equal(("governor", "2026-05-10", "2026-05-10"), await ManifestTests.Waits(host, id));

        await host.Change(WasteContract.Manifest, id, ("governorToldOn", "2026-05-01"));
        Assert.Equal((null, null, null), await ManifestTests.Waits(host, id));
    }

    [Fact]
    public void A_report_covers_what_was_missed_before_it_and_not_what_is_missed_later()
    {
        var manifest = new Manifest { Medium = Media.Paper, IssuedOn = new(2026, 1, 10), TransporterId = Sdk.Records.Ids.New(), B2On = new(2026, 1, 18), GovernorToldOn = new(2026, 5, 1) };

        // D is missing and was told of; E is missed on 2026-07-09.
        Assert.Equal(new DateOnly(2026, 8, 8), Deadlines.Governor(manifest));

        manifest.EOn = new(2026, 7, 20);
        Assert.Equal(new DateOnly(2026, 8, 8), Deadlines.Governor(manifest));

        manifest.GovernorToldOn = new(2026, 7, 25);
        Assert.Null(Deadlines.Governor(manifest));
    }

    [Fact]
    public void A_late_report_to_JWNET_counts_as_a_late_slip()
    {
        var manifest = new Manifest
        {
            Medium = Media.Electronic, IssuedOn = new(2026, 1, 10), TransporterId = Sdk.Records.Ids.New(), RegisteredOn = new(2026, 1, 12),
            TransportReportedOn = new(2026, 1, 14), DisposalReportedOn = new(2026, 4, 11), FinalReportedOn = new(2026, 5, 1),
        };
        Assert.Equal(new DateOnly(2026, 5, 10), Deadlines.Governor(manifest));

        manifest.DisposalReportedOn = new(2026, 4, 10);
        Assert.Null(Deadlines.Governor(manifest));
    }

    [Fact]
    public async Task While_a_slip_is_missing_the_day_to_tell_the_governor_is_told_once_before_and_once_after()
    {
        await using var host = await CrmTestHost.Start();
        var hanako = await host.As("administrator");
        var parties = await (await Parties.Make(host)).Entitled();

        // B2 and D were due on 2026-10-28, the governor is to be told by 2026-11-27.
        var id = await hanako.Save(WasteContract.Manifest, parties.Manifest("2026-07-30"));
        await host.DeliverEvents();
        var saved = (await host.Record(WasteContract.Manifest, id)).Version;

        // On the 21st that it is late and that the report is near; on the 28th that the report is late.
        foreach (var (days, told) in new[] { (1, 1), (3, 1), (4, 2), (2, 2) })
        {
            await host.AdvanceTime(TimeSpan.FromDays(days));
            await host.DeliverEvents();
            Assert.Equal(saved + told, (await host.Record(WasteContract.Manifest, id)).Version);
        }

        Assert.Equal(["マニフェスト: 知事等への報告期限 1 件", "マニフェスト: 期限超過 1 件、知事等への報告期限 1 件"], (await hanako.Messages()).Select(m => m.Ja));
        Assert.Contains("知事等へ報告: 2026/11/27まで", (await host.Get("/x/waste/chase?show=late")).Text, StringComparison.Ordinal);
    }
}
