// ./crm tenant create trading --name みなと商事
using System.CommandLine;
using System.Text.Json.Nodes;
using Crm.Host.CommandLine.Editions;
using Crm.Platform.Editions;
using Crm.Platform.Editions.Applying;
using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Crm.Sdk;

namespace Crm.Host.CommandLine.Tenants;

internal static class CreateTenant
{
    public static Command Verb(VerbRunner runner)
    {
        var key = new Argument<string>("KEY") { Description = Texts.L("コマンドで使う短い名前（英小文字と数字）", "Short name for commands: small letters and digits") };
        var name = new Option<string>("--name", "-n") { Description = Texts.L("名称（省略時はキー）", "What it is called; the key when left out"), HelpName = "NAME" };
        var language = new Option<string>("--language") { Description = Texts.L("言語（ja / en）", "Language: ja or en"), DefaultValueFactory = _ => "ja" };
        language.AcceptOnlyFromAmong("ja", "en");
        var currency = new Option<string>("--currency") { Description = Texts.L("通貨（ISO 4217）", "Currency (ISO 4217)"), DefaultValueFactory = _ => "JPY" };
        var timeZone = new Option<string>("--time-zone") { Description = Texts.L("タイムゾーン", "Time zone"), DefaultValueFactory = _ => "Asia/Tokyo" };
        var fiscalYear = new Option<int>("--fiscal-year-start") { Description = Texts.L("年度の始まる月", "First month of the fiscal year"), DefaultValueFactory = _ => 4 };
        var database = new Option<string>("--database") { Description = Texts.L("専用データベースの接続文字列（省略時は共有）", "Connection string of a database of its own; shared when left out"), HelpName = "CONNECTION" };
        var edition = new Option<string>("--edition") { Description = Texts.L("もとにするエディションの ID", "Id of the edition it is made from"), HelpName = "ID" };
        return runner.Verb("create", ("テナントを作る", "Make a tenant"), [key, name, language, currency, timeZone, fiscalYear, database, edition], async work =>
        {
            if ((SettingsNameWhatThereIs.Month(work.Value(fiscalYear)) ?? SettingsNameWhatThereIs.Currency(work.Value(currency)!)) is { } problem) return problem;
            var from = work.Value(edition) is { } id ? await work.Get<EditionStore>().Find(id, version: null, work.Stop) : null;
            if (from is { Failed: true }) return Result<Answer>.Fail(from.Problems);
            var made = await work.Get<Platform.Tenancy.Tenants>().Create(
                new NewTenant(work.Value(key), work.Value(name) ?? work.Value(key))
                {
                    Language = work.Value(language)!, Currency = work.Value(currency)!, TimeZone = work.Value(timeZone)!, FiscalYearStart = work.Value(fiscalYear), Database = work.Value(database), Modules = from?.Value.Manifest.On,
                },
                work.Stop);
            if (made.Failed) return Result<Answer>.Fail(made.Problems);
            await work.Get<Migrator>().Of(made.Value, work.Stop);
            if (from is not null)
            {
                var applied = await work.Ask(made.Value.Key, new ApplyEdition(from.Value.Manifest.Id, from.Value.Manifest.Version) { Fresh = true }, o => EditionVerbs.Told(o, default));
                if (applied.Failed) return applied;
            }

            return Answer.Line(($"テナント「{made.Value.Key}」を作りました。", $"Made the tenant “{made.Value.Key}”."), ShowTenant.Json(made.Value));
        });
    }

    /// <summary>A tenant in a line of a list.</summary>
    public static JsonObject Brief(TenantInfo tenant) => new() { ["key"] = tenant.Key, ["name"] = tenant.Name, ["active"] = tenant.Active, ["id"] = tenant.Id };
}
