using Tidepool.Index.Attributes;
using Tidepool.Index.Bitmaps;

namespace Tidepool.Snapshots;

/// <summary>Which rows of segments match the filters used last, and how many of them live.</summary>
/// <remarks>
/// <para>Thread-safe. A segment never changes, nor does which of its rows are dead as long as the source of a snapshot
/// is the same: so nothing in here is ever out of date. What nobody asks for any more is what was used longest ago, and
/// goes first.</para>
/// <para>A filter's rows are kept for the segment, and for the source the same without its dead rows: after a delete
/// the filter need not be evaluated anew.</para>
/// </remarks>
internal sealed class FilterCache(long capacityBytes)
{
    /// <summary>What an entry takes besides its words, roughly.</summary>
    private const int EntrySizeBytes = 200;

    private readonly Lock _gate = new();
    private readonly Dictionary<FilterCacheKey, LinkedListNode<FilterCacheEntry>> _entries = [];
    private readonly LinkedList<FilterCacheEntry> _byUse = new(); // The one used last is first.

    /// <summary>How many bytes it takes.</summary>
    internal long SizeBytes { get; private set; }

    /// <summary>The live rows of a source that match a filter.</summary>
    /// <param name="source">The source.</param>
    /// <param name="filter">What they must match; null for all.</param>
    /// <param name="scratch">Holds the answer for rows that are not in a segment, until it is used
    /// again.</param>
    internal RowSelection Select(SnapshotSource source, Predicate? filter, RowBitmap scratch)
    {
        if (filter is null || source.Segment is not { } segment)
        {
            return RowSelection.Of(source, filter, scratch);
        }

        int rowCount = source.Rows.RowCount;
        if (source.Dead.Count == 0)
        {
            return Find(new FilterCacheKey(segment.Identity, filter), rowCount) ?? Evaluate(source, filter, scratch);
        }

        var key = new FilterCacheKey(source.Identity, filter);
        if (Find(key, rowCount) is { } known)
        {
            return known;
        }

        RowSelection matching =
            Find(new FilterCacheKey(segment.Identity, filter), rowCount) ?? Evaluate(source, filter, scratch);
        ulong[] living = matching.Words.ToArray();
        source.Dead.AndNotInto(living);
        return Add(key, living, rowCount);
    }

    /// <summary>The rows that match, dead ones too.</summary>
    private RowSelection Evaluate(SnapshotSource source, Predicate filter, RowBitmap matching)
    {
        PredicateEvaluator.Evaluate(filter, source.Rows, source.Rows.RowCount, matching);
        ReadOnlySpan<ulong> padding = source.Segment!.Reader.PaddingWords;
        if (!padding.IsEmpty)
        {
            BitWords.AndNot(matching.MutableWords, padding);
        }

        return Add(
            new FilterCacheKey(source.Segment.Identity, filter), matching.Words.ToArray(), source.Rows.RowCount);
    }

    private RowSelection? Find(FilterCacheKey key, int rowCount)
    {
        lock (_gate)
        {
            if (!_entries.TryGetValue(key, out LinkedListNode<FilterCacheEntry>? node))
            {
                return null;
            }

            if (node != _byUse.First)
            {
                _byUse.Remove(node);
                _byUse.AddFirst(node);
            }

            return new RowSelection(node.Value.Words, rowCount, node.Value.Count);
        }
    }

    private RowSelection Add(FilterCacheKey key, ulong[] words, int rowCount)
    {
        int count = BitWords.PopCount(words);
        var node = new LinkedListNode<FilterCacheEntry>(new FilterCacheEntry(key, words, count));
        lock (_gate)
        {
            if (_entries.TryAdd(key, node))
            {
                _byUse.AddFirst(node);
                SizeBytes += GetSizeBytes(node.Value);
            }

            while (SizeBytes > capacityBytes && _byUse.Last is { } oldest)
            {
                _byUse.RemoveLast();
                _entries.Remove(oldest.Value.Key);
                SizeBytes -= GetSizeBytes(oldest.Value);
            }
        }

        return new RowSelection(words, rowCount, count);
    }

    private static long GetSizeBytes(in FilterCacheEntry entry) =>
        EntrySizeBytes + (entry.Words.Length * (long)sizeof(ulong));
}
