using Crm.Customers.Contracts;
using Crm.Plugins.WasteDisposal.Contracts;
using Crm.Plugins.WasteDisposal.Law;
using Crm.Sdk;
using Crm.Sdk.Records;

namespace Crm.Plugins.WasteDisposal.Agreements;

/// <summary>
/// A contract counts as concluded only with every item of the law of its day; one that lacks some is kept as “to be mended”. What nobody
/// answered is asked for on the page and refuses nothing.
/// </summary>
internal sealed class AConcludedContractHasEveryItemTheLawDemands : RecordRule
{
    private const int MostAtOnce = 500;

    private readonly HashSet<Guid> prtr = [];

    public override async Task Prepare(RuleBatch batch, CancellationToken cancellation)
    {
        foreach (var some in batch.Values<Guid>("generatorId").Chunk(MostAtOnce))
        {
            var wanted = new ListRecords(CustomersContract.Company)
            {
                Filter = new Filter.All(new Filter.Ids(some), Filter.Eq(WasteContract.CompanyFields.Prtr, true)), Fields = ["name"], Limit = MostAtOnce,
            };
            prtr.UnionWith((await batch.Ask(wanted, cancellation)).Rows.Select(c => c.Id));
        }
    }

    public override IEnumerable<Problem> Check(RuleContext record)
    {
        var contract = record.As<Contract>();
        if (contract.Status != ContractStatuses.Concluded || !IsAboutTheContract(record)) return [];
        var text = new ContractText(key => record[key], contract.GeneratorId is { } generator && prtr.Contains(generator));
        return ContractClauses.Lacking(text, record.Today).Select(Missing);
    }

    /// <summary>What the plugin keeps itself may be written whatever became of the contract since.</summary>
    private static bool IsAboutTheContract(RuleContext record) =>
        record.IsNew || record.Type.Fields.Any(f => f is { ReadOnly: false, Owner: WasteContract.Plugin } && record.Changed(f.Key));

    private static Problem Missing(ContractClause clause) => new(
        "waste.contract-lacks-" + clause.Key,
        ($"法定項目「{clause.Name.Ja}」がありません({clause.Law.Source})。", $"The item “{clause.Name.En}” is missing ({clause.Law.Source})."),
        ("記載するか、既存の契約なら状態を「締結済(要是正)」にしてください。", "State it, or keep a contract that is in force as “to be mended”."),
        clause.Field);
}

internal static class AContractEndsAfterItBegins
{
    public static Problem? Check(Contract contract) => contract.StartsOn is null || contract.EndsOn is null || contract.StartsOn <= contract.EndsOn
        ? null
        : new Problem(
            "waste.contract-dates",
            ("有効期間の終了が開始より前です。", "The contract ends before it starts."),
            ("有効期間を確認してください。", "Check both dates."),
            "endsOn");
}

/// <summary>The day decides which law a contract is judged by.</summary>
internal static class AConcludedContractSaysWhen
{
    public static Problem? Check(Contract contract) => contract.Status is not (ContractStatuses.Concluded or ContractStatuses.Incomplete) || contract.ConcludedOn is not null
        ? null
        : new Problem(
            "waste.contract-undated",
            ("締結日がありません。", "The day it was concluded is missing."),
            ("契約書の締結日を入力してください。", "Enter the date of the contract."),
            "concludedOn");
}

/// <summary>Until when it covered what was handed over must be known of a contract that is over.</summary>
internal static class AnEndedContractSaysWhen
{
    public static Problem? Check(Contract contract) => contract.Status != ContractStatuses.Ended || contract.EndedOn is not null || (contract.EndsOn is not null && contract.RenewsByItself != true)
        ? null
        : new Problem(
            "waste.contract-end-undated",
            ("いつ終了した契約か分かりません。", "It does not say when the contract ended."),
            ("解除・終了日を入力してください。", "Enter the day it ended."),
            "endedOn");
}
