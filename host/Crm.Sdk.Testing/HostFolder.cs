// Finds the host's assemblies: beside the tests within this repository, in the kit's own package elsewhere.
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Loader;

namespace Crm.Sdk.Testing;

/// <summary>
/// A test project references the SDK and this kit, nothing of the host. What the host is made of lies in the package of the kit and is
/// loaded from there when it is first needed; tests cannot compile against it, as plugins cannot.
/// </summary>
internal static class HostFolder
{
#pragma warning disable CA2255 // The host must be found before the first method that mentions it is compiled; there is no earlier place.
    [ModuleInitializer]
#pragma warning restore CA2255
    internal static void Find()
    {
        if (AppContext.GetData("Crm.HostFolder") is not string folder || !Directory.Exists(folder)) return;
        AssemblyLoadContext.Default.Resolving += (context, name) =>
            Path.Combine(folder, name.Name + ".dll") is var file && File.Exists(file) ? context.LoadFromAssemblyPath(file) : null;
        AssemblyLoadContext.Default.ResolvingUnmanagedDll += (_, name) =>
        {
            var native = Path.Combine(folder, "runtimes", RuntimeInformation.RuntimeIdentifier, "native");
            return Directory.Exists(native) && Directory.GetFiles(native).FirstOrDefault(f => Path.GetFileName(f).Contains(name, StringComparison.OrdinalIgnoreCase)) is { } file
                ? NativeLibrary.Load(file)
                : 0;
        };
    }
}
