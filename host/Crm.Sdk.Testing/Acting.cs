// What somebody can do in a test: send requests, save and read records, look at pages.
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Reflection;
using Crm.Platform.Identity.Roles;
using Crm.Platform.Identity.Tokens;
using Crm.Platform.Identity.Users;
using Crm.Platform.Messaging;
using Crm.Platform.Pipeline;
using Crm.Platform.Settings;
using Crm.Platform.Tenancy;
using Crm.Sdk.Records;
using Crm.Sdk.Tenancy;
using Crm.Sdk.Users;
using Crm.Sdk.Web;
using MediatR;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace Crm.Sdk.Testing;

/// <summary>Somebody who works in a tenant: the system itself with all rights, or a user with some.</summary>
public abstract partial class Acting
{
    private static readonly MethodInfo SendMethod = typeof(IMediator).GetInterfaces().Append(typeof(IMediator)).SelectMany(t => t.GetMethods())
        .First(m => m is { Name: "Send", IsGenericMethodDefinition: true } && m.GetParameters()[0].ParameterType.IsGenericType);

    private string? token;

    private protected Acting()
    {
    }

    private protected abstract Installation Host { get; }

    private protected abstract TenantInfo Tenant { get; }

    /// <summary>Who it is; null when the system itself acts.</summary>
    private protected virtual Guid? UserId => null;

    /// <summary>Sends a request, of the SDK, of contracts or of the plugin, and answers with its outcome.</summary>
    public async Task<T> Send<T>(IRequest<T> request)
    {
        await using var scope = await Scope();
        var mediator = scope.Get<IMediator>();
        var there = Host.Mirror.There(request)!;
        if (ReferenceEquals(there, request)) return await mediator.Send(request);
        var answers = there.GetType().GetInterfaces().First(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IRequest<>)).GetGenericArguments()[0];
        var sending = (Task)SendMethod.MakeGenericMethod(answers).Invoke(mediator, BindingFlags.DoNotWrapExceptions, null, [there, CancellationToken.None], null)!;
        await sending;
        return (T)Mirror.Here(sending.GetType().GetProperty("Result")!.GetValue(sending))!;
    }

    /// <summary>Sends a request that must succeed and answers with its value.</summary>
    public async Task<T> Ask<T>(IRequest<Result<T>> request)
    {
        var result = await Send(request);
        return result.Failed ? throw new CrmTestException(result.Problems) : result.Value;
    }

    /// <summary>Creates a record, which must succeed. Values are what a person would type, or of the field's type.</summary>
    public async Task<Guid> Save(string recordType, params (string Field, object? Value)[] values) => (await Ask(Saving(recordType, null, values))).Id;

    /// <summary>Changes some fields of a record, which must succeed.</summary>
    public Task Change(string recordType, Guid id, params (string Field, object? Value)[] values) => Ask(Saving(recordType, id, values));

    /// <summary>Tries to create a record and answers with the codes of what is wrong, as <c>field:code</c>; none when it was saved.</summary>
    public async Task<IReadOnlyList<string>> Refusals(string recordType, params (string Field, object? Value)[] values) =>
        [.. (await Send(Saving(recordType, null, values))).Problems.Select(p => $"{p.Field}:{p.Code}")];

    /// <summary>A record.</summary>
    public Task<RecordView> Record(string recordType, Guid id) => Ask(new GetRecord(recordType, id));

    /// <summary>Records of a type, with the fields given or those of the list.</summary>
    public Task<RecordPage> List(string recordType, Filter? filter = null, params string[] fields) =>
        Ask(new ListRecords(recordType) { Filter = filter, Fields = fields.Length == 0 ? null : fields, Limit = 500, Titles = true });

    /// <summary>Changes settings of a module or plugin, as an administrator of the tenant does.</summary>
    public Task Set(string module, params (string Field, object? Value)[] values) => AsSystem(new ChangeSettings(module, values.ToDictionary(v => v.Field, v => v.Value)));

    /// <summary>A page over HTTP, as a browser gets it: <c>/x/visits/board</c>, <c>/r/customers.company</c>.</summary>
    public Task<TestAnswer> Get(string path) => Request(HttpMethod.Get, path, null);

    /// <summary>Sends JSON over HTTP: <c>/api/v1/records/visits.visit</c>, <c>/api/v1/commands/visits.record</c>.</summary>
    public Task<TestAnswer> Post(string path, object? body = null) => Request(HttpMethod.Post, path, body is null ? null : JsonContent.Create(body));

    /// <summary>A part of a record's page as a Japanese reader sees it, as HTML.</summary>
    public async Task<string> Render<TPart>(string recordType, Guid id) where TPart : RecordPart =>
        await Render(typeof(TPart), new Dictionary<string, object?> { [nameof(RecordPart.Record)] = await Record(recordType, id) });

    /// <summary>A screen without the shell around it, as a Japanese reader sees it, as HTML.</summary>
    public Task<string> Render<TScreen>() where TScreen : Screen => Render(typeof(TScreen), []);

    /// <summary>Another user of the tenant, with a built-in role: <c>administrator</c>, <c>sales</c>, <c>support</c>, <c>marketing</c>, <c>viewer</c>.</summary>
    public Task<TestUser> As(string role) => AddUser([role]);

    /// <summary>Another user of the tenant, with these rights alone.</summary>
    public async Task<TestUser> As(TestRights rights)
    {
        var name = "R" + Guid.CreateVersion7().ToString("n");
        return await AddUser([(await AsSystem(new SaveRole(null, name, name, rights.Role()))).ToString()]);
    }

    private async Task<TestUser> AddUser(string[] roles)
    {
        var invited = await AsSystem(new InviteUser($"u{Guid.CreateVersion7():n}@example.jp", "佐藤 花子") { Roles = roles });
        return new TestUser(Host, Tenant, invited.Id);
    }

    private protected async Task<WorkScope> Scope()
    {
        var actor = UserId is { } user ? await Host.ActorOf(Tenant, user) : Actor.System(ChangeSource.Screen);
        return await Host.Scope(Tenant, actor);
    }

    private async Task<T> AsSystem<T>(IRequest<Result<T>> request)
    {
        await using var scope = await Host.Scope(Tenant, Actor.System(ChangeSource.CommandLine));
        var result = await scope.Get<IMediator>().Send(request);
        return result.Failed ? throw new CrmTestException(result.Problems) : result.Value;
    }

    private async Task<string> Render(Type component, Dictionary<string, object?> parameters)
    {
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("ja");
        await using var scope = await Scope();
        var context = new ScreenContext(new DefaultHttpContext { RequestServices = scope.Services }, scope.Get<IMediator>(), scope.Get<ITenant>(), scope.Get<IUser>());
        await using var renderer = new HtmlRenderer(scope.Services, NullLoggerFactory.Instance);
        return await renderer.Dispatcher.InvokeAsync(async () =>
        {
            RenderFragment content = page =>
            {
                page.OpenComponent(0, Host.Mirror.There(component));
                foreach (var (name, value) in parameters) page.AddAttribute(1, name, value);
                page.CloseComponent();
            };
            var root = await renderer.RenderComponentAsync<CascadingValue<ScreenContext>>(ParameterView.FromDictionary(new Dictionary<string, object?>
            {
                ["Value"] = context, ["ChildContent"] = content,
            }));
            return root.ToHtmlString();
        });
    }

    private async Task<TestAnswer> Request(HttpMethod method, string path, HttpContent? body)
    {
        if (token is null)
        {
            var user = UserId ?? (await AsSystem(new InviteUser($"a{Guid.CreateVersion7():n}@example.jp", "管理 太郎") { Roles = ["administrator"] })).Id;
            token = (await AsSystem(new CreateToken("test", "admin") { User = user })).Token;
        }

        using var request = new HttpRequestMessage(method, new Uri(Host.Address, path)) { Content = body };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var response = await Host.Http.SendAsync(request);
        return new TestAnswer((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    private static SaveRecord Saving(string recordType, Guid? id, (string Field, object? Value)[] values) => new(recordType, id, values.ToDictionary(v => v.Field, v => v.Value));
}

/// <summary>What came back over HTTP.</summary>
/// <param name="Status">The status code.</param>
/// <param name="Text">The body.</param>
public sealed record TestAnswer(int Status, string Text);

/// <summary>A user with some rights.</summary>
public sealed class TestUser : Acting
{
    private readonly Installation host;
    private readonly TenantInfo tenant;

    internal TestUser(Installation host, TenantInfo tenant, Guid id) => (this.host, this.tenant, Id) = (host, tenant, id);

    /// <summary>Their id, as it stands in the field <c>owner</c> of their records.</summary>
    public Guid Id { get; }

    /// <summary>What the user was told with <see cref="Crm.Sdk.Messaging.NotifyUser"/>, the newest first; 200 at most.</summary>
    public async Task<IReadOnlyList<Label>> Messages() => [.. (await Ask(new ListNotifications(200))).Items.Select(n => n.Title)];

    private protected override Installation Host => host;

    private protected override TenantInfo Tenant => tenant;

    private protected override Guid? UserId => Id;
}

/// <summary>The system itself at work in another tenant of the same installation.</summary>
public sealed class TestTenant : Acting
{
    private readonly Installation host;
    private readonly TenantInfo tenant;

    internal TestTenant(Installation host, TenantInfo tenant) => (this.host, this.tenant) = (host, tenant);

    private protected override Installation Host => host;

    private protected override TenantInfo Tenant => tenant;

    /// <summary>Switches a plugin or module on or off for this tenant.</summary>
    public Task Switch(string id, bool on) => host.Switch(tenant, id, on);
}
