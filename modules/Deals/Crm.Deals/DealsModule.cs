using Crm.Customers.Contracts;
using Crm.Deals.Activities;
using Crm.Deals.Board;
using Crm.Deals.Contracts;
using Crm.Deals.Dealing;
using Crm.Deals.Forecasts;
using Crm.Deals.Goals;
using Crm.Deals.OnCustomers;
using Crm.Deals.Pipelines;
using Crm.Deals.Quotes;
using Crm.Deals.Reports;
using Crm.Deals.Shared;
using Crm.Sdk;
using Crm.Sdk.Modules;
using Crm.Sdk.Users;
using Crm.Sdk.Web;
using Microsoft.Extensions.DependencyInjection;

namespace Crm.Deals;

/// <summary>Deals from the first talk to the order.</summary>
public sealed class DealsModule : CrmModule
{
    /// <inheritdoc/>
    public override string Key => DealsContract.Module;

    /// <inheritdoc/>
    public override Label Name => ("営業", "Deals");

    /// <inheritdoc/>
    public override Label Description => (
        "案件・活動・見積・売上予測・目標を、最初の接触から受注まで管理します。",
        "Deals, activities, quotes, forecast and goals, from the first contact to the order.");

    /// <inheritdoc/>
    public override string Icon => "target-arrow";

    /// <inheritdoc/>
    public override int Order => 20;

    /// <inheritdoc/>
    public override void Configure(ModuleBuilder module)
    {
        module.Requires(CustomersContract.Module);
        module.Database<DealsDb>();
        module.Seed<FirstPipeline>();
        module.Seed<FirstIssuer>();
        Records(module);
        Rights(module);
        Screens(module);
        module.Services.AddScoped<Readable>();
        module.Services.AddScoped<DealHistories>();
        module.Feeds.Add<GetCalendarFeed>("calendar", "活動カレンダー", "Calendar of activities");
        module.Jobs.Add<ActivityReminders>("activity-reminders", "活動の通知", "Reminders of activities").Every(ActivityReminders.Interval);
        module.Jobs.Add<KeepForecast>("keep-forecast", "売上予測の保存", "Keep the forecast").Daily(new TimeOnly(5, 0));
    }

    private static void Records(ModuleBuilder module)
    {
        module.Records.Add(DealFields.Type);
        module.Records.Add(ActivityFields.Type);
        module.Records.Add(QuoteFields.Type);
        module.Records.Add(DealLineFields.Type);
        module.Records.Add(ParticipantFields.Type);
        module.Records.Add(QuoteLineFields.Type);
        module.Records.Add(PipelineFields.Type);
        module.Records.Add(StageFields.Type);
        module.Records.Add(LossReasonFields.Type);
        module.Records.Add(CompetitorFields.Type);
        module.Records.Add(IssuerFields.Type);
        module.Records.Add(GoalFields.Type);
    }

    private static void Screens(ModuleBuilder module)
    {
        module.Screens.Add<BoardScreen>("board", "案件ボード", "Board").Icon("layout-kanban");
        module.Screens.Add<TodoScreen>("todo", "やること", "To do").Icon("checklist");
        module.Screens.Add<CalendarScreen>("calendar", "活動カレンダー", "Calendar").Icon("calendar");
        module.Screens.Add<ForecastScreen>("forecast", "売上予測", "Forecast").Icon("chart-line").Requires(DealsContract.SeeReports);
        module.Screens.Add<ReportScreen>("report", "営業分析", "Sales report").Icon("chart-bar").Requires(DealsContract.SeeReports);
        module.Screens.Add<GoalsScreen>("goals", "目標", "Goals").Icon("flag-3").Requires(DealsContract.SeeReports);
        module.Screens.Add<SetupScreen>("setup", "営業の設定", "Set up").Icon("adjustments");
        module.Screens.Add<MoveScreen>("move", "段階を移動", "Move").NotInMenu();
        module.Screens.Add<QuoteSheet>("quote", "見積書", "Quote").NotInMenu();
        module.Slots.Add<DealActions>(Slots.Actions(DealsContract.Deal), "steps", "案件の操作", "Steps").Order(10);
        module.Slots.Add<DealSide>(Slots.Side(DealsContract.Deal), "state", "現在の状況", "Where it stands").Order(10);
        module.Slots.Add<LinesTab>(Slots.Tabs(DealsContract.Deal), "lines-editor", "明細", "Lines").Order(10);
        module.Slots.Add<LinesTab>(Slots.Tabs(DealsContract.Quote), "lines-editor", "明細", "Lines").Order(10);
        module.Slots.Add<QuoteActions>(Slots.Actions(DealsContract.Quote), "steps", "見積の操作", "Steps").Order(10);
        module.Slots.Add<CompleteButton>(Slots.Actions(DealsContract.Activity), "complete", "完了", "Done").Order(10);
        module.Slots.Add<CustomerDealsCard>(CustomersContract.PageSlots.CompanySide, "open-deals", "進行中の案件", "Open deals").Order(30);
        module.Slots.Add<CustomerDealsCard>(CustomersContract.PageSlots.PersonSide, "open-deals", "進行中の案件", "Open deals").Order(30);
    }

    /// <summary>Whoever sells works with deals; how selling is organised is changed by administrators.</summary>
    private static void Rights(ModuleBuilder module)
    {
        module.Permissions.Add(DealsContract.SeeReports, "売上予測・分析・目標を見る", "See forecast, reports and goals").To(BuiltInRole.Sales, BuiltInRole.Marketing, BuiltInRole.Viewer);
        string[] organised = [DealsContract.Pipeline, DealsContract.Stage, DealsContract.LossReason, DealsContract.Issuer, DealsContract.Goal];
        foreach (var role in (string[])[BuiltInRole.Sales, BuiltInRole.Support, BuiltInRole.Marketing])
        {
            foreach (var type in organised) module.Roles.Grant(role, type, Reaches.ReadOnly);
        }

        foreach (var role in (string[])[BuiltInRole.Support, BuiltInRole.Marketing])
        {
            foreach (var type in (string[])[DealsContract.Deal, DealsContract.Line, DealsContract.Participant, DealsContract.Quote, DealsContract.QuoteLine, DealsContract.Competitor]) module.Roles.Grant(role, type, Reaches.ReadOnly);
        }
    }
}
