using System.Numerics;
using Tidepool.Index.Bitmaps;
using Tidepool.Index.Rows;
using Tidepool.Memtables;
using Tidepool.Segments;

namespace Tidepool.Snapshots;

/// <summary>The rows of one segment or memtable chunk in a snapshot, and which of them are dead.</summary>
/// <remarks>Immutable; shared by the snapshots between which nothing in it changed.</remarks>
internal sealed class SnapshotSource
{
    private ulong[]? _liveWords;

    internal SnapshotSource(SegmentHandle segment, PagedBitmap dead)
        : this(segment.Reader, dead, segment.Reader.DocumentCount) => Segment = segment;

    internal SnapshotSource(ChunkView chunk, PagedBitmap dead)
        : this(chunk, dead, chunk.RowCount)
    {
    }

    private SnapshotSource(IRowSource rows, PagedBitmap dead, int documentCount)
    {
        Rows = rows;
        Dead = dead;
        DocumentCount = documentCount;
    }

    internal IRowSource Rows { get; }

    /// <summary>Rows that were deleted, overwritten, or moved to a segment.</summary>
    internal PagedBitmap Dead { get; }

    /// <summary>The segment that holds the rows; null when they are in the log's tail.</summary>
    internal SegmentHandle? Segment { get; }

    internal bool IsSegment => Segment is not null;

    /// <summary>Stands for the source where it must not be kept alive.</summary>
    internal object Identity { get; } = new();

    /// <summary>How many documents there are, dead ones too.</summary>
    internal int DocumentCount { get; }

    internal int LiveCount => DocumentCount - Dead.Count;

    /// <summary>Whether every ordinal holds a live document.</summary>
    internal bool AllLive => LiveCount == Rows.RowCount;

    /// <summary>One bit per ordinal, set where it holds a live document; empty when all do.</summary>
    internal ReadOnlyMemory<ulong> LiveWords => AllLive ? default : Volatile.Read(ref _liveWords) ?? MakeLiveWords();

    internal bool IsLive(int ordinal) => !Dead[ordinal] && !Rows.IsPadding(ordinal);

    /// <summary>How many live documents have a vector field.</summary>
    internal int CountVectors(string field)
    {
        if (Rows.GetVectors(field) is not { } vectors)
        {
            return 0;
        }

        if (vectors.Presence.IsEmpty)
        {
            return LiveCount;
        }

        int count = 0;
        ReadOnlySpan<ulong> live = LiveWords.Span;
        for (int word = 0; word < vectors.Presence.Length; word++)
        {
            count += BitOperations.PopCount(vectors.Presence[word] & (live.IsEmpty ? ulong.MaxValue : live[word]));
        }

        return count;
    }

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
        if (Segment is { Reader.PaddingWords: { IsEmpty: false } padding })
        {
            BitWords.AndNot(words, padding);
        }

        Volatile.Write(ref _liveWords, words); // Two threads may both make them; they are equal.
        return words;
    }
}
