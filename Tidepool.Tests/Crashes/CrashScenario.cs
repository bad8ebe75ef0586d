using Tidepool.Storage;

namespace Tidepool.Tests.Crashes;

/// <summary>Something that a process does, and dies of.</summary>
/// <param name="Name">Names it in options and reports.</param>
/// <param name="Act">What the process does; whoever recovers does it again.</param>
internal sealed record CrashScenario(string Name, Func<CrashActor, Task> Act)
{
    /// <summary>What another process has done before.</summary>
    internal Func<CrashActor, Task> Before { get; init; } = static actor => actor.WriteAsync(CrashSteps.Put(1, 1990));

    /// <summary>What whoever judges does first: what has to be repeated until it succeeds.</summary>
    internal Func<CrashActor, Task> Finish { get; init; } = static _ => Task.CompletedTask;

    /// <summary>What yet another process, which lives on, does at the same time.</summary>
    internal Func<CrashActor, Task>? Beside { get; init; }

    /// <summary>Changes the settings of all processes.</summary>
    internal Action<TidepoolOptions> Configure { get; init; } = static _ => { };

    /// <summary>Whether all processes use one folder for their caches.</summary>
    internal bool SharesCache { get; init; }

    /// <summary>On which kinds of stores it runs.</summary>
    internal IReadOnlyList<ObjectStoreSharing> Stores { get; init; } =
        [ObjectStoreSharing.Host, ObjectStoreSharing.Network];
}
