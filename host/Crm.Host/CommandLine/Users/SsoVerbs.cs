// ./crm sso show|set|test --tenant trading: single sign-on without a browser, also when nobody can sign in any more.
using System.CommandLine;
using System.Text.Json.Nodes;
using Crm.Platform.Identity.SingleSignOn;
using Crm.Sdk;
using MediatR;
using Spectre.Console;

namespace Crm.Host.CommandLine.Users;

internal static class SsoVerbs
{
    private const string Nobody = "none";

    private static readonly Problem NotSet = new(
        "sso-off", ("シングルサインオンは設定されていません。", "Single sign-on is not set up."), ("./crm sso set --issuer … --client-id … で設定します。", "Set it by ./crm sso set --issuer … --client-id …."), Kind: ProblemKind.NotFound);

    public static Command All(VerbRunner runner) => new("sso", Texts.L("シングルサインオン（OpenID Connect）", "Single sign-on (OpenID Connect)")) { Show(runner), Set(runner), Test(runner) };

    private static Command Show(VerbRunner runner)
    {
        var tenant = Take.Tenant();
        return runner.Verb("show", ("設定を表示する（シークレットは表示しない）", "Show what is set, without the secret"), [tenant], work => work.Ask(work.Needed(tenant), new GetSso(), Told));
    }

    private static Command Set(VerbRunner runner)
    {
        var tenant = Take.Tenant();
        var issuer = new Option<string>("--issuer") { Description = Texts.L("発行者（issuer）の URL", "Address of the issuer"), HelpName = "URL" };
        var client = new Option<string>("--client-id") { Description = Texts.L("クライアント ID", "Client id") };
        var secret = new Option<string>("--client-secret") { Description = Texts.L("シークレット。- で標準入力から読む。空文字で外す", "Its secret; - reads it from standard input, an empty one takes it away") };
        var label = new Option<string>("--label") { Description = Texts.L("ボタンの表示", "Text of the button") };
        var domains = new Option<string[]>("--domain") { Description = Texts.L("メールドメイン（複数可。指定したものに置き換える）", "Domain of mail addresses; repeat it; replaces those there are"), AllowMultipleArgumentsPerToken = true };
        var first = new Option<string>("--new-users") { Description = Texts.L("初めての人に与えるロール。none で作成しない", "Role of those who come first; none makes nobody"), HelpName = "ROLE" };
        var claim = new Option<string>("--groups-claim") { Description = Texts.L("グループのクレーム名", "Claim of groups") };
        var map = new Option<string[]>("--map") { Description = Texts.L("グループの対応（値=role:ROLE または 値=team:TEAM。指定したものに置き換える）", "What a group means: VALUE=role:ROLE or VALUE=team:TEAM; replaces those there are"), AllowMultipleArgumentsPerToken = true };
        var enabled = new Option<bool?>("--enabled") { Description = Texts.L("有効にする（true / false）", "Switch on or off: true, false") };
        var only = new Option<bool?>("--only") { Description = Texts.L("シングルサインオンのみにする（true / false）", "Refuse passwords: true, false") };
        return runner.Verb("set", ("設定する（指定しない項目は変えない）", "Set it; what is not named stays"), [tenant, issuer, client, secret, label, domains, first, claim, map, enabled, only], work => work.InTenant(work.Needed(tenant), async scope =>
        {
            var mediator = scope.Get<IMediator>();
            var now = await mediator.Send(new GetSso(), work.Stop);
            if (now.Failed) return Result<Answer>.Fail(now.Problems);
            var was = now.Value.Settings ?? new SaveSso("", "") { Enabled = true };
            var groups = (work.Value(map) ?? []).Select(Group).ToList();
            if (groups.Contains(null)) return Problems.Invalid("bad-map", "map", ("--map は 値=role:ROLE または 値=team:TEAM の形で指定してください。", "Write --map like VALUE=role:ROLE or VALUE=team:TEAM."));
            var save = was with
            {
                Issuer = work.Value(issuer) ?? was.Issuer, ClientId = work.Value(client) ?? was.ClientId, Label = work.Value(label) ?? was.Label, GroupsClaim = work.Value(claim) ?? was.GroupsClaim,
                Secret = work.Value(secret) == "-" ? await Console.In.ReadLineAsync(work.Stop) : work.Value(secret),
                Domains = work.Value(domains) is { Length: > 0 } named ? named : was.Domains,
                NewUsersRole = work.Value(first) switch { null => was.NewUsersRole, Nobody => null, var role => role },
                Groups = groups.Count > 0 ? [.. groups.OfType<SsoGroup>()] : was.Groups,
                Enabled = work.Value(enabled) ?? was.Enabled, Only = work.Value(only) ?? was.Only,
            };
            var saved = await mediator.Send(save, work.Stop);
            if (saved.Failed) return Result<Answer>.Fail(saved.Problems);
            var after = await mediator.Send(new GetSso(), work.Stop);
            return after.Failed ? Result<Answer>.Fail(after.Problems) : Told(after.Value);
        }));
    }

    private static Command Test(VerbRunner runner)
    {
        var tenant = Take.Tenant();
        return runner.Verb("test", ("保存した設定で認証サーバーに接続してみる", "Try the provider with what is set"), [tenant], work => work.InTenant(work.Needed(tenant), async scope =>
        {
            var mediator = scope.Get<IMediator>();
            var now = await mediator.Send(new GetSso(), work.Stop);
            if (now.Failed) return Result<Answer>.Fail(now.Problems);
            if (now.Value.Settings is not { } set) return NotSet;
            var tested = await mediator.Send(new TestSso(set.Issuer, set.ClientId, null), work.Stop);
            if (tested.Failed) return Result<Answer>.Fail(tested.Problems);
            var (ja, en) = tested.Value.Unclear is { } said ? ($"。クライアント ID とシークレットは確認できません（{said}）", $"; client id and secret could not be checked ({said})") : ("", "");
            return Answer.Line(
                ($"接続できました（署名鍵 {tested.Value.Keys} 個）: {tested.Value.Authorization}{ja}", $"It works ({tested.Value.Keys} signing keys): {tested.Value.Authorization}{en}"),
                new JsonObject { ["issuer"] = set.Issuer, ["authorizationEndpoint"] = tested.Value.Authorization, ["endSessionEndpoint"] = tested.Value.EndSession, ["keys"] = tested.Value.Keys, ["unclear"] = tested.Value.Unclear });
        }));
    }

    private static SsoGroup? Group(string typed)
    {
        var at = typed.LastIndexOf('=');
        if (at <= 0) return null;
        var (value, to) = (typed[..at], typed[(at + 1)..]);
        return to.StartsWith("role:", StringComparison.Ordinal) ? new(value, to[5..], null) : to.StartsWith("team:", StringComparison.Ordinal) ? new(value, null, to[5..]) : null;
    }

    private static Answer Told(SsoView view)
    {
        var set = view.Settings;
        var json = new JsonObject
        {
            ["configured"] = set is not null, ["enabled"] = set?.Enabled ?? false, ["only"] = set?.Only ?? false, ["issuer"] = set?.Issuer, ["clientId"] = set?.ClientId, ["hasSecret"] = view.HasSecret, ["label"] = set?.Label,
            ["domains"] = new JsonArray([.. (set?.Domains ?? []).Select(d => (JsonNode)d)]), ["newUsersRole"] = set?.NewUsersRole, ["groupsClaim"] = set?.GroupsClaim,
            ["groups"] = new JsonArray([.. (set?.Groups ?? []).Select(g => (JsonNode)new JsonObject { ["value"] = g.Value, ["role"] = g.Role, ["team"] = g.Team })]),
            ["breakGlass"] = new JsonArray([.. view.BreakGlass.Select(n => (JsonNode)n)]), ["linked"] = view.Linked,
        };
        return new(json, console =>
        {
            foreach (var (name, value) in json) console.WriteLine($"{name,-14} {(value is JsonArray { Count: > 0 } many && many[0] is JsonObject ? many.ToJsonString() : Answer.Text(value))}");
        });
    }
}
