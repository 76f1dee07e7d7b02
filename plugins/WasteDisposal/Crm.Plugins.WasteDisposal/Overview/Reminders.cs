using Crm.Sdk;

namespace Crm.Plugins.WasteDisposal;

/// <summary>What the reminding jobs have in common.</summary>
internal static class Reminders
{
    private const int MostLost = 50;

    /// <summary>
    /// Whether somebody saved one of the batch meanwhile: what was read is old then, and is read again. Anything else that stops the save is a
    /// bug and ends the run, which goes on from there the next time.
    /// </summary>
    public static bool MustReadAgain(Result saved, ref int lost)
    {
        if (!saved.Failed) return false;
        if (saved.Problems[0].Kind == ProblemKind.Conflict && ++lost <= MostLost) return true;
        throw new InvalidOperationException($"Reminders could not be noted: {saved.Problems[0].Code}");
    }
}
