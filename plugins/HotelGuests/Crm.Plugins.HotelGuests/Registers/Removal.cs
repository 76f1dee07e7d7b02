using Crm.Plugins.HotelGuests.Contracts;
using Crm.Sdk.Records;

namespace Crm.Plugins.HotelGuests.Registers;

/// <summary>What a night's removal took from the register: how much and of which days, never of whom.</summary>
internal sealed class Removal : Record
{
    public DateOnly? RemovedOn { get; set; }

    public int Entries { get; set; }

    public int Copies { get; set; }

    public DateOnly? MadeFrom { get; set; }

    public DateOnly? MadeUntil { get; set; }
}

internal static class RemovalFields
{
    public static readonly RecordType<Removal> Type = RecordType.For<Removal>(HotelContract.Removal)
        .Titled("名簿の消去記録", "Removal from the register", "Removals from the register")
        .WithIcon("eraser")
        .TitledBy("removedOn")
        .SortedBy("-removedOn")
        .NotInMenu()
        .Section("basic", "消去の内容", "What was removed", s => s
            .Date(r => r.RemovedOn, "消去日", "Removed on").ReadOnly().Indexed().InList()
            .Number(r => r.Entries, "名簿（件）", "Entries").ReadOnly().InList()
            .Number(r => r.Copies, "旅券の写し（件）", "Copies of passports").ReadOnly().InList()
            .Date(r => r.MadeFrom, "作成日（最初）", "Made from").ReadOnly().InList()
            .Date(r => r.MadeUntil, "作成日（最後）", "Made until").ReadOnly().InList());
}
