using Crm.Campaigns.Contracts;
using Crm.Sdk;
using Crm.Sdk.Records;

namespace Crm.Campaigns.Planning;

/// <summary>What was approved is what goes out: an approved campaign is changed by its steps alone; one whose audience is known goes back to a draft first.</summary>
internal static class ApprovedCampaignsStayAsTheyAre
{
    private static readonly string[] Free = ["name", "memo", "budget", "owner"];

    public static Problem? Check(Campaign campaign, RuleContext rule) =>
        rule.IsNew || campaign.Stepped || campaign.Status == CampaignsContract.Status.Draft
        || rule.Type.Fields.All(f => f.InExt || Free.Contains(f.Key) || f.ReadOnly || !rule.Changed(f.Key))
            ? null
            : new Problem(
                "campaigns.fixed", ("対象を確定した後は内容を変更できません。", "After its audience was drawn up a campaign is not changed."), ("「下書きに戻す」を実行してから変更してください。", "Take it back to a draft first."));
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
