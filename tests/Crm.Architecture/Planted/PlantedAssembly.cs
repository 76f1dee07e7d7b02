using System.Runtime.CompilerServices;
using System.Xml.Linq;
using Crm.Architecture.Tree;
using Mono.Cecil;

namespace Crm.Architecture.Planted;

/// <summary>A tiny compiled assembly, written type by type, to plant violations in.</summary>
internal sealed class PlantedAssembly
{
    private readonly AssemblyDefinition assembly;

    public PlantedAssembly(string name) =>
        assembly = AssemblyDefinition.CreateAssembly(new AssemblyNameDefinition(name, new Version(1, 0)), name, ModuleKind.Dll);

    private ModuleDefinition Module => assembly.MainModule;

    /// <summary>Adds a class; base types, interfaces and used types are named "Assembly:Full.Name".</summary>
    public PlantedAssembly Class(string fullName, TypeAttributes attributes, string? derivesFrom = null, string? implements = null, string? uses = null)
    {
        var dot = fullName.LastIndexOf('.');
        var type = new TypeDefinition(fullName[..dot], fullName[(dot + 1)..], attributes | TypeAttributes.Class, derivesFrom is null ? Module.TypeSystem.Object : Named(derivesFrom));
        if (implements is not null) type.Interfaces.Add(new InterfaceImplementation(Named(implements)));
        if (uses is not null) type.Fields.Add(new FieldDefinition("used", FieldAttributes.Public, Named(uses)));
        Module.Types.Add(type);
        return this;
    }

    public PlantedAssembly FriendOf(string assemblyName)
    {
        var constructor = Module.ImportReference(typeof(InternalsVisibleToAttribute).GetConstructor([typeof(string)]));
        assembly.CustomAttributes.Add(new CustomAttribute(constructor) { ConstructorArguments = { new(Module.TypeSystem.String, assemblyName) } });
        return this;
    }

    /// <summary>Written and read again, so that a rule sees it as it sees a file from the compiler.</summary>
    public BuiltProject As(ProjectKind kind)
    {
        var image = new MemoryStream();
        assembly.Write(image);
        image.Position = 0;
        return new(new Project(assembly.Name.Name, "", kind, new XDocument()), AssemblyDefinition.ReadAssembly(image));
    }

    private TypeReference Named(string assemblyAndName)
    {
        var (scope, name) = (assemblyAndName.Split(':')[0], assemblyAndName.Split(':')[1]);
        var dot = name.LastIndexOf('.');
        if (scope == assembly.Name.Name) return Module.GetType(name);

        var reference = Module.AssemblyReferences.FirstOrDefault(r => r.Name == scope);
        if (reference is null) Module.AssemblyReferences.Add(reference = new AssemblyNameReference(scope, new Version(1, 0)));
        return new TypeReference(name[..dot], name[(dot + 1)..], Module, reference);
    }
}
