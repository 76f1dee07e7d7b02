using Crm.Sdk;

namespace Crm.Plugins.WasteDisposal;

/// <summary>
/// How the reminding jobs take records, batch by batch. Somebody may save one of a batch between reading and saving; what was read is old then
/// and is read again, in smaller batches as long as that happens.
/// </summary>
internal sealed class Batches
{
    /// <summary>What ended more days ago is a record of the past, such as an imported one, and reminds nobody.</summary>
    public const int TooLate = 30;

    private const int Usual = 200;
    private const int Careful = 20;
    private const int MostLost = 200;

    private int lost;

    public int Size => lost == 0 ? Usual : Careful;

    /// <summary>Whether the batch must be read again. What else stops a save is a bug and ends the run, which goes on from there the next time.</summary>
    public bool MustReadAgain(Result saved)
    {
        if (!saved.Failed)
        {
            lost = Math.Max(0, lost - 1);
            return false;
        }

        if (saved.Problems[0].Kind == ProblemKind.Conflict && ++lost <= MostLost) return true;
        throw new InvalidOperationException($"Reminders could not be noted: {saved.Problems[0].Code}");
    }
}
