using Tidepool.Index.Attributes;
using Tidepool.Index.Bitmaps;
using Tidepool.Segments;
using Tidepool.Snapshots;
using Tidepool.Tests.Index.Segments;

namespace Tidepool.Tests.Core.Querying;

/// <summary>Segments of a test: row i has the id i, the vector (i, 0) and "value" i; a third of the ordinals is
/// padding.</summary>
internal static class QuerySegments
{
    internal static SegmentHandle Open(int rowCount)
    {
        TestRow?[] rows =
        [
            .. Enumerable.Range(0, rowCount).Select(i => i % 3 == 2 ? null : new TestRow(TestKey.Of(i), 1, ("", [i, 0]))
            {
                Attributes = [("value", ColumnValue.FromInt64(i))],
            }),
        ];
        return new SegmentHandle(TestSegment.Build(rows).Open(), owner: null);
    }

    internal static SnapshotSource Source(SegmentHandle segment, params int[] dead)
    {
        PagedBitmapBuilder builder = PagedBitmap.Empty(segment.Reader.RowCount).Edit();
        foreach (int ordinal in dead)
        {
            builder.Set(ordinal);
        }

        return new SnapshotSource(segment, builder.Freeze());
    }
}
