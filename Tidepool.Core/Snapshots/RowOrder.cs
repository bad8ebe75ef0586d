using Tidepool.Index.Attributes;
using Tidepool.Index.Rows;

namespace Tidepool.Snapshots;

/// <summary>The live rows of some sources, in the order in which a new segment gets them.</summary>
internal static class RowOrder
{
    /// <summary>All live rows, source by source.</summary>
    internal static RowLocation[] OfLiveRows(IReadOnlyList<SnapshotSource> sources)
    {
        int count = 0;
        foreach (SnapshotSource source in sources)
        {
            count += source.LiveCount;
        }

        var order = new RowLocation[count];
        int next = 0;
        for (int i = 0; i < sources.Count; i++)
        {
            foreach (int ordinal in new RowSelection(sources[i].LiveWords, sources[i].Rows.RowCount))
            {
                order[next++] = new RowLocation(i, ordinal);
            }
        }

        return order;
    }
}
