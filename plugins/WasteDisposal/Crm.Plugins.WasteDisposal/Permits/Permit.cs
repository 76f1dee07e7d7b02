using Crm.Customers.Contracts;
using Crm.Plugins.WasteDisposal.Contracts;
using Crm.Plugins.WasteDisposal.Law;
using Crm.Sdk;
using Crm.Sdk.Records;

namespace Crm.Plugins.WasteDisposal.Permits;

/// <summary>A permit to transport or dispose of industrial waste, as one authority gave it to one company.</summary>
internal sealed class Permit : Record
{
    /// <summary>Years a permit runs; an excellent operator's longer. (Source: design notes, M: fills an empty date and refuses nothing.)</summary>
    public const int Years = 5;
    public const int YearsOfExcellent = 7;

    public Guid? CompanyId { get; set; }

    public string? Number
    {
        get;
        set => field = PermitNumber.TryParse(value, out var number) ? number.ToString() : value;
    }

    public string? Kind { get; set; }

    public string? Authority { get; set; }

    /// <summary>The city that gave it, when a city did; the number alone does not name it.</summary>
    public string? City { get; set; }

    public DateOnly? IssuedOn { get; set; }

    public DateOnly? ExpiresOn { get; set; }

    /// <summary>Since when it runs without a gap: a renewed permit keeps its number, and what was carried under its earlier terms stays lawful.</summary>
    public DateOnly? FirstIssuedOn { get; set; }

    public bool? Excellent { get; set; }

    /// <summary>When the renewal was applied for: until it is decided the old permit stays valid. (Source: Act art. 14-3, M.)</summary>
    public DateOnly? RenewalAppliedOn { get; set; }

    /// <summary>When it was given back or taken away.</summary>
    public DateOnly? EndedOn { get; set; }

    public string[]? WasteKinds { get; set; }

    public string[]? Flags { get; set; }

    public Guid? SiteId { get; set; }

    public Guid? Copy { get; set; }

    public string? Conditions { get; set; }

    /// <summary>The expiry of which we told last, so that each reminder comes once.</summary>
    public DateOnly? RemindedOf { get; set; }

    /// <summary>How many days were left when we told.</summary>
    public int? RemindedAt { get; set; }

    /// <summary>An application from before the permit was issued has led to it and is pending no more.</summary>
    public bool RenewalPending => RenewalAppliedOn is { } applied && (ExpiresOn is null || applied <= ExpiresOn) && !(applied < IssuedOn);

    /// <summary>The first day of the term, or of the first of those that followed each other.</summary>
    public DateOnly? Since => FirstIssuedOn < IssuedOn ? FirstIssuedOn : IssuedOn;

    /// <summary>Whether it allows anything on a day.</summary>
    public bool InForce(DateOnly on) => !(on < Since) && (EndedOn is null || on < EndedOn) && (ExpiresOn is null || on <= ExpiresOn || RenewalPending);

    /// <summary>Whether waste of a kind is in its scope. A permit without a scope is one nobody has copied yet.</summary>
    public bool Covers(string kind, IReadOnlyList<string> flags) =>
        WasteKinds?.Contains(kind) == true
        && PermitKinds.IsSpecial(Kind) == WasteFlags.IsSpecial(flags)
        && flags.Where(f => f != WasteFlags.Special).All(f => Flags?.Contains(f) == true);

    /// <summary>Tells once that it comes near its expiry. Answers whether it did.</summary>
    public bool RemindIfDue(DateOnly today, IReadOnlyList<int> daysBefore)
    {
        if (ExpiresOn is not { } expires || EndedOn <= today || RenewalPending) return false;
        var left = expires.DayNumber - today.DayNumber;
        if (left < -Batches.TooLate) return false;
        var stages = daysBefore.Where(d => left <= d).ToList();
        if (stages.Count == 0) return false;
        var stage = stages.Min();
        if (RemindedOf == expires && RemindedAt <= stage) return false;
        (RemindedOf, RemindedAt) = (expires, stage);
        Raise(new PermitExpiring(Id, CompanyId, expires, left));
        return true;
    }
}

internal static class PermitFields
{
    public static readonly RecordType<Permit> Type = RecordType.For<Permit>(WasteContract.Permit)
        .Titled("許可証", "Permit")
        .WithIcon("certificate")
        .TitledBy("number")
        .SortedBy("expiresOn")
        .OnTimelineOf("issuedOn", "companyId")
        .Section("basic", "許可", "Permit", s => s
            .Reference(p => p.CompanyId, "許可業者", "Company", CustomersContract.Company).Required().Indexed().InList().WithoutTab()
                .Alias("業者名", "処理業者", "氏名又は名称", "会社", "company")
            .Text(p => p.Number, "許可番号", "Number").Required().Max(40).Unique().MatchKey().Searchable().InList().Rule(PermitNumberHasElevenDigits.Check)
                .Alias("許可番号(11桁)", "permit number")
                .Hint("11 桁。古い 10 桁は先頭に 0 を補います。", "11 digits; an old number of 10 gets a 0 in front.")
            .Computed(p => p.Kind, FieldKind.Choice, "許可の種類", "Kind", p => Parsed(p)?.Kind.ToString(), PermitKinds.All).Indexed().InList().From("number")
            .Computed(p => p.Authority, FieldKind.Text, "許可権者", "Authority", Giver).Max(60).InList().From("number", "city")
            .Text(p => p.City, "政令市", "City").Max(40)
                .Hint("許可番号が 050 以降のとき、許可した市。", "When the number begins with 050 or more: the city that gave it.")
            .Date(p => p.IssuedOn, "許可年月日", "Issued on").Indexed().InList()
                .Alias("許可日", "許可の年月日")
            .Date(p => p.FirstIssuedOn, "初回許可年月日", "First issued on")
                .WhenEmpty(p => p.IssuedOn)
                .Hint("更新しても変わりません。途切れて取り直した許可では、新しい許可年月日にします。", "Stays when the permit is renewed; after a gap it is the day of the new permit.")
            .YesNo(p => p.Excellent, "優良認定", "Excellent operator")
            .Date(p => p.ExpiresOn, "有効期限", "Expires on").Indexed().InList()
                .WhenEmpty(p => p.IssuedOn?.AddYears(p.Excellent == true ? Permit.YearsOfExcellent : Permit.Years).AddDays(-1))
                .Alias("許可の有効年月日", "有効年月日", "許可期限", "expiry")
                .Hint("空欄なら許可年月日から 5 年(優良認定は 7 年)。許可証の日付を優先してください。", "5 years from the issue (7 for excellent operators) when left empty; the permit itself decides.")
            .Date(p => p.RenewalAppliedOn, "更新申請日", "Renewal applied for on")
                .Hint("期限内に申請していれば、処分が決まるまで旧許可は有効として扱います。", "Applied for in time, the old permit counts as valid until the decision.")
            .Date(p => p.EndedOn, "失効・返納日", "Ended on"))
        .Section("scope", "事業の範囲", "Scope", s => s
            .MultiChoice(p => p.WasteKinds, "取り扱う種類", "Waste kinds", Law.WasteKinds.Choices).InList()
                .Alias("産業廃棄物の種類", "品目", "許可品目")
            .MultiChoice(p => p.Flags, "含む廃棄物", "Includes", [.. WasteFlags.Choices.Where(c => c.Key != WasteFlags.Special)])
                .Hint("許可証に石綿含有・水銀使用製品などを含むと書かれているもの。", "What the permit names besides: asbestos, mercury.")
            .Reference(p => p.SiteId, "施設", "Site", WasteContract.Site).Indexed().WithoutTab()
            .LongText(p => p.Conditions, "許可の条件", "Conditions").Max(2000)
            .File(p => p.Copy, "許可証の写し", "Copy of the permit"))
        .Rule(APermitEndsAfterItBegins.Check)
        .Rule<AGapBetweenPermitsIsSaid>();

    private static PermitNumber? Parsed(Permit permit) => PermitNumber.TryParse(permit.Number, out var number) ? number : null;

    private static string? Giver(Permit permit) => Parsed(permit) is not { } number ? null
        : number.Prefecture?.Name.Ja ?? permit.City ?? $"政令市({number.Authority})";
}

internal static class APermitEndsAfterItBegins
{
    public static Problem? Check(Permit permit) => permit.IssuedOn is null || permit.ExpiresOn is null || permit.IssuedOn <= permit.ExpiresOn
        ? null
        : new Problem(
            "waste.permit-dates",
            ("有効期限が許可年月日より前です。", "The permit expires before it was issued."),
            ("許可証の日付を確認してください。", "Compare both dates with the permit."),
            "expiresOn");
}

/// <summary>
/// A new term that begins after the old one was over is no renewal: what was carried between them was carried without a permit. Whoever
/// applied in time kept the old one until the decision.
/// </summary>
internal sealed class AGapBetweenPermitsIsSaid : RecordRule
{
    public override IEnumerable<Problem> Check(RuleContext record)
    {
        var permit = record.As<Permit>();
        if (record.IsNew || !record.Changed("issuedOn") || record.Before("expiresOn") is not DateOnly expired || !(permit.IssuedOn > expired.AddDays(1))) yield break;
        if (permit.FirstIssuedOn >= permit.IssuedOn || (record.Before("renewalAppliedOn") ?? permit.RenewalAppliedOn) is DateOnly applied && applied <= expired) yield break;
        yield return new(
            "waste.permit-gap",
            ($"前の許可は {expired:yyyy-MM-dd} に切れています。", $"The permit before it expired on {expired:yyyy-MM-dd}."),
            ("途切れているなら初回許可年月日を新しい許可年月日にし、期限内に更新申請をしていたなら更新申請日を入力してください。", "If there is a gap, set the day it was first issued to the new one; if a renewal was pending, enter the day it was applied for."),
            "firstIssuedOn");
    }
}
