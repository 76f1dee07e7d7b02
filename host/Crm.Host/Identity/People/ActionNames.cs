using Crm.Sdk.Users;

using static Crm.Sdk.Texts;

namespace Crm.Host.Identity.People;

/// <summary>What actions and reaches are called.</summary>
internal static class ActionNames
{
    public static string Of(RecordAction action) => action switch
    {
        RecordAction.Read => L("閲覧", "See"),
        RecordAction.Create => L("作成", "Create"),
        RecordAction.Edit => L("編集", "Change"),
        RecordAction.Delete => L("削除", "Delete"),
        _ => L("出力", "Export"),
    };

    public static string Of(Reach reach) => reach switch
    {
        Reach.Own => L("本人", "Own"),
        Reach.Team => L("チーム", "Team"),
        Reach.All => L("すべて", "All"),
        _ => L("不可", "No"),
    };
}
