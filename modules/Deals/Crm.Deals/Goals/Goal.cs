using Crm.Deals.Contracts;
using Crm.Sdk;
using Crm.Sdk.Records;

namespace Crm.Deals.Goals;

/// <summary>What a person, a team or all together are to reach in a period.</summary>
internal sealed class Goal : Record
{
    public string Period { get; set; } = GoalPeriods.Month;

    /// <summary>The period is the one this day lies in.</summary>
    public DateOnly? StartsOn { get; set; }

    public Guid? UserId { get; set; }

    /// <summary>Name of a team; with neither person nor team the goal is everybody's.</summary>
    public string? Team { get; set; }

    public string Measure { get; set; } = GoalMeasures.WonValue;

    public decimal? Target { get; set; }
}

internal static class GoalFields
{
    public static readonly RecordType<Goal> Type = RecordType.For<Goal>(DealsContract.Goal)
        .Titled("目標", "Goal")
        .WithIcon("flag-3")
        .TitledBy("startsOn", "measure")
        .SortedBy("-startsOn")
        .NotInMenu()
        .Section("basic", "基本情報", "Basics", s => s
            .Choice(g => g.Measure, "指標", "Measure", GoalMeasures.All).Required().Default(GoalMeasures.WonValue).InList()
            .Choice(g => g.Period, "期間", "Period", GoalPeriods.All).Required().Default(GoalPeriods.Month).InList()
            .Date(g => g.StartsOn, "期間に含まれる日", "A day in the period").Required().Indexed().InList()
                .Hint("この日を含む月・四半期・年度の目標になります。", "The goal is for the month, quarter or fiscal year of this day.")
            .User(g => g.UserId, "担当者", "Person").Indexed().InList()
            .Text(g => g.Team, "チーム", "Team").Max(100).InList()
                .Hint("担当者もチームも空欄なら全体の目標。", "With neither person nor team the goal is everybody's.")
            .Number(g => g.Target, "目標値", "Target", decimals: 0).Required().Range(0.0001m, null).InList())
        .Rule(GoalIsAPersonsOrATeams.Check)
        .Rule<GoalNamesATeamThatIsThere>();
}

internal static class GoalPeriods
{
    public const string Month = "month";
    public const string Quarter = "quarter";
    public const string Year = "year";

    public static readonly IReadOnlyList<Choice> All = [Choice.Of(Month, "月", "Month"), Choice.Of(Quarter, "四半期", "Quarter"), Choice.Of(Year, "年度", "Fiscal year")];
}

internal static class GoalMeasures
{
    public const string WonValue = "won-value";
    public const string WonDeals = "won-deals";
    public const string NewDeals = "new-deals";
    public const string Activities = "activities";

    public static readonly IReadOnlyList<Choice> All =
    [
        Choice.Of(WonValue, "受注額", "Value won"), Choice.Of(WonDeals, "受注件数", "Deals won"), Choice.Of(NewDeals, "新規案件数", "New deals"), Choice.Of(Activities, "完了した活動", "Activities done"),
    ];
}

/// <summary>A goal is a person's or a team's, not both.</summary>
internal static class GoalIsAPersonsOrATeams
{
    public static Problem? Check(Goal goal) => goal.UserId is null || string.IsNullOrEmpty(goal.Team)
        ? null
        : new Problem("deals.goal-of-two", ("担当者とチームの両方が指定されています。", "Both a person and a team are named."), ("どちらか一方にしてください。", "Name one of them."), "team");
}

/// <summary>Teams are those of the settings.</summary>
internal sealed class GoalNamesATeamThatIsThere : RecordRule
{
    private HashSet<string> teams = [];

    public override async Task Prepare(RuleBatch batch, CancellationToken cancellation)
    {
        if (batch.Values<string>("team").Count == 0) return;
        teams = (await batch.Ask(new Sdk.Users.GetColleagues(), cancellation)).Teams.Select(t => t.Name).ToHashSet(StringComparer.Ordinal);
    }

    public override IEnumerable<Problem> Check(RuleContext record)
    {
        if (record.As<Goal>().Team is not { Length: > 0 } team || teams.Contains(team) || !record.Changed("team")) yield break;
        yield return new Problem(
            "deals.no-such-team", ($"チーム「{team}」はありません。", $"There is no team “{team}”."),
            (teams.Count == 0 ? "設定 → チームで作成できます。" : $"次から選んでください: {string.Join("、", teams.Order(StringComparer.CurrentCulture))}", teams.Count == 0 ? "Teams are made in the settings." : $"Choose one of: {string.Join(", ", teams.Order(StringComparer.CurrentCulture))}"),
            "team");
    }
}
