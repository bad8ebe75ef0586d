using Tidepool.Index.Bitmaps;
using Tidepool.Index.Rows;
using Tidepool.Index.Segments;
using Tidepool.Memtables;

namespace Tidepool.Snapshots;

/// <summary>Works out which rows of a segment are dead at a position of the log, from what is known at an earlier one.
/// </summary>
internal static class DeadRows
{
    /// <summary>Adds what the log's tail overwrote or deleted.</summary>
    /// <param name="segment">The segment.</param>
    /// <param name="known">Its dead rows at <paramref name="after"/>.</param>
    /// <param name="snapshot">Has the tail up to <paramref name="through"/> at least.</param>
    /// <param name="after">Entries up to this one are taken into account already.</param>
    /// <param name="through">The last entry to take into account.</param>
    internal static PagedBitmap Replay(
        SegmentReader segment, PagedBitmap known, Snapshot snapshot, long after, long through)
    {
        PagedBitmapBuilder dead = known.Edit();
        foreach (ChunkView view in snapshot.Chunks)
        {
            for (int ordinal = view.Chunk.FindFirstAfter(after, view.RowCount); ordinal < view.RowCount; ordinal++)
            {
                long sequence = view.GetSequence(ordinal);
                if (sequence > through)
                {
                    break;
                }

                Kill(segment, view.GetKey(ordinal), sequence, dead);
            }
        }

        foreach (Tombstone tombstone in snapshot.Tombstones.Span)
        {
            if (tombstone.Sequence > after && tombstone.Sequence <= through)
            {
                Kill(segment, tombstone.Key, tombstone.Sequence, dead);
            }
        }

        return dead.Freeze();
    }

    private static void Kill(SegmentReader segment, DocumentKey key, long sequence, PagedBitmapBuilder dead)
    {
        foreach (int ordinal in segment.FindOrdinals(key))
        {
            if (segment.GetSequence(ordinal) < sequence)
            {
                dead.Set(ordinal);
            }
        }
    }
}
