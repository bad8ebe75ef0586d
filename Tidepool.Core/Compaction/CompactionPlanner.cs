using System.Collections.Immutable;
using Tidepool.Manifests;

namespace Tidepool.Compaction;

/// <summary>Decides which segments to merge next. Pure: the same segments give the same plan.</summary>
/// <remarks>Size-tiered: enough segments of similar size make one, so that each document is rewritten a number of times
/// that grows with the logarithm of the namespace. A segment that is mostly dead is rewritten by itself.</remarks>
internal static class CompactionPlanner
{
    /// <summary>How many segments of similar size are worth a merge.</summary>
    internal const int FanIn = 8;

    /// <summary>Segments are of similar size when the largest is at most this many times the smallest.</summary>
    internal const int SimilarSizeFactor = 4;

    /// <summary>Below this size every segment counts as this large: tiny ones are all alike.</summary>
    internal const long SmallestTierBytes = 1 << 20;

    /// <summary>A segment with more dead rows than this share is rewritten.</summary>
    internal const double DeadShare = 0.3;

    /// <summary>The segments to merge into one, or none.</summary>
    internal static ImmutableArray<SegmentEntry> Plan(ImmutableArray<SegmentEntry> segments, long maxSegmentBytes)
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

            if (end - first >= FanIn)
            {
                return [.. bySize.AsSpan(first, end - first)];
            }
        }

        SegmentEntry? mostlyDead = segments
            .FirstOrDefault(segment => DeadRows(segment) > DeadShare * segment.Rows.Rows);
        return mostlyDead is null ? [] : [mostlyDead];
    }

    /// <summary>Groups that leave as few segments as the size limit allows and no dead row.</summary>
    internal static ImmutableArray<ImmutableArray<SegmentEntry>> PlanFull(
        ImmutableArray<SegmentEntry> segments, long maxSegmentBytes)
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
                .Where(group => group.Members.Count > 1 || DeadRows(group.Members[0]) > 0)
                .Select(group => group.Members.ToImmutableArray()),
        ];
    }

    private static long DeadRows(SegmentEntry segment) => segment.Deletions?.Rows.Rows ?? 0;

    private static long LiveBytes(SegmentEntry segment) => segment.Rows.Rows == 0
        ? 0
        : (long)(segment.SizeBytes * (double)segment.LiveRows.Rows / segment.Rows.Rows);
}
