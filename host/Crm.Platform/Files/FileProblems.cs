using System.Globalization;
using Crm.Sdk;

namespace Crm.Platform.Files;

/// <summary>What a person can do wrong with a file.</summary>
internal static class FileProblems
{
    public static Problem TooLarge(long maxBytes)
    {
        var most = Size(maxBytes);
        return new(
            "file-too-large", ($"ファイルが大きすぎます。受け付けるのは {most} までです。", $"The file is too large: {most} is the most that is taken."),
            ("分割するか、使わない列やシートを除いてください。上限は管理者が設定 Files:MaxBytes で変えられます。", "Split it, or leave out columns and sheets that are not needed. An administrator can raise the limit by the setting Files:MaxBytes."),
            "file", ProblemKind.TooLarge);
    }

    private static string Size(long bytes) => bytes >= 1 << 20
        ? string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1 << 20):#,0.#} MB")
        : string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(bytes / 1024.0):#,0} KB");
}
