using Tidepool.Index.Attributes;
using Tidepool.Index.Bitmaps;
using Tidepool.Segments;
using FilterEntries = System.Collections.Generic.Dictionary<
    Tidepool.Index.Attributes.Predicate,
    System.Collections.Generic.LinkedListNode<Tidepool.Snapshots.FilterCacheEntry>>;

namespace Tidepool.Snapshots;

/// <summary>Which rows of segments match the filters used last, and how many of them live.</summary>
/// <remarks>
/// <para>Thread-safe. A segment never changes, nor does which of its rows are dead as long as the source of a snapshot
/// is the same: so nothing in here is ever out of date. What was used longest ago goes when there is no room; what
/// there is of a segment goes when the segment is closed, and nothing is kept of one that is.</para>
/// <para>Of a segment and a filter the living rows are kept for one source only, the newest: each delete makes another
/// one, and nobody will ask for those before. The matching rows stay, so that the filter need not be evaluated
/// anew.</para>
/// </remarks>
internal sealed class FilterCache(long capacityBytes)
{
    private readonly Lock _gate = new(); // Held while a segment's own is taken, never the other way round.
    private readonly Dictionary<object, FilterEntries> _segments = [];
    private readonly LinkedList<FilterCacheEntry> _byUse = new(); // The one used last is first.
    private long _sizeBytes;

    /// <summary>How many bytes it takes.</summary>
    internal long SizeBytes
    {
        get
        {
            lock (_gate)
            {
                return _sizeBytes;
            }
        }
    }

    /// <summary>Of how many segments it knows something, or may soon.</summary>
    internal int SegmentCount
    {
        get
        {
            lock (_gate)
            {
                return _segments.Count;
            }
        }
    }

    /// <summary>The live rows of a source that match a filter.</summary>
    /// <param name="source">The source.</param>
    /// <param name="filter">What they must match; null for all.</param>
    /// <param name="scratch">Holds an answer that is not kept, until it is used again.</param>
    internal RowSelection Select(SnapshotSource source, Predicate? filter, RowBitmap scratch)
    {
        if (filter is null || source.Segment is not { } segment)
        {
            return RowSelection.Of(source, filter, scratch);
        }

        FilterCacheEntry entry = Find(segment, filter) ?? Evaluate(segment, filter, scratch);
        if (source.Dead.Count == 0)
        {
            return entry.Matching;
        }

        if (entry.Source == source.Identity)
        {
            return entry.Living;
        }

        int rowCount = source.Rows.RowCount;
        if (entry.Source is not null && entry.DeadCount > source.Dead.Count)
        {
            scratch.Reset(rowCount); // An older snapshot: it must not push out what the newest one needs.
            entry.Matching.Words.Span.CopyTo(scratch.MutableWords);
            source.Dead.AndNotInto(scratch.MutableWords);
            return new RowSelection(scratch.Memory, rowCount);
        }

        ulong[] living = entry.Matching.Words.ToArray();
        source.Dead.AndNotInto(living);
        return Keep(
            segment,
            entry with
            {
                Source = source.Identity,
                DeadCount = source.Dead.Count,
                Living = new RowSelection(living, rowCount, BitWords.PopCount(living)),
            }).Living;
    }

    private FilterCacheEntry Evaluate(SegmentHandle segment, Predicate filter, RowBitmap matching)
    {
        int rowCount = segment.Reader.RowCount;
        PredicateEvaluator.Evaluate(filter, segment.Reader, rowCount, matching);
        ReadOnlySpan<ulong> padding = segment.Reader.PaddingWords;
        if (!padding.IsEmpty)
        {
            BitWords.AndNot(matching.MutableWords, padding);
        }

        ulong[] words = matching.Words.ToArray();
        return Keep(
            segment,
            new FilterCacheEntry(
                segment.Identity, filter, new RowSelection(words, rowCount, BitWords.PopCount(words))));
    }

    private FilterCacheEntry? Find(SegmentHandle segment, Predicate filter)
    {
        lock (_gate)
        {
            if (!_segments.TryGetValue(segment.Identity, out FilterEntries? entries)
                || !entries.TryGetValue(filter, out LinkedListNode<FilterCacheEntry>? node))
            {
                return null;
            }

            if (node != _byUse.First)
            {
                _byUse.Remove(node);
                _byUse.AddFirst(node);
            }

            return node.Value;
        }
    }

    /// <summary>Keeps an entry, in the place of one that says less.</summary>
    private FilterCacheEntry Keep(SegmentHandle segment, FilterCacheEntry entry)
    {
        lock (_gate)
        {
            if (OpenEntries(segment) is { } entries)
            {
                if (entries.Remove(entry.Filter, out LinkedListNode<FilterCacheEntry>? other))
                {
                    Remove(other);
                }

                entries.Add(entry.Filter, _byUse.AddFirst(entry));
                _sizeBytes += entry.SizeBytes;
                while (_sizeBytes > capacityBytes && _byUse.Last is { } oldest)
                {
                    _segments[oldest.Value.Segment].Remove(oldest.Value.Filter);
                    Remove(oldest);
                }
            }
        }

        return entry;
    }

    /// <summary>What is known of a segment; null when the segment is closed.</summary>
    private FilterEntries? OpenEntries(SegmentHandle segment)
    {
        object identity = segment.Identity;
        if (_segments.TryGetValue(identity, out FilterEntries? entries))
        {
            return entries;
        }

        // Either the segment is closed already, or closing it will find what is added here.
        if (!segment.TryCallWhenClosed(() => Forget(identity)))
        {
            return null;
        }

        entries = [];
        _segments.Add(identity, entries);
        return entries;
    }

    private void Forget(object segment)
    {
        lock (_gate)
        {
            if (_segments.Remove(segment, out FilterEntries? entries))
            {
                foreach (LinkedListNode<FilterCacheEntry> node in entries.Values)
                {
                    Remove(node);
                }
            }
        }
    }

    private void Remove(LinkedListNode<FilterCacheEntry> node)
    {
        _byUse.Remove(node);
        _sizeBytes -= node.Value.SizeBytes;
    }
}
