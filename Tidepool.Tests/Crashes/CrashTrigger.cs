using Tidepool.Tests.Simulation;

namespace Tidepool.Tests.Crashes;

/// <summary>Counts the requests of a process, and pulls the plug at one of them.</summary>
internal sealed class CrashTrigger(CrashPoint point)
{
    private readonly List<ModelOperation> _requests = [];
    private readonly TaskCompletionSource _died = new();

    /// <summary>What the process asked the store for, in order.</summary>
    internal IReadOnlyList<ModelOperation> Requests => _requests;

    /// <summary>Ends when the process dies.</summary>
    internal Task Died => _died.Task;

    /// <summary>Makes what is on its way arrive.</summary>
    internal Action? OnArrival { get; init; }

    /// <summary>What a dead process has sent, and what has not arrived yet.</summary>
    internal Action? Held { get; private set; }

    /// <summary>What happens at the next request.</summary>
    internal CrashKind Next(ModelOperation operation)
    {
        _requests.Add(operation);
        CrashKind kind = _requests.Count == point.Request ? point.Kind : CrashKind.None;
        if (kind == CrashKind.Arrival)
        {
            OnArrival?.Invoke();
        }

        return kind;
    }

    internal void Die(SimulatedHost host)
    {
        host.Kill();
        _died.TrySetResult();
    }

    internal void Hold(Action request) => Held = request;

    internal void Release()
    {
        Action? held = Held;
        Held = null;
        held?.Invoke();
    }
}
