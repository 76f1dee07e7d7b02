// What a tenant words for itself: channels, types, queues.
using Crm.Sdk;
using Crm.Sdk.Records;
using Crm.Sdk.Users;
using Crm.Support.Contracts;
using Crm.Support.Inquiries;

namespace Crm.Support.Setup;

/// <summary>A way inquiries come in.</summary>
internal sealed class Channel : Record
{
    public string? Code { get; set; }

    public string Name { get; set; } = "";

    public int Position { get; set; }
}

internal static class ChannelFields
{
    public static readonly RecordType<Channel> Type = RecordType.For<Channel>(SupportContract.Channel)
        .Titled("受付方法", "Channel")
        .WithIcon("antenna")
        .TitledBy("name")
        .SortedBy("position")
        .NotInMenu()
        .Section("basic", "基本情報", "Basics", s => s
            .Text(c => c.Name, "名称", "Name").Required().Max(100).InList()
            .Number(c => c.Position, "並び順", "Order").Default(100m).Indexed().InList()
            .Text(c => c.Code, "コード", "Code").Max(40).Unique().MatchKey().InList());
}

/// <summary>What inquiries are about.</summary>
internal sealed class InquiryType : Record
{
    public string? Code { get; set; }

    public string Name { get; set; } = "";

    public int Position { get; set; }

    /// <summary>The priority of inquiries that do not say.</summary>
    public string? Priority { get; set; }

    /// <summary>Where inquiries of this type go when nobody says.</summary>
    public Guid? QueueId { get; set; }

    /// <summary>Whether it can be chosen on the public form.</summary>
    public bool OnForm { get; set; }

    public decimal? ResponseHours { get; set; }

    public decimal? ResolutionHours { get; set; }
}

internal static class TypeFields
{
    public static readonly RecordType<InquiryType> Type = RecordType.For<InquiryType>(SupportContract.Type)
        .Titled("問い合わせの種類", "Type of inquiry", "Types of inquiries")
        .WithIcon("category")
        .TitledBy("name")
        .SortedBy("position")
        .NotInMenu()
        .Section("basic", "基本情報", "Basics", s => s
            .Text(t => t.Name, "名称", "Name").Required().Max(100).InList()
            .Number(t => t.Position, "並び順", "Order").Default(100m).Indexed().InList()
            .Text(t => t.Code, "コード", "Code").Max(40).Unique().MatchKey()
            .Choice(t => t.Priority, "優先度", "Priority", Priorities.All).InList()
            .Reference(t => t.QueueId, "窓口", "Queue", SupportContract.Queue).InList().WithoutTab()
            .YesNo(t => t.OnForm, "Webフォームで選べる", "On the web form").InList()
            .Number(t => t.ResponseHours, "初回回答の目標（営業時間）", "First answer within (business hours)", decimals: 2).Range(0.01m, 10_000)
                .Hint("空欄なら優先度の目標（設定）。", "That of the priority (settings) when empty.")
            .Number(t => t.ResolutionHours, "解決の目標（営業時間）", "Solution within (business hours)", decimals: 2).Range(0.01m, 10_000));
}

/// <summary>A pile of inquiries that a team works off.</summary>
internal sealed class SupportQueue : Record
{
    public string? Code { get; set; }

    public string Name { get; set; } = "";

    public int Position { get; set; }

    /// <summary>Name of the team that works it off: its members have the queue on a pile of their own.</summary>
    public string? Team { get; set; }

    /// <summary>Who is told of what is overdue.</summary>
    public Guid? EscalateTo { get; set; }
}

internal static class QueueFields
{
    public static readonly RecordType<SupportQueue> Type = RecordType.For<SupportQueue>(SupportContract.Queue)
        .Titled("窓口", "Queue")
        .WithIcon("stack-2")
        .TitledBy("name")
        .SortedBy("position")
        .NotInMenu()
        .Section("basic", "基本情報", "Basics", s => s
            .Text(q => q.Name, "名称", "Name").Required().Max(100).InList()
            .Number(q => q.Position, "並び順", "Order").Default(100m).Indexed().InList()
            .Text(q => q.Code, "コード", "Code").Max(40).Unique().MatchKey()
            .Text(q => q.Team, "チーム", "Team").Max(100).InList()
                .Hint("設定 → チームの名前。メンバーの受付一覧に「自分のチーム」として並びます。", "Name of a team (Settings → Teams); its members find the queue under “My team's” on the desk.")
            .User(q => q.EscalateTo, "期限超過の通知先", "Told of what is overdue").InList())
        .Rule<QueueNamesATeamThatIsThere>();
}

/// <summary>Teams are those of the settings; a misspelt one would have no members and nobody would notice.</summary>
internal sealed class QueueNamesATeamThatIsThere : RecordRule
{
    private HashSet<string> teams = [];

    public override async Task Prepare(RuleBatch batch, CancellationToken cancellation)
    {
        if (batch.Values<string>("team").Count == 0) return;
        teams = (await batch.Ask(new GetColleagues(), cancellation)).Teams.Select(t => t.Name).ToHashSet(StringComparer.Ordinal);
    }

    public override IEnumerable<Problem> Check(RuleContext record)
    {
        if (record.As<SupportQueue>().Team is not { Length: > 0 } team || teams.Contains(team) || !record.Changed("team")) yield break;
        yield return Problems.Invalid(
            "support.no-such-team", "team", ($"チーム「{team}」はありません。", $"There is no team “{team}”."), ("設定 → チームにある名前を入力してください。", "Write the name of a team as it stands in Settings → Teams."));
    }
}
