using Tidepool.Manifests;
using Tidepool.Model;
using Tidepool.Storage;
using Tidepool.Wal;

namespace Tidepool.Recovery;

/// <summary>Where a log begins, by the two kinds of names that are never deleted: the next manifest, which tells that
/// the floor has risen, and the next record of the namespace, which tells that everything may be gone.</summary>
internal sealed class ManifestBounds(IObjectStore store, ManifestStore manifests, string nextRecordKey) : ILogBounds
{
    public async ValueTask<LogBounds> ReadAsync(CancellationToken cancellationToken)
    {
        Task<DateTimeOffset?> refreshing = manifests.RefreshAsync(cancellationToken).AsTask();
        using GetResult next =
            await store.GetAsync(nextRecordKey, range: null, cancellationToken).ConfigureAwait(false);
        if (next.Found)
        {
            // Manifests of a dropped namespace may be gone, so their answer is not waited for.
            await ((Task)refreshing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return new LogBounds(manifests.Current.Floor.Sequence, IsDropped: true, next.StoreTime);
        }

        DateTimeOffset? storeTime = await refreshing.ConfigureAwait(false);
        return new LogBounds(manifests.Current.Floor.Sequence, IsDropped: false, storeTime ?? next.StoreTime);
    }
}
