using Crm.Plugins.WasteDisposal.Contracts;
using Crm.Sdk.Modules;
using Crm.Sdk.Records;

namespace Crm.Plugins.WasteDisposal;

/// <summary>What companies are in waste disposal.</summary>
internal static class CompanyRoles
{
    public const string Generator = "generator";
    public const string Transporter = "transporter";
    public const string Disposer = "disposer";

    public static readonly IReadOnlyList<Choice> All =
    [
        Choice.Of(Generator, "排出事業者", "Generator", "blue"), Choice.Of(Transporter, "収集運搬業者", "Transporter", "green"), Choice.Of(Disposer, "処分業者", "Disposer", "orange"),
    ];
}

/// <summary>Generators of large amounts: 1,000 t of industrial or 50 t of specially controlled waste in the year before.</summary>
internal static class LargeGenerators
{
    public const string Industrial = "industrial";
    public const string Special = "special";

    public static readonly IReadOnlyList<Choice> All =
    [
        Choice.Of(Industrial, "産業廃棄物(年 1,000 t 以上)", "Industrial waste (1,000 t a year)"), Choice.Of(Special, "特別管理産業廃棄物(年 50 t 以上)", "Specially controlled (50 t a year)"),
    ];
}

/// <summary>Fields of companies.</summary>
internal static class CompanyExtension
{
    public static void Describe(ExtensionBuilder company) => company
        .Section(WasteContract.Plugin, "廃棄物処理", "Waste disposal", s => s
            .MultiChoice(WasteContract.CompanyFields.Roles, "廃棄物処理での立場", "Role in waste disposal", CompanyRoles.All)
            .YesNo(WasteContract.CompanyFields.Prtr, "PRTR 第一種の取扱事業者", "PRTR class 1")
                .Hint("第一種指定化学物質等取扱事業者。2026年1月1日以後の委託契約に情報が必要です。", "Handles class-1 substances; contracts from 2026-01-01 must say which.")
            .MultiChoice(WasteContract.CompanyFields.LargeGenerator, "多量排出事業者", "Large generator", LargeGenerators.All)
            .Text(WasteContract.CompanyFields.JwnetNumber, "JWNET 加入者番号", "JWNET number").Max(20)
            .Date(WasteContract.CompanyFields.PermitExpiry, "許可の期限(最も早いもの)", "First permit expiry").ReadOnly().Indexed()
                .Hint("登録された許可証から自動で更新します。", "Kept from the permits that are registered."));
}
