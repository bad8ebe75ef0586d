using Tidepool.Snapshots;

namespace Tidepool.Engine;

/// <summary>A snapshot held for one read; nothing when the namespace does not exist. Dispose exactly one
/// copy.</summary>
/// <param name="Snapshot">The snapshot.</param>
/// <param name="BytesFetched">Bytes of segments that had to be fetched for it.</param>
internal readonly record struct PinnedSnapshot(Snapshot? Snapshot, long BytesFetched) : IDisposable
{
    public void Dispose() => Snapshot?.Unpin();
}
