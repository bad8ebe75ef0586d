using Tidepool.Index.Binary;
using Tidepool.Index.Segments;
using Tidepool.Index.Vectors;
using Tidepool.Model;
using Tidepool.Storage;

namespace Tidepool.Segments;

/// <summary>An open segment with a count of its users; the last one to leave closes it.</summary>
/// <remarks>
/// Starts with one user, whoever opened it. Spans and keys from <see cref="Reader"/> are valid only between a
/// successful <see cref="TryPin"/> and its <see cref="Unpin"/>: the map they point into goes with the last user.
/// </remarks>
internal sealed class SegmentHandle
{
    private readonly IDisposable? _owner;
    private readonly PartialSegment? _partial;
    private readonly Lock _gate = new();
    private volatile SegmentFormatException[] _damages = [];
    private volatile string[] _damagedFields = [];
    private int _reportedCount;
    private int _userCount = 1;
    private Action? _whenClosed;
    private bool _isClosed;

    /// <param name="reader">The opened segment.</param>
    /// <param name="owner">Disposed when the last user leaves; null for memory that nobody reuses.</param>
    /// <param name="partial">Fetches what is not there yet; null when all of it is.</param>
    internal SegmentHandle(SegmentReader reader, IDisposable? owner, PartialSegment? partial = null)
    {
        Reader = reader;
        _owner = owner;
        _partial = partial;
    }

    internal SegmentReader Reader { get; }

    /// <summary>Stands for the segment where it must not be kept alive.</summary>
    internal object Identity { get; } = new();

    /// <summary>Whether all of the segment is there; as long as it is not, reads may throw
    /// <see cref="AbsentBytesException"/>.</summary>
    internal bool IsComplete => _partial is not { IsComplete: false };

    /// <summary>Fetches bytes that are not there yet.</summary>
    /// <exception cref="MissingObjectException">There is no such object any more.</exception>
    /// <exception cref="DataCorruptionException">They are damaged.</exception>
    internal Task FetchAsync(IEnumerable<ByteRange> ranges, CancellationToken cancellationToken) =>
        IsComplete ? Task.CompletedTask : CheckAsync(_partial!.FetchAsync(ranges, cancellationToken));

    /// <summary>Fetches all that is not there yet.</summary>
    /// <exception cref="MissingObjectException">There is no such object any more.</exception>
    /// <exception cref="DataCorruptionException">It is damaged.</exception>
    internal Task CompleteAsync(CancellationToken cancellationToken) =>
        IsComplete ? Task.CompletedTask : CheckAsync(_partial!.CompleteAsync(cancellationToken));

    /// <summary>The index of a vector field; null when it has none, or a damaged one.</summary>
    internal IVectorIndex? FindIndex(string field)
    {
        if (HasDamagedIndex(field))
        {
            return null;
        }

        try
        {
            return Reader.FindIndex(field);
        }
        catch (SegmentFormatException damage)
        {
            MarkIndexDamaged(field, damage);
            return null;
        }
    }

    /// <summary>How many indexes proved to be damaged.</summary>
    internal int DamagedIndexCount => _damagedFields.Length;

    /// <summary>Whether the index of a vector field proved to be damaged.</summary>
    internal bool HasDamagedIndex(string field) =>
        _damagedFields is { Length: > 0 } fields && Array.IndexOf(fields, field) >= 0;

    /// <summary>Lets nobody use the index of a field any more.</summary>
    internal void MarkIndexDamaged(string field, SegmentFormatException damage)
    {
        lock (_gate)
        {
            if (!HasDamagedIndex(field))
            {
                _damages = [.. _damages, damage];
                _damagedFields = [.. _damagedFields, field];
            }
        }
    }

    /// <summary>The damage of an index that nobody was told of yet; null if there is none.</summary>
    internal DataCorruptionException? TakeUnreportedDamage()
    {
        if (_damagedFields.Length == Volatile.Read(ref _reportedCount))
        {
            return null;
        }

        lock (_gate)
        {
            return _reportedCount < _damages.Length ? Translate(_damages[_reportedCount++]) : null;
        }
    }

    /// <summary>Joins the users; false when the segment was closed already.</summary>
    internal bool TryPin()
    {
        int count = Volatile.Read(ref _userCount);
        while (count > 0)
        {
            int found = Interlocked.CompareExchange(ref _userCount, count + 1, count);
            if (found == count)
            {
                return true;
            }

            count = found;
        }

        return false;
    }

    /// <summary>Leaves the users, once per <see cref="TryPin"/>, and once for having opened it.</summary>
    internal void Unpin()
    {
        int left = Interlocked.Decrement(ref _userCount);
        if (left == 0)
        {
            Close();
        }
        else if (left < 0)
        {
            throw new InvalidOperationException("A segment was unpinned more often than pinned.");
        }
    }

    /// <summary>Has something called, once, when the last user has left; false when the segment was closed
    /// already.</summary>
    internal bool TryCallWhenClosed(Action action)
    {
        lock (_gate)
        {
            if (_isClosed)
            {
                return false;
            }

            _whenClosed += action;
            return true;
        }
    }

    /// <summary>What a user of the database sees when a part of this segment proves to be damaged.</summary>
    internal DataCorruptionException Translate(SegmentFormatException inner) =>
        SegmentFaults.Translate(inner, Reader.Header.Identity.ObjectKey);

    private void Close()
    {
        Action? whenClosed;
        lock (_gate)
        {
            _isClosed = true;
            whenClosed = _whenClosed;
            _whenClosed = null;
        }

        whenClosed?.Invoke(); // Not under the lock: it may take others.
        _owner?.Dispose();
    }

    private async Task CheckAsync(Task<bool> fetching)
    {
        try
        {
            if (!await fetching.ConfigureAwait(false))
            {
                throw new MissingObjectException(Reader.Header.Identity.ObjectKey);
            }
        }
        catch (SegmentFormatException inner)
        {
            throw Translate(inner);
        }
        catch (IOException inner)
        {
            string key = Reader.Header.Identity.ObjectKey;
            throw new StorageException(
                $"Segment {key} cannot be kept on the disk of the cache: {inner.Message}", inner);
        }
    }
}
