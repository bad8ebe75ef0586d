using Tidepool.Snapshots;

namespace Tidepool.Engine;

/// <summary>Gives reads the state they ask for.</summary>
internal interface ISnapshotSource
{
    /// <summary>Pins a state that is at least as fresh as asked; dispose it.</summary>
    ValueTask<PinnedSnapshot> PinAsync(ReadConsistency consistency, CancellationToken cancellationToken);

    /// <summary>The same, with all bytes of its segments; where one is gone, a state of the newest manifest.</summary>
    ValueTask<PinnedSnapshot> PinWholeAsync(ReadConsistency consistency, CancellationToken cancellationToken);

    /// <summary>Told that an index of some segments proved to be damaged.</summary>
    void OnDamagedIndex(SegmentSet segments);
}
