namespace Crm.Platform.Plugins;

/// <summary>Settings of the installation, section <c>Plugins</c>.</summary>
internal sealed class PluginOptions
{
    /// <summary>Whether packages without a trusted signature are let in; for development.</summary>
    public bool AllowUnsigned { get; set; }

    /// <summary>Starts with no plugin at all: <c>serve --safe</c>.</summary>
    public bool Safe { get; set; }

    /// <summary>Packages put here are installed; <c>plugins</c> in the data folder when empty.</summary>
    public string? Folder { get; set; }

    /// <summary>How often to look for new packages, in the folder and from other nodes.</summary>
    public TimeSpan Look { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How long a version that was replaced is kept at least; work that is about to begin may still hold its name.</summary>
    public TimeSpan Grace { get; set; } = TimeSpan.FromSeconds(10);
}
