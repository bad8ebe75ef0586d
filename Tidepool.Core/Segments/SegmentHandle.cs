using Tidepool.Index.Binary;
using Tidepool.Index.Segments;

namespace Tidepool.Segments;

/// <summary>An open segment with a count of its users; the last one to leave closes it.</summary>
/// <remarks>
/// Starts with one user, whoever opened it. Spans and keys from <see cref="Reader"/> are valid only between a
/// successful <see cref="TryPin"/> and its <see cref="Unpin"/>: the map they point into goes with the last user.
/// </remarks>
internal sealed class SegmentHandle
{
    private readonly IDisposable? _owner;
    private int _userCount = 1;

    /// <param name="reader">The opened segment.</param>
    /// <param name="owner">Disposed when the last user leaves; null for memory that nobody reuses.</param>
    internal SegmentHandle(SegmentReader reader, IDisposable? owner)
    {
        Reader = reader;
        _owner = owner;
    }

    internal SegmentReader Reader { get; }

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
            _owner?.Dispose();
        }
        else if (left < 0)
        {
            throw new InvalidOperationException("A segment was unpinned more often than pinned.");
        }
    }

    /// <summary>What a user of the database sees when a part of this segment proves to be damaged.</summary>
    internal DataCorruptionException Translate(SegmentFormatException inner) =>
        SegmentFaults.Translate(inner, Reader.Header.Identity.ObjectKey);
}
