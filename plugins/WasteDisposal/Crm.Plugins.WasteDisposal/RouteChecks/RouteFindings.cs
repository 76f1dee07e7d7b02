using Crm.Plugins.WasteDisposal.Contracts;
using Crm.Plugins.WasteDisposal.Law;
using Crm.Sdk;
using Crm.Sdk.Records;
using static Crm.Plugins.WasteDisposal.Law.Acts;

namespace Crm.Plugins.WasteDisposal.RouteChecks;

/// <summary>What a check of a route can find. The codes are stored with manifests.</summary>
internal static class RouteFindings
{
    private static readonly Provision Contract = new(new(1992, 7, 4), $"{Act}第12条第5項・第6項");
    private static readonly Provision Permit = new(new(1992, 7, 4), $"{Act}第12条第5項・第14条");
    private static readonly Provision Pending = new(new(1992, 7, 4), Act + "第14条第3項", Confidence.Medium);

    /// <summary>Who makes 50 t of specially controlled waste a year uses the electronic manifest.</summary>
    public static readonly Provision ElectronicDuty = new(new(2020, 4, 1), Act + "第12条の5第1項", Confidence.Medium);

    public static readonly IReadOnlyList<Choice> Choices =
    [
        Choice.Of("no-transport-contract", "運搬の契約がない", "No transport contract", "red"),
        Choice.Of("no-disposal-contract", "処分の契約がない", "No disposal contract", "red"),
        Choice.Of("contract-not-in-force", "契約が有効でない", "Contract not in force", "red"),
        Choice.Of("contract-lacks-kind", "契約の対象外の種類", "Kind not in the contract", "red"),
        Choice.Of("contract-to-be-mended", "契約に法定項目の不足", "Contract lacks items", "orange"),
        Choice.Of("destination-differs", "契約と異なる運搬先・処分場所", "Place not that of the contract", "red"),
        Choice.Of("no-permit", "許可の登録がない", "No permit registered", "red"),
        Choice.Of("permit-elsewhere", "この地域の許可がない", "No permit for this place", "red"),
        Choice.Of("permit-city-unknown", "許可した市の登録がない", "City of the permit not registered", "yellow"),
        Choice.Of("permit-not-yet", "許可の前の引渡し", "Before the permit", "red"),
        Choice.Of("permit-expired", "許可が切れている", "Permit expired", "red"),
        Choice.Of("permit-lacks-kind", "許可の範囲外の種類", "Kind not in the permit", "red"),
        Choice.Of("renewal-pending", "許可の更新申請中", "Renewal of the permit pending", "yellow"),
        Choice.Of("place-unknown", "場所の登録がない", "Place not registered", "yellow"),
        Choice.Of("site-does-not-take", "施設の受入対象外", "The site does not take it", "yellow"),
        Choice.Of("electronic-required", "電子マニフェストの対象", "Electronic manifest required", "yellow"),
    ];

    public static RouteFinding NoContract(bool transport, string contractor) => new(
        transport ? "no-transport-contract" : "no-disposal-contract", RouteWeight.Warning,
        (transport ? $"{contractor} との収集運搬の委託契約が登録されていません。" : $"{contractor} との処分の委託契約が登録されていません。",
            transport ? $"No transport contract with {contractor} is registered." : $"No disposal contract with {contractor} is registered."),
        ("引渡し前に書面で契約してください。排出事業者は運搬・処分の業者とそれぞれ直接契約します。", "Conclude it in writing before the hand-over; the generator contracts with transporter and disposer directly."),
        Contract.Source);

    public static RouteFinding ContractNotInForce(string title, DateOnly on) => new(
        "contract-not-in-force", RouteWeight.Warning,
        ($"委託契約「{title}」は {on:yyyy-MM-dd} に有効ではありません。", $"The contract “{title}” is not in force on {on:yyyy-MM-dd}."),
        ("有効期間と状態を確認し、更新するか新しく締結してください。", "Check its term and status; renew it or conclude a new one."),
        Contract.Source);

    public static RouteFinding ContractLacksKind(string title, Label kind) => new(
        "contract-lacks-kind", RouteWeight.Warning,
        ($"委託契約「{title}」は「{kind.Ja}」を対象にしていません。", $"The contract “{title}” is not about “{kind.En}”."),
        ("契約を変更してから引き渡してください。", "Amend the contract before the hand-over."),
        Order + "第6条の2第4号イ");

    public static RouteFinding ContractToBeMended(string title) => new(
        "contract-to-be-mended", RouteWeight.Hint,
        ($"委託契約「{title}」は法定項目が足りません。", $"The contract “{title}” lacks items of the law."),
        ("契約の画面の点検表で不足を確認してください。", "See the checklist on the page of the contract."),
        Regulation + "第8条の4の2");

    public static RouteFinding DestinationDiffers(bool transport, string title, string contracted) => new(
        "destination-differs", RouteWeight.Warning,
        transport
            ? ($"委託契約「{title}」の運搬先は「{contracted}」です。", $"The contract “{title}” says the waste goes to {contracted}.")
            : ($"委託契約「{title}」の処分場所は「{contracted}」です。", $"The contract “{title}” says the waste is treated at {contracted}."),
        ("運搬先を確認するか、契約を変更してください。", "Check the destination, or amend the contract."),
        Order + (transport ? "第6条の2第4号ロ" : "第6条の2第4号ハ"));

    public static RouteFinding NoPermit(bool transport, string company) => new(
        "no-permit", RouteWeight.Warning,
        transport ? ($"{company} の収集運搬業の許可が登録されていません。", $"No transport permit of {company} is registered.") : ($"{company} の処分業の許可が登録されていません。", $"No disposal permit of {company} is registered."),
        ("許可証の写しを取り寄せて登録してください。", "Ask for a copy of the permit and register it."),
        Permit.Source);

    public static RouteFinding PermitElsewhere(string company, string place) => new(
        "permit-elsewhere", RouteWeight.Warning,
        ($"{company} には {place} の許可がありません。", $"{company} has no permit for {place}."),
        ("積む場所と降ろす場所、それぞれの都道府県(または政令市)の許可が必要です。", "A permit of the prefecture (or city) is needed where it is loaded and where it is unloaded."),
        Permit.Source);

    public static RouteFinding PermitCityUnknown(string number, string place) => new(
        "permit-city-unknown", RouteWeight.Hint,
        ($"許可 {number} は市の許可ですが、どの市か登録されていないため、{place} で有効か確認できません。", $"The permit {number} is a city's; which one is not registered, so whether it holds in {place} cannot be checked."),
        ("許可証の画面で「政令市」に市の名前を入力してください。", "Enter the name of the city with the permit."),
        DesignatedCities.Law.Source);

    public static RouteFinding PermitNotYet(string number, DateOnly since) => new(
        "permit-not-yet", RouteWeight.Warning,
        ($"許可 {number} は {since:yyyy-MM-dd} からです。", $"The permit {number} begins on {since:yyyy-MM-dd}."),
        ("更新された許可なら、許可証の画面で初回許可年月日を入力してください。", "If it was renewed, enter with the permit when it was first issued."),
        Permit.Source);

    public static RouteFinding PermitExpired(string number, DateOnly? expired) => new(
        "permit-expired", RouteWeight.Warning,
        ($"許可 {number} は {(expired is { } day ? $"{day:yyyy-MM-dd} に" : "")}失効しています。", $"The permit {number} expired{(expired is { } then ? $" on {then:yyyy-MM-dd}" : "")}."),
        ("更新後の許可証を登録してください。更新申請中なら申請日を入力します。", "Register the renewed permit; when a renewal is pending, enter the day it was applied for."),
        Permit.Source);

    public static RouteFinding PermitLacksKind(string number, Label kind, IReadOnlyList<string> flags) => new(
        "permit-lacks-kind", RouteWeight.Warning,
        ($"許可 {number} の事業の範囲に「{kind.Ja}{Flagged(flags, l => l.Ja, "・")}」がありません。", $"The scope of permit {number} lacks “{kind.En}{Flagged(flags, l => l.En, ", ")}”."),
        ("許可証の範囲を確認し、範囲内の業者に委託してください。", "Check the scope on the permit; entrust it to somebody whose permit covers it."),
        Order + "第6条の2第1号・第2号");

    public static RouteFinding RenewalPending(string number) => new(
        "renewal-pending", RouteWeight.Hint,
        ($"許可 {number} は更新申請中です。処分が決まるまで旧許可は有効として扱います。", $"The renewal of permit {number} is pending; the old one counts as valid until the decision."),
        ("申請の受付印のある書面を確認してください。", "Ask for the stamped copy of the application."),
        Pending.Source);

    public static RouteFinding PlaceUnknown(bool origin) => new(
        "place-unknown", RouteWeight.Hint,
        origin ? ("排出事業場の都道府県が分からないため、許可の地域を確認できません。", "The prefecture where the waste arises is not known, so the permit for it cannot be checked.")
            : ("運搬先の都道府県が分からないため、許可の地域を確認できません。", "The prefecture where the waste goes is not known, so the permit for it cannot be checked."),
        ("事業場を選び、住所を入力してください。", "Choose the site and enter its address."),
        Permit.Source);

    public static RouteFinding SiteDoesNotTake(string site, Label kind) => new(
        "site-does-not-take", RouteWeight.Hint,
        ($"施設「{site}」の受入対象に「{kind.Ja}」がありません。", $"The site {site} is not registered as taking “{kind.En}”."),
        ("施設の登録か、運搬先を確認してください。", "Check the site, or the destination."),
        Order + "第6条の2第2号");

    public static RouteFinding ElectronicRequired() => new(
        "electronic-required", RouteWeight.Hint,
        ("特別管理産業廃棄物の多量排出事業者です。電子マニフェストの使用義務の対象と思われます。", "The generator makes large amounts of specially controlled waste; an electronic manifest is probably required."),
        ("JWNET での登録を検討してください(廃 PCB などは対象外)。", "Consider registering it with JWNET (waste PCB and the like are exempt)."),
        ElectronicDuty.Source);

    private static string Flagged(IReadOnlyList<string> flags, Func<Label, string> word, string between) => string.Concat(flags.Select(f => between + word(WasteFlags.Name(f))));
}
