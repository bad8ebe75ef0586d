using Tidepool.Index.Rows;

namespace Tidepool.Tests.Index.Clustering;

/// <summary>Threads of the pool as workers.</summary>
internal sealed class ParallelWorkers(int count) : IWorkers
{
    public int Count => count;

    public void Run(int partCount, Action<int> body)
    {
        try
        {
            Parallel.For(0, partCount, new ParallelOptions { MaxDegreeOfParallelism = count }, body);
        }
        catch (AggregateException failure)
        {
            throw failure.InnerExceptions[0];
        }
    }
}
