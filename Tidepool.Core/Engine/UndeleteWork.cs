using Tidepool.Manifests;
using Tidepool.Model;
using Tidepool.Namespaces;
using Tidepool.Recovery;
using Tidepool.Segments;
using Tidepool.Snapshots;
using Tidepool.Storage;
using Tidepool.Wal;

namespace Tidepool.Engine;

/// <summary>Brings back a namespace that was dropped, as long as its data is there for certain: a new incarnation
/// begins as its last state and shares its segments, as a copy does.</summary>
internal sealed class UndeleteWork(
    IObjectStore store, DatabaseKeys keys, NamespaceRegistry registry, SegmentOpener opener, GracePolicy policy)
{
    /// <summary>Brings it back.</summary>
    /// <exception cref="ArgumentException">There never was such a namespace.</exception>
    /// <exception cref="InvalidOperationException">It exists, or was dropped too long ago.</exception>
    internal async Task RunAsync(string name, CancellationToken cancellationToken)
    {
        IncarnationRecord? dropped = await registry.FindAsync(name, cancellationToken).ConfigureAwait(false);
        if (dropped is not { IsDropped: true })
        {
            throw dropped is null
                ? new ArgumentException($"There never was a namespace '{name}'.", nameof(name))
                : new InvalidOperationException($"Namespace '{name}' exists.");
        }

        NamespaceKeys source = keys.Data(dropped.NamespaceId);
        using var pins = new PinStore(store, source, policy);
        var record = new IncarnationRecord(name, dropped.Number + 1, keys.NewId(), NamespaceSchema.Empty);
        await new BranchWork(store, keys, registry, policy)
            .BeginAsync(pins, source, record, token => PinLastAsync(dropped, source, token), cancellationToken)
            .ConfigureAwait(false);
    }

    private async ValueTask<(CopySource State, DateTimeOffset? SeenAt)> PinLastAsync(
        IncarnationRecord dropped, NamespaceKeys source, CancellationToken cancellationToken)
    {
        DateTimeOffset? seenAt = await CheckAgeAsync(dropped, cancellationToken).ConfigureAwait(false);
        IncarnationRecord created = await registry
            .ReadAsync(dropped.Name, dropped.Number - 1, cancellationToken)
            .ConfigureAwait(false) ?? throw Expire(dropped.Name);
        long newest = await ManifestStore.ListNewestAsync(store, source, cancellationToken).ConfigureAwait(false);
        Manifest? manifest = newest == 0
            ? Manifest.CreateEmpty(source.NamespaceId, created.Schema)
            : (await ManifestStore.ReadAsync(store, source, newest, cancellationToken).ConfigureAwait(false)).Manifest;
        CopySource? last = manifest is null
            ? null : await TryBuildAsync(manifest, source, cancellationToken).ConfigureAwait(false);
        return (last ?? throw Expire(dropped.Name), seenAt);
    }

    /// <summary>Refuses what may be collected before it is pinned.</summary>
    /// <returns>The time from which on the pin must be there within half of the grace window: now, while its newest
    /// manifest is the newest for certain, but so that a collector of dropped namespaces does not miss the pin.
    /// </returns>
    private async ValueTask<DateTimeOffset?> CheckAgeAsync(
        IncarnationRecord dropped, CancellationToken cancellationToken)
    {
        ObjectListing records = await store
            .ListAsync(keys.RecordsOf(dropped.Name), startAfter: null, maxKeys: 1, cancellationToken)
            .ConfigureAwait(false);
        if (records.Objects.Count == 0 || records.Objects[0].Key != keys.Record(dropped.Name, dropped.Number))
        {
            throw new InvalidOperationException($"Namespace '{dropped.Name}' was created anew.");
        }

        DateTimeOffset latest = records.Objects[0].LastModified + policy.PinWindow - policy.Slack;
        return records.StoreTime is not { } now ? null // Nothing is ever collected there.
            : now < latest + (policy.PinWindow / 2) ? (now < latest ? now : latest)
            : throw Expire(dropped.Name);
    }

    /// <summary>The state before the drop, pinned, with all of its segments; null when a part of it is gone.</summary>
    private async Task<CopySource?> TryBuildAsync(
        Manifest manifest, NamespaceKeys source, CancellationToken cancellationToken)
    {
        try
        {
            var loader = new SegmentLoader(store, source, opener);
            SegmentSet segments = await loader
                .OpenAllAsync(manifest, open: null, mayBePartial: false, cancellationToken)
                .ConfigureAwait(false);
            var state = new LiveState(segments);
            var batches = new List<BatchRecord>();
            try
            {
                LogPosition? last = await FindLastAsync(manifest.Floor, source, cancellationToken)
                    .ConfigureAwait(false);
                bool isWhole = last is { } end && await new PastLog(store, source)
                    .ReadAsync(
                        manifest.Floor, end.Sequence, end.Hash, Apply, cancellationToken)
                    .ConfigureAwait(false);
                return isWhole ? new CopySource(state.PinCurrent(), [.. batches]) : null;

                void Apply(WalEntry entry)
                {
                    batches.AddRange(entry.Batches.Select(batch => new BatchRecord(batch.Id, entry.Sequence)));
                    state.Apply(entry);
                }
            }
            finally
            {
                state.Close();
            }
        }
        catch (MissingObjectException)
        {
            return null;
        }
    }

    /// <summary>The position before the drop, which is the last entry of the log; null when it is gone.</summary>
    private async ValueTask<LogPosition?> FindLastAsync(
        LogPosition floor, NamespaceKeys source, CancellationToken cancellationToken)
    {
        var slots = new SlotReader(store, source);
        long last = floor.Sequence;
        while (await slots.ListSizesAsync(last, maxCount: 1000, cancellationToken).ConfigureAwait(false)
            is { Count: > 0 } sizes)
        {
            last += sizes.Count;
        }

        SlotRead[] reads = await slots.ReadAsync(last, count: 1, cancellationToken).ConfigureAwait(false);
        using SlotRead read = reads[0];
        return last > floor.Sequence && read.Found && slots.Decode(read) is { Kind: WalEntryKind.Drop } drop
            ? new LogPosition(last - 1, drop.PreviousHash) : null;
    }

    private static InvalidOperationException Expire(string name) => new(
        $"Namespace '{name}' was dropped too long ago: its data is collected, or about to be.");
}
