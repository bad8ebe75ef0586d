namespace Tidepool.Tests.Support;

/// <summary>Counts sequential round trips: every request waits until all that can be sent has been sent, then all are
/// answered at once.</summary>
/// <remarks>Continuations run on the thread that answers, so what follows from an answer has been sent when it returns.
/// </remarks>
internal sealed class RoundTrips
{
    private readonly Queue<TaskCompletionSource> _waiting = new();

    private RoundTrips()
    {
    }

    internal static async Task<(T Result, int Count)> CountAsync<T>(
        FaultyObjectStore store, Func<ValueTask<T>> action)
    {
        var trips = new RoundTrips();
        store.BeforeRequest = (_, _) =>
        {
            var answer = new TaskCompletionSource();
            trips._waiting.Enqueue(answer);
            return new ValueTask(answer.Task);
        };
        Task<T> task = action().AsTask();
        int count = 0;
        while (trips._waiting.Count > 0)
        {
            count++;
            for (int left = trips._waiting.Count; left > 0; left--)
            {
                trips._waiting.Dequeue().SetResult();
            }
        }

        store.BeforeRequest = null;
        return (await task, count);
    }
}
