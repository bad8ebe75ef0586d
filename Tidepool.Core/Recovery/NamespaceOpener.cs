using System.Buffers;
using Tidepool.Index.Binary;
using Tidepool.Manifests;
using Tidepool.Model;
using Tidepool.Namespaces;
using Tidepool.Storage;
using Tidepool.Wal;

namespace Tidepool.Recovery;

/// <summary>Finds a namespace and reads what is needed to answer from it, in two round trips when the hint is good.
/// </summary>
/// <remarks>
/// The first reads the hint and lists the records of the name. The second reads, side by side, everything that the
/// hint may be wrong about (its record, the next record, the next manifest) and the first slots behind its floor.
/// A slot read here is genuine if no manifest was newer at some moment of the store's clock (the mark, seen before the
/// second round began) and the slot was read within the grace window of it.
/// </remarks>
/// <param name="store">Where the database is.</param>
/// <param name="keys">Its keys.</param>
/// <param name="policy">How long deleted state lingers there.</param>
/// <param name="registry">The records of its namespaces.</param>
internal sealed class NamespaceOpener(
    IObjectStore store, DatabaseKeys keys, GracePolicy policy, NamespaceRegistry registry)
{
    /// <summary>Slots that are read before it is known how many there are.</summary>
    internal const int GuessedSlots = 8;

    /// <summary>Opens a namespace; null when it does not exist.</summary>
    /// <param name="name">A valid name.</param>
    /// <param name="onStart">Called as soon as the manifest to start from is known or believed to be, so that its
    /// segments can be fetched meanwhile; again if it turns out to be another.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="DataCorruptionException">Something that was read is damaged.</exception>
    internal async ValueTask<NamespaceOpening?> OpenAsync(
        string name, Action<NamespaceKeys, Manifest>? onStart, CancellationToken cancellationToken)
    {
        Task<long> listing = registry.ListNewestAsync(name, cancellationToken).AsTask();
        (Hint? hint, DateTimeOffset? mark) = await ReadHintAsync(name, cancellationToken).ConfigureAwait(false);
        long number = await listing.ConfigureAwait(false);
        if (hint is not null && hint.RecordNumber == number)
        {
            onStart?.Invoke(keys.Data(hint.Manifest.NamespaceId), hint.Manifest);
            NamespaceOpening? opening =
                await TryStartAsync(name, number, hint.Manifest, mark, cancellationToken).ConfigureAwait(false);
            if (opening is not null)
            {
                return await PassAsync(opening, cancellationToken).ConfigureAwait(false);
            }
        }

        IncarnationRecord? record = null;
        while ((record = await registry.FindAsync(name, cancellationToken).ConfigureAwait(false))
            is { IsDropped: false })
        {
            (Manifest start, DateTimeOffset? seenAt) =
                await FindStartAsync(record, mark, cancellationToken).ConfigureAwait(false);
            onStart?.Invoke(keys.Data(record.NamespaceId), start);
            NamespaceOpening? opening =
                await TryStartAsync(name, record.Number, start, seenAt, cancellationToken).ConfigureAwait(false);
            if (opening is not null)
            {
                return await PassAsync(opening, cancellationToken).ConfigureAwait(false);
            }
        }

        if (record is null && hint is not null)
        {
            // Records are never deleted, and a hint is left only after the record that it names.
            string lost = keys.Record(name, hint.RecordNumber);
            throw new DataCorruptionException($"{lost} is missing, although {keys.Hint(name)} refers to it.")
            {
                ObjectKey = lost,
            };
        }

        return null;
    }

    /// <summary>Opens a namespace, and creates it first if it does not exist.</summary>
    /// <param name="name">A valid name.</param>
    /// <param name="schema">The fields it begins with, unless somebody else creates it, or did.</param>
    /// <param name="onStart">As in <see cref="OpenAsync"/>.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    internal async ValueTask<NamespaceOpening> OpenOrCreateAsync(
        string name,
        NamespaceSchema schema,
        Action<NamespaceKeys, Manifest>? onStart,
        CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await OpenAsync(name, onStart, cancellationToken).ConfigureAwait(false) is { } opening)
            {
                return opening;
            }

            await CreateAsync(name, schema, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Creates a namespace if it does not exist.</summary>
    /// <returns>False when it existed already.</returns>
    internal async ValueTask<bool> CreateAsync(
        string name, NamespaceSchema schema, CancellationToken cancellationToken)
    {
        IncarnationRecord? newest = await registry.FindAsync(name, cancellationToken).ConfigureAwait(false);
        IncarnationRecord record =
            await registry.CreateAsync(name, schema, newest, cancellationToken).ConfigureAwait(false);
        if (ReferenceEquals(record, newest))
        {
            return false;
        }

        await LeaveHintAsync(record, cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <summary>Leaves a hint of generation 0, so that a namespace without segments opens as quickly as others.
    /// </summary>
    private async ValueTask LeaveHintAsync(IncarnationRecord record, CancellationToken cancellationToken)
    {
        byte[] manifest = ManifestCodec.Encode(Manifest.CreateEmpty(record.NamespaceId, record.Schema));
        var hint = new ReadOnlySequence<byte>(HintCodec.Encode(record.Number, manifest));
        try
        {
            await store.PutAsync(keys.Hint(record.Name), hint, PutCondition.Always, cancellationToken)
                .ConfigureAwait(false);
        }
        catch (StorageException)
        {
            // The namespace exists. A hint only saves time.
        }
    }

    private async ValueTask<(Hint? Hint, DateTimeOffset? StoreTime)> ReadHintAsync(
        string name, CancellationToken cancellationToken)
    {
        using GetResult stored =
            await store.GetAsync(keys.Hint(name), range: null, cancellationToken).ConfigureAwait(false);
        if (!stored.Found)
        {
            return (null, stored.StoreTime);
        }

        try
        {
            return (HintCodec.Decode(stored.Data.Span), stored.StoreTime);
        }
        catch (SegmentFormatException)
        {
            return (null, stored.StoreTime); // A damaged hint is no hint; the next commit writes another.
        }
    }

    private async ValueTask<(Manifest Start, DateTimeOffset? SeenAt)> FindStartAsync(
        IncarnationRecord record, DateTimeOffset? mark, CancellationToken cancellationToken)
    {
        NamespaceKeys data = keys.Data(record.NamespaceId);
        long generation = await ManifestStore.ListNewestAsync(store, data, cancellationToken).ConfigureAwait(false);
        using var manifests = new ManifestStore(
            store,
            data,
            keys.Hint(record.Name),
            record.Number,
            Manifest.CreateEmpty(record.NamespaceId, record.Schema),
            seenAt: null);
        DateTimeOffset? seenAt = mark;
        if (generation > 0)
        {
            seenAt = await manifests.AdoptAsync(generation, cancellationToken).ConfigureAwait(false) ?? mark;
        }

        return (manifests.Current, seenAt);
    }

    /// <summary>Reads all that decides whether a manifest is the newest of a living namespace, and the slots behind its
    /// floor; null when it is not.</summary>
    /// <param name="name">The namespace.</param>
    /// <param name="number">The record that began the incarnation.</param>
    /// <param name="start">The manifest.</param>
    /// <param name="mark">A store time seen before; null if none is known.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    private async ValueTask<NamespaceOpening?> TryStartAsync(
        string name, long number, Manifest start, DateTimeOffset? mark, CancellationToken cancellationToken)
    {
        NamespaceKeys data = keys.Data(start.NamespaceId);
        var slots = new SlotReader(store, data);
        Task<SlotRead[]> reading =
            slots.ReadAsync(start.Floor.Sequence + 1, GuessedSlots, cancellationToken).AsTask();
        Task<IncarnationRecord?> recordReading = registry.ReadAsync(name, number, cancellationToken).AsTask();
        Task<IncarnationRecord?> dropReading = registry.ReadAsync(name, number + 1, cancellationToken).AsTask();
        Task<StoredManifest> nextReading =
            ManifestStore.ReadAsync(store, data, start.Generation + 1, cancellationToken).AsTask();
        Task<long> listing = ManifestStore.ListNewestAsync(store, data, cancellationToken).AsTask();
        SlotRead[] reads = await reading.ConfigureAwait(false);
        NamespaceOpening? opening = null;
        try
        {
            IncarnationRecord? record = await recordReading.ConfigureAwait(false);
            StoredManifest next = await nextReading.ConfigureAwait(false);
            bool isDropped = await dropReading.ConfigureAwait(false) is not null;
            long listed = await listing.ConfigureAwait(false); // A hint of a later one outlived a store set back.
            if (isDropped || next.Exists || listed < start.Generation || record?.NamespaceId != start.NamespaceId)
            {
                return null;
            }

            int gap = FindGap(reads);
            if (gap >= 0)
            {
                // It was written meanwhile, or is lost, or was collected.
                SlotRead[] again = await slots.ReadAsync(reads[0].Sequence, reads.Length, cancellationToken)
                    .ConfigureAwait(false);
                DisposeAll(reads);
                reads = again;
            }

            if (!AreGenuine(reads, mark) &&
                !await IsCurrentAsync(name, number, data, start, cancellationToken).ConfigureAwait(false))
            {
                return null;
            }

            if (FindGap(reads) >= 0 && gap >= 0 && !reads[gap].Found)
            {
                // The slots behind it were there before it was read for the second time.
                throw new DataCorruptionException($"{reads[gap].Key} is missing, but entries follow it.")
                {
                    ObjectKey = reads[gap].Key,
                };
            }

            var manifests = new ManifestStore(store, data, keys.Hint(name), number, start, next.StoreTime);
            opening = new NamespaceOpening(
                store,
                policy,
                keys.Record(name, number + 1),
                record,
                data,
                manifests,
                reads,
                DecodeTail(slots, reads),
                mark);
            return opening;
        }
        finally
        {
            if (opening is null)
            {
                DisposeAll(reads);
            }
        }
    }

    /// <summary>The first slot that is missing although one behind it is there; -1 for none.</summary>
    private static int FindGap(SlotRead[] reads)
    {
        int missing = Array.FindIndex(reads, read => !read.Found);
        return missing >= 0 && Array.FindLastIndex(reads, read => read.Found) > missing ? missing : -1;
    }

    /// <summary>Whether what was read was read within the grace window of a moment when the manifest was the newest.
    /// </summary>
    private bool AreGenuine(SlotRead[] reads, DateTimeOffset? mark)
    {
        var freshness = new Freshness(policy);
        freshness.Observe(mark);
        freshness.Confirm(freshness.Mark());
        bool isFresh = true;
        foreach (SlotRead read in reads)
        {
            isFresh &= freshness.Observe(read.Result.StoreTime);
        }

        return isFresh;
    }

    /// <summary>Whether a manifest is the newest of a namespace that is still there. What holds after the slots were
    /// read held when they were read, too.</summary>
    private async ValueTask<bool> IsCurrentAsync(
        string name, long number, NamespaceKeys data, Manifest start, CancellationToken cancellationToken)
    {
        Task<IncarnationRecord?> dropReading = registry.ReadAsync(name, number + 1, cancellationToken).AsTask();
        StoredManifest next = await ManifestStore
            .ReadAsync(store, data, start.Generation + 1, cancellationToken)
            .ConfigureAwait(false);
        return await dropReading.ConfigureAwait(false) is null && !next.Exists;
    }

    private static List<WalEntry> DecodeTail(SlotReader slots, SlotRead[] reads)
    {
        var tail = new List<WalEntry>(reads.Length);
        for (int i = 0; i < reads.Length && reads[i].Found; i++)
        {
            tail.Add(slots.Decode(reads[i]));
        }

        return tail;
    }

    /// <summary>An opening, unless its log says that the namespace was dropped; then nobody has recorded it yet.
    /// </summary>
    private async ValueTask<NamespaceOpening?> PassAsync(
        NamespaceOpening opening, CancellationToken cancellationToken)
    {
        if (opening.Tail.Count == 0 || opening.Tail[^1].Kind != WalEntryKind.Drop)
        {
            return opening;
        }

        opening.Dispose();
        await registry.DropAsync(opening.Record, cancellationToken).ConfigureAwait(false);
        return null;
    }

    private static void DisposeAll(SlotRead[] reads)
    {
        foreach (SlotRead read in reads)
        {
            read.Dispose();
        }
    }
}
