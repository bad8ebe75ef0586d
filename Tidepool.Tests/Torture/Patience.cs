namespace Tidepool.Tests.Torture;

/// <summary>How long a run waits for what should have happened long ago.</summary>
/// <remarks>Counted in seconds in which this process ran: it may be stopped itself, with all of its children.</remarks>
internal static class Patience
{
    private const int Seconds = 300;
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);

    internal static TimeSpan Longest => s_second * Seconds;

    /// <summary>Waits for a task; false if it took too long.</summary>
    internal static async Task<bool> TryWaitAsync(Task task)
    {
        for (int second = 0; second < Seconds && !task.IsCompleted; second++)
        {
            await Task.WhenAny(task, Task.Delay(s_second));
        }

        return task.IsCompleted;
    }

    /// <summary>Waits for a task and throws what it threw.</summary>
    /// <exception cref="TimeoutException">It took too long.</exception>
    internal static async Task WaitAsync(Task task)
    {
        if (!await TryWaitAsync(task))
        {
            throw new TimeoutException($"Nothing came within {Longest}.");
        }

        await task;
    }
}
