using System.Text.Json;
using System.Text.Json.Nodes;
using Crm.Platform.Identity.Roles;
using Crm.Platform.Identity.Teams;
using Crm.Platform.Identity.Users;
using Crm.Platform.Jobs;
using Crm.Platform.Pipeline;
using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Crm.Platform.Views;
using Crm.Sdk.Messaging;
using Crm.Sdk.Records;
using Crm.Sdk.Users;
using Crm.Tests.Infrastructure;
using MediatR;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;

namespace Crm.Tests.Api;

/// <summary>
/// Walks every route of the host as an administrator of one tenant with the ids of another: nothing of the other may be seen,
/// nothing of it may change. A new route is walked by itself; one whose parameters the walk does not know fails it.
/// </summary>
[Collection(ApiCollection.Name)]
public sealed class IsolationWalk(ApiHosts hosts)
{
    /// <summary>What a parameter called id means, by the beginning of the route; the first that fits counts.</summary>
    private static readonly (string Begins, string Kind)[] IdKinds =
    [
        ("/api/v1/imports", "import"), ("/api/v1/change-sets", "changeSet"), ("/api/v1/records", "record"), ("/r/{type}", "record"),
        ("/installation/tenants", "tenant"), ("/settings/users", "user"), ("/settings/teams", "team"), ("/settings/roles", "role"), ("/imports", "import"), ("/import", "import"), ("/files", "file"),
    ];

    /// <summary>Routes a walk would break itself by: signing out, and the way in by a one-time code.</summary>
    private static readonly string[] NotWalked = ["POST /sign-out", "GET /set-password/{code}", "POST /set-password/{code}"];

    [Theory, EveryDatabase]
    public async Task No_route_shows_or_changes_anything_of_another_tenant(string database)
    {
        var host = await hosts.On(database);
        var secret = "秘" + Guid.CreateVersion7().ToString("n");
        var theirs = await Victim.Of(host, secret);
        var mine = await host.NewTenant();
        var own = (await mine.Admin.Post("records/library.book", new { title = "自分の本" })).Is(201).Id;
        var browser = await mine.BrowserWith("administrator");
        var before = await theirs.Everything();
        var leaks = new List<string>();
        var walked = 0;

        foreach (var (method, route) in Routes(host))
        {
            if (NotWalked.Contains($"{method} {route}")) continue;
            foreach (var (path, isForeign) in Addresses(route, theirs))
            {
                var isApi = path.StartsWith("/api/", StringComparison.Ordinal) || path.StartsWith("/openapi", StringComparison.Ordinal);
                var answer = isApi ? await CallApi(mine.Admin, method, path) : await browser.Send(method, path, theirs.Form());
                walked++;
                Judge(leaks, $"{method} {path}", answer, isForeign && (isApi || method == HttpMethod.Get), secret);
                if (!isApi && answer.Status == 302 && answer.Headers.Location?.ToString().Contains("/sign-in", StringComparison.Ordinal) == true) browser = await mine.BrowserWith("administrator");
            }
        }

        walked += await WalkCommands(mine.Admin, browser, theirs, leaks, secret);
        walked += await WalkQueries(mine.Admin, own, theirs, leaks, secret);

        Assert.True(leaks.Count == 0, string.Join("\n", leaks));
        Assert.True(walked > 100, $"only {walked} calls");
        Assert.Equal(before, await theirs.Everything());

        // The walk can find something: their own administrator sees what it looks for.
        Assert.Contains(secret, (await theirs.Tenant.Admin.Get($"records/library.book/{theirs.Ids["record"]}")).Is(200).Text, StringComparison.Ordinal);
    }

    [Theory, EveryDatabase]
    public async Task Every_page_opens_for_those_whose_it_is(string database)
    {
        var host = await hosts.On(database);
        var own = await Victim.Of(host, "秘" + Guid.CreateVersion7().ToString("n"));
        var browser = await own.Tenant.BrowserWith("administrator");
        var broken = new List<string>();
        var opened = 0;

        foreach (var (method, route) in Routes(host).Where(r => r.Method == HttpMethod.Get && !r.Route.StartsWith("/api/", StringComparison.Ordinal) && !NotWalked.Contains($"GET {r.Route}")))
        {
            foreach (var (path, _) in Addresses(route, own))
            {
                var answer = await browser.Send(method, path);
                if (answer.Status >= 500) broken.Add($"{path}: {answer.Status}");
                if (answer.Status == 200 && answer.ContentType == "text/html") opened++;
            }
        }

        Assert.True(broken.Count == 0, string.Join("\n", broken));
        Assert.True(opened > 30, $"only {opened} pages");
    }

    [Theory, EveryDatabase]
    public async Task No_route_of_a_tenant_answers_a_stranger(string database)
    {
        var host = await hosts.On(database);
        var secret = "秘" + Guid.CreateVersion7().ToString("n");
        var theirs = await Victim.Of(host, secret);
        var nobody = theirs.Tenant.Admin.Without();
        string[] open = ["/healthz", "/readyz", "/metrics", "/sign-in", "/sign-in/tenant", "/sign-in/code", "/sign-in/passkey", "/sign-in/passkey/options", "/sign-out", "/sign-in/sso", "/sign-in/sso/{tenant}", "/sign-in/sso/{tenant}/callback", "/signed-out", "/set-password/{code}", "/public/{tenant}/{module}/{screen}"];

        foreach (var (method, route) in Routes(host).Where(r => !open.Contains(r.Route)))
        {
            foreach (var (path, _) in Addresses(route, theirs))
            {
                var answer = await nobody.Send(method, path, method == HttpMethod.Get ? null : "{}");
                var isRefused = answer.Status is 401 or 403 or 404 || (answer.Status == 302 && answer.Headers.Location!.ToString().Contains("/sign-in", StringComparison.Ordinal));
                Assert.True(isRefused, $"{method} {path} answers a stranger with {answer.Status}");
                Assert.DoesNotContain(secret, answer.Text, StringComparison.Ordinal);
            }
        }
    }

    private static List<(HttpMethod Method, string Route)> Routes(ApiHost host)
    {
        var routes = host.Services.GetServices<EndpointDataSource>().SelectMany(s => s.Endpoints).OfType<RouteEndpoint>()
            .SelectMany(e => (e.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["GET"]).Select(m => (new HttpMethod(m), "/" + e.RoutePattern.RawText!.TrimStart('/'))))
            .Distinct().OrderBy(r => r.Item2, StringComparer.Ordinal).ToList();
        Assert.Contains(routes, r => r.Item2 == "/api/v1/records/{type}/{id}");
        Assert.Contains(routes, r => r.Item2.StartsWith("/r/{type}", StringComparison.Ordinal));
        return routes;
    }

    /// <summary>The addresses of a route with what the other tenant has put in its parameters, and whether an id of theirs is among them.</summary>
    private static IEnumerable<(string Path, bool IsForeign)> Addresses(string route, Victim theirs)
    {
        var steps = route.Split('/');
        var types = steps.Contains("{type}") ? theirs.Records.Keys.ToArray() : [""];
        foreach (var type in types)
        {
            var isForeign = false;
            var path = string.Join('/', steps.Select(step =>
            {
                if (!step.StartsWith('{')) return step;
                var name = step.Trim('{', '}', '*').Split(':')[0];
                switch (name)
                {
                    case "type":
                        return type;
                    case "id" when type.Length > 0:
                        isForeign = true;
                        return theirs.Records[type].ToString();
                    case "id":
                        isForeign = true;
                        var kind = Array.Find(IdKinds, k => route.StartsWith(k.Begins, StringComparison.Ordinal)).Kind;
                        Assert.True(kind is not null, $"The walk does not know whose id {route} takes: add a line to IdKinds.");
                        return theirs.Ids[kind].ToString();
                    case "field":
                        return "title";
                    case "key" or "command":
                        return "library.lend";
                    case "tenant":
                        return theirs.Tenant.Info.Key;
                    case "module":
                        return "customers";
                    case "screen":
                        return "none";
                    case "rest":
                        return "";
                    default:
                        Assert.Fail($"The walk does not know the parameter {step} of {route}.");
                        return "";
                }
            }));
            yield return (path, isForeign);
        }
    }

    private static Task<ApiAnswer> CallApi(ApiClient client, HttpMethod method, string path)
    {
        object? body = method == HttpMethod.Get || method == HttpMethod.Delete ? null
            : path.EndsWith("/batch", StringComparison.Ordinal) ? """{"rows":[]}"""
            : path.EndsWith("/imports", StringComparison.Ordinal) || path.EndsWith("/files", StringComparison.Ordinal) ? new MultipartFormDataContent()
            : "{}";
        return client.Send(method, path + (method == HttpMethod.Patch && path.Split('/').Length == 5 ? "?filter[title]=x" : ""), body);
    }

    /// <summary>Every command, with each kind of id of the other tenant wherever it takes an id.</summary>
    private static async Task<int> WalkCommands(ApiClient mine, BrowserClient browser, Victim theirs, List<string> leaks, string secret)
    {
        var document = OpenApiDocument.Parse((await mine.Get("/openapi/v1.json")).Is(200).Text, "json").Document!;
        var commands = document.Paths.Where(p => p.Key.StartsWith("/api/v1/commands/", StringComparison.Ordinal)).ToList();
        Assert.Contains(commands, c => c.Key.EndsWith("/library.lend", StringComparison.Ordinal));
        var calls = 0;
        foreach (var (path, item) in commands)
        {
            var schema = item.Operations![HttpMethod.Post].RequestBody!.Content!["application/json"].Schema!;
            foreach (var (kind, id) in theirs.Ids)
            {
                var body = (JsonObject)SchemaSample.Of(schema, whole: true, id)!;
                var takesId = body.ToJsonString().Contains(id.ToString(), StringComparison.Ordinal);
                Judge(leaks, $"{path} with their {kind}", await mine.Post(path, body.ToJsonString()), isForeign: false, secret);
                Judge(leaks, $"/send of {path} with their {kind}", await browser.Send(HttpMethod.Post, "/send/" + path.Split('/')[^1], [.. body.Select(m => (m.Key, m.Value?.ToString() ?? "")), .. theirs.Form()]), isForeign: false, secret);
                calls += 2;
                if (!takesId) break;
            }
        }

        return calls;
    }

    /// <summary>Ids of the other tenant inside queries and bodies.</summary>
    private static async Task<int> WalkQueries(ApiClient mine, Guid own, Victim theirs, List<string> leaks, string secret)
    {
        var (book, author) = (theirs.Records["library.book"], theirs.Records["library.author"]);
        (string Path, ApiAnswer Answer)[] asked =
        [
            ("filter", await mine.Get($"records/library.book?filter[id][in]={book}")),
            ("reference", await mine.Get($"records/library.book?filter[authorId]={author}")),
            ("search", await mine.Get("search?q=" + Uri.EscapeDataString("秘"))),
            ("bin", await mine.Get("records/library.book?deleted=true")),
            ("deleted", await mine.Get($"records/library.book/{book}?deleted=true")),
            ("export", await mine.Get("records/library.book/export")),
        ];
        foreach (var (path, answer) in asked) Judge(leaks, path, answer, isForeign: false, secret);

        // Their records can neither be changed by a row nor pointed to from a record of mine.
        (await mine.Post("records/library.book/batch", new { rows = new[] { new { id = book, title = "奪った" } } })).Is(200);
        (await mine.Patch($"records/library.book/{own}", new { authorId = author })).Refuses(422, "authorId:no-such-record");
        (await mine.Patch($"records/library.book/{own}", new { owner = theirs.Ids["user"] })).Refuses(422, "owner:no-such-record");
        (await mine.Post("records/library.book/batch", new { match = new[] { "isbn" }, rows = new[] { new { isbn = "isbn-of-theirs", title = "奪った" } } })).Is(200);
        return asked.Length + 4;
    }

    private static void Judge(List<string> leaks, string call, ApiAnswer answer, bool isForeign, string secret)
    {
        if (answer.Status >= 500) leaks.Add($"{call}: {answer.Status}");
        if (answer.Text.Contains(secret, StringComparison.Ordinal)) leaks.Add($"{call}: shows what is theirs");
        if (isForeign && answer.Status is not (401 or 403 or 404)) leaks.Add($"{call}: answered {answer.Status}, not 404");
    }

    /// <summary>A tenant with one of everything that has an id, each carrying the secret where it can.</summary>
    private sealed class Victim
    {
        private readonly ApiHost host;

        private Victim(ApiHost host, ApiTenant tenant) => (this.host, Tenant) = (host, tenant);

        public ApiTenant Tenant { get; }

        public Dictionary<string, Guid> Ids { get; } = new(StringComparer.Ordinal);

        /// <summary>One record of each type.</summary>
        public Dictionary<string, Guid> Records { get; } = new(StringComparer.Ordinal);

        public static async Task<Victim> Of(ApiHost host, string secret)
        {
            var victim = new Victim(host, await host.NewTenant("商事 " + secret));
            var admin = victim.Tenant.Admin;
            async Task<Guid> Make(string type, object values) => victim.Records[type] = (await admin.Post("records/" + type, values)).Is(201).Id;

            var author = await Make("library.author", new { name = secret });
            victim.Ids["record"] = await Make("library.book", new { title = secret, isbn = "isbn-of-theirs", authorId = author, mail = "a@example.jp", fields = new { extra = new { shelf = secret } } });
            victim.Ids["company"] = await Make("customers.company", new { name = secret });
            victim.Ids["person"] = await Make("customers.person", new { lastName = secret, firstName = "花子" });
            victim.Ids["user"] = (await victim.Tenant.Ask(new InviteUser($"{secret[1..]}@example.jp", secret) { Roles = ["sales"] })).Id;
            victim.Ids["tenant"] = victim.Tenant.Info.Id;
            victim.Ids["team"] = await victim.Tenant.Ask(new SaveTeam(null, secret, [victim.Ids["user"]]));
            victim.Ids["role"] = (await victim.Tenant.Ask(new ListRoles())).Roles.First(r => r.Role.BuiltIn == "viewer").Role.Id;
            victim.Ids["view"] = await victim.Tenant.Ask(new SaveView("library.book", secret, "?filter[title]=x", Shared: true));
            victim.Ids["changeSet"] = (await admin.Post("records/library.book/batch", new { rows = new[] { new { title = secret + "の続き" } } })).Is(200)["changeSet"].GetGuid();
            using var form = new MultipartFormDataContent { { new StringContent($"書名\r\n{secret}の写し\r\n"), "file", secret + ".csv" } };
            victim.Ids["import"] = (await admin.Send(HttpMethod.Post, "imports?type=library.book", form)).Is(202).Id;
            using var file = new MultipartFormDataContent { { new StringContent(secret), "file", secret + ".txt" } };
            victim.Ids["file"] = (await admin.Send(HttpMethod.Post, "files", file)).Is(201).Id;
            for (var i = 0; i < 200 && (await admin.Get($"imports/{victim.Ids["import"]}")).Is(200)["state"].GetString() is "queued" or "running"; i++) await Task.Delay(100);
            Assert.Equal("done", (await admin.Get($"imports/{victim.Ids["import"]}"))["state"].GetString());
            victim.Ids["run"] = (await victim.Tenant.Ask(new ListJobRuns()))[0].Id;
            return victim;
        }

        /// <summary>A form with their ids under all names forms use.</summary>
        public (string Name, string Value)[] Form() =>
        [
            ("id", Ids["record"].ToString()), ("ids", Ids["record"].ToString()), ("user", Ids["user"].ToString()), ("team", Ids["team"].ToString()), ("role", Ids["role"].ToString()),
            ("view", Ids["view"].ToString()), ("changeSet", Ids["changeSet"].ToString()), ("set", Ids["changeSet"].ToString()), ("file", Ids["file"].ToString()), ("import", Ids["import"].ToString()),
            ("members", Ids["user"].ToString()), ("record", Ids["record"].ToString()), ("title", "奪った"), ("name", "奪った"), ("_return", "/"),
        ];

        /// <summary>All that must stay as it is.</summary>
        public async Task<string> Everything()
        {
            var tenant = await host.Services.GetRequiredService<Tenants>().Find(Tenant.Info.Id, CancellationToken.None);
            await using var scope = await host.Services.GetRequiredService<WorkScopes>().Open(tenant!, Actor.System(ChangeSource.Job), CancellationToken.None);
            var mediator = scope.Get<IMediator>();
            var all = new List<string> { tenant!.Name, string.Join(',', tenant.Modules.Order(StringComparer.Ordinal)) };
            foreach (var type in scope.Get<Current>().Catalog.RecordTypes.OrderBy(t => t.Key, StringComparer.Ordinal))
            {
                foreach (var deleted in new[] { false, true })
                {
                    var page = (await mediator.Send(new ListRecords(type.Key) { Limit = 500, Deleted = deleted })).Value;
                    all.AddRange(page.Rows.Select(r => $"{type.Key} {deleted} {r.Id} {r.Version} {JsonSerializer.Serialize(r.Values)}").Order(StringComparer.Ordinal));
                }
            }

            all.AddRange((await mediator.Send(new ListUsers())).Value.OrderBy(u => u.Id).Select(u => $"{u.Id} {u.Name} {u.Email} {u.Active} {u.Invited} {string.Join(',', u.Roles.Select(r => r.Id))} {string.Join(',', u.Teams.Select(t => t.Id))}"));
            all.AddRange((await mediator.Send(new ListTeams())).Value.Teams.OrderBy(t => t.Id).Select(t => $"{t.Id} {t.Name} {string.Join(',', t.Members.Order())}"));
            all.AddRange((await mediator.Send(new ListRoles())).Value.Roles.OrderBy(r => r.Role.Id).Select(r => $"{r.Role.Id} {r.Role.Name} {r.Holders}"));
            all.AddRange((await mediator.Send(new GetViews("library.book"))).Value.OrderBy(v => v.Id).Select(v => v.ToString()));
            var session = scope.Get<Session>();
            foreach (var table in new[] { "platform_audit", "platform_import", "platform_change_set", "platform_file", "platform_field", "platform_label" })
            {
                await using var command = await session.Command(CancellationToken.None);
                command.CommandText = $"SELECT COUNT(*) FROM {table} WHERE tenant_id = {session.Dialect.Bind(command, session.Dialect.ToColumn(tenant.Id))}";
                all.Add($"{table}: {await command.ExecuteScalarAsync()}");
            }

            return string.Join('\n', all);
        }
    }
}
