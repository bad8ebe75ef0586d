using NUnit.Framework;
using Tidepool.Index.Attributes;
using Tidepool.Index.Rows;
using Tidepool.Index.Segments;

namespace Tidepool.Tests.Index.Segments;

internal sealed class SegmentRoundTripTests
{
    [Test]
    public void Build_OneRowWithoutVectors_ReadsBack()
    {
        TestSegment segment = TestSegment.Build(new TestRow(TestKey.Of(-5), 7));

        SegmentReader reader = segment.Open();

        segment.AssertHolds(reader);
        Assert.That(reader.GetVectors(""), Is.Null);
        Assert.That(reader.Header.Flags, Is.EqualTo(SegmentFlags.IntegerIds));
    }

    [Test]
    public void Build_AllKindsOfIds_ReadsBackAndFindsEach()
    {
        TestSegment segment = TestSegment.Build(
            new TestRow(TestKey.Of(0), 1),
            new TestRow(TestKey.Of(long.MinValue), 2),
            new TestRow(TestKey.Of(long.MaxValue), 3),
            new TestRow(TestKey.Of(-1), 3),
            new TestRow(TestKey.Of(""), 4),
            new TestRow(TestKey.Of("naïve 🐟"), 5),
            new TestRow(TestKey.Of(new string('x', 512)), 6),
            new TestRow(TestKey.Of(new Guid("6f9619ff-8b86-d011-b42d-00cf4fc964ff")), 7),
            new TestRow(TestKey.Of(Guid.Empty), 8));

        segment.AssertHolds(segment.Open());
    }

    [Test]
    public void Build_RowsOfSeveralSources_TakesThemInTheGivenOrder()
    {
        TestRows first = new(Enumerable.Range(0, 10).Select(id => Row(id, id + 1f, 2)), maxRunLength: 4);
        TestRows second = new(Enumerable.Range(10, 7).Select(id => Row(id, -id, 0.5f)), maxRunLength: 100);
        RowLocation[] order =
        [
            new(1, 3), new(1, 4), new(1, 5), new(0, 9), new(0, 0), new(0, 1), new(0, 2), new(0, 3), new(0, 4),
            new(1, 0), new(0, 6), new(1, 1), new(1, 2),
        ];

        TestSegment segment = TestSegment.Build([first, second], order);

        segment.AssertHolds(segment.Open());
    }

    [Test]
    public void Build_FromASegment_ReadsBack()
    {
        TestSegment inner = TestSegment.Build(
            Row(1, 1, 2), null, Row(2, 3, 4), new TestRow(TestKey.Of("text"), 9), null, Row(5, 0, 0));
        RowLocation[] order = [new(0, 3), new(0, 2), RowLocation.Padding, new(0, 0)];
        SegmentSpec spec = TestSegment.CreateSpec([new TestRows(inner.Rows)]);
        SegmentBuilder builder = new(spec, [inner.Open()], order);

        byte[] bytes = TestSegment.Concatenate(builder.Build());

        TestSegment expected = TestSegment.Build(inner.Rows[3], inner.Rows[2], null, inner.Rows[0]);
        Assert.That(bytes, Is.EqualTo(expected.Bytes));
    }

    [Test]
    public void Build_PaddedRows_MarksThemAndKeepsThemOutOfLookups()
    {
        TestRow?[] rows = [.. Enumerable.Range(0, 96).Select(id => id % 32 < 20 ? Row(id, id, 1) : null)];

        TestSegment segment = TestSegment.Build(rows);

        SegmentReader reader = segment.Open();
        segment.AssertHolds(reader);
        Assert.That(reader.DocumentCount, Is.EqualTo(60));
        Assert.That(reader.Header.Flags.HasFlag(SegmentFlags.Padded), Is.True);
        Assert.That(TestSegment.FindAll(reader, TestKey.Of(0)), Is.EqualTo([0]));
        Assert.That(reader.GetVectors("")!.HasVector(20), Is.False);
    }

    [Test]
    public void Build_SomeVectorsMissingInSeveralFields_KeepsTheirPresence()
    {
        TestSegment segment = TestSegment.Build(
            new TestRow(TestKey.Of(1), 1, ("title", [1, 2, 3]), ("body", [4])),
            new TestRow(TestKey.Of(2), 1, ("body", [5])),
            new TestRow(TestKey.Of(3), 2, ("title", [6, 7, 8]), ("body", [9])),
            new TestRow(TestKey.Of(4), 2, ("body", [10]), ("rare", [-1, -2])));

        SegmentReader reader = segment.Open();

        segment.AssertHolds(reader);
        Assert.That(reader.GetVectors("body")!.Presence.IsEmpty, Is.True);
        Assert.That(reader.GetVectors("title")!.Presence.ToArray(), Is.EqualTo([0b0101UL]));
        Assert.That(reader.GetVectors("rare")!.Presence.ToArray(), Is.EqualTo([0b1000UL]));
    }

    [Test]
    public void Build_Attributes_ReadsThemBack()
    {
        TestSegment segment = TestSegment.Build(
            new TestRow(TestKey.Of(1), 1) { Attributes = [("year", ColumnValue.FromInt64(1999))] },
            null,
            new TestRow(TestKey.Of(2), 2)
            {
                Attributes = [("tags", ColumnValue.FromArray(["a", "b"])), ("title", ColumnValue.FromString("x"))],
            },
            new TestRow(TestKey.Of(3), 3) { Attributes = [("year", ColumnValue.FromInt64(2001))] });

        SegmentReader reader = segment.Open();

        segment.AssertHolds(reader);
        SegmentVerifier.Verify(reader);
        Assert.That(reader.GetColumn("colour"), Is.Null);
    }

    [Test]
    public void Build_AttributesThatOnlyUnchosenRowsHave_MakesNoSection()
    {
        TestRows source = new(
        [
            new TestRow(TestKey.Of(1), 1) { Attributes = [("year", ColumnValue.FromInt64(1999))] },
            new TestRow(TestKey.Of(2), 2),
        ]);

        TestSegment segment = TestSegment.Build([source], [new(0, 1)]);

        segment.AssertHolds(segment.Open());
        Assert.That(segment.Open().Header.Find(SectionKind.Attributes), Is.Null);
    }

    [Test]
    public void Build_FieldThatOnlyUnchosenRowsHave_IsLeftOut()
    {
        TestRows source = new([new TestRow(TestKey.Of(1), 1, ("a", [1])), new TestRow(TestKey.Of(2), 1, ("b", [2]))]);

        TestSegment segment = TestSegment.Build([source], [new(0, 1)]);

        segment.AssertHolds(segment.Open());
        Assert.That(segment.Open().GetVectors("a"), Is.Null);
    }

    [Test]
    public void Find_ManyTextsOfOneHash_TellsThemApart()
    {
        TestRow[] rows = [.. Enumerable.Range(0, 50).Select(n => new TestRow(TestKey.Forced(42, $"id {n}"), n))];
        TestSegment segment = TestSegment.Build([.. rows, new TestRow(TestKey.Of(42), 60)]);

        SegmentReader reader = segment.Open();

        segment.AssertHolds(reader);
        for (int n = 0; n < 50; n++)
        {
            Assert.That(TestSegment.FindAll(reader, rows[n].Key), Is.EqualTo([n]));
        }

        Assert.That(TestSegment.FindAll(reader, TestKey.Of(42)), Is.EqualTo([50]));
        Assert.That(TestSegment.FindAll(reader, TestKey.Forced(42, "id 50")), Is.Empty);
    }

    [Test]
    public void Find_SeveralRowsOfOneId_GivesAll()
    {
        TestSegment segment = TestSegment.Build(
            new TestRow(TestKey.Of("a"), 1), new TestRow(TestKey.Of("b"), 2), new TestRow(TestKey.Of("a"), 3));

        Assert.That(TestSegment.FindAll(segment.Open(), TestKey.Of("a")), Is.EquivalentTo([0, 2]));
    }

    [Test]
    public void TryFind_IdThatIsNotThere_FindsNothing()
    {
        TestRow[] rows = [.. Enumerable.Range(0, 3000).Select(n => new TestRow(TestKey.Of(n * 2), n))];
        SegmentReader reader = TestSegment.Build([.. rows, new TestRow(TestKey.Of("a"), 1)]).Open();

        for (int id = -1; id < 6002; id += 2)
        {
            Assert.That(reader.TryFind(TestKey.Of(id).Key, out int ordinal), Is.False);
            Assert.That(ordinal, Is.EqualTo(-1));
            Assert.That(reader.TryFind(TestKey.Of($"{id}").Key, out _), Is.False);
        }
    }

    [Test]
    public void TryFind_WhenWarm_AllocatesNothing()
    {
        TestRow[] rows = [.. Enumerable.Range(0, 1000).Select(n => new TestRow(TestKey.Of($"id {n}"), n))];
        SegmentReader reader = TestSegment.Build(rows).Open();
        int found = 0;
        Look();

        long before = GC.GetAllocatedBytesForCurrentThread();
        Look();
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.That(found, Is.EqualTo(2000));
        Assert.That(allocated, Is.Zero);

        void Look()
        {
            foreach (TestRow row in rows)
            {
                found += reader.TryFind(row.Key.Key, out int ordinal) && reader.GetSequence(ordinal) >= 0 ? 1 : 0;
            }
        }
    }

    [TestCase(64 * 1024)]
    [TestCase(192 * 1024)]
    [TestCase(4 * 1024 * 1024)]
    public void Build_ChunksOfAnySize_GiveTheSameBytes(int chunkSizeBytes)
    {
        TestSegment segment = BuildLarge();

        byte[] bytes = TestSegment.Concatenate(segment.Builder.Build(chunkSizeBytes));

        Assert.That(bytes, Has.Length.GreaterThan(1_500_000));
        Assert.That(bytes.AsSpan().SequenceEqual(segment.Bytes), Is.True);
    }

    [Test]
    public void Build_ManyVectors_AllocatesFarLessThanTheyTake()
    {
        float[] vector = new float[1000];
        TestSegment source = TestSegment.Build(
            [.. Enumerable.Range(0, 8000).Select(n => new TestRow(TestKey.Of(n), n, ("", vector)))]);
        SegmentReader reader = source.Open();
        RowLocation[] order = [.. Enumerable.Range(0, 8000).Select(n => new RowLocation(0, n))];
        SegmentSpec spec = new(TestSegment.Identity, TestSegment.FieldsOf(source.Rows), []);
        long before = GC.GetAllocatedBytesForCurrentThread();

        long sizeBytes = new SegmentBuilder(spec, [reader], order).Build().Sum(chunk => (long)chunk.Length);

        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.That(sizeBytes, Is.GreaterThan(32_000_000));
        Assert.That(allocated, Is.LessThan(2_000_000)); // A chunk, 16 bytes a row, and small things.
    }

    [Test]
    public void Read_ByManyThreadsAtOnce_AnswersRight()
    {
        TestSegment segment = BuildLarge();
        for (int round = 0; round < 10; round++)
        {
            SegmentReader reader = segment.Open();

            Parallel.For(0, 8, thread =>
            {
                for (int n = 0; n < reader.RowCount; n++)
                {
                    int ordinal = (n + (thread * 500)) % reader.RowCount;
                    TestRow row = segment.Rows[ordinal]!;
                    bool isRight = reader.TryFind(row.Key.Key, out int found)
                        && found == ordinal
                        && reader.GetVectors("")!.GetVector(ordinal).SequenceEqual(row.GetVector(""));
                    Assert.That(isRight, Is.True, $"row {ordinal}");
                }
            });
        }
    }

    [Test]
    public void Build_ManyBlocks_ReadsBack()
    {
        TestSegment segment = BuildLarge();

        segment.AssertHolds(segment.Open());
    }

    [TestCase(0, 4)]
    [TestCase(3, 1)]
    [TestCase(-1, 1)]
    [TestCase(0, -1)]
    [TestCase(1 << 29, 1)] // Times 8 bytes, it wraps around to 0.
    public void GetRun_OutsideTheRows_Throws(int first, int count)
    {
        SegmentReader reader = TestSegment.Build(Row(1, 1, 2), Row(2, 3, 4), Row(3, 5, 6)).Open();

        Assert.That(
            () => reader.GetVectors("")!.GetRun(first, count).Length, Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(
            () => reader.GetVectors("")!.GetNorms(first, count).Length, Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void Summary_OfABuiltSegment_IsThatOfItsReader()
    {
        TestSegment segment = TestSegment.Build(
            new TestRow(TestKey.Of(3), 12), null, new TestRow(TestKey.Of("x"), 10), new TestRow(TestKey.Of(-3), 11));

        SegmentSummary summary = segment.Builder.Summary;

        Assert.That(summary, Is.EqualTo(SegmentSummary.Of(segment.Open().Header)));
        Assert.That(summary.SizeBytes, Is.EqualTo(segment.Bytes.Length));
        Assert.That((summary.RowCount, summary.DocumentCount), Is.EqualTo((4, 3)));
        Assert.That((summary.FirstSequence, summary.LastSequence), Is.EqualTo((10, 12)));
        UInt128 sum = RowIdentity.Of(3, 12)
            + RowIdentity.Of(TestKey.Of("x").Hash, 10)
            + RowIdentity.Of(unchecked((ulong)-3), 11);
        Assert.That(summary.RowSum, Is.EqualTo(sum));
    }

    [Test]
    public void Build_NoDocument_IsRefused()
    {
        SegmentSpec spec = new(TestSegment.Identity, [], []);

        Assert.That(() => new SegmentBuilder(spec, [], []), Throws.ArgumentException);
        Assert.That(() => new SegmentBuilder(spec, [], [RowLocation.Padding]), Throws.ArgumentException);
    }

    [Test]
    public void Build_VectorsOfOtherDimensions_AreRefused()
    {
        SegmentSpec spec = new(TestSegment.Identity, [new SegmentVectorField("", 3)], []);

        Assert.That(
            () => new SegmentBuilder(spec, [new TestRows([Row(1, 1, 2)])], [new(0, 0)]),
            Throws.ArgumentException.With.Message.Contains("2 dimensions, expected 3"));
    }

    private static TestRow Row(int id, float x, float y) => new(TestKey.Of(id), id + 1, ("", [x, y]));

    /// <summary>More than a chunk: rows of 100 dimensions, so that they lie across the borders of blocks.</summary>
    private static TestSegment BuildLarge()
    {
        Random random = new(7);
        TestRow[] rows = [.. Enumerable.Range(0, 4000).Select(n => new TestRow(
            n % 3 == 0 ? TestKey.Of(n) : TestKey.Of($"document {n}"),
            n,
            ("", [.. Enumerable.Range(0, 100).Select(_ => random.NextSingle())]))
        {
            Attributes = [("n", ColumnValue.FromInt64(n)), ("text", ColumnValue.FromString($"text of {n}"))],
        })];
        RowLocation[] order =
            [.. Enumerable.Range(0, 4000).Select(n => n % 50 == 0 ? new(1, n / 50) : new RowLocation(0, n))];
        return TestSegment.Build([new TestRows(rows, 1000), new TestRows(rows.Where((_, n) => n % 50 == 0))], order);
    }
}
