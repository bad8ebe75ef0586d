using Tidepool.Index.Bitmaps;
using Tidepool.Index.Rows;

namespace Tidepool.Snapshots;

/// <summary>The rows of one segment or memtable chunk in a snapshot, and which of them are dead.</summary>
/// <remarks>Immutable; shared by the snapshots between which nothing in it changed.</remarks>
internal sealed class SnapshotSource(IRowSource rows, PagedBitmap dead, int documentCount, bool isSegment)
{
    private ulong[]? _liveWords;

    internal IRowSource Rows { get; } = rows;

    /// <summary>Rows that were deleted, overwritten, or moved to a segment.</summary>
    internal PagedBitmap Dead { get; } = dead;

    /// <summary>Whether the rows are in a segment; otherwise they are in the log's tail.</summary>
    internal bool IsSegment { get; } = isSegment;

    internal int LiveCount => documentCount - Dead.Count;

    /// <summary>Whether every ordinal holds a live document.</summary>
    internal bool AllLive => LiveCount == Rows.RowCount;

    /// <summary>One bit per ordinal, set where it holds a live document; empty when all do.</summary>
    internal ReadOnlyMemory<ulong> LiveWords => AllLive ? default : Volatile.Read(ref _liveWords) ?? MakeLiveWords();

    internal bool IsLive(int ordinal) => !Dead[ordinal] && !Rows.IsPadding(ordinal);

    private ulong[] MakeLiveWords()
    {
        int rowCount = Rows.RowCount;
        ulong[] words = new ulong[(rowCount + 63) >> 6];
        words.AsSpan().Fill(ulong.MaxValue);
        if ((rowCount & 63) != 0)
        {
            words[^1] = (1UL << (rowCount & 63)) - 1;
        }

        Dead.AndNotInto(words);
        for (int ordinal = 0; LiveCount + Dead.Count < rowCount && ordinal < rowCount; ordinal++)
        {
            if (Rows.IsPadding(ordinal))
            {
                words[ordinal >> 6] &= ~(1UL << (ordinal & 63));
            }
        }

        Volatile.Write(ref _liveWords, words); // Two threads may both make them; they are equal.
        return words;
    }
}
