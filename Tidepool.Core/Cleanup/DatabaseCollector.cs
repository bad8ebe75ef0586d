using System.Collections.Concurrent;
using Tidepool.Manifests;
using Tidepool.Model;
using Tidepool.Namespaces;
using Tidepool.Storage;

namespace Tidepool.Cleanup;

/// <summary>Deletes the data of namespaces that were dropped longer ago than the grace window, and old probes.
/// </summary>
/// <remarks>The records of a name stay for ever: they are how a process that was away learns of the drop. Tags go with
/// the namespace, but all of its data stays while Tidepool has pinned some of it for another one.</remarks>
internal sealed class DatabaseCollector(
    IObjectStore store, DatabaseKeys keys, NamespaceRegistry registry, GracePolicy policy)
{
    // What arrives after this long was sent before the drop and held up all the while; a later run finds that too,
    // in another process.
    private readonly ConcurrentDictionary<Guid, bool> _empty = new();
    private readonly BranchPins _branches = new(store, keys, registry, policy);

    internal async ValueTask<CollectionReport> RunAsync(CancellationToken cancellationToken)
    {
        long dropped = 0;
        await foreach (ObjectListing page in StoreListing
            .ReadAsync(store, keys.Records, startAfter: null, cancellationToken)
            .ConfigureAwait(false))
        {
            foreach (ObjectInfo info in page.Objects)
            {
                TimeSpan? age = page.StoreTime - info.LastModified;
                if (keys.TryParseRecord(info.Key, out string name, out long number)
                    && IncarnationRecord.IsDrop(number) && age >= policy.Window)
                {
                    dropped += await DeleteAsync(name, number, age.Value, cancellationToken).ConfigureAwait(false);
                }
            }
        }

        long probes = await DeleteProbesAsync(cancellationToken).ConfigureAwait(false);
        return new CollectionReport(Orphans: probes, Dropped: dropped);
    }

    private async ValueTask<long> DeleteAsync(
        string name, long number, TimeSpan age, CancellationToken cancellationToken)
    {
        IncarnationRecord? record = await registry.ReadAsync(name, number, cancellationToken).ConfigureAwait(false);
        if (record is null || _empty.ContainsKey(record.NamespaceId))
        {
            return 0;
        }

        NamespaceKeys data = keys.Data(record.NamespaceId);
        using var pins = new PinStore(store, data, policy);
        PinListing listing = await pins.ListAsync(cancellationToken).ConfigureAwait(false);
        if (listing.Pins.Any(pin => PinNames.IsOwn(pin.Name)))
        {
            await _branches.ReleaseUnneededAsync(pins, record.NamespaceId, listing, cancellationToken)
                .ConfigureAwait(false);
            return 0; // If none is left, the next run finds that.
        }

        long deleted = 0;
        await foreach (ObjectListing page in StoreListing
            .ReadAsync(store, data.All, startAfter: null, cancellationToken)
            .ConfigureAwait(false))
        {
            await StoreListing.DeleteAsync(store, page.Objects.Select(info => info.Key), cancellationToken)
                .ConfigureAwait(false);
            deleted += page.Objects.Count;
        }

        if (deleted == 0 && age >= policy.Window + policy.OrphanAge)
        {
            _empty.TryAdd(record.NamespaceId, true);
        }

        return deleted;
    }

    private async ValueTask<long> DeleteProbesAsync(CancellationToken cancellationToken)
    {
        ObjectListing page = await store
            .ListAsync(keys.Probes, startAfter: null, maxKeys: 1000, cancellationToken)
            .ConfigureAwait(false);
        string[] old =
        [
            .. page.Objects.Where(info => page.StoreTime - info.LastModified >= policy.OrphanAge)
                .Select(info => info.Key),
        ];
        await StoreListing.DeleteAsync(store, old, cancellationToken).ConfigureAwait(false);
        return old.Length;
    }
}
