using NUnit.Framework;

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

    internal static Task<(T Result, int Count)> CountAsync<T>(FaultyObjectStore store, Func<ValueTask<T>> action) =>
        Task.Run(async () => // On a thread without a context, where continuations are not posted elsewhere.
        {
            var trips = new RoundTrips();
            store.BeforeRequest = (_, _) => trips.WaitAsync();
            Task<T> task = action().AsTask();
            int count = trips.AnswerAll();
            Assert.That(task.IsCompleted, Is.True, "everything ran on the thread that answered");
            store.BeforeRequest = null;
            return (await task, count);
        });

    private ValueTask WaitAsync()
    {
        var answer = new TaskCompletionSource();
        _waiting.Enqueue(answer);
        return new ValueTask(answer.Task);
    }

    private int AnswerAll()
    {
        int count = 0;
        while (_waiting.Count > 0)
        {
            count++;
            for (int left = _waiting.Count; left > 0; left--)
            {
                _waiting.Dequeue().SetResult();
            }
        }

        return count;
    }
}
