using Crm.Customers.Contracts;
using Crm.Sdk;
using Crm.Sdk.Modules;
using Crm.Sdk.Web;

namespace Acme.Visits;

/// <summary>Says all the plugin adds.</summary>
public sealed class VisitsModule : CrmModule
{
    public override string Key => Keys.Plugin;

    public override Label Name => ("訪問の記録", "Visit log");

    public override Label Description => (
        "会社への訪問を記録し、訪問間隔を会社ごとに決めます。",
        "Remembers who called on which company, and how often each is due.");

    public override string Icon => "map-pin";

    public override void Configure(ModuleBuilder module)
    {
        module.Requires(CustomersContract.Module);
        module.Database<VisitsDb>();
        module.Records.Add(VisitFields.Type);
        module.Records.Extend(CustomersContract.Company, company => company
            .Section(Keys.Plugin, "訪問", "Visits", s => s
                .Number(Keys.EveryDays, "訪問間隔（日）", "Visit every (days)").Range(1, 365)));
        module.Screens.Add<BoardScreen>("board", "これからの訪問", "Visits to come").Icon("calendar");
    }
}

/// <summary>Names that stand in databases, files and links. They never change.</summary>
internal static class Keys
{
    public const string Plugin = "visits";
    public const string Visit = "visits.visit";

    /// <summary>Field of companies: how often to visit them, in days.</summary>
    public const string EveryDays = "visits.everyDays";
}
