namespace Tidepool.Querying;

/// <summary>Shares the processor's cores among concurrent queries: a lone query may use all, sixteen get one
/// each.</summary>
/// <remarks>Thread-safe. A query's own thread always runs; only further workers are asked for here.</remarks>
internal sealed class WorkerBudget(int coreCount)
{
    private int _running;

    /// <summary>Counts a query in.</summary>
    /// <param name="wanted">The most workers it has use for, its own thread included.</param>
    /// <returns>How many it may use, at least 1; to be given back to <see cref="Leave"/>.</returns>
    internal int Enter(int wanted)
    {
        int running = Interlocked.Increment(ref _running);
        int further = Math.Min(wanted - 1, coreCount - running);
        if (further <= 0)
        {
            return 1;
        }

        Interlocked.Add(ref _running, further);
        return 1 + further;
    }

    internal void Leave(int workers) => Interlocked.Add(ref _running, -workers);
}
