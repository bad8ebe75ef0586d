using Tidepool.Storage;

namespace Tidepool.Tests.Simulation;

/// <summary>A request under way, as its sender sees it: answered, failed, given up, or none of these.</summary>
/// <remarks>It ends in an event of its own, so what waits for it runs on an empty stack, with no lock held.</remarks>
internal sealed class ModelCall<T>
{
    private readonly TaskCompletionSource<T> _ended = new();
    private readonly SimulatedHost _host;
    private readonly CancellationToken _cancellation;
    private readonly CancellationTokenRegistration _registration;

    internal ModelCall(
        SimulationLoop loop, SimulatedHost host, Action onCancelled, CancellationToken cancellation)
    {
        _host = host;
        _cancellation = cancellation;
        _registration = cancellation.UnsafeRegister(
            _ => loop.After(TimeSpan.Zero, () => _host.Deliver(() => Cancel(onCancelled))), state: null);
    }

    internal Task<T> Ended => _ended.Task;

    internal void Succeed(T answer) => _host.Deliver(() => End(() => _ended.TrySetResult(answer)));

    internal void Fail(string message, bool isTransient) => _host.Deliver(
        () => End(() => _ended.TrySetException(new StorageException(message, isTransient))));

    private void Cancel(Action onCancelled) => End(() =>
    {
        onCancelled();
        return _ended.TrySetCanceled(_cancellation);
    });

    private void End(Func<bool> end)
    {
        if (!_ended.Task.IsCompleted)
        {
            _registration.Unregister();
            end();
        }
    }
}
