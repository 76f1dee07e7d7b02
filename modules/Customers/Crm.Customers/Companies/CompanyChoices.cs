using Crm.Customers.Contracts;
using Crm.Sdk.Records;

namespace Crm.Customers.Companies;

/// <summary>Legal form in the coarse sense that decides what we ask for.</summary>
internal static class CompanyKinds
{
    public const string Corporation = "corporation";
    public const string SoleProprietor = CustomersContract.SoleProprietor;

    public static readonly IReadOnlyList<Choice> All =
    [
        Choice.Of(Corporation, "法人", "Corporation"),
        Choice.Of(SoleProprietor, "個人事業主", "Sole proprietor"),
        Choice.Of("public", "官公庁・自治体", "Public body"),
        Choice.Of("association", "団体・組合", "Association"),
    ];
}

internal static class CompanyStatuses
{
    public const string Active = "active";
    public const string Prospect = "prospect";
    public const string Closed = "closed";

    public static readonly IReadOnlyList<Choice> All =
    [
        Choice.Of(Active, "取引中", "Active", "green"),
        Choice.Of(Prospect, "見込み", "Prospect", "purple"),
        Choice.Of("paused", "休止中", "Paused", "secondary"),
        Choice.Of(Closed, "消滅・廃業", "Closed", "red"),
    ];
}

/// <summary>What a company is to the one above it in the tree.</summary>
internal static class CompanyRelations
{
    public const string Branch = "branch";
    public const string Factory = "factory";
    public const string Store = "store";
    public const string Site = "site";
    public const string Subsidiary = "subsidiary";

    public static readonly IReadOnlyList<Choice> All =
    [
        Choice.Of(Branch, "支店・支社", "Branch"),
        Choice.Of("office", "営業所・事務所", "Office"),
        Choice.Of(Factory, "工場", "Factory"),
        Choice.Of(Store, "店舗", "Store"),
        Choice.Of(Site, "現場・事業場", "Site"),
        Choice.Of(Subsidiary, "子会社", "Subsidiary"),
        Choice.Of("affiliate", "関連会社", "Affiliate"),
    ];
}

/// <summary>The divisions of the Japan Standard Industrial Classification (日本標準産業分類, revision of 2023), A to T.</summary>
internal static class Industries
{
    public static readonly IReadOnlyList<Choice> All =
    [
        Choice.Of("agriculture", "農業・林業", "Agriculture and forestry"),
        Choice.Of("fisheries", "漁業", "Fisheries"),
        Choice.Of("mining", "鉱業・採石業・砂利採取業", "Mining and quarrying"),
        Choice.Of("construction", "建設業", "Construction"),
        Choice.Of("manufacturing", "製造業", "Manufacturing"),
        Choice.Of("utilities", "電気・ガス・熱供給・水道業", "Electricity, gas, heat and water"),
        Choice.Of("information", "情報通信業", "Information and communications"),
        Choice.Of("transport", "運輸業・郵便業", "Transport and postal services"),
        Choice.Of("wholesale-retail", "卸売業・小売業", "Wholesale and retail"),
        Choice.Of("finance", "金融業・保険業", "Finance and insurance"),
        Choice.Of("real-estate", "不動産業・物品賃貸業", "Real estate and leasing"),
        Choice.Of("professional", "学術研究・専門・技術サービス業", "Professional and technical services"),
        Choice.Of("hospitality", "宿泊業・飲食サービス業", "Accommodation, eating and drinking"),
        Choice.Of("leisure", "生活関連サービス業・娯楽業", "Living-related services and amusement"),
        Choice.Of("education", "教育・学習支援業", "Education"),
        Choice.Of("medical", "医療・福祉", "Medical and welfare"),
        Choice.Of("compound", "複合サービス事業", "Compound services"),
        Choice.Of("services", "サービス業（他に分類されないもの）", "Other services"),
        Choice.Of("public", "公務", "Government"),
        Choice.Of("other", "分類不能の産業", "Not classified"),
    ];
}

/// <summary>Terms of payment as they stand on orders: closing day, then the day money comes.</summary>
internal static class PaymentTermChoices
{
    public static readonly IReadOnlyList<Choice> All =
    [
        Choice.Of("end-next-end", "月末締め翌月末払い", "Closing at month end, paid at the end of the next month"),
        Choice.Of("end-second-end", "月末締め翌々月末払い", "Closing at month end, paid at the end of the month after next"),
        Choice.Of("end-next-10", "月末締め翌月10日払い", "Closing at month end, paid on the 10th of the next month"),
        Choice.Of("end-next-20", "月末締め翌月20日払い", "Closing at month end, paid on the 20th of the next month"),
        Choice.Of("20-next-20", "20日締め翌月20日払い", "Closing on the 20th, paid on the 20th of the next month"),
        Choice.Of("20-next-end", "20日締め翌月末払い", "Closing on the 20th, paid at the end of the next month"),
        Choice.Of("15-next-15", "15日締め翌月15日払い", "Closing on the 15th, paid on the 15th of the next month"),
        Choice.Of("25-next-end", "25日締め翌月末払い", "Closing on the 25th, paid at the end of the next month"),
        Choice.Of("in-advance", "前払い", "In advance"),
        Choice.Of("on-delivery", "代金引換", "Cash on delivery"),
        Choice.Of("cash", "現金", "Cash"),
        Choice.Of("card", "クレジットカード", "Credit card"),
        Choice.Of("other", "その他", "Other"),
    ];
}
