using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using Crm.Platform.Plugins.Packages;
using Crm.Sdk;

namespace Crm.Platform.Plugins.Loading;

/// <summary>
/// Looks up every type and member that a plugin's assemblies take from the SDK and from contracts, before any code of the plugin runs:
/// resolving a token runs nothing. A plugin made for another SDK is refused with the list of what is missing, instead of failing at night.
/// </summary>
internal static class LinkCheck
{
    private const int MostNamed = 20;

    /// <summary>What is missing; empty when all is there.</summary>
    public static IReadOnlyList<Problem> Missing(PluginPackage package, PluginContext context, SharedAssemblies shared)
    {
        var bundled = package.Assemblies.Select(a => Path.GetFileNameWithoutExtension(a)).Where(n => shared.Has(n)).ToList();
        if (bundled.Count > 0)
        {
            return
            [
                new("bundles-shared", ($"共有アセンブリがパッケージに入っています: {string.Join("、", bundled)}", $"The package brings assemblies that the host provides: {string.Join(", ", bundled)}"),
                    ("SDK のビルドでパッケージを作り直してください。", "Build the package with the SDK's own targets."), "file"),
            ];
        }

        var missing = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var name in package.Assemblies.Select(a => Path.GetFileNameWithoutExtension(a)!))
        {
            try
            {
                if (context.Own(name) is { } assembly) Look(assembly, package.Bin(name + ".dll")!, missing);
            }
            catch (BadImageFormatException)
            {
                missing.Add($"{name}.dll: not a managed assembly");
            }
        }

        if (missing.Count == 0) return [];
        var named = string.Join("\n", missing.Take(MostNamed)) + (missing.Count > MostNamed ? $"\n… {missing.Count - MostNamed}" : "");
        return
        [
            new("not-linked", ($"この製品にない次の要素を使っているため、読み込めません:\n{named}", $"It uses what this product does not have and cannot be loaded:\n{named}"),
                ("この製品の版に対応したプラグインを入手してください。", "Get a version of the plugin that is made for this version of the product."), "file"),
        ];
    }

    private static void Look(Assembly assembly, byte[] image, SortedSet<string> missing)
    {
        using var file = new PEReader(new MemoryStream(image, writable: false));
        var metadata = file.GetMetadataReader();
        var module = assembly.ManifestModule;
        foreach (var handle in metadata.AssemblyReferences)
        {
            var reference = metadata.GetAssemblyReference(handle).GetAssemblyName();
            Try(() => System.Runtime.Loader.AssemblyLoadContext.GetLoadContext(assembly)!.LoadFromAssemblyName(reference), reference.Name + ".dll");
        }

        foreach (var handle in metadata.TypeReferences)
        {
            var type = metadata.GetTypeReference(handle);
            Try(() => module.ResolveType(MetadataTokens.GetToken(handle)), $"{metadata.GetString(type.Namespace)}.{metadata.GetString(type.Name)}");
        }

        foreach (var handle in metadata.MemberReferences)
        {
            var member = metadata.GetMemberReference(handle);
            var name = metadata.GetString(member.Name);
            if (member.Parent.Kind == HandleKind.TypeReference) Try(() => module.ResolveMember(MetadataTokens.GetToken(handle)), name);
            else if (member.Parent.Kind == HandleKind.TypeSpecification) LookGeneric(metadata, module, member, name);
        }

        // Classes that lack what a base class or interface of the SDK demands now.
        try
        {
            _ = assembly.GetTypes();
        }
        catch (ReflectionTypeLoadException lacking)
        {
            foreach (var cause in lacking.LoaderExceptions.OfType<Exception>()) missing.Add(cause.Message);
        }

        void Try(Action look, string what)
        {
            try
            {
                look();
            }
            catch (Exception e) when (e is MissingMemberException or TypeLoadException or FileNotFoundException or FileLoadException)
            {
                missing.Add(e is MissingMemberException or TypeLoadException ? e.Message : what);
            }
            catch (ArgumentException)
            {
                missing.Add(what);
            }
        }

        // A member of a constructed type cannot be resolved without its arguments: it is looked up by name and number of parameters.
        void LookGeneric(MetadataReader reader, Module owner, MemberReference member, string name)
        {
            var blob = reader.GetBlobReader(reader.GetTypeSpecification((TypeSpecificationHandle)member.Parent).Signature);
            if (blob.ReadByte() != (byte)SignatureTypeCode.GenericTypeInstance) return;
            blob.ReadByte();
            var definition = blob.ReadTypeHandle();
            if (definition.Kind != HandleKind.TypeReference) return;
            Type type;
            try
            {
                type = owner.ResolveType(MetadataTokens.GetToken(definition));
            }
            catch (Exception e) when (e is TypeLoadException or FileNotFoundException or FileLoadException or ArgumentException)
            {
                return; // Said with the type.
            }

            var signature = reader.GetBlobReader(member.Signature);
            var header = signature.ReadSignatureHeader();
            const BindingFlags All = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.FlattenHierarchy;
            bool there;
            if (header.Kind == SignatureKind.Field)
            {
                there = type.GetField(name, All) is not null;
            }
            else
            {
                var generic = header.IsGeneric ? signature.ReadCompressedInteger() : 0;
                var parameters = signature.ReadCompressedInteger();
                there = type.GetMember(name, MemberTypes.Method | MemberTypes.Constructor, All).OfType<MethodBase>()
                    .Any(m => m.GetParameters().Length == parameters && (m.IsGenericMethodDefinition ? m.GetGenericArguments().Length : 0) == generic);
            }

            if (!there) missing.Add($"{type.FullName}.{name}");
        }
    }
}
