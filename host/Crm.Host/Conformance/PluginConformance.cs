using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text.Json;
using Crm.Host.Api.OpenApi;
using Crm.Host.CommandLine.Serving;
using Crm.Platform.Catalog;
using Crm.Platform.Identity.Tokens;
using Crm.Platform.Identity.Users;
using Crm.Platform.Messaging;
using Crm.Platform.Modules;
using Crm.Platform.Pipeline;
using Crm.Platform.Plugins;
using Crm.Platform.Plugins.Packages;
using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Modules;
using Crm.Sdk.Records;
using Crm.Sdk.Users;
using MediatR;

namespace Crm.Host.Conformance;

/// <summary>What was found wrong with a plugin, and what could not be looked at.</summary>
/// <param name="Failures">What a plugin must not do; empty when it conforms.</param>
/// <param name="NotChecked">What there were no sample records, values or rights for.</param>
internal sealed record ConformanceReport(IReadOnlyList<Label> Failures, IReadOnlyList<Label> NotChecked);

/// <summary>
/// Takes a package through its whole life on an installation that has nothing else: install, switch on for one tenant of two, everything it
/// adds through every way there is, off and on again, a next version, removal with all it kept. Knows the plugin by its package alone; its
/// sample data is what it is looked at with.
/// </summary>
internal sealed partial class PluginConformance(WebApplication app, HttpClient http)
{
    private const int Samples = 50;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly List<Label> failures = [];
    private readonly List<Label> notChecked = [];
    private string id = "";
    private TenantInfo mine = null!;
    private TenantInfo other = null!;
    private string token = "";
    private string otherToken = "";

    public async Task<ConformanceReport> Check(byte[] package)
    {
        var store = app.Services.GetRequiredService<PluginStore>();
        var installed = await store.Install(package, "conformance", CancellationToken.None);
        if (installed.Failed) return new([.. installed.Problems.Select(p => new Label($"導入: {p.Message.Ja}{(p.Cure is { } ja ? " → " + ja.Ja : "")}", $"install: {p.Message.En}{(p.Cure is { } en ? " → " + en.En : "")}"))], []);
        id = installed.Value.Id;
        (mine, token) = await NewTenant("conforming");
        (other, otherToken) = await NewTenant("bystanding");

        await Switch(on: true);
        await FillWithSamples(installed.Value.Runtime.Description);
        await Settle();
        var types = await Types();
        foreach (var type in types) await Records(type);
        await Pages(installed.Value.Runtime.Description);
        await Bystander(types);
        await Settle();
        var before = await Everything(types);

        await Switch(on: false);
        await Gone(types);
        await Switch(on: true);
        Same(("無効にして再び有効にした後", "switched off and on again"), before, await Everything(types));

        await Upgrade(store, package, types, before);
        await RemoveWithAll(types);
        return new(failures, notChecked);
    }

    private async Task Switch(bool on)
    {
        await app.Services.GetRequiredService<Tenants>().Switch(mine.Id, id, on, CancellationToken.None);
        mine = (await app.Services.GetRequiredService<Tenants>().Find(mine.Id, CancellationToken.None))!;
    }

    private async Task<(TenantInfo, string)> NewTenant(string key)
    {
        var made = await app.Services.GetRequiredService<Tenants>().Create(new NewTenant(key, key), CancellationToken.None);
        if (made.Failed) throw new InvalidOperationException(made.Problems[0].Message.En);
        var user = await Ask(made.Value, new InviteUser($"admin@{key}.example", "管理 太郎") { Roles = ["administrator"] });
        return (made.Value, (await Ask(made.Value, new CreateToken("conformance", "admin") { User = user.Id })).Token);
    }

    /// <summary>The demonstrations the plugin has a part in, with the parts of all others.</summary>
    private async Task FillWithSamples(ModuleDescription module)
    {
        if (module.Demos.Count == 0) notChecked.Add(("サンプルデータ（module.Demo）がないため、レコードの確認はできませんでした。", "It brings no sample data (module.Demo): nothing could be tried on its records."));
        foreach (var scenario in module.Demos.Select(d => d.Scenario).Distinct().Take(1))
        {
            await using var scope = await Scope(mine);
            await Demo.Fill(scope, scenario, 1, CancellationToken.None);
        }
    }

    /// <summary>Waits until everybody has heard of all that happened; what subscribers keep must not change while it is compared.</summary>
    private async Task Settle()
    {
        var databases = app.Services.GetRequiredService<Databases>();
        await using var connection = await databases.Open(mine, CancellationToken.None);
        var sql = new Sql(databases.Dialect, connection);
        for (var began = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(began) < Patience; await Task.Delay(50))
        {
            await app.Services.GetRequiredService<FanOut>().Run(mine, CancellationToken.None);
            var left = await Undelivered.Of(sql, mine, CancellationToken.None);
            var failed = left.Where(l => l.HasFailed).ToList();
            foreach (var (subscriber, error, _) in failed.DistinctBy(l => l.Subscriber)) Fail($"受け手 {subscriber} が失敗しました: {error}", $"The subscriber {subscriber} failed: {error}");
            if (left.Count == failed.Count) return;
        }

        Fail("イベントの配信が終わりません。", "The delivery of events does not end.");
    }

    /// <summary>Record types that are the plugin's or have fields of it.</summary>
    private async Task<List<RecordType>> Types()
    {
        await using var scope = await Scope(mine);
        var catalog = scope.Get<Current>().Catalog;
        if (!catalog.IsOn(id)) Fail("有効にしても動作していません: " + scope.Get<ModuleHealth>().Of(id, mine)?.Reason.Ja, "It is not on after it was switched on: " + scope.Get<ModuleHealth>().Of(id, mine)?.Reason.En);
        return [.. catalog.RecordTypes.Where(t => t.Owner == id || t.Fields.Any(f => f.Owner == id)).OrderBy(t => t.Key, StringComparer.Ordinal)];
    }

    private async Task Pages(ModuleDescription module)
    {
        foreach (var screen in module.Screens.Where(s => !s.Public)) await Page(screen.Path, mayBeMissing: true);
        foreach (var endpoint in module.Endpoints.Where(e => e is { Method: "GET", Public: false }))
        {
            var answer = await Get($"/api/v1/x/{id}/{endpoint.Key}", token);
            if (answer.Status >= 500) Fail($"GET /api/v1/x/{id}/{endpoint.Key} の応答が {answer.Status} です。", $"GET /api/v1/x/{id}/{endpoint.Key} answers {answer.Status}.");
        }

        if (module.Settings is not null)
        {
            await Page($"/settings/modules/{id}/settings");
            var settings = await Get($"/api/v1/settings/{id}", token);
            if (settings.Status != 200) Fail($"設定の API の応答が {settings.Status} です。", $"Its settings answer {settings.Status}.");
        }

        using var described = await Described(token);
        foreach (var (type, field) in (await Types()).SelectMany(t => t.Fields, (type, field) => (type, field)).Where(f => f.field.Owner == id && !f.field.Hidden && !Describes(described, f.type, f.field)))
        {
            Fail($"API の説明書に {type.Key} の項目 {field.Key} がありません。", $"The description of the API lacks the field {field.Key} of {type.Key}.");
        }
    }

    private async Task<JsonDocument> Described(string asWhom) => JsonDocument.Parse((await Get("/openapi/v1.json", asWhom)).Text);

    /// <summary>Whether the description of the API has the field in the shape of its record type.</summary>
    private static bool Describes(JsonDocument described, RecordType type, Field field)
    {
        if (!described.RootElement.GetProperty("components").GetProperty("schemas").TryGetProperty(RecordSchemas.Name(type.Key), out var place)) return false;
        foreach (var step in PathOf(field))
        {
            if (!place.TryGetProperty("properties", out place) || !place.TryGetProperty(step, out place)) return false;
        }

        return true;
    }

    /// <summary>Where a field stands in a record's JSON: those that others added stand under <c>fields</c>, step by step.</summary>
    private static IEnumerable<string> PathOf(Field field) => field.Key.Contains('.', StringComparison.Ordinal) ? field.Key.Split('.').Prepend("fields") : [field.Key];

    /// <summary>The other tenant has never heard of it.</summary>
    private async Task Bystander(List<RecordType> types)
    {
        using var described = await Described(otherToken);
        foreach (var type in types)
        {
            var answer = await Get("/api/v1/records/" + type.Key, otherToken);
            if (type.Owner == id && answer.Status != 404) Fail($"無効なテナントで {type.Key} の応答が {answer.Status} です。", $"{type.Key} answers {answer.Status} to a tenant that has the plugin off.");
            foreach (var field in type.Fields.Where(f => f.Owner == id && Describes(described, type, f))) Fail($"無効なテナントに項目 {field.Key} が見えています。", $"A tenant that has the plugin off is told of {field.Key}.");
        }
    }

    private async Task Gone(List<RecordType> types)
    {
        await Bystander(types);
        using var described = await Described(token);
        foreach (var type in types)
        {
            var answer = await Get("/api/v1/records/" + type.Key, token);
            if (type.Owner == id && answer.Status != 404) Fail($"無効にした後の {type.Key} の応答が {answer.Status} です。", $"{type.Key} answers {answer.Status} after the plugin was switched off.");
            foreach (var field in type.Fields.Where(f => f.Owner == id && Describes(described, type, f))) Fail($"無効にした後も項目 {field.Key} があります。", $"{field.Key} is there after the plugin was switched off.");
        }

        foreach (var screen in app.Services.GetRequiredService<ModuleList>().Find(id)!.Screens.Where(s => !s.Public))
        {
            var page = await Get(screen.Path, token);
            if (page.Status != 404) Fail($"無効にした後の {screen.Path} の応答が {page.Status} です。", $"{screen.Path} answers {page.Status} after the plugin was switched off.");
        }
    }

    /// <summary>The same package as the next version: nothing may depend on the file it came in.</summary>
    private async Task Upgrade(PluginStore store, byte[] package, List<RecordType> types, Dictionary<string, string> before)
    {
        var version = app.Services.GetRequiredService<PluginHost>().Find(id)!.Version;
        var installed = await store.Install(Repack.As(package, new Version(version.Major, version.Minor, version.Build + 1)), "conformance", CancellationToken.None);
        if (installed.Failed) Fail("更新: " + installed.Problems[0].Message.Ja, "upgrade: " + installed.Problems[0].Message.En);
        else Same(("更新後", "upgraded"), before, await Everything(types));
    }

    /// <summary>All records with all their values, as the API tells them; without when they were last changed.</summary>
    private async Task<Dictionary<string, string>> Everything(List<RecordType> types)
    {
        var all = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var type in types)
        {
            var list = await Get($"/api/v1/records/{type.Key}?limit={Samples}&sort=createdAt", token);
            if (list.Status != 200) Fail($"{type.Key} の一覧の応答が {list.Status} です: {list.Text}", $"The list of {type.Key} answers {list.Status}: {list.Text}");
            else foreach (var record in JsonDocument.Parse(list.Text).RootElement.GetProperty("items").EnumerateArray()) all[record.GetProperty("id").GetString()!] = record.GetRawText();
        }

        return all;
    }

    private void Same(Label when, Dictionary<string, string> before, Dictionary<string, string> after)
    {
        foreach (var (record, values) in before.Where(b => after.GetValueOrDefault(b.Key) != b.Value))
        {
            if (after.TryGetValue(record, out var now)) Fail($"{when.Ja}: レコード {record} が {values} から {now} に変わりました。", $"{when.En}: the record {record} is {now} and was {values}.");
            else Fail($"{when.Ja}: レコード {record} がなくなりました。", $"{when.En}: the record {record} is gone.");
        }
    }

    private async Task Page(string path, bool mayBeMissing = false)
    {
        foreach (var language in (string[])["ja", "en"])
        {
            var page = await Get(path, token, language);
            if (page.Status != 200 && !(mayBeMissing && page.Status == 404)) Fail($"画面 {path}（{language}）の応答が {page.Status} です。", $"The page {path} answers {page.Status} in {language}.");
            else if (page.Text.Contains("could not be shown", StringComparison.Ordinal) || page.Text.Contains("を表示できませんでした", StringComparison.Ordinal)) Fail($"画面 {path}（{language}）の一部を表示できません。", $"A part of the page {path} breaks in {language}.");
        }
    }

    private void Fail(string ja, string en) => failures.Add((ja, en));

    private async Task<(int Status, string Text)> Get(string path, string asWhom, string language = "en")
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(new Uri(app.Urls.First()), path));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", asWhom);
        request.Headers.AcceptLanguage.ParseAdd(language);
        request.Headers.Add("Cookie", "crm.lang=" + language);
        using var response = await http.SendAsync(request);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    /// <summary>As the tenant is now: who it knows and what is on are remembered by its version.</summary>
    private async Task<WorkScope> Scope(TenantInfo tenant)
    {
        var now = await app.Services.GetRequiredService<Tenants>().Find(tenant.Id, CancellationToken.None);
        return await app.Services.GetRequiredService<WorkScopes>().Open(now!, Actor.System(ChangeSource.CommandLine), CancellationToken.None);
    }

    private async Task<Result<T>> Send<T>(IRequest<Result<T>> request)
    {
        await using var scope = await Scope(mine);
        return await scope.Get<IMediator>().Send(request);
    }

    private async Task<T> Ask<T>(TenantInfo tenant, IRequest<Result<T>> request)
    {
        await using var scope = await Scope(tenant);
        var answer = await scope.Get<IMediator>().Send(request);
        return answer.Failed ? throw new InvalidOperationException(string.Join("; ", answer.Problems.Select(p => p.Message.En))) : answer.Value;
    }
}
