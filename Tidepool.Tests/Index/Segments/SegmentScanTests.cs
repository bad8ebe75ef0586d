using NUnit.Framework;
using Tidepool.Index.Binary;
using Tidepool.Index.Distance;
using Tidepool.Index.Flat;
using Tidepool.Index.Ranking;
using Tidepool.Index.Rows;
using Tidepool.Index.Segments;

namespace Tidepool.Tests.Index.Segments;

/// <summary>Scans of a segment of which some blocks were verified, and one is damaged.</summary>
internal sealed class SegmentScanTests
{
    private const int RowCount = 2_000;

    // About 128 rows to a block: a run of rows holds a selected one of almost every block, but not of each.
    private const int Step = 97;

    private static readonly float[] s_query = [.. Enumerable.Range(0, 128).Select(i => (i % 7) - 3f)];

    [Test]
    public void Search_WithoutRowsOfTheDamagedBlock_FindsThem([Values] Metric metric)
    {
        (TestSegment segment, byte[] damaged, int damagedBlock) = BuildDamaged();
        VectorColumn expected = segment.Open().GetVectors("")!;
        SegmentReader reader = TestSegment.Open(damaged);
        VectorColumn column = reader.GetVectors("")!;
        for (int offset = 0; offset < Step; offset += 11)
        {
            // Each scan finds more blocks verified than the one before.
            ulong[] selected = Select(row => row % Step == offset && !Touches(reader, row, damagedBlock));

            Assert.That(Search(metric, column, selected), Is.EqualTo(Search(metric, expected, selected)));
        }
    }

    [Test]
    public void Search_WithARowOfTheDamagedBlock_Throws()
    {
        (_, byte[] damaged, int damagedBlock) = BuildDamaged();
        SegmentReader reader = TestSegment.Open(damaged);
        VectorColumn column = reader.GetVectors("")!;
        ulong[] sound = Select(row => !Touches(reader, row, damagedBlock));
        _ = Search(Metric.Cosine, column, sound);
        int row = Enumerable.Range(0, RowCount).First(row => Touches(reader, row, damagedBlock));

        Assert.That(
            () => Search(Metric.Cosine, column, Select(i => i == row || i == 0 || i == RowCount - 1)),
            Throws.TypeOf<SegmentFormatException>());
    }

    [Test]
    public void GetReadyLength_AfterReads_CountsTheirBlocksOnly()
    {
        (TestSegment segment, _, int block) = BuildDamaged();
        SegmentReader reader = segment.Open();
        VectorColumn column = reader.GetVectors("")!;
        int[] touching = [.. Enumerable.Range(0, RowCount).Where(row => Touches(reader, row, block))];
        int middle = touching[touching.Length / 2];
        Assert.That(column.GetReadyLength(middle), Is.Zero);

        _ = column.GetRun(middle, 1);
        _ = column.GetNorms(0, RowCount);

        // The last row of a block may reach into the next one.
        int last = Enumerable.Range(middle, RowCount - middle)
            .Last(row => Touches(reader, row, block) && !Touches(reader, row, block + 1));
        Assert.That(column.GetReadyLength(middle), Is.EqualTo(last + 1 - middle));
        Assert.That(column.GetReadyLength(last + 1), Is.Zero);
        _ = column.GetRun(0, RowCount);
        Assert.That(column.GetReadyLength(middle), Is.EqualTo(RowCount - middle));
    }

    private static bool Touches(SegmentReader reader, int row, int block)
    {
        long start = reader.Header.Find(SectionKind.Vectors, 0)!.Value.Offset + (row * 512L);
        return start / SegmentFormat.BlockSizeBytes == block || (start + 511) / SegmentFormat.BlockSizeBytes == block;
    }

    private static (TestSegment Segment, byte[] Damaged, int Block) BuildDamaged()
    {
        var random = new Random(3);
        TestSegment segment = TestSegment.Build(
        [
            .. Enumerable.Range(0, RowCount).Select(n => new TestRow(
                TestKey.Of(n), n, ("", [.. Enumerable.Range(0, 128).Select(_ => random.NextSingle() - 0.5f)]))),
        ]);
        SegmentSection vectors = segment.Open().Header.Find(SectionKind.Vectors, 0)!.Value;
        int block = (int)(vectors.Offset + (vectors.Length / 2)) / SegmentFormat.BlockSizeBytes;
        byte[] damaged = (byte[])segment.Bytes.Clone();
        damaged[(block * SegmentFormat.BlockSizeBytes) + 77] ^= 0x10;
        return (segment, damaged, block);
    }

    private static ulong[] Select(Func<int, bool> isSelected)
    {
        ulong[] selected = new ulong[(RowCount + 63) / 64];
        for (int row = 0; row < RowCount; row++)
        {
            selected[row >> 6] |= isSelected(row) ? 1UL << (row & 63) : 0;
        }

        return selected;
    }

    private static ScoredRow[] Search(Metric metric, VectorColumn column, ulong[] selected)
    {
        var top = new TopK();
        top.Reset(10);
        FlatSearcher.Search(metric, column, s_query, Float32Kernels.Norm(s_query), 0, RowCount, selected, top);
        ScoredRow[] found = new ScoredRow[top.Count];
        top.DrainSorted(found);
        return found;
    }
}
