using Tidepool.Tests.Support;

namespace Tidepool.Tests.Core.Engine;

/// <summary>Holds up the requests of a kind until it is opened.</summary>
internal sealed class StoreGate
{
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Closes a gate for requests whose key contains a text.</summary>
    internal StoreGate(FaultyObjectStore store, StoreOperation operation, string keyPart = "") =>
        store.BeforeRequest = (found, key) =>
        {
            if (found != operation || !key.Contains(keyPart))
            {
                return ValueTask.CompletedTask;
            }

            _reached.TrySetResult();
            return new ValueTask(_opened.Task);
        };

    /// <summary>Completes when the first request stands at the gate.</summary>
    internal Task Reached => _reached.Task;

    internal void Open() => _opened.TrySetResult();
}
