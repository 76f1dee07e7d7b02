using Crm.Customers.Contracts;
using Crm.Plugins.HotelGuests.Arrivals;
using Crm.Plugins.HotelGuests.Contracts;
using Crm.Plugins.HotelGuests.Demo;
using Crm.Plugins.HotelGuests.Figures;
using Crm.Plugins.HotelGuests.Guests;
using Crm.Plugins.HotelGuests.Inns;
using Crm.Plugins.HotelGuests.Registers;
using Crm.Plugins.HotelGuests.Stays;
using Crm.Sdk;
using Crm.Sdk.Modules;
using Crm.Sdk.Users;
using Crm.Sdk.Web;

namespace Crm.Plugins.HotelGuests;

/// <summary>Guests of hotels and inns: what they like, their stays, the register of guests, who arrives and who comes again.</summary>
public sealed class HotelModule : CrmModule
{
    /// <inheritdoc/>
    public override string Key => HotelContract.Plugin;

    /// <inheritdoc/>
    public override Label Name => ("宿泊客", "Hotel guests");

    /// <inheritdoc/>
    public override Label Description => (
        "宿泊客の好み、宿泊の記録、宿泊者名簿、到着リスト、リピート率を管理します。",
        "What guests like, their stays, the register of guests, the arrivals of the day and the repeat rate.");

    /// <inheritdoc/>
    public override string Icon => "bed";

    /// <inheritdoc/>
    public override void Configure(ModuleBuilder module)
    {
        module.Requires(CustomersContract.Module);
        module.Database<HotelDb>();
        module.Records.Add(StayFields.Type);
        module.Records.Add(RegisterFields.Type);
        module.Records.Add(RemovalFields.Type);
        module.Records.Add(InnFields.Type);
        module.Records.Extend(CustomersContract.Person, GuestExtension.Describe);
        module.Settings<HotelSettings>(HotelSettings.Describe);
        module.Seed<FirstInn>();

        module.Permissions.Add(HotelContract.MaySeeArrivals, "到着リストを見る", "See arrivals").To(BuiltInRole.Sales, BuiltInRole.Support, BuiltInRole.Viewer);
        module.Permissions.Add(HotelContract.MaySeeFigures, "リピート率と単価を見る", "See repeat rate and spend").To(BuiltInRole.Sales, BuiltInRole.Marketing);

        // The desk writes the register; who only sells or advertises has no business with passports. Nobody but administrators deletes.
        module.Roles.Grant(BuiltInRole.Support, HotelContract.Register, new Reaches { Read = Reach.All, Create = Reach.All, Edit = Reach.All });
        foreach (var role in new[] { BuiltInRole.Sales, BuiltInRole.Marketing, BuiltInRole.Viewer }) module.Roles.Grant(role, HotelContract.Register, Reaches.None);

        module.Screens.Add<ArrivalsScreen>("arrivals", "到着リスト", "Arrivals").Icon("door-enter").Requires(HotelContract.MaySeeArrivals);
        module.Screens.Add<FiguresScreen>("figures", "リピート率と単価", "Repeat rate and spend").Icon("repeat").Requires(HotelContract.MaySeeFigures);
        module.Slots.Add<GuestTab>(CustomersContract.PageSlots.PersonTabs, "stays", "宿泊", "Stays").Order(30);
        module.Slots.Add<GuestCard>(CustomersContract.PageSlots.PersonSide, "guest", "お迎えの準備", "To know on arrival").Order(5);
        module.Slots.Add<StayActions>(Slots.Actions(HotelContract.Stay), "steps", "到着・出発・名簿", "Arrival, departure, register").Order(10);

        module.Prints.List<ArrivalsPrint>(HotelContract.Stay, "arrivals", "到着リスト", "Arrivals");
        module.Prints.Record<RegisterCard>(HotelContract.Register, "card", "宿泊カード", "Registration card");
        module.Imports.Add<BookingsFile>(HotelContract.Stay, "bookings", "ホテル予約データ（公開形式）", "Hotel bookings (public format)");
        module.Api.Get<GetArrivals>("arrivals", "到着リスト", "Arrivals of a day");

        module.Jobs.Add<PurgeRegister>("purge-register", "保存期間を過ぎた宿泊者名簿の消去", "Removal of register entries whose years are over").Daily(new TimeOnly(3, 40));
        module.Demo<HotelDemo>("inn", "湯の郷旅館 青嵐", "Inn Seiran");
    }
}
