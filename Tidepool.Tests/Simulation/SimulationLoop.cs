namespace Tidepool.Tests.Simulation;

/// <summary>Runs everything in one order: virtual time, events by time, and the thread pool cut down to one thread.
/// </summary>
/// <remarks>
/// The engine is not asked to yield anywhere. It runs on the pool as it does for users; but the pool of this process
/// has one thread, the loop is one of its work items, and it takes the next event only when nothing else is queued.
/// So whatever the engine starts (Task.Run, a continuation, file access) is done, always in the same order, before
/// time goes on, and none of it can escape. What waits then, waits for an event: an answer of the store or a timer.
/// </remarks>
internal sealed class SimulationLoop : IThreadPoolWorkItem, IDisposable
{
    private readonly PriorityQueue<Action, (long Ticks, ulong Order)> _events = new();
    private readonly ManualResetEventSlim _ended = new();
    private readonly SimulationRandom _random;
    private Func<bool> _isOver = static () => true;
    private Exception? _failure;

    internal SimulationLoop(SimulationRandom random) => _random = random;

    /// <summary>Virtual time since the start of the run.</summary>
    internal long Ticks { get; private set; }

    internal TimeSpan Elapsed => new(Ticks);

    /// <summary>Events so far.</summary>
    internal long EventCount { get; private set; }

    /// <summary>Once for the whole process, before anything has used the pool.</summary>
    internal static void TakeOverThreadPool()
    {
        if (!ThreadPool.SetMinThreads(1, 1) || !ThreadPool.SetMaxThreads(1, 1))
        {
            throw new InvalidOperationException("The thread pool does not let itself be cut down to one thread.");
        }
    }

    /// <summary>Runs an action later; events of the same moment run in an order that the seed gives.</summary>
    internal void After(TimeSpan delay, Action action) =>
        _events.Enqueue(action, (Ticks + Math.Max(0, delay.Ticks), _random.Next64()));

    /// <summary>Handles events until it is over or nothing is left to do. Blocks; not called on the pool.</summary>
    internal void Run(Func<bool> isOver)
    {
        _isOver = isOver;
        _ended.Reset();
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        _ended.Wait();
        if (_failure is { } failure)
        {
            _failure = null;
            throw new InvalidOperationException($"The simulation itself failed: {failure.Message}", failure);
        }
    }

    public void Dispose() => _ended.Dispose();

    void IThreadPoolWorkItem.Execute()
    {
        try
        {
            while (ThreadPool.PendingWorkItemCount == 0)
            {
                bool isOver = _isOver(); // It may have started something, which comes first.
                if (ThreadPool.PendingWorkItemCount > 0)
                {
                    break;
                }

                if (isOver || !_events.TryDequeue(out Action? action, out (long Ticks, ulong) due))
                {
                    _ended.Set();
                    return;
                }

                Ticks = due.Ticks;
                EventCount++;
                action();
            }

            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false); // Behind all that is queued now.
        }
        catch (Exception failure)
        {
            _failure = failure;
            _ended.Set();
        }
    }
}
