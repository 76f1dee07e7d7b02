using Crm.Platform.Import;
using Crm.Sdk;

namespace Crm.Host.Web.Imports;

/// <summary>Words of the import wizard that stand on several pages.</summary>
internal static class ImportTexts
{
    public static string State(string state) => state switch
    {
        ImportState.Queued => Texts.L("待機中", "Waiting"),
        ImportState.Running => Texts.L("実行中", "Running"),
        ImportState.Done => Texts.L("完了", "Done"),
        ImportState.Failed => Texts.L("失敗", "Failed"),
        _ => Texts.L("取り消し済み", "Undone"),
    };
}
