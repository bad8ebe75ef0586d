using System.Buffers;
using System.Diagnostics;
using Tidepool.Index.Binary;
using Tidepool.Model;
using Tidepool.Storage;

namespace Tidepool.Manifests;

/// <summary>The chain of manifests of one incarnation: the newest that is known, and the only door through which
/// there comes another.</summary>
/// <remarks>The name of a generation is a commit point and is never deleted: that there is no generation g + 1 proves
/// that g is the newest. Any number of threads may refresh and commit.</remarks>
internal sealed class ManifestStore : IDisposable
{
    // After so many steps one listing is quicker than another step.
    private const int MaxSteps = 3;

    private readonly IObjectStore _store;
    private readonly NamespaceKeys _keys;
    private readonly string _hintKey;
    private readonly long _recordNumber;
    private readonly SemaphoreSlim _commitTurn = new(1);
    private readonly Lock _gate = new();
    private Known _known;

    /// <param name="store">Where the manifests are.</param>
    /// <param name="keys">Their keys.</param>
    /// <param name="hintKey">Where to leave a copy of the newest.</param>
    /// <param name="recordNumber">The record of the namespace that began this incarnation.</param>
    /// <param name="current">A manifest that is stored, or generation 0.</param>
    /// <param name="seenAt">A store time at which it was certainly there; null if none is known.</param>
    internal ManifestStore(
        IObjectStore store,
        NamespaceKeys keys,
        string hintKey,
        long recordNumber,
        Manifest current,
        DateTimeOffset? seenAt)
    {
        _store = store;
        _keys = keys;
        _hintKey = hintKey;
        _recordNumber = recordNumber;
        _known = new Known(current, seenAt);
    }

    /// <summary>The newest manifest that is known here.</summary>
    internal Manifest Current => Volatile.Read(ref _known).Manifest;

    /// <summary>Makes the newest manifest of some moment after the call began, or a newer one, the current one.
    /// </summary>
    /// <returns>The store's own time of the last answer; null from a store that does not tell.</returns>
    /// <exception cref="DataCorruptionException">A manifest is damaged or does not follow its parent.</exception>
    internal async ValueTask<DateTimeOffset?> RefreshAsync(CancellationToken cancellationToken)
    {
        for (int step = 0; ; step++)
        {
            Manifest current = Current;
            if (step == MaxSteps)
            {
                await JumpAsync(cancellationToken).ConfigureAwait(false);
                step = 0;
                continue;
            }

            (bool isNewest, DateTimeOffset? storeTime) =
                await StepAsync(current, cancellationToken).ConfigureAwait(false);
            if (isNewest)
            {
                return storeTime;
            }
        }
    }

    /// <summary>Commits a change to the newest manifest, trying again on whatever others commit meanwhile.</summary>
    /// <param name="edit">Makes the change to the manifest it is given; null abandons it. Called again after a
    /// conflict, with the manifest that won, and when it misses an object that the manifest refers to, if that is not
    /// the newest: what it refers to may have been collected.</param>
    /// <param name="cancellationToken">Stops waiting; a manifest that was sent may or may not come into being.</param>
    /// <returns>The committed manifest; null when the edit was abandoned.</returns>
    /// <exception cref="StorageException">The store failed. If that is transient, the change may be committed
    /// nevertheless, now or later; the next commit finds out.</exception>
    internal async ValueTask<Manifest?> CommitAsync(
        Func<Manifest, CancellationToken, ValueTask<ManifestEdit?>> edit, CancellationToken cancellationToken)
    {
        await _commitTurn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            while (true)
            {
                Known parent = Volatile.Read(ref _known);
                ManifestEdit? change;
                try
                {
                    change = await edit(parent.Manifest, cancellationToken).ConfigureAwait(false);
                }
                catch (MissingObjectException)
                {
                    await RefreshAsync(cancellationToken).ConfigureAwait(false);
                    if (Current.Generation == parent.Manifest.Generation)
                    {
                        throw;
                    }

                    continue;
                }

                if (change is null)
                {
                    return null;
                }

                Manifest child = change.Build(_keys.NewId(), parent.SeenAt);
                if (await TryCommitAsync(parent.Manifest, child, cancellationToken).ConfigureAwait(false)
                    is { } committed)
                {
                    return committed;
                }
            }
        }
        finally
        {
            _commitTurn.Release();
        }
    }

    /// <summary>Reads one generation.</summary>
    /// <returns>The manifest, if there is one; a newer generation, if it is a tombstone; neither if it is missing.
    /// </returns>
    internal static async ValueTask<StoredManifest> ReadAsync(
        IObjectStore store, NamespaceKeys keys, long generation, CancellationToken cancellationToken)
    {
        string key = keys.Manifest(generation);
        using GetResult result = await store.GetAsync(key, range: null, cancellationToken).ConfigureAwait(false);
        if (!result.Found)
        {
            return new StoredManifest(null, 0, result.StoreTime);
        }

        try
        {
            Manifest? manifest =
                ManifestCodec.Decode(result.Data.Span, keys.NamespaceId, generation, out long successor);
            return new StoredManifest(manifest, successor, result.StoreTime);
        }
        catch (SegmentFormatException inner)
        {
            throw Corrupt(key, $"byte {inner.Offset}: {inner.Message}", inner);
        }
    }

    /// <summary>Stores the first manifest of an incarnation that begins with documents, and that nobody sees yet.
    /// Repeating it is harmless.</summary>
    /// <returns>The manifest, with the store's time.</returns>
    /// <exception cref="DataCorruptionException">There is another one.</exception>
    internal static async ValueTask<StoredManifest> BeginAsync(
        IObjectStore store, NamespaceKeys keys, Manifest first, CancellationToken cancellationToken)
    {
        if ((ManifestRules.FindFault(first)
            ?? ManifestRules.FindFault(Manifest.CreateEmpty(keys.NamespaceId, first.Schema), first)) is { } fault)
        {
            throw new UnreachableException($"The first manifest must not be written: {fault}.");
        }

        byte[] content = ManifestCodec.Encode(first);
        string key = keys.Manifest(1);
        PutResult put = await store
            .PutAsync(key, new ReadOnlySequence<byte>(content), PutCondition.IfAbsent, cancellationToken)
            .ConfigureAwait(false);
        if (!put.Succeeded)
        {
            using GetResult stored = await store.GetAsync(key, range: null, cancellationToken).ConfigureAwait(false);
            if (!stored.Data.Span.SequenceEqual(content))
            {
                throw Corrupt(key, "a namespace was to begin here, but there is something else");
            }
        }

        return new StoredManifest(first, 0, put.StoreTime);
    }

    /// <summary>The newest generation that a listing shows; 0 for none.</summary>
    internal static async ValueTask<long> ListNewestAsync(
        IObjectStore store, NamespaceKeys keys, CancellationToken cancellationToken)
    {
        ObjectListing listing = await store
            .ListAsync(keys.Manifests, startAfter: null, maxKeys: 1, cancellationToken)
            .ConfigureAwait(false);
        return listing.Objects.Count > 0 && keys.TryParseManifest(listing.Objects[0].Key, out long generation)
            ? generation : 0;
    }

    /// <summary>Makes a generation the current one, or the successor that its tombstone names.</summary>
    /// <returns>The store's own time of the last answer; null from a store that does not tell.</returns>
    internal async ValueTask<DateTimeOffset?> AdoptAsync(long generation, CancellationToken cancellationToken)
    {
        DateTimeOffset? storeTime = null;
        while (generation > Current.Generation)
        {
            StoredManifest stored = await ReadAsync(_store, _keys, generation, cancellationToken)
                .ConfigureAwait(false);
            storeTime = stored.StoreTime;
            if (stored.Manifest is { } manifest)
            {
                Adopt(new Known(manifest, stored.StoreTime));
                break;
            }

            generation = stored.Successor != 0
                ? stored.Successor
                : throw Corrupt(_keys.Manifest(generation), "the manifest is missing");
        }

        return storeTime;
    }

    public void Dispose() => _commitTurn.Dispose();

    private async ValueTask<(bool IsNewest, DateTimeOffset? StoreTime)> StepAsync(
        Manifest current, CancellationToken cancellationToken)
    {
        StoredManifest next = await ReadAsync(_store, _keys, current.Generation + 1, cancellationToken)
            .ConfigureAwait(false);
        if (next.Manifest is { } manifest)
        {
            CheckStep(current, manifest);
            Adopt(new Known(manifest, next.StoreTime));
        }
        else if (next.Successor != 0)
        {
            await AdoptAsync(next.Successor, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            return (true, next.StoreTime);
        }

        return (false, next.StoreTime);
    }

    private async ValueTask JumpAsync(CancellationToken cancellationToken)
    {
        long newest = await ListNewestAsync(_store, _keys, cancellationToken).ConfigureAwait(false);
        if (newest > Current.Generation)
        {
            await AdoptAsync(newest, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Creates the next generation; null when it exists already, and then that is the current one.</summary>
    private async ValueTask<Manifest?> TryCommitAsync(
        Manifest parent, Manifest child, CancellationToken cancellationToken)
    {
        string? fault = ManifestRules.FindFault(child) ?? ManifestRules.FindFault(parent, child);
        if (fault is not null)
        {
            throw new UnreachableException($"Generation {child.Generation} must not be written: {fault}.");
        }

        byte[] content = ManifestCodec.Encode(child);
        child = child with { Hash = ContentHash.Compute(content) };
        string key = _keys.Manifest(child.Generation);
        try
        {
            PutResult put = await _store
                .PutAsync(key, new ReadOnlySequence<byte>(content), PutCondition.IfAbsent, cancellationToken)
                .ConfigureAwait(false);
            if (put.Succeeded)
            {
                return await FinishAsync(new Known(child, put.StoreTime), content, cancellationToken)
                    .ConfigureAwait(false);
            }
        }
        catch (StorageException failure) when (failure.IsTransient)
        {
            StoredManifest found = await ReadAsync(_store, _keys, child.Generation, cancellationToken)
                .ConfigureAwait(false);
            if (found.Manifest is null && found.Successor == 0)
            {
                throw;
            }
        }

        return await RecogniseAsync(parent, child, content, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The next generation exists: tells whether it is the child. If it is not, makes it the current one.
    /// </summary>
    private async ValueTask<Manifest?> RecogniseAsync(
        Manifest parent, Manifest child, byte[] content, CancellationToken cancellationToken)
    {
        StoredManifest found = await ReadAsync(_store, _keys, child.Generation, cancellationToken)
            .ConfigureAwait(false);
        if (found.Manifest is { } manifest)
        {
            if (manifest.CommitId == child.CommitId)
            {
                return await FinishAsync(new Known(child, found.StoreTime), content, cancellationToken)
                    .ConfigureAwait(false);
            }

            CheckStep(parent, manifest);
            Adopt(new Known(manifest, found.StoreTime));
        }

        await RefreshAsync(cancellationToken).ConfigureAwait(false);
        return null;
    }

    private async ValueTask<Manifest> FinishAsync(Known known, byte[] content, CancellationToken cancellationToken)
    {
        Adopt(known);
        await HintStore.LeaveAsync(_store, _hintKey, _recordNumber, content, cancellationToken).ConfigureAwait(false);
        return known.Manifest;
    }

    private void Adopt(Known known)
    {
        lock (_gate)
        {
            if (known.Manifest.Generation > _known.Manifest.Generation)
            {
                Volatile.Write(ref _known, known);
            }
        }
    }

    private void CheckStep(Manifest parent, Manifest child)
    {
        if (ManifestRules.FindFault(parent, child) is { } fault)
        {
            throw Corrupt(_keys.Manifest(child.Generation), fault);
        }
    }

    private static DataCorruptionException Corrupt(string key, string fault, Exception? inner = null) =>
        new($"{key}: {fault}.", inner) { ObjectKey = key };

    private sealed record Known(Manifest Manifest, DateTimeOffset? SeenAt);
}
