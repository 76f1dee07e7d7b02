namespace Crm.Benchmarks;

/// <summary>What to measure, from the command line: <c>--rows 100000 --database sqlite|postgresql|both --only W1,W7 --json file</c>.</summary>
internal sealed record Arguments
{
    /// <summary>
    /// People in the database when reading is measured; three in ten belong to the tenant that is asked, the rest to twenty others.
    /// Fields are measured on as many people in one tenant.
    /// </summary>
    public int Rows { get; private init; } = 100_000;

    public IReadOnlyList<string> Databases { get; private init; } = ["Sqlite", "PostgreSql"];

    /// <summary>Workloads by their names in the design, <c>waste</c> for 100,000 manifests, or all when empty.</summary>
    public IReadOnlyList<string> Only { get; private init; } = [];

    /// <summary>How long people are at work in the mixed day.</summary>
    public int Minutes { get; private init; } = 1;

    /// <summary>Where the figures are written as JSON, or null.</summary>
    public string? Json { get; private init; }

    /// <summary>Keeps the database for the next run, and uses the one kept by the last; loading takes most of the time.</summary>
    public bool Keep { get; private init; }

    /// <summary>A folder with a published host to measure in place of the one that was built, or null.</summary>
    public string? Host { get; private init; }

    /// <summary>All workloads there are.</summary>
    private static readonly string[] Known = ["W1", "W2", "W3r", "W3c", "W4", "W5", "W6", "W7", "W8", "W9", "W10", "W11", "W12", "W13", "W14", "W15", "waste"];

    public bool Wants(string workload) => Only.Count == 0 || Only.Contains(workload, StringComparer.OrdinalIgnoreCase);

    /// <summary>Null, with a sentence on the error output, when the words make no sense.</summary>
    public static Arguments? Read(string[] words)
    {
        var read = new Arguments();
        for (var i = 0; i < words.Length; i++)
        {
            if (words[i] is "--help" or "-h") return Refuse(words[i]);
            if (words[i] == "--keep")
            {
                read = read with { Keep = true };
                continue;
            }

            if (i + 1 == words.Length) return Refuse(words[i]);
            var value = words[++i];
            switch (words[i - 1])
            {
                case "--rows" when int.TryParse(value, out var rows) && rows >= 1_000:
                    read = read with { Rows = rows };
                    break;
                case "--database" when value is "sqlite" or "postgresql" or "both":
                    read = read with { Databases = value switch { "sqlite" => ["Sqlite"], "postgresql" => ["PostgreSql"], _ => read.Databases } };
                    break;
                case "--only" when value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).All(w => Known.Contains(w, StringComparer.OrdinalIgnoreCase)):
                    read = read with { Only = value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) };
                    break;
                case "--minutes" when int.TryParse(value, out var minutes) && minutes is >= 1 and <= 600:
                    read = read with { Minutes = minutes };
                    break;
                case "--host" when File.Exists(Path.Combine(value, "Crm.Host.dll")):
                    read = read with { Host = Path.GetFullPath(value) };
                    break;
                case "--json":
                    read = read with { Json = value };
                    break;
                default:
                    return Refuse(words[i - 1] + " " + value);
            }
        }

        return read;
    }

    private static Arguments? Refuse(string word)
    {
        if (word is not ("--help" or "-h")) Console.Error.WriteLine($"わかりません / not understood: {word}");
        Console.Error.WriteLine("--rows N (1000…)  --database sqlite|postgresql|both  --only W1,W2,W3r,W3c,W4,W5,W6,W7,W8,W9,W10,W11,W12,W13,W14,W15,waste  --minutes N  --json FILE  --host FOLDER  --keep");
        return null;
    }
}
