using System.Globalization;
using Crm.Platform.Audit;
using Crm.Platform.Identity.Rights;
using Crm.Platform.Identity.Users;
using Crm.Platform.Records;
using Crm.Sdk;
using Crm.Sdk.Messaging;
using MediatR;

namespace Crm.Platform.Tenancy;

/// <summary>What a tenant's administrator sets for all of its users.</summary>
/// <param name="Name">What the tenant is called.</param>
/// <param name="TimeZone">IANA name of the zone by which its days begin and end.</param>
/// <param name="Language"><c>ja</c> or <c>en</c>, for users who chose none.</param>
/// <param name="Currency">ISO 4217 code.</param>
/// <param name="FiscalYearStart">First month of the fiscal year, 1 to 12.</param>
internal sealed record TenantSettings(string Name, string TimeZone, string Language, string Currency, int FiscalYearStart);

/// <summary>The settings as they are.</summary>
[Requires(PlatformPermissions.Settings)]
internal sealed record GetTenantSettings : IRequest<Result<TenantSettings>>;

/// <summary>Changes the settings; they hold from the next request on.</summary>
[Requires(PlatformPermissions.Settings)]
internal sealed record ChangeTenantSettings(TenantSettings Settings) : IRequest<Result>;

/// <summary>Settings name what there is: a zone, a language, a currency, a month.</summary>
internal static class SettingsNameWhatThereIs
{
    public static IReadOnlyList<Problem> Refuses(TenantSettings settings) =>
    [
        .. ((Problem?[])
        [
            ANameIsNeeded.Refuses(settings.Name, "name", ("名称", "Name"), 200),
            Zone(settings.TimeZone), Language(settings.Language), Currency(settings.Currency), Month(settings.FiscalYearStart),
        ]).OfType<Problem>(),
    ];

    public static Problem? Zone(string zone) => zone.Length <= 60 && TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _) ? null : new(
        "bad-time-zone", ($"タイムゾーン「{zone}」はありません。", $"There is no time zone “{zone}”."), ("Asia/Tokyo のように指定してください。", "Write it like Asia/Tokyo."), "timeZone");

    public static Problem? Language(string language) => Languages.Known(language) is not null ? null : new(
        "bad-language", ($"言語「{language}」はありません。", $"There is no language “{language}”."), ("ja か en を指定してください。", "Choose ja or en."), "language");

    public static Problem? Currency(string currency) => currency.Length == 3 && currency.All(char.IsAsciiLetterUpper) ? null : new(
        "bad-currency", ("通貨は JPY のような 3 文字です。", "A currency has three letters, like JPY."), ("ISO 4217 のコードを大文字で入力してください。", "Enter its ISO 4217 code in capitals."), "currency");

    public static Problem? Month(int month) => month is >= 1 and <= 12 ? null : new(
        "bad-month", ("年度の始まる月は 1 から 12 です。", "The fiscal year begins in a month from 1 to 12."), ("4 月始まりなら 4 を指定してください。", "For April choose 4."), "fiscalYearStart");
}

internal sealed class TenantSettingsHandler(Current current, Tenants tenants, SettingsJournal journal)
    : IRequestHandler<GetTenantSettings, Result<TenantSettings>>, IRequestHandler<ChangeTenantSettings, Result>
{
    public Task<Result<TenantSettings>> Handle(GetTenantSettings get, CancellationToken cancellationToken) => Task.FromResult(Result.Of(Now));

    public async Task<Result> Handle(ChangeTenantSettings change, CancellationToken cancellationToken)
    {
        var (before, after) = (Now, change.Settings with { Name = change.Settings.Name.Trim() });
        if (SettingsNameWhatThereIs.Refuses(after) is { Count: > 0 } problems) return Result.Fail(problems);
        if (after == before) return Result.Done;
        await tenants.Update(
            current.Tenant.Id,
            row => (row.Name, row.TimeZone, row.Language, row.Currency, row.FiscalYearStart) = (after.Name, after.TimeZone, after.Language, after.Currency, after.FiscalYearStart),
            cancellationToken);

        // The tenant's row and its audit may lie in two databases: what is noted has happened.
        await journal.Note(
            AuditedSettings.Tenant, RecordActions.Updated,
            [
                ("name", before.Name, after.Name), ("timeZone", before.TimeZone, after.TimeZone), ("language", before.Language, after.Language), ("currency", before.Currency, after.Currency),
                ("fiscalYearStart", before.FiscalYearStart.ToString(CultureInfo.InvariantCulture), after.FiscalYearStart.ToString(CultureInfo.InvariantCulture)),
            ],
            cancellationToken);
        return Result.Done;
    }

    private TenantSettings Now => new(
        current.Tenant.Name, current.Tenant.TimeZone.Id, current.Tenant.Language.TwoLetterISOLanguageName, current.Tenant.Currency, current.Tenant.FiscalYearStart);
}
