using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Crm.Customers;
using Crm.Host;
using Crm.Platform.Identity.Storage;
using Crm.Platform.Identity.Tokens;
using Crm.Platform.Identity.Users;
using Crm.Platform.Pipeline;
using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Modules;
using Crm.Sdk.Records;
using Crm.Sdk.Users;
using Crm.Tests.Infrastructure;
using Crm.Tests.Records;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Crm.Tests.Api;

/// <summary>The real host on a loopback port, one per database for all tests of the API; each test makes tenants of its own.</summary>
public sealed class ApiHosts : IAsyncLifetime
{
    private readonly Dictionary<string, Task<ApiHost>> hosts = new(StringComparer.Ordinal);

    internal Task<ApiHost> On(string database)
    {
        lock (hosts)
        {
            if (!hosts.TryGetValue(database, out var host)) hosts[database] = host = ApiHost.Start(database);
            return host;
        }
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (var host in hosts.Values) await (await host).DisposeAsync();
    }
}

[CollectionDefinition(Name)]
public sealed class ApiCollection : ICollectionFixture<ApiHosts>
{
    public const string Name = "API";
}

internal sealed class ApiHost : IAsyncDisposable
{
    private readonly TestHost data;
    private int tenants;

    private ApiHost(TestHost data, WebApplication app) => (this.data, App) = (data, app);

    public WebApplication App { get; }

    public IServiceProvider Services => App.Services;

    public Uri Address => new(App.Urls.First());

    public static Task<ApiHost> Start(string database, params (string Key, string Value)[] settings) =>
        Start(database, [new LibraryModule(), new CustomersModule()], settings);

    public static async Task<ApiHost> Start(string database, CrmModule[] modules, params (string Key, string Value)[] settings)
    {
        var data = await TestHost.Start(database, modules);
        var storage = data.Services.GetRequiredService<IOptions<StorageOptions>>().Value;
        var app = CrmApp.Build(
            ["--urls", "http://127.0.0.1:0"],
            builder =>
            {
                builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>(settings.Select(s => KeyValuePair.Create<string, string?>(s.Key, s.Value)))
                {
                    ["Mail:KeepInFolder"] = "true", ["Storage:Provider"] = database, ["Storage:ConnectionString"] = storage.ConnectionString, ["Storage:DataFolder"] = storage.DataFolder, ["Identity:PasswordRounds"] = "1000",
                });
                builder.Logging.ClearProviders();
            },
            modules);
        await CrmApp.Migrate(app, CancellationToken.None);
        await app.StartAsync();
        return new(data, app);
    }

    public async Task<ApiTenant> NewTenant(string name = "商事")
    {
        var made = await Services.GetRequiredService<Tenants>().Create(new NewTenant($"t{Interlocked.Increment(ref tenants)}", name), CancellationToken.None);
        return await ApiTenant.Of(this, made.Value);
    }

    public async ValueTask DisposeAsync()
    {
        await App.StopAsync();   // disposing alone does not wait for work that still writes
        await App.DisposeAsync();
        await data.DisposeAsync();
    }
}

/// <summary>A tenant with an administrator who holds a token.</summary>
internal sealed class ApiTenant
{
    private readonly ApiHost host;

    private ApiTenant(ApiHost host, TenantInfo tenant) => (this.host, Info) = (host, tenant);

    public TenantInfo Info { get; }

    public ApiClient Admin { get; private set; } = null!;

    public static async Task<ApiTenant> Of(ApiHost host, TenantInfo tenant)
    {
        var made = new ApiTenant(host, tenant);
        made.Admin = await made.UserWith("administrator");
        return made;
    }

    /// <summary>Somebody with a role, with a token that carries all of its rights.</summary>
    public async Task<ApiClient> UserWith(string role, string scope = "admin")
    {
        var user = await Ask(new InviteUser($"u{Guid.CreateVersion7():n}@example.jp", "佐藤 花子") { Roles = [role] });
        var token = await Ask(new CreateToken("test", scope) { User = user.Id });
        return new ApiClient(host.Address, token.Token, user.Id);
    }

    /// <summary>Somebody at a browser, signed in.</summary>
    public async Task<BrowserClient> BrowserWith(string role)
    {
        const string password = "三毛猫が七匹 縁側で寝ている";
        var email = $"b{Guid.CreateVersion7():n}@example.jp";
        await Ask(new InviteUser(email, "山田 太郎") { Roles = [role], Password = password });
        var browser = new BrowserClient(host.Address);
        await browser.SignIn(email, password);
        return browser;
    }

    /// <summary>Makes a record as the system itself.</summary>
    public async Task<Guid> Save(string type, params (string Field, object? Value)[] values) =>
        (await Ask(new Crm.Sdk.Records.SaveRecord(type, null, values.ToDictionary(v => v.Field, v => v.Value)))).Id;

    /// <summary>Sends a request as the system itself.</summary>
    public async Task<T> Ask<T>(IRequest<Result<T>> request)
    {
        var tenant = await host.Services.GetRequiredService<Tenants>().Find(Info.Id, CancellationToken.None);
        await using var scope = await host.Services.GetRequiredService<WorkScopes>().Open(tenant!, Actor.System(ChangeSource.CommandLine), CancellationToken.None);
        var result = await scope.Get<IMediator>().Send(request);
        Assert.True(!result.Failed, string.Join("\n", result.Problems.Select(p => $"{p.Code} {p.Field}: {p.Message.En}")));
        return result.Value;
    }
}

/// <summary>A program with a token.</summary>
internal sealed class ApiClient(Uri address, string? token, Guid user)
{
    private static readonly HttpClient Http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { Timeout = TimeSpan.FromMinutes(2) };

    public Guid User => user;

    public ApiClient Without() => new(address, null, user);

    public ApiClient With(string other) => new(address, other, user);

    public Task<ApiAnswer> Get(string path, params (string Name, string Value)[] headers) => Send(HttpMethod.Get, path, null, headers);

    public Task<ApiAnswer> Post(string path, object? body = null, params (string Name, string Value)[] headers) => Send(HttpMethod.Post, path, body, headers);

    public Task<ApiAnswer> Patch(string path, object? body, params (string Name, string Value)[] headers) => Send(HttpMethod.Patch, path, body, headers);

    public Task<ApiAnswer> Delete(string path, params (string Name, string Value)[] headers) => Send(HttpMethod.Delete, path, null, headers);

    /// <summary>Sends text as it is, anything else as JSON.</summary>
    public async Task<ApiAnswer> Send(HttpMethod method, string path, object? body, params (string Name, string Value)[] headers)
    {
        var target = path.StartsWith('/') ? path : "/api/v1/" + path;
        using var request = new HttpRequestMessage(method, new Uri(address, target));
        if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (body is not null)
        {
            request.Content = body as HttpContent ?? new ByteArrayContent(body as byte[] ?? (body is string text ? Encoding.UTF8.GetBytes(text) : JsonSerializer.SerializeToUtf8Bytes(body)))
            {
                Headers = { ContentType = new MediaTypeHeaderValue("application/json") },
            };
        }

        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        using var response = await Http.SendAsync(request);
        var answer = await response.Content.ReadAsStringAsync();
        return new ApiAnswer((int)response.StatusCode, answer, response.Headers, response.Content.Headers.ContentType?.MediaType);
    }
}

/// <summary>What came back.</summary>
internal sealed record ApiAnswer(int Status, string Text, HttpResponseHeaders Headers, string? ContentType)
{
    public JsonElement Json => Text.Length == 0 ? default : JsonDocument.Parse(Text).RootElement;

    public JsonElement this[string member] => Json.GetProperty(member);

    public Guid Id => this["id"].GetGuid();

    /// <summary>What went wrong, as field:code.</summary>
    public IReadOnlyList<string> Errors => [.. this["errors"].EnumerateArray().Select(e => $"{e.GetProperty("field").GetString()}:{e.GetProperty("code").GetString()}")];

    public ApiAnswer Is(int status)
    {
        Assert.True(Status == status, $"expected {status}, got {Status}: {Text}");
        return this;
    }

    /// <summary>A refusal as it must look: problem details with a cure for each error.</summary>
    public ApiAnswer Refuses(int status, params string[] errors)
    {
        Is(status);
        Assert.Equal("application/problem+json", ContentType);
        Assert.Equal(status, this["status"].GetInt32());
        Assert.All(this["errors"].EnumerateArray(), e => Assert.False(string.IsNullOrWhiteSpace(e.GetProperty("message").GetString())));
        if (errors.Length > 0) Assert.Equal(errors.Order(StringComparer.Ordinal), Errors.Order(StringComparer.Ordinal));
        return this;
    }
}
