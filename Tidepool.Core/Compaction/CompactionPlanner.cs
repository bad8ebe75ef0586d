using System.Collections.Immutable;
using Tidepool.Manifests;

namespace Tidepool.Compaction;

/// <summary>Decides which segments to merge next. Pure: the same segments give the same plan.</summary>
/// <remarks>Size-tiered: enough segments of similar size make one, so that each document is rewritten a number of times
/// that grows with the logarithm of the namespace. Segments that wait for an index are rewritten together, along with
/// those that are no larger. A segment that is mostly dead is rewritten by itself.</remarks>
internal static class CompactionPlanner
{
    /// <summary>How many segments of similar size are worth a merge.</summary>
    internal const int FanIn = 8;

    /// <summary>Segments are of similar size when the largest is at most this many times the smallest.</summary>
    internal const int SimilarSizeFactor = 4;

    /// <summary>Below this size every segment counts as this large: tiny ones are all alike.</summary>
    internal const long SmallestTierBytes = 1 << 20;

    /// <summary>Fewer than <see cref="FanIn"/> segments are merged, too, if they fill a segment to this share: after
    /// that there is not much left to merge them with.</summary>
    internal const double FullShare = 0.75;

    /// <summary>So much of the largest size is indexed even while more arrives.</summary>
    internal const double IndexedShare = 0.5;

    /// <summary>A segment with more dead rows than this share is rewritten.</summary>
    internal const double DeadShare = 0.3;

    /// <summary>The segments to merge into one, or none.</summary>
    /// <param name="segments">Those there are.</param>
    /// <param name="unindexed">Those of them that wait for an index.</param>
    /// <param name="isAtRest">Whether no more is about to arrive that had better be indexed with them.</param>
    /// <param name="maxSegmentBytes">The largest result.</param>
    internal static ImmutableArray<SegmentEntry> Plan(
        ImmutableArray<SegmentEntry> segments, IReadOnlySet<Guid> unindexed, bool isAtRest, long maxSegmentBytes)
    {
        SegmentEntry[] bySize = [.. segments.OrderBy(LiveBytes)];
        for (int first = 0; first < bySize.Length; first++)
        {
            long largest = SimilarSizeFactor * Math.Max(SmallestTierBytes, LiveBytes(bySize[first]));
            long sum = 0;
            int end = first;
            while (end < bySize.Length && LiveBytes(bySize[end]) <= largest &&
                sum + LiveBytes(bySize[end]) <= maxSegmentBytes)
            {
                sum += LiveBytes(bySize[end++]);
            }

            if (end - first >= FanIn || (end - first >= 2 && sum >= FullShare * maxSegmentBytes))
            {
                return [.. bySize.AsSpan(first, end - first)];
            }
        }

        SegmentEntry[] waiting = [.. bySize.Where(segment => unindexed.Contains(segment.Id))];
        if (waiting.Length > 0 && (isAtRest || waiting.Sum(LiveBytes) >= IndexedShare * maxSegmentBytes))
        {
            return PlanIndexing(waiting, bySize.Except(waiting), maxSegmentBytes);
        }

        SegmentEntry? mostlyDead = segments
            .FirstOrDefault(segment => DeadRows(segment) > DeadShare * segment.Rows.Rows);
        return mostlyDead is null ? [] : [mostlyDead];
    }

    /// <summary>Groups that leave as few segments as the size limit allows, no dead row, and every index.</summary>
    internal static ImmutableArray<ImmutableArray<SegmentEntry>> PlanFull(
        ImmutableArray<SegmentEntry> segments, IReadOnlySet<Guid> unindexed, long maxSegmentBytes)
    {
        var groups = new List<(List<SegmentEntry> Members, long Bytes)>();
        foreach (SegmentEntry segment in segments.OrderBy(segment => segment.FirstSequence))
        {
            if (groups.Count > 0 && groups[^1].Bytes + LiveBytes(segment) <= maxSegmentBytes)
            {
                groups[^1].Members.Add(segment);
                groups[^1] = (groups[^1].Members, groups[^1].Bytes + LiveBytes(segment));
            }
            else
            {
                groups.Add(([segment], LiveBytes(segment)));
            }
        }

        return
        [
            .. groups
                .Where(group => group.Members.Count > 1 || DeadRows(group.Members[0]) > 0
                    || unindexed.Contains(group.Members[0].Id))
                .Select(group => group.Members.ToImmutableArray()),
        ];
    }

    /// <summary>As many of those that wait as fit, and then the others that are no larger than all of them.</summary>
    private static ImmutableArray<SegmentEntry> PlanIndexing(
        SegmentEntry[] waiting, IEnumerable<SegmentEntry> others, long maxSegmentBytes)
    {
        ImmutableArray<SegmentEntry>.Builder group = ImmutableArray.CreateBuilder<SegmentEntry>();
        group.Add(waiting[0]); // Even if it is too large by itself.
        long sum = LiveBytes(waiting[0]);
        foreach (SegmentEntry segment in waiting.Skip(1))
        {
            Add(segment, maxSegmentBytes);
        }

        foreach (SegmentEntry segment in others)
        {
            Add(segment, Math.Min(maxSegmentBytes, 2 * sum));
        }

        return group.ToImmutable();

        void Add(SegmentEntry segment, long largestSum)
        {
            if (sum + LiveBytes(segment) <= largestSum)
            {
                group.Add(segment);
                sum += LiveBytes(segment);
            }
        }
    }

    private static long DeadRows(SegmentEntry segment) => segment.Deletions?.Rows.Rows ?? 0;

    private static long LiveBytes(SegmentEntry segment) => segment.Rows.Rows == 0
        ? 0
        : (long)(segment.SizeBytes * (double)segment.LiveRows.Rows / segment.Rows.Rows);
}
