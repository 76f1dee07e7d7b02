using Crm.Platform.Observability;
using Crm.Platform.Pipeline;
using Crm.Platform.Storage;
using Crm.Sdk;
using Crm.Sdk.Modules;
using MediatR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Crm.Platform.Modules;

/// <summary>
/// One version of a module or plugin at work: what it said about itself, its types, and a container of its own. The host's container
/// never hears of a module's types, so a version can come and go, and no module can replace a service of another.
/// </summary>
internal sealed class ModuleRuntime : IAsyncDisposable
{
    private readonly ServiceProvider? services;

    private ModuleRuntime(ModuleDescription description, ModuleTypes types, IReadOnlyList<Label> faults, ServiceProvider? services)
    {
        Description = description;
        Types = types;
        Faults = faults;
        this.services = services;
    }

    public string Key => Description.Key;

    public ModuleDescription Description { get; }

    public ModuleTypes Types { get; }

    /// <summary>Whether it came in a package; else it is a module of the product.</summary>
    public bool IsPlugin => !Description.Boxed;

    /// <summary>Why it must not run; empty when it may.</summary>
    public IReadOnlyList<Label> Faults { get; }

    /// <summary>Looks at a module, and makes its container when nothing is wrong with it.</summary>
    public static ModuleRuntime Of(CrmModule module, HostServices host)
    {
        var description = ModuleDescription.Of(module);
        var types = ModuleTypes.Of(module);
        List<Label> faults = [.. types.Faults, .. ModuleCheck.Faults(description, types)];
        if (faults.Count > 0) return new(description, types, faults, null);
        try
        {
            return new(description, types, [], Container(description, types, host));
        }
        catch (AggregateException unfit)
        {
            return new(description, types, [.. unfit.InnerExceptions.Select(e => Label.Same((e.InnerException ?? e).Message))], null);
        }
    }

    /// <summary>Its services within a scope of the host; the host's are the same as that scope's.</summary>
    public AsyncServiceScope Within(IServiceProvider hostScope)
    {
        if (services is null) throw new InvalidOperationException($"The module {Key} must not run: {string.Join("; ", Faults.Select(f => f.En))}");
        var scope = services.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<HostScope>().Services = hostScope;
        return scope;
    }

    public ValueTask DisposeAsync() => services?.DisposeAsync() ?? ValueTask.CompletedTask;

    private static ServiceProvider Container(ModuleDescription description, ModuleTypes types, HostServices host)
    {
        var container = new ServiceCollection();
        foreach (var own in description.Services) ((ICollection<ServiceDescriptor>)container).Add(own);
        host.OfferTo(container);
        foreach (var (service, handler) in types.Handlers) container.AddScoped(service, handler);
        foreach (var (_, validator) in types.Validators) container.TryAddScoped(validator);
        foreach (var gatherer in types.Gatherers) container.TryAddScoped(gatherer.Handler);
        foreach (var subscriber in types.Subscribers.Values) container.TryAddScoped(subscriber.Handler);
        foreach (var rule in description.RecordTypes.SelectMany(t => t.Rules).Concat(description.Extensions.SelectMany(e => e.Rules)).Where(r => r.Instance is null))
        {
            // One for each save: it keeps what it prepared for that.
            container.TryAddTransient(rule.Rule);
        }

        foreach (var completion in description.RecordTypes.Select(t => t.Completion).OfType<Type>()) container.TryAddScoped(completion);
        foreach (var job in description.Jobs) container.TryAddScoped(job.Job);
        foreach (var format in description.Imports) container.TryAddScoped(format.Format);
        foreach (var seed in description.Seeds) container.TryAddScoped(seed);
        if (description.Database is { } db) container.AddScoped(db, s => s.GetRequiredService<HostScope>().Get<ModuleDbs>().Create(db, description.Key));

        // A class that cannot be made is found now and not at the first click.
        return container.BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });
    }
}

/// <summary>The scope of the host within which a module works.</summary>
internal sealed class HostScope
{
    private IServiceProvider? services;

    public IServiceProvider Services
    {
        get => services ?? throw new InvalidOperationException("A module's services are used outside the work for a tenant; a singleton cannot have scoped ones.");
        set => services = value;
    }

    public T Get<T>() where T : notnull => Services.GetRequiredService<T>();
}

/// <summary>What modules get from the host: the services that the SDK publishes and, for the pipeline, those its steps need.</summary>
internal sealed class HostServices(IServiceCollection host, IServiceProvider root)
{
    private static readonly Type[] Pipeline = [typeof(Gate), typeof(RequestValidators)];

    private readonly IReadOnlyList<Type> offered =
    [
        .. host.Where(d => !d.IsKeyedService && d.ServiceType is { IsGenericTypeDefinition: false, IsInterface: true } type && type.IsPublic && type.Assembly == typeof(CrmModule).Assembly)
            .Select(d => d.ServiceType).Distinct(),
        typeof(IMediator), .. Pipeline,
    ];

    public void OfferTo(IServiceCollection module)
    {
        module.AddSingleton(root.GetRequiredService<TimeProvider>());
        module.AddSingleton(root.GetRequiredService<CrmMeters>());
        module.AddLogging();
        module.Replace(ServiceDescriptor.Singleton(root.GetRequiredService<Microsoft.Extensions.Logging.ILoggerFactory>()));
        module.AddScoped<HostScope>();
        foreach (var service in offered) module.Replace(ServiceDescriptor.Scoped(service, s => From(s, service)));
        module.AddCrmPipeline();
    }

    // A container ends what it made, and takes what a factory hands it for made: the host's services must not end with a module's scope.
    private static object From(IServiceProvider module, Type service) => module.GetRequiredService<HostScope>().Services.GetRequiredService(service) switch
    {
        IDisposable or IAsyncDisposable => throw new InvalidOperationException($"{service} is offered to modules and must not be disposable."),
        var found => found,
    };
}
