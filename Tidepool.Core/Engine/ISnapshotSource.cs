using Tidepool.Snapshots;

namespace Tidepool.Engine;

/// <summary>Gives reads the state they ask for.</summary>
internal interface ISnapshotSource
{
    /// <summary>Pins a state that is at least as fresh as asked; dispose it.</summary>
    ValueTask<PinnedSnapshot> PinAsync(ReadConsistency consistency, CancellationToken cancellationToken);

    /// <summary>Goes on from the newest manifest: what the one before refers to may be gone.</summary>
    ValueTask RefreshAsync(CancellationToken cancellationToken);

    /// <summary>Told that an index of some segments proved to be damaged.</summary>
    void OnDamagedIndex(SegmentSet segments);
}
