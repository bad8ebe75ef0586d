using System.Runtime.InteropServices;
using NUnit.Framework;
using Tidepool.Index.Attributes;
using Tidepool.Index.Binary;
using Tidepool.Index.Distance;
using Tidepool.Index.Ranking;
using Tidepool.Index.Rows;
using Tidepool.Index.Segments;
using Tidepool.Index.Vectors;
using Tidepool.Tests.Index.Ivf;

namespace Tidepool.Tests.Index.Segments;

/// <summary>A reader of a segment of which some blocks are not there: they are filled with rubbish.</summary>
internal sealed class PartialReaderTests
{
    private const int RowCount = 12_000;
    private const int Dimensions = 32;

    private static readonly byte[] s_whole = Build();

    [Test]
    public void Read_AnyBlocksThere_GivesWhatIsStoredOrSaysWhatIsMissing()
    {
        SegmentReader whole = TestSegment.Open(s_whole);
        var random = new Random(7);
        foreach (double share in (double[])[0, 0.3, 0.7, 1])
        {
            SegmentReader part = OpenPart(_ => random.NextDouble() < share);
            int answered = 0;
            for (int i = 0; i < 500; i++)
            {
                int ordinal = random.Next(whole.RowCount);
                answered += Compare(part, reader => reader.GetKey(ordinal).Hash, whole);
                answered += Compare(part, reader => reader.GetSequence(ordinal), whole);
                answered += Compare(part, reader => reader.IsPadding(ordinal), whole);
                answered += Compare(part, reader => reader.GetVectors("")!.GetVector(ordinal)[3], whole);
                answered += Compare(part, reader => reader.GetVectors("")!.GetNorms(ordinal, 1)[0], whole);
                answered += Compare(part, reader => Find(reader, whole.GetKey(ordinal)), whole);
            }

            Assert.That(answered, share switch
            {
                0 => Is.Zero,
                1 => Is.EqualTo(500 * 6),
                _ => Is.InRange(1, (500 * 6) - 1),
            });
        }
    }

    [Test]
    public void Search_WhatWasForecastIsThere_AnswersLikeTheWhole()
    {
        SegmentReader whole = TestSegment.Open(s_whole);
        var opening = SegmentOpening.Of(whole.Header)!.Value;
        int sufficed = 0;
        for (int query = 0; query < 50; query++)
        {
            float[] vector = VectorSet.Make(1, Dimensions, seed: 100 + query).GetVector(0).ToArray();
            SegmentReader part = OpenPart(block => Touches(block, opening.Cells) || Touches(block, opening.Padding));
            List<ByteRange> ranges = [];
            Assert.That(SegmentForecast.TryAdd(part, "", MakeQuery(vector), factor: 1.25, ranges), Is.True);
            Assert.That(ranges.Sum(range => range.Length), Is.LessThan(s_whole.Length / 2));

            Admit(part, block => ranges.Exists(range => Touches(block, range)));

            sufficed += Compare(part, reader => string.Join(' ', Search(reader, vector)), whole);
        }

        Assert.That(sufficed, Is.GreaterThan(35));
    }

    [Test]
    public void Read_NothingThere_NamesTheBytes()
    {
        SegmentReader part = OpenPart(_ => false);
        SegmentSection sequences = part.Header.Find(SectionKind.Sequences)!.Value;

        AbsentBytesException? absent = Assert.Throws<AbsentBytesException>(() => part.GetSequence(10));

        Assert.That(absent!.Blocks, Is.SameAs(part.Blocks));
        Assert.That(absent.Range.Offset, Is.LessThanOrEqualTo(sequences.Offset + 80));
        Assert.That(absent.Range.End, Is.EqualTo(sequences.Offset + 88));
        Assert.That(
            SegmentForecast.Widen(part.Header, absent.Range),
            Is.EqualTo(new ByteRange(sequences.Offset, sequences.Length)));
    }

    [Test]
    public void FindBlockTable_AnySize_FindsItOrSaysThatThereIsNone()
    {
        var sizes = new Dictionary<long, long>();
        foreach (long table in (long[])[64, 128, 65_472, 65_536, 65_600, 131_072, 10L << 20, (2L << 30) - 65_536])
        {
            for (long offset = table; offset < table + 640; offset += SegmentFormat.AlignmentBytes)
            {
                sizes[offset + SegmentFormat.GetBlockTableSizeBytes(offset)] = offset;
            }
        }

        foreach ((long size, long offset) in sizes)
        {
            Assert.That(SegmentFormat.FindBlockTable(size), Is.EqualTo(offset));
        }

        Assert.That(
            new long[] { 0, 1, 8, SegmentFormat.BlockSizeBytes + 9 }.Select(SegmentFormat.FindBlockTable),
            Is.All.EqualTo(-1));
    }

    /// <summary>1 when the part answers as the whole does, 0 when it says that bytes are missing.</summary>
    private static int Compare<T>(SegmentReader part, Func<SegmentReader, T> read, SegmentReader whole)
    {
        T found;
        try
        {
            found = read(part);
        }
        catch (AbsentBytesException absent)
        {
            Assert.That(part.Blocks.IsVerified((int)absent.Range.Offset), Is.False);
            return 0;
        }

        Assert.That(found, Is.EqualTo(read(whole)));
        return 1;
    }

    private static int Find(SegmentReader reader, DocumentKey key) =>
        reader.TryFind(key, out int ordinal) ? ordinal : -1;

    private static IndexQuery MakeQuery(float[] vector) => new()
    {
        Vector = vector,
        Norm = MathF.Sqrt(vector.Sum(value => value * value)),
        K = 10,
        RecallTarget = 0.97,
        SelectedCount = RowCount,
    };

    private static ScoredRow[] Search(SegmentReader reader, float[] vector)
    {
        var top = new TopK();
        top.Reset(10);
        IndexCounters counters = default;
        reader.FindIndex("")!.Search(MakeQuery(vector), top, ref counters);
        var rows = new ScoredRow[10];
        return rows[..top.DrainSorted(rows)];
    }

    private static bool Touches(int block, ByteRange range) =>
        range.Offset < (block + 1L) * SegmentFormat.BlockSizeBytes &&
        range.End > (long)block * SegmentFormat.BlockSizeBytes;

    /// <summary>Opens the segment with its head, its block table, and the blocks that are chosen.</summary>
    private static SegmentReader OpenPart(Predicate<int> isThere)
    {
        SegmentHeader header = TestSegment.Open(s_whole).Header;
        byte[] bytes = (byte[])s_whole.Clone();
        int headSizeBytes = (int)header.Sections.Min(section => section.Offset);
        new Random(1).NextBytes(bytes.AsSpan(headSizeBytes..(int)header.BlockTableOffset));
        SegmentReader part = SegmentReader.Open(new MemoryByteSource(bytes), TestSegment.Identity, isPartial: true);
        Admit(part, isThere);
        return part;
    }

    private static void Admit(SegmentReader part, Predicate<int> isThere)
    {
        for (int block = 0; block < part.Blocks.BlockCount; block++)
        {
            if (isThere(block))
            {
                int start = block * SegmentFormat.BlockSizeBytes;
                ReadOnlySpan<byte> bytes = s_whole.AsSpan(start, part.Blocks.GetLength(block));
                part.Blocks.Check(block, bytes);
                bytes.CopyTo(MemoryMarshal.AsMemory(part.ObjectBytes).Span[start..]);
                part.Blocks.MarkVerified(block);
            }
        }
    }

    private static byte[] Build()
    {
        VectorSet vectors = VectorSet.Make(RowCount, Dimensions, seed: 3);
        TestRows rows = new([.. Enumerable.Range(0, RowCount).Select(
            row => new TestRow(TestKey.Of(row), row + 1, ("", vectors.GetVector(row).ToArray())))]);
        var settings = new IndexSettings(IndexKind.Ivf, CodeKind.Scalar8, Metric.SquaredEuclidean, 0, 0);
        SegmentIndexing indexing = SegmentIndexer.Build(
            [new IndexRequest("", settings, Seed: 1)],
            [rows],
            [.. Enumerable.Range(0, RowCount).Select(row => new RowLocation(0, row))],
            SingleWorker.Instance,
            progress: null,
            CancellationToken.None);
        return TestSegment.Concatenate(new SegmentBuilder(TestSegment.CreateSpec([rows]), [rows], indexing).Build());
    }
}
