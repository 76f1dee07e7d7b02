using Crm.Architecture.Tree;

namespace Crm.Architecture;

/// <summary>Every screen brings its manual, opened by "?" at its side.</summary>
internal static class ManualRules
{
    // One question each, which they explain themselves; what a click on a list opens inside it; the frame around a module's screen.
    private static readonly HashSet<string> OneQuestion =
        ["ConflictPage", "FieldEdit", "ColumnMenu", "FilterMenu", "FilterEditor", "LinkPage", "RecoveryCodesPage", "ExportLosses", "MoveScreen", "ModuleScreen"];

    // Read by customers, who are shown no manual.
    private static readonly HashSet<string> Public = ["AskScreen", "ConfirmScreen", "FaqScreen", "RateScreen", "UnsubscribeScreen"];

    public static bool NeedsManual(string file) =>
        file.EndsWith(".razor", StringComparison.Ordinal) && Path.GetFileNameWithoutExtension(file) is var name && !OneQuestion.Contains(name) && !Public.Contains(name);

    public static IEnumerable<Violation> Missing(string file, string text)
    {
        var isScreen = text.Contains("<PageHeader ", StringComparison.Ordinal);
        if (isScreen && !text.Contains("<HelpButton ", StringComparison.Ordinal)) yield return new(file, "shows a screen without its manual; put a HelpButton into its PageHeader (docs/screens.md)");
    }
}

public class ManualTests
{
    [Fact]
    public void Every_screen_has_its_manual() => Violation.AssertNone(
        from file in Repository.Files()
        where ManualRules.NeedsManual(file)
        from violation in ManualRules.Missing(file, File.ReadAllText(Path.Combine(Repository.Root, file)))
        select violation);

    [Fact]
    public void A_planted_screen_without_a_manual_is_found()
    {
        Assert.Single(ManualRules.Missing("modules/Deals/Crm.Deals/Board/BoardScreen.razor", """<PageHeader Title="Board" />"""));
        Assert.Empty(ManualRules.Missing("modules/Deals/Crm.Deals/Board/BoardScreen.razor", """<PageHeader Title="Board"><HelpButton Title="Board" Text="Drag a card." /></PageHeader>"""));
        Assert.False(ManualRules.NeedsManual("modules/Support/Crm.Support/PublicForm/AskScreen.razor"));
    }
}
