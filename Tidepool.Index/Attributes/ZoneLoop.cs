using Tidepool.Index.Bitmaps;

namespace Tidepool.Index.Attributes;

/// <summary>Drives a scan over the zones of a column in which a candidate is left.</summary>
internal static class ZoneLoop
{
    internal static void RestrictToNull(AttributeColumn? column, Span<ulong> mask, ref EvaluationStatistics statistics)
    {
        if (column is null)
        {
            return;
        }

        Span<ulong> present = stackalloc ulong[Zone.WordCount];
        ReadOnlySpan<Zone> zones = column.Zones;
        for (int z = 0, first = 0; first < mask.Length; z++, first += Zone.WordCount)
        {
            Span<ulong> words = mask.Slice(first, Math.Min(Zone.WordCount, mask.Length - first));
            if (BitWords.IsZero(words) || (z < zones.Length && zones[z].NullCount == 0))
            {
                words.Clear();
                statistics.ZonesSkipped++;
                continue;
            }

            words.CopyTo(present);
            column.RestrictToPresent(z * Zone.RowCount, present[..words.Length]);
            BitWords.AndNot(words, present[..words.Length]);
            statistics.ZonesScanned++;
        }
    }

    internal static void Run<TScan>(TScan scan, scoped in ScanTarget target, ref EvaluationStatistics statistics)
        where TScan : struct, IColumnScan, allows ref struct
    {
        if (target.List is { } list)
        {
            ScanZones(new ContainsScan<TScan>(list, scan), list, target.Mask, ref statistics);
        }
        else
        {
            ScanZones(scan, target.Values, target.Mask, ref statistics);
        }
    }

    private static void ScanZones<TScan>(
        TScan scan, AttributeColumn column, Span<ulong> mask, ref EvaluationStatistics statistics)
        where TScan : struct, IColumnScan, allows ref struct
    {
        ReadOnlySpan<Zone> zones = column.Zones;
        for (int z = 0, firstWord = 0; firstWord < mask.Length; z++, firstWord += Zone.WordCount)
        {
            Span<ulong> words = mask.Slice(firstWord, Math.Min(Zone.WordCount, mask.Length - firstWord));
            ZoneAnswer answer = BitWords.IsZero(words) ? ZoneAnswer.None
                : z < zones.Length ? scan.Decide(zones[z])
                : ZoneAnswer.Scan;
            if (answer == ZoneAnswer.None)
            {
                words.Clear();
                statistics.ZonesSkipped++;
                continue;
            }

            int first = z * Zone.RowCount;
            column.RestrictToPresent(first, words);
            if (answer == ZoneAnswer.All || BitWords.IsZero(words))
            {
                statistics.ZonesSkipped++;
                continue;
            }

            // A candidate is left, so there is a stored row; words behind the stored rows are clear.
            int count = Math.Min(column.StoredRowCount - first, words.Length * 64);
            scan.Restrict(first, count, words[..BitWords.CountFor(count)]);
            statistics.ZonesScanned++;
        }
    }
}
