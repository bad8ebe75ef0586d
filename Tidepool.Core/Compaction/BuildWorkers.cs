using System.Runtime.ExceptionServices;
using Tidepool.Index.Rows;

namespace Tidepool.Compaction;

/// <summary>Threads of the pool, lent to the building of an index, besides the one that asks.</summary>
internal sealed class BuildWorkers(int count) : IWorkers
{
    private readonly ParallelOptions _options = new() { MaxDegreeOfParallelism = count };

    public int Count => count;

    public void Run(int partCount, Action<int> body)
    {
        if (count == 1 || partCount == 1)
        {
            SingleWorker.Instance.Run(partCount, body);
            return;
        }

        try
        {
            Parallel.For(0, partCount, _options, body);
        }
        catch (AggregateException failures)
        {
            ExceptionDispatchInfo.Throw(failures.Flatten().InnerExceptions[0]); // One is enough, as with one thread.
        }
    }
}
