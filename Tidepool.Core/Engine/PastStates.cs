using Tidepool.Manifests;
using Tidepool.Model;
using Tidepool.Recovery;
using Tidepool.Snapshots;

namespace Tidepool.Engine;

/// <summary>The states of a namespace that are not the newest: found and rebuilt when a read asks for one.</summary>
/// <remarks>Thread-safe. The last few are kept, since whoever reads one often reads it again. A state that is open is
/// there as a whole: nothing that is deleted later can change what it answers.</remarks>
internal sealed class PastStates(string name) : IDisposable
{
    private const int MaxKept = 4;
    private const int MaxAttempts = 3;

    private readonly SemaphoreSlim _turn = new(1);
    private readonly Lock _gate = new();
    private readonly List<(Guid NamespaceId, Snapshot Snapshot)> _kept = []; // The last one used comes last.
    private bool _isDisposed;

    /// <summary>Pins the state that a read asks for.</summary>
    /// <param name="open">The namespace, as a strong read sees it.</param>
    /// <param name="consistency">Which state.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="SnapshotExpiredException">It is no longer there.</exception>
    internal async Task<PinnedSnapshot> PinAsync(
        OpenNamespace open, ReadConsistency consistency, CancellationToken cancellationToken)
    {
        for (int attempt = 1; ; attempt++)
        {
            PastState? past = consistency.Kind switch
            {
                // Another process may have flushed and collected what the segments that are open here need.
                ReadConsistencyKind.AsOfSequence
                    when attempt == 1 && FindOpen(open, consistency.Sequence) is { } near => near,
                ReadConsistencyKind.AsOfTag =>
                    await FindTagAsync(open, consistency.Tag!, cancellationToken).ConfigureAwait(false),
                ReadConsistencyKind.AsOfTime =>
                    await FindAsync(open, consistency.Time, cancellationToken).ConfigureAwait(false),
                _ => await FindAsync(open, consistency.Sequence, cancellationToken).ConfigureAwait(false),
            };
            if (past is not null
                && await TryPinAsync(open, past, cancellationToken).ConfigureAwait(false) is { } snapshot)
            {
                return new PinnedSnapshot(snapshot, BytesFetched: 0);
            }

            // What a manifest needs may go while it is being read; the manifest itself goes last.
            if (past is null || attempt == MaxAttempts)
            {
                throw await ExpireAsync(open, consistency, past, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            _kept.ForEach(kept => kept.Snapshot.Unpin());
            _kept.Clear();
        }
    }

    private static async ValueTask<PastState?> FindTagAsync(
        OpenNamespace open, string tag, CancellationToken cancellationToken)
    {
        PinNames.ValidateTag(tag);
        return await open.Pins.FindAsync(tag, cancellationToken).ConfigureAwait(false) is { } pin
            ? PastState.Of(pin) : null;
    }

    /// <summary>The state, if it is open or goes with the segments that are.</summary>
    private PastState? FindOpen(OpenNamespace open, long sequence)
    {
        Manifest manifest = open.State.Current.Segments.Manifest;
        return manifest.Floor.Sequence <= sequence || Find(open, sequence) is not null
            ? new PastState(manifest, sequence) : null;
    }

    private static async ValueTask<PastState?> FindAsync(
        OpenNamespace open, long sequence, CancellationToken cancellationToken)
    {
        PastManifests manifests = GetManifests(open);
        Manifest? manifest = sequence == 0
            ? manifests.Empty
            : await manifests.FindAsync(sequence, cancellationToken).ConfigureAwait(false);
        return manifest is null ? null : new PastState(manifest, sequence);
    }

    private static async ValueTask<PastState?> FindAsync(
        OpenNamespace open, DateTimeOffset time, CancellationToken cancellationToken)
    {
        long head = open.State.Current.Head.Sequence;
        if (await GetManifests(open).FindAsync(time, cancellationToken).ConfigureAwait(false) is not { } manifest)
        {
            return null;
        }

        long? found = await new PastLog(open.Store, open.Keys)
            .FindAsync(manifest.Floor.Sequence, time, head, cancellationToken)
            .ConfigureAwait(false);
        if (found > head)
        {
            await open.FreshenAsync(ReadConsistency.AtLeast(found.Value), cancellationToken).ConfigureAwait(false);
        }

        // Before the first write of this namespace there may have been another one of that name.
        return found is null || (found == 0 && open.Record.Number > 1) ? null : new PastState(manifest, found.Value);
    }

    private static PastManifests GetManifests(OpenNamespace open) => new(open.Store, open.Keys, open.Record.Schema);

    /// <summary>The state, pinned; null when a part of what it is made of is gone.</summary>
    private async Task<Snapshot?> TryPinAsync(
        OpenNamespace open, PastState past, CancellationToken cancellationToken)
    {
        if (Find(open, past.Sequence) is { } known && known.TryPin())
        {
            return known;
        }

        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (Find(open, past.Sequence) is { } other && other.TryPin())
            {
                return other; // Somebody else has rebuilt it meanwhile.
            }

            if (open.State.TryPinCurrent() is { } current)
            {
                if (current.Head.Sequence == past.Sequence)
                {
                    return current;
                }

                current.Unpin();
            }

            Snapshot? rebuilt = await open.Callers
                .RunAsync(token => PastStateBuilder.TryBuildAsync(open, past, token), cancellationToken)
                .ConfigureAwait(false);
            if (rebuilt is not null)
            {
                Keep(open, rebuilt);
            }

            return rebuilt;
        }
        finally
        {
            _turn.Release();
        }
    }

    private Snapshot? Find(OpenNamespace open, long sequence)
    {
        lock (_gate)
        {
            int index = _kept.FindIndex(kept =>
                kept.NamespaceId == open.Keys.NamespaceId && kept.Snapshot.Head.Sequence == sequence);
            if (index < 0)
            {
                return null;
            }

            (Guid NamespaceId, Snapshot Snapshot) found = _kept[index];
            _kept.RemoveAt(index);
            _kept.Add(found);
            return found.Snapshot;
        }
    }

    private void Keep(OpenNamespace open, Snapshot snapshot)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, typeof(TidepoolDatabase));
            snapshot.TryPin(); // It is pinned already, so that this cannot fail.
            _kept.Add((open.Keys.NamespaceId, snapshot));
            if (_kept.Count > MaxKept)
            {
                _kept[0].Snapshot.Unpin();
                _kept.RemoveAt(0);
            }
        }
    }

    private async ValueTask<Exception> ExpireAsync(
        OpenNamespace open, ReadConsistency consistency, PastState? past, CancellationToken cancellationToken)
    {
        if (consistency.Kind == ReadConsistencyKind.AsOfTag)
        {
            return past is null
                ? new SnapshotExpiredException($"Namespace '{name}' has no tag '{consistency.Tag}'.")
                {
                    Namespace = name,
                }
                : await BlameAsync(open, consistency.Tag!, past, cancellationToken).ConfigureAwait(false);
        }

        long oldest = await GetManifests(open).FindOldestAsync(cancellationToken).ConfigureAwait(false);
        return new SnapshotExpiredException(
            $"Namespace '{name}' no longer has its state {consistency}; the oldest that it still has is that of "
            + $"sequence {oldest}.")
        {
            Namespace = name,
            OldestSequence = oldest,
        };
    }

    /// <summary>What a tag keeps is gone, all or some of it.</summary>
    private async ValueTask<DataCorruptionException> BlameAsync(
        OpenNamespace open, string tag, PastState past, CancellationToken cancellationToken)
    {
        string? missing = await PastStateBuilder.FindMissingAsync(open, past, cancellationToken).ConfigureAwait(false);
        return new DataCorruptionException(
            $"{missing ?? open.Keys.PinsOf(tag)} is gone, although tag '{tag}' keeps it: it is a part of the state of "
            + $"sequence {past.Sequence}.")
        {
            Namespace = name,
            ObjectKey = missing,
        };
    }
}
