using System.Linq.Expressions;
using System.Runtime.Loader;
using System.Text.Json;
using Crm.Sdk.Records;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using Microsoft.Extensions.DependencyInjection;

namespace Crm.Platform.Storage;

/// <summary>
/// How CLR types are kept in columns, given to EF Core as one table per database, so that models and migrations agree
/// without a column type ever being spelled.
/// </summary>
internal abstract class CrmTypes : IRelationalTypeMappingSourcePlugin
{
    private readonly Dictionary<Type, RelationalTypeMapping> mappings = [];

    public RelationalTypeMapping? FindMapping(in RelationalTypeMappingInfo mappingInfo) =>
        mappingInfo.ClrType is { } type && mappings.TryGetValue(Nullable.GetUnderlyingType(type) ?? type, out var mapping) ? mapping : null;

    protected static RelationalTypeMapping Bytes(string type) => new ByteArrayTypeMapping(type);

    protected static RelationalTypeMapping Long(string type) => new LongTypeMapping(type);

    protected void Map<TModel, TStored>(RelationalTypeMapping stored, Expression<Func<TModel, TStored>> to, Expression<Func<TStored, TModel>> from) =>
        mappings[typeof(TModel)] = (RelationalTypeMapping)stored.WithComposedConverter(new ValueConverter<TModel, TStored>(to, from));

    /// <summary>Extension data and lists of choices: JSON text, the former in the database's own JSON type where it has one.</summary>
    protected void Json(string textType, RelationalTypeMapping? ext = null)
    {
        var text = new StringTypeMapping(textType, System.Data.DbType.String, unicode: true);
        mappings[typeof(ExtensionData)] = (RelationalTypeMapping)(ext ?? text).WithComposedConverter(
            new ValueConverter<ExtensionData, string>(e => e.ToJson(), s => new ExtensionData(s)),
            new ValueComparer<ExtensionData>((a, b) => a!.ToJson() == b!.ToJson(), e => e.ToJson().GetHashCode(StringComparison.Ordinal), e => e.Copy()));
        mappings[typeof(string[])] = (RelationalTypeMapping)text.WithComposedConverter(
            new ValueConverter<string[], string>(v => ToJson(v), s => FromJson(s)),
            new ValueComparer<string[]>((a, b) => a!.SequenceEqual(b!), v => v.Aggregate(0, HashCode.Combine), v => v.ToArray()));
    }

    private static string ToJson(string[] values) => JsonSerializer.Serialize(values, Storage.Json.Compact);

    private static string[] FromJson(string json) => JsonSerializer.Deserialize<string[]>(json) ?? [];
}

internal static class CrmTypesExtensions
{
    public static void WithCrmTypes(this DbContextOptionsBuilder options, CrmTypes types)
    {
        // Each version of a plugin has a provider of its own, on purpose. Migrations are written by hand and carry no model; the drift test
        // compares schema and model instead. Said here for both, because a context with other warnings would build every model once more.
        options.ConfigureWarnings(w => w.Ignore(CoreEventId.ManyServiceProvidersCreatedWarning, RelationalEventId.PendingModelChangesWarning));
        ((IDbContextOptionsBuilderInfrastructure)options).AddOrUpdateExtension(new CrmTypesExtension(types, AssemblyLoadContext.GetLoadContext(options.Options.ContextType.Assembly)));
    }

    /// <summary>Whether options are for a context class that was loaded here.</summary>
    public static bool IsFor(this IDbContextOptions options, AssemblyLoadContext loaded) => options.FindExtension<CrmTypesExtension>()?.LoadedIn == loaded;

    private sealed class CrmTypesExtension(CrmTypes types, AssemblyLoadContext? loadedIn) : IDbContextOptionsExtension
    {
        private ExtensionInfo? info;

        public DbContextOptionsExtensionInfo Info => info ??= new(this, types.GetType());

        public AssemblyLoadContext? LoadedIn => loadedIn;

        public void ApplyServices(IServiceCollection services) => services.AddSingleton<IRelationalTypeMappingSourcePlugin>(types);

        public void Validate(IDbContextOptions options)
        {
        }

        private sealed class ExtensionInfo(CrmTypesExtension extension, Type types) : DbContextOptionsExtensionInfo(extension)
        {
            public override bool IsDatabaseProvider => false;

            public override string LogFragment => "";

            // What EF Core learns of the classes of a plugin's version goes with that version.
            public override int GetServiceProviderHashCode() => HashCode.Combine(types, LoadedIn);

            public override bool ShouldUseSameServiceProvider(DbContextOptionsExtensionInfo other) => other is ExtensionInfo same && same.Types == Types && same.LoadedIn == LoadedIn;

            public override void PopulateDebugInfo(IDictionary<string, string> debugInfo) => debugInfo["Crm:Types"] = Types.Name;

            private Type Types => types;

            private AssemblyLoadContext? LoadedIn => ((CrmTypesExtension)Extension).LoadedIn;
        }
    }
}
