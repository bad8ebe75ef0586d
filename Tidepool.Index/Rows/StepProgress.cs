namespace Tidepool.Index.Rows;

/// <summary>Tells how far work is that many workers do in several passes over rows.</summary>
/// <param name="report">Told, from any thread, the steps done and all steps; null for nobody.</param>
/// <param name="total">All steps: a row in a pass is one.</param>
internal sealed class StepProgress(Action<long, long>? report, long total)
{
    private long _done;

    /// <summary>Some steps more are done.</summary>
    internal void Add(long steps) => report?.Invoke(Math.Min(total, Interlocked.Add(ref _done, steps)), total);

    /// <summary>Everything up to a step is done, also what was not needed.</summary>
    internal void AdvanceTo(long step)
    {
        long missing = step - Interlocked.Read(ref _done);
        if (missing > 0)
        {
            Add(missing);
        }
    }
}
