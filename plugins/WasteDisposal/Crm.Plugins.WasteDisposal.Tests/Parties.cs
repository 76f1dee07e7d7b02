using Crm.Customers.Contracts;
using Crm.Plugins.WasteDisposal.Contracts;
using Crm.Sdk.Testing;

namespace Crm.Plugins.WasteDisposal.Tests;

/// <summary>A factory in Tokyo, a transporter and a treatment plant in Chiba, with permits for waste plastics; the way of the waste is in order until a test changes it.</summary>
internal sealed class Parties(Acting crm)
{
    public Guid Generator { get; private set; }

    public Guid Transporter { get; private set; }

    public Guid Disposer { get; private set; }

    public Guid Origin { get; private set; }

    public Guid Plant { get; private set; }

    public Guid DisposalPermit { get; private set; }

    public static async Task<Parties> Make(Acting crm, bool prtr = false)
    {
        var parties = new Parties(crm)
        {
            Generator = await crm.Save(CustomersContract.Company, ("name", "株式会社青葉製作所"), ("prefecture", "東京都"), ("city", "大田区"), ("street", "本羽田2-12-1"), (WasteContract.CompanyFields.Prtr, prtr)),
            Transporter = await crm.Save(CustomersContract.Company, ("name", "湾岸運輸株式会社")),
            Disposer = await crm.Save(CustomersContract.Company, ("name", "みどり環境株式会社")),
        };
        parties.Origin = await crm.Save(WasteContract.Site, ("name", "青葉製作所 羽田工場"), ("kind", "origin"), ("companyId", parties.Generator), ("prefecture", "東京都"), ("city", "大田区"), ("street", "本羽田2-12-1"));
        parties.Plant = await crm.Save(WasteContract.Site, ("name", "新港リサイクルセンター"), ("kind", "treatment"), ("companyId", parties.Disposer), ("prefecture", "千葉県"), ("city", "千葉市美浜区"), ("street", "新港900-1"));
        return parties;
    }

    /// <summary>Everything that lets plastics go from the factory to the plant.</summary>
    public async Task<Parties> Entitled()
    {
        await Permit(Transporter, "01300190102");
        await Permit(Transporter, "01200190102");
        DisposalPermit = await Permit(Disposer, "05520190101", ("city", "千葉市"));
        await crm.Save(WasteContract.Contract, Contract("2026-04-01", ("form", "transport"), ("title", "運搬契約"), ("contractorId", Transporter), ("destinationId", Plant), ("wasteKinds", "plastics")));
        await crm.Save(WasteContract.Contract, Contract("2026-04-01", ("form", "disposal"), ("title", "処分契約"), ("wasteKinds", "plastics")));
        return this;
    }

    public Task<Guid> Permit(Guid company, string number, params (string Field, object? Value)[] changed) =>
        crm.Save(WasteContract.Permit, With([("companyId", company), ("number", number), ("issuedOn", "2024-04-01"), ("wasteKinds", "plastics"), ("expiresOn", "2029-03-31")], changed));

    /// <summary>A concluded disposal contract that says all it must, but for what is changed.</summary>
    public (string Field, object? Value)[] Contract(string concludedOn, params (string Field, object? Value)[] changed) => With(
    [
        ("title", "処分委託契約"), ("form", "disposal"), ("status", "concluded"), ("generatorId", Generator), ("contractorId", Disposer), ("concludedOn", concludedOn), ("startsOn", concludedOn),
        ("endsOn", "2027-03-31"), ("wasteKinds", "plastics"), ("quantity", "約 120 t/年"), ("fee", "18,000 円/t"), ("scopeText", "産業廃棄物処分業(破砕)"), ("permitCopyAttached", true),
        ("disposalPlaceId", Plant), ("disposalMethod", "破砕"), ("disposalCapacity", "180 t/日"), ("finalPlaceText", "千葉県銚子市川口町9-9000"), ("finalMethod", "埋立(管理型)"), ("finalCapacity", "420,000 m³"),
        ("nature", "固形"), ("packaging", "container"), ("decay", "なし"), ("mixing", "なし"), ("jisMark", false), ("containsListed", false), ("cautions", "火気厳禁"),
        ("changeNotice", "書面で通知する"), ("completionReport", "マニフェストの返送をもって報告とする"), ("untreatedWaste", "協議して定める"),
    ], changed);

    /// <summary>A paper manifest of plastics, but for what is changed.</summary>
    public (string Field, object? Value)[] Manifest(string issuedOn, params (string Field, object? Value)[] changed) => With(
    [
        ("medium", "paper"), ("issuedOn", issuedOn), ("generatorId", Generator), ("siteId", Origin), ("transporterId", Transporter), ("disposerId", Disposer), ("destinationId", Plant),
        ("wasteKind", "plastics"), ("quantity", 2.5m), ("unit", "t"),
    ], changed);

    private static (string Field, object? Value)[] With((string Field, object? Value)[] usual, (string Field, object? Value)[] changed) =>
        [.. usual.Where(u => changed.All(c => c.Field != u.Field)), .. changed];
}
