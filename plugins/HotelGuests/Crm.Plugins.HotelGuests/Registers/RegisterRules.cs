using Crm.Plugins.HotelGuests.Inns;
using Crm.Sdk;
using Crm.Sdk.Records;
using Crm.Sdk.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Crm.Plugins.HotelGuests.Registers;

/// <summary>An entry has what the law of its day wants, and what the municipality of its house adds.</summary>
internal sealed class AnEntryHasTheItemsOfTheLaw(HotelDb db, ISettings settings) : RecordRule
{
    private Dictionary<Guid, Inn> inns = [];

    public override async Task Prepare(RuleBatch batch, CancellationToken cancellation)
    {
        var wanted = batch.Values<Guid>("innId").ToList();
        if (wanted.Count > 0) inns = await db.Inns.AsNoTracking().Where(i => wanted.Contains(i.Id)).ToDictionaryAsync(i => i.Id, cancellation);
    }

    public override IEnumerable<Problem> Check(RuleContext record)
    {
        var entry = record.As<RegisterEntry>();
        if (entry.MadeOn is not { } made) yield break;
        foreach (var item in RegisterLaw.Items.Where(i => i.Holds(made, entry.Foreigner == true) && IsMissing(record, i.Field)))
        {
            // An empty name is refused by the field itself.
            if (item.Field == "name") continue;
            yield return new Problem(
                "hotel.register-lacks-" + Code(item.Field),
                ($"宿泊者名簿に「{item.Name.Ja}」がありません（{item.Source}）。", $"The register must say the guest's {item.Name.En.ToLowerInvariant()} ({item.Source})."),
                ("お客様に確認して記載してください。", "Ask the guest and enter it."),
                item.Field);
        }

        foreach (var extra in Extras(entry).Where(e => IsMissing(record, e.Key) && !RegisterLaw.Items.Any(i => i.Field == e.Key && i.Holds(made, entry.Foreigner == true))))
        {
            yield return new Problem(
                "hotel.register-lacks-" + Code(extra.Key),
                ($"この施設では「{extra.Label.Ja}」の記載が必要です（条例等）。", $"The municipality of this house wants: {extra.Label.En.ToLowerInvariant()}."),
                ("記載するか、設定または施設の「追加の記載事項」を見直してください。", "Enter it, or look at the items the municipality adds in the settings or at the house."),
                extra.Key);
        }
    }

    private IEnumerable<Choice> Extras(RegisterEntry entry)
    {
        var inn = entry.InnId is { } id ? inns.GetValueOrDefault(id) : null;
        var wanted = inn is { OwnExtras: true } ? inn.Extras : settings.Of<HotelSettings>().Extras;
        return wanted is null ? [] : RegisterLaw.Extras.Where(e => wanted.Contains(e.Key));
    }

    /// <summary>An address abroad has other parts than one in Japan: any but the postal code will do.</summary>
    private static bool IsMissing(RuleContext record, string field) => field == "street"
        ? record["street"] is null && record["city"] is null && record["prefecture"] is null && record["building"] is null
        : record[field] is null or "";

    private static string Code(string field) => field switch
    {
        "street" => "address",
        "passportNumber" => "passport-number",
        "arrivedAt" => "arrival",
        "departsOn" => "departure",
        "previousPlace" => "previous-place",
        "nextPlace" => "next-place",
        _ => field,
    };
}

/// <summary>The years are counted from the making; a day to come would make them longer than they are.</summary>
internal static class AnEntryIsNotMadeInTheFuture
{
    public static Problem? Check(RegisterEntry entry, RuleContext record) => entry.MadeOn > record.Today
        ? new Problem("hotel.register-in-the-future", ("作成日が未来の日付です。", "The entry is made on a day to come."), ("名簿を作成した日を入力してください。", "Enter the day it was made."), "madeOn")
        : null;
}
