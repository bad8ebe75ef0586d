using System.Buffers;
using Tidepool.Manifests;
using Tidepool.Model;
using Tidepool.Storage;

namespace Tidepool.Cleanup;

/// <summary>Deletes what a namespace no longer needs, once nobody can be relying on it.</summary>
/// <remarks>
/// Ages count on the store's clock, from the manifest that made an object unneeded, never from the object itself, and
/// up to when the pins were listed, however long the collector takes: what a later pin keeps was not due by then.
/// Everything may be done twice, by any process, and stopped at any point. A store that tells no time keeps everything.
/// </remarks>
internal sealed class NamespaceCollector(
    IObjectStore store,
    NamespaceKeys keys,
    ManifestStore manifests,
    PinStore pins,
    BranchPins branches,
    GracePolicy policy)
{
    internal ValueTask<CollectionReport> RunAsync(CancellationToken cancellationToken) =>
        pins.RunAloneAsync(CollectAsync, cancellationToken);

    private async ValueTask<CollectionReport> CollectAsync(CancellationToken cancellationToken)
    {
        // In this order: an object is needed if a manifest says so that was read after it was listed.
        PinListing listing = await pins.ListAsync(cancellationToken).ConfigureAwait(false);
        var pinned = new PinnedObjects(keys, listing.Pins);
        List<string> aged = await ListAgedAsync(cancellationToken).ConfigureAwait(false);
        aged.RemoveAll(pinned.Contains);
        await manifests.RefreshAsync(cancellationToken).ConfigureAwait(false);
        ManifestAges ages = await ManifestAges
            .ReadAsync(store, keys, policy, listing.StoreTime, cancellationToken)
            .ConfigureAwait(false);

        long logEntries = await DeleteLogAsync(ages, pinned, cancellationToken).ConfigureAwait(false);
        long orphans = await DeleteOrphansAsync(aged, cancellationToken).ConfigureAwait(false);
        Manifest newest = manifests.Current;
        long graves = await DeleteGravesAsync(newest, ages, pinned, cancellationToken).ConfigureAwait(false);
        long buried = await BuryManifestsAsync(newest, ages, cancellationToken).ConfigureAwait(false);
        long released = await branches
            .ReleaseUnneededAsync(pins, keys.NamespaceId, listing, cancellationToken)
            .ConfigureAwait(false);
        return new CollectionReport(logEntries, graves, orphans, buried) { Pins = released };
    }

    /// <summary>Segments, deletions and ledgers that are old enough to be orphans.</summary>
    private async ValueTask<List<string>> ListAgedAsync(CancellationToken cancellationToken)
    {
        var aged = new List<string>();
        foreach (string prefix in (string[])[keys.Segments, keys.Ledgers])
        {
            await foreach (ObjectListing page in StoreListing
                .ReadAsync(store, prefix, startAfter: null, cancellationToken)
                .ConfigureAwait(false))
            {
                aged.AddRange(page.Objects
                    .Where(info => page.StoreTime - info.LastModified >= policy.OrphanAge)
                    .Select(info => info.Key));
            }
        }

        return aged;
    }

    /// <summary>Deletes slots up to the floor of the newest manifest that has been there for the grace window.
    /// </summary>
    private async ValueTask<long> DeleteLogAsync(
        ManifestAges ages, PinnedObjects pinned, CancellationToken cancellationToken)
    {
        if (ages.Horizon == 0)
        {
            return 0;
        }

        StoredManifest horizon = await ManifestStore.ReadAsync(store, keys, ages.Horizon, cancellationToken)
            .ConfigureAwait(false);
        long floor = horizon.Manifest?.Floor.Sequence ?? 0; // A tombstone: another collector was quicker.
        long deleted = 0;
        await foreach (ObjectListing page in StoreListing
            .ReadAsync(store, keys.Log, startAfter: null, cancellationToken)
            .ConfigureAwait(false))
        {
            (string Key, long Sequence)[] consumed =
            [
                .. page.Objects
                    .Select(info => (info.Key, keys.TryParseLogEntry(info.Key, out long sequence) ? sequence : 0))
                    .TakeWhile(slot => slot.Item2 != 0 && slot.Item2 <= floor),
            ];
            string[] unneeded = [.. consumed.Where(slot => !pinned.Contains(slot.Sequence)).Select(slot => slot.Key)];
            await StoreListing.DeleteAsync(store, unneeded, cancellationToken).ConfigureAwait(false);
            deleted += unneeded.Length;
            if (consumed.Length < page.Objects.Count)
            {
                break;
            }
        }

        return deleted;
    }

    /// <summary>Deletes objects that are old and that no manifest ever came to need.</summary>
    /// <remarks>A commit that refers to one of them may still be under way, from a process that was stopped meanwhile.
    /// It can only become the generation behind the one that it was made for, so that generation is taken first. A
    /// commit made for that one or a later one has looked at the ages of its objects since, and was given up.
    /// </remarks>
    private async ValueTask<long> DeleteOrphansAsync(List<string> aged, CancellationToken cancellationToken)
    {
        if (FindOrphans(aged).Length == 0)
        {
            return 0;
        }

        await manifests.CommitAsync(static (parent, _) => new(new ManifestEdit(parent)), cancellationToken)
            .ConfigureAwait(false);
        string[] orphans = FindOrphans(aged);
        await StoreListing.DeleteAsync(store, orphans, cancellationToken).ConfigureAwait(false);
        return orphans.Length;
    }

    private string[] FindOrphans(List<string> aged)
    {
        Manifest newest = manifests.Current;
        var needed = new HashSet<string>(newest.Graveyard.Select(grave => grave.GetKey(keys)));
        PinnedObjects.AddObjects(needed, keys, newest);
        return [.. aged.Where(key => !needed.Contains(key))];
    }

    /// <summary>Deletes what has been in the graveyard for the grace window, then takes it from the manifest. What is
    /// pinned stays in the graveyard until it is not.</summary>
    private async ValueTask<long> DeleteGravesAsync(
        Manifest newest, ManifestAges ages, PinnedObjects pinned, CancellationToken cancellationToken)
    {
        GraveyardEntry[] due =
        [
            .. newest.Graveyard.Where(grave => ages.IsDue(grave) && !pinned.Contains(grave.GetKey(keys))),
        ];
        if (due.Length == 0)
        {
            return 0;
        }

        await StoreListing.DeleteAsync(store, due.Select(grave => grave.GetKey(keys)), cancellationToken)
            .ConfigureAwait(false);
        await manifests.CommitAsync(
            (parent, _) =>
            {
                var edit = new ManifestEdit(parent);
                edit.ClearGraves(due);
                return new(edit);
            },
            cancellationToken).ConfigureAwait(false);
        return due.Length;
    }

    /// <summary>Replaces manifests that nobody needs by tombstones, oldest first. Their names stay for ever.</summary>
    private async ValueTask<long> BuryManifestsAsync(
        Manifest newest, ManifestAges ages, CancellationToken cancellationToken)
    {
        long successor = Math.Max(newest.Generation, ages.Horizon);
        foreach (long generation in ages.Outdated)
        {
            byte[] tombstone = ManifestCodec.EncodeTombstone(keys.NamespaceId, generation, successor);
            await store.PutAsync(
                keys.Manifest(generation),
                new ReadOnlySequence<byte>(tombstone),
                PutCondition.Always,
                cancellationToken).ConfigureAwait(false);
        }

        return ages.Outdated.Count;
    }
}
