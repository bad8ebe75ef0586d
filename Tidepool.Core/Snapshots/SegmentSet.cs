using Tidepool.Index.Bitmaps;
using Tidepool.Index.Segments;
using Tidepool.Manifests;
using Tidepool.Model;
using Tidepool.Segments;

namespace Tidepool.Snapshots;

/// <summary>The open segments of one manifest, kept open while anything reads them.</summary>
/// <remarks>Reference-counted: its maker holds the first reference, each reader one more for as long as it
/// reads.</remarks>
internal sealed class SegmentSet(Manifest manifest, SegmentHandle[] handles, PagedBitmap[] deadAtFloor)
{
    private int _references = 1;
    private volatile bool _isComplete;

    internal Manifest Manifest { get; } = manifest;

    /// <summary>One per segment of the manifest, in its order.</summary>
    internal ReadOnlySpan<SegmentHandle> Handles => handles;

    /// <summary>The rows of each segment that are dead at the manifest's floor.</summary>
    internal ReadOnlySpan<PagedBitmap> DeadAtFloor => deadAtFloor;

    /// <summary>Whether all bytes of all segments are there. As long as they are not, only those members of their
    /// readers may be used whose bytes were fetched.</summary>
    internal bool IsComplete
    {
        get
        {
            if (_isComplete)
            {
                return true;
            }

            foreach (SegmentHandle handle in handles)
            {
                if (!handle.IsComplete)
                {
                    return false;
                }
            }

            return _isComplete = true;
        }
    }

    /// <summary>Fetches all that is not there yet.</summary>
    /// <exception cref="MissingObjectException">A segment is gone.</exception>
    internal Task CompleteAsync(CancellationToken cancellationToken) =>
        IsComplete
            ? Task.CompletedTask
            : Task.WhenAll(handles.Select(handle => handle.CompleteAsync(cancellationToken)));

    /// <summary>Fetches what finding documents by their ids reads.</summary>
    /// <exception cref="MissingObjectException">A segment is gone.</exception>
    internal Task FetchKeysAsync(CancellationToken cancellationToken) => IsComplete
        ? Task.CompletedTask
        : FetchKeysAsync(_ => true, cancellationToken);

    /// <summary>Fetches what finding documents in some of the segments by their ids reads.</summary>
    /// <exception cref="MissingObjectException">A segment is gone.</exception>
    internal Task FetchKeysAsync(Func<SegmentReader, bool> isWanted, CancellationToken cancellationToken) =>
        Task.WhenAll(handles
            .Where(handle => !handle.IsComplete && isWanted(handle.Reader))
            .Select(handle => handle.FetchAsync(
                SegmentForecast.OfKeys(handle.Reader.Header), cancellationToken)));

    /// <summary>Where a segment stands in the manifest; -1 when it is not there.</summary>
    internal int Find(Guid segmentId)
    {
        for (int i = 0; i < Manifest.Segments.Length; i++)
        {
            if (Manifest.Segments[i].Id == segmentId)
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>How many indexes of the segments proved to be damaged.</summary>
    internal int CountDamagedIndexes()
    {
        int count = 0;
        foreach (SegmentHandle handle in handles)
        {
            count += handle.DamagedIndexCount;
        }

        return count;
    }

    /// <summary>Adds a reader; false when the last one has left, and the caller must take the newer set.</summary>
    internal bool TryAcquire()
    {
        int references = Volatile.Read(ref _references);
        while (references > 0)
        {
            int seen = Interlocked.CompareExchange(ref _references, references + 1, references);
            if (seen == references)
            {
                return true;
            }

            references = seen;
        }

        return false;
    }

    internal void Release()
    {
        if (Interlocked.Decrement(ref _references) == 0)
        {
            foreach (SegmentHandle handle in handles)
            {
                handle.Unpin();
            }
        }
    }
}
