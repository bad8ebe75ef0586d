using Tidepool.Manifests;
using Tidepool.Model;
using Tidepool.Storage;

namespace Tidepool.Recovery;

/// <summary>Finds manifests that are not the newest, as long as they are no tombstones.</summary>
/// <param name="store">Where they are.</param>
/// <param name="keys">Their keys.</param>
/// <param name="created">The schema that the namespace was created with.</param>
internal sealed class PastManifests(IObjectStore store, NamespaceKeys keys, NamespaceSchema created)
{
    /// <summary>Generation 0, with which everything began.</summary>
    internal Manifest Empty { get; } = Manifest.CreateEmpty(keys.NamespaceId, created);

    /// <summary>The newest manifest whose floor is not behind a log entry; null when there is none any more.</summary>
    internal async ValueTask<Manifest?> FindAsync(long sequence, CancellationToken cancellationToken)
    {
        (List<(long Generation, DateTimeOffset StoredAt)> there, bool isAll) =
            await ListAsync(cancellationToken).ConfigureAwait(false);
        Manifest? found = isAll ? Empty : null;
        (int low, int high) = (0, there.Count); // The newest comes first.
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            Manifest? manifest = await ReadAsync(there[middle].Generation, cancellationToken).ConfigureAwait(false);
            if (manifest is null)
            {
                found = null; // It became a tombstone meanwhile, and so did all older ones.
                high = middle;
            }
            else if (manifest.Floor.Sequence <= sequence)
            {
                found = manifest;
                high = middle;
            }
            else
            {
                low = middle + 1;
            }
        }

        return found;
    }

    /// <summary>The newest manifest that was stored by a time; null when there is none any more.</summary>
    internal async ValueTask<Manifest?> FindAsync(DateTimeOffset time, CancellationToken cancellationToken)
    {
        (List<(long Generation, DateTimeOffset StoredAt)> there, bool isAll) =
            await ListAsync(cancellationToken).ConfigureAwait(false);
        int index = there.FindIndex(manifest => manifest.StoredAt <= time);
        return index >= 0
            ? await ReadAsync(there[index].Generation, cancellationToken).ConfigureAwait(false)
            : isAll ? Empty : null;
    }

    /// <summary>The oldest state that can still be read: a position of the log.</summary>
    internal async ValueTask<long> FindOldestAsync(CancellationToken cancellationToken)
    {
        (List<(long Generation, DateTimeOffset)> there, bool isAll) =
            await ListAsync(cancellationToken).ConfigureAwait(false);
        if (isAll)
        {
            ObjectListing first = await store
                .ListAsync(keys.Log, startAfter: null, maxKeys: 1, cancellationToken)
                .ConfigureAwait(false);
            if (there.Count == 0 || (first.Objects.Count > 0 && first.Objects[0].Key == keys.LogEntry(1)))
            {
                return 0;
            }
        }

        for (int i = there.Count - 1; i >= 0; i--)
        {
            if (await ReadAsync(there[i].Generation, cancellationToken).ConfigureAwait(false) is { } oldest)
            {
                return oldest.Floor.Sequence;
            }
        }

        return 0;
    }

    private async ValueTask<(List<(long Generation, DateTimeOffset StoredAt)> There, bool IsAll)> ListAsync(
        CancellationToken cancellationToken)
    {
        var there = new List<(long Generation, DateTimeOffset StoredAt)>();
        string? last = null;
        while (true)
        {
            ObjectListing page = await store.ListAsync(keys.Manifests, last, maxKeys: 1000, cancellationToken)
                .ConfigureAwait(false);
            foreach (ObjectInfo info in page.Objects)
            {
                last = info.Key;
                if (info.Length == ManifestFormat.TombstoneLength)
                {
                    return (there, IsAll: false); // Tombstones are written oldest first.
                }

                if (keys.TryParseManifest(info.Key, out long generation))
                {
                    there.Add((generation, info.LastModified));
                }
            }

            if (!page.IsTruncated || page.Objects.Count == 0)
            {
                return (there, IsAll: true);
            }
        }
    }

    private async ValueTask<Manifest?> ReadAsync(long generation, CancellationToken cancellationToken)
    {
        StoredManifest stored = await ManifestStore.ReadAsync(store, keys, generation, cancellationToken)
            .ConfigureAwait(false);
        return stored.Manifest;
    }
}
