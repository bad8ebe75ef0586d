using Tidepool.Index.Attributes;
using Tidepool.Index.Bitmaps;
using Tidepool.Index.Segments;
using Tidepool.Tests.Index.Segments;

namespace Tidepool.Tests.Formats;

/// <summary>What the golden segments and deletion bitmaps hold: wrote them once, and says what must be read from
/// them for ever. Never change one; add another.</summary>
internal static class GoldenSegments
{
    internal const int DeletionRowCount = 70;

    internal static readonly int[] DeletedOrdinals = [0, 3, 64, 69];

    internal static readonly SegmentIdentity Deletions = TestSegment.Identity with
    {
        ObjectKey = "del-89abcdef-0123-4567-89ab-cdef01234567",
    };

    /// <summary>Segments by the name of their file.</summary>
    internal static IReadOnlyDictionary<string, TestSegment> Segments { get; } = new Dictionary<string, TestSegment>
    {
        ["one-row"] = TestSegment.Build(new TestRow(TestKey.Of("tide"), 7, ("", [3, 4]))),
        ["no-vectors"] = TestSegment.Build(new TestRow(TestKey.Of(-1), 1), new TestRow(TestKey.Of(1L << 40), 2)),
        ["ids-and-fields"] = TestSegment.Build(
            new TestRow(TestKey.Of(1), 10, ("", [1, 2, 3]), ("title", [4, 5])),
            new TestRow(TestKey.Of("two"), 11, ("", [6, 7, 8])),
            new TestRow(TestKey.Of(new Guid("6f9619ff-8b86-d011-b42d-00cf4fc964ff")), 11, ("title", [9, 10])),
            new TestRow(TestKey.Forced(5, "same hash"), 12, ("", [-1, 0.5f, 1e30f])),
            new TestRow(TestKey.Forced(5, "another id"), 13, ("", [0, 0, 0])),
            new TestRow(TestKey.Of(5), 14)),
        ["attributes"] = TestSegment.Build(
            new TestRow(TestKey.Of(1), 1)
            {
                Attributes =
                [
                    ("bool", ColumnValue.FromBoolean(true)),
                    ("long", ColumnValue.FromInt64(-7)),
                    ("double", ColumnValue.FromDouble(0.25)),
                    ("string", ColumnValue.FromString("ebb and flow")),
                    ("guid", ColumnValue.FromGuid(new Guid("6f9619ff-8b86-d011-b42d-00cf4fc964ff"))),
                    ("time", ColumnValue.FromTimestamp(638_000_000_000_000_000)),
                    ("bytes", ColumnValue.FromBytes([1, 2, 3])),
                ],
            },
            new TestRow(TestKey.Of(2), 2),
            new TestRow(TestKey.Of(3), 3)
            {
                Attributes =
                [
                    ("string", ColumnValue.FromString("")),
                    ("longs", ColumnValue.FromArray([1L, -2L, 3L])),
                    ("strings", ColumnValue.FromArray(["a", "", "c"])),
                    ("doubles", ColumnValue.FromArray(Array.Empty<double>())),
                ],
            }),
        ["padded"] = TestSegment.Build(
            [.. Enumerable.Range(0, 64).Select(
                n => n % 32 < 20 ? new TestRow(TestKey.Of(n * 1000), n + 1, ("", [n, -n])) : null)]),
        ["several-blocks"] = TestSegment.Build(
            [.. Enumerable.Range(0, 500).Select(
                n => new TestRow(TestKey.Of($"document {n}"), n + 1, ("", Enumerable.Repeat(n / 8f, 40).ToArray())))]),
    };

    internal static byte[] EncodeDeletions()
    {
        PagedBitmapBuilder builder = PagedBitmap.Empty(DeletionRowCount).Edit();
        foreach (int ordinal in DeletedOrdinals)
        {
            builder.Set(ordinal);
        }

        return DeletionBitmapCodec.Encode(Deletions, builder.Freeze());
    }
}
