using System.Diagnostics;

namespace Tidepool.Engine;

/// <summary>Runs the jobs of a namespace of one kind: takes one of the database's turns for each, and measures it.
/// </summary>
internal sealed class JobRunner(NamespaceServices services, SemaphoreSlim turns)
{
    /// <summary>Runs a job.</summary>
    /// <param name="job">Its name.</param>
    /// <param name="work">The job; tells whether it changed anything.</param>
    /// <param name="cancellationToken">Abandons it.</param>
    internal async Task<bool> RunAsync(
        string job, Func<CancellationToken, Task<bool>> work, CancellationToken cancellationToken)
    {
        await turns.WaitAsync(cancellationToken).ConfigureAwait(false);
        long started = Stopwatch.GetTimestamp();
        string outcome = "failed";
        try
        {
            bool isDone = await work(cancellationToken).ConfigureAwait(false);
            outcome = isDone ? "done" : "abandoned";
            return isDone;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            outcome = "abandoned";
            throw;
        }
        finally
        {
            turns.Release();
            services.Metrics.Job(job, services.Name, outcome, Stopwatch.GetElapsedTime(started));
        }
    }
}
