using Crm.Campaigns.Contracts;
using Crm.Sdk;
using Crm.Sdk.Records;
using Microsoft.EntityFrameworkCore;

namespace Crm.Campaigns.Planning;

/// <summary>What was approved is what goes out: an approved campaign is changed by its steps alone; one whose audience is known goes back to a draft first.</summary>
internal static class ApprovedCampaignsStayAsTheyAre
{
    private static readonly string[] Free = ["name", "memo", "budget", "owner"];

    public static Problem? Check(Campaign campaign, RuleContext rule) =>
        rule.IsNew || campaign.Stepped || campaign.Status == CampaignsContract.Status.Draft
        || rule.Type.Fields.All(f => f.InExt || Free.Contains(f.Key) || f.ReadOnly || !rule.Changed(f.Key))
            ? null
            : campaign.Status is CampaignsContract.Status.Done or CampaignsContract.Status.Stopped
                ? new Problem(
                    "campaigns.fixed", ("終わったキャンペーンの内容は変更できません（名前・予算・備考・担当者は変更できます）。", "What a campaign that is over said and to whom is not changed; its name, budget, note and owner are."),
                    ("もう一度送るときは、新しいキャンペーンを作ってください。", "To send again, make another campaign."))
                : new Problem(
                    "campaigns.fixed", ("対象を確定した後は内容を変更できません。", "After its audience was drawn up a campaign is not changed."), ("「下書きに戻す」を実行してから変更してください。", "Take it back to a draft first."));
}

/// <summary>A campaign that went out stays: whom it was written to, what came of it and what its links lead to hang on it.</summary>
internal sealed class SentCampaignsStay(CampaignsDb db) : RecordRule
{
    private Dictionary<Guid, int> sent = [];

    public override async Task Prepare(RuleBatch batch, CancellationToken cancellation)
    {
        var ids = batch.Records.Where(r => !r.IsNew).Select(r => (Guid?)r.Record.Id).ToList();
        sent = await db.Recipients.Where(r => ids.Contains(r.CampaignId) && r.SentAt != null).GroupBy(r => r.CampaignId!.Value).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, cancellation);
    }

    public override IEnumerable<Problem> Check(RuleContext record) => [];

    public override IEnumerable<Problem> CheckBin(RuleContext record) => record.Record.DeletedAt is null && sent.TryGetValue(record.Record.Id, out var people)
        ? [new Problem(
            "campaigns.sent-stays", ($"{people:#,##0}人に送ったキャンペーンは削除できません。配信の記録・結果・ROIがなくなるためです。", $"A campaign that went to {people:#,##0} is not deleted: the record of sending, its results and its part in the ROI hang on it."),
            ("一覧から除きたいときは、状態で絞り込んでください。", "To see it no more, filter the list by status."))]
        : [];
}

/// <summary>Only mails have subjects to test.</summary>
internal static class OnlyMailsHaveSubjectTests
{
    public static Problem? Check(Campaign campaign) => campaign.SubjectB is null || campaign.Channel == Channels.Email
        ? null
        : new Problem("campaigns.test-of-no-mail", ("件名のA/Bテストはメールだけで使えます。", "Only mails have subjects to test."), Field: "subjectB");
}

internal static class CampaignProblems
{
    public static Problem Incomplete => new(
        "campaigns.incomplete", ("セグメント・利用目的・テンプレートがそろっていません。", "Segment, purpose or template are missing."), ("編集画面で入力してください。", "Fill them in on the edit page."));

    public static Problem Nobody => new(
        "campaigns.nobody", ("送れる相手がいません。", "There is nobody to send to."), ("除外の理由を確認し、セグメントや同意の状況を見直してください。", "Look at the reasons for leaving out, the segment and the consent ledger."));

    public static Problem NoMailServer => new(
        "campaigns.no-mail-server", ("メールサーバーが設定されていないため、送っても誰にも届きません。", "No mail server is configured: nobody would receive it."),
        ("システム管理者に、環境設定 Mail:Host の設定を依頼してください。", "Ask whoever runs the system to set Mail:Host."));

    public static Problem ContractPurpose => new(
        "campaigns.contract-purpose", ("契約の履行のための利用目的は、キャンペーンには使えません。", "A purpose that fulfils a contract is not for campaigns."), ("広告・案内の利用目的を選んでください。", "Choose a purpose of advertising."), "purposeId");

    public static Problem OwnApproval => new(
        "campaigns.own-approval", ("自分が担当または対象を確定したキャンペーンは承認できません。", "Nobody approves a campaign that is theirs or that they prepared."), ("別の担当者に承認を依頼してください。", "Ask somebody else to approve it."));

    public static Problem TestNeedsTracking => new(
        "campaigns.test-needs-tracking", ("件名の自動選択には開封の計測が必要です。", "Choosing the better subject needs the counting of opens."), ("設定で計測を有効にするか、テストの割合を空欄にしてください。", "Switch tracking on in the settings, or leave the share empty."), "testShare");

    public static Problem HasBegun => new(
        "campaigns.has-begun", ("配信が始まっていたため、下書きに戻さずに中止しました。", "Sending had begun: the campaign was stopped instead of becoming a draft again."),
        ("「対象と除外」タブで送信済みの人を確かめ、残りの人には新しいキャンペーンで送ってください。", "The audience tab shows who got it; make another campaign for the others."), Kind: ProblemKind.Conflict);

    public static Problem HiddenAddress => new(
        "campaigns.hidden-address", ("宛先の項目（メールアドレスまたは携帯電話）を見る権限がないため、対象を確定できません。", "You may not see the addresses, so you cannot draw the audience up."),
        ("管理者に権限を確認するか、見る権限のある担当者に依頼してください。", "Ask an administrator for the right, or somebody who has it."), "segmentId", ProblemKind.Forbidden);

    public static Problem WrongStatus(string status) => new(
        "campaigns.wrong-status",
        ($"キャンペーンの状態が「{Statuses.All.FirstOrDefault(s => s.Key == status)?.Label.Ja}」のため実行できません。", $"The campaign is “{Statuses.All.FirstOrDefault(s => s.Key == status)?.Label.En}”; this cannot be done now."),
        ("画面を読み直してください。", "Reload the page."), Kind: ProblemKind.Conflict);
}
