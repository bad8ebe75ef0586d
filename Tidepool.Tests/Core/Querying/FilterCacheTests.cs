using NUnit.Framework;
using Tidepool.Index.Attributes;
using Tidepool.Index.Bitmaps;
using Tidepool.Segments;
using Tidepool.Snapshots;

namespace Tidepool.Tests.Core.Querying;

internal sealed class FilterCacheTests
{
    [Test]
    public void Select_TheSameFilterAgain_IsTheSameAnswer()
    {
        var cache = new FilterCache(1 << 20);
        SegmentHandle segment = QuerySegments.Open(300);
        SnapshotSource source = QuerySegments.Source(segment);

        RowSelection first = cache.Select(source, Below(100), new RowBitmap());
        RowSelection again = cache.Select(QuerySegments.Source(segment), Below(100), new RowBitmap());

        Assert.That(first.Count, Is.EqualTo(67), "less padding");
        Assert.That(first.Words.Span.Overlaps(again.Words.Span), Is.True, "it was kept");
        Assert.That(again.Count, Is.EqualTo(67));
        Assert.That(cache.Select(source, Below(101), new RowBitmap()).Count, Is.EqualTo(68));
        Assert.That(cache.Select(source, Below(10), new RowBitmap()).Count, Is.EqualTo(7));
    }

    [Test]
    public void Select_AfterADelete_LeavesTheDeadOut()
    {
        var cache = new FilterCache(1 << 20);
        SegmentHandle segment = QuerySegments.Open(300);
        cache.Select(QuerySegments.Source(segment), Below(10), new RowBitmap());

        RowSelection selected = cache.Select(QuerySegments.Source(segment, 3, 200), Below(10), new RowBitmap());

        Assert.That(Ordinals(selected), Is.EqualTo([0, 1, 4, 6, 7, 9]));
        Assert.That(selected.Count, Is.EqualTo(6));
        Assert.That(
            Ordinals(cache.Select(QuerySegments.Source(segment), Below(10), new RowBitmap())),
            Is.EqualTo([0, 1, 3, 4, 6, 7, 9]),
            "the older snapshot is as it was");
    }

    [Test]
    public void Select_MoreThanFits_ForgetsWhatWasUsedLongestAgo()
    {
        var cache = new FilterCache(capacityBytes: 600);
        SnapshotSource source = QuerySegments.Source(QuerySegments.Open(300));
        RowSelection first = cache.Select(source, Below(1), new RowBitmap());
        RowSelection second = cache.Select(source, Below(2), new RowBitmap());
        cache.Select(source, Below(1), new RowBitmap());

        cache.Select(source, Below(3), new RowBitmap());

        Assert.That(cache.SizeBytes, Is.LessThanOrEqualTo(600));
        Assert.That(IsKept(Below(1), first), Is.True);
        Assert.That(IsKept(Below(2), second), Is.False);

        bool IsKept(Predicate filter, RowSelection known) =>
            cache.Select(source, filter, new RowBitmap()).Words.Span.Overlaps(known.Words.Span);
    }

    [Test]
    public void Select_SegmentIsClosed_ForgetsWhatItKnewOfIt()
    {
        var cache = new FilterCache(1 << 20);
        SegmentHandle gone = QuerySegments.Open(300);
        SegmentHandle other = QuerySegments.Open(300);
        cache.Select(QuerySegments.Source(other), Below(10), new RowBitmap());
        long sizeBytes = cache.SizeBytes;
        cache.Select(QuerySegments.Source(gone), Below(10), new RowBitmap());
        cache.Select(QuerySegments.Source(gone, 3), Below(20), new RowBitmap());
        gone.TryPin();

        gone.Unpin();
        Assert.That(cache.SizeBytes, Is.GreaterThan(sizeBytes), "somebody still reads it");
        gone.Unpin();

        Assert.That(cache.SizeBytes, Is.EqualTo(sizeBytes));
        Assert.That(cache.SegmentCount, Is.EqualTo(1));
    }

    [Test]
    public void Select_OfAClosedSegment_KeepsNothing()
    {
        var cache = new FilterCache(1 << 20);
        SegmentHandle segment = QuerySegments.Open(300);
        cache.Select(QuerySegments.Source(segment), Below(20), new RowBitmap());
        segment.Unpin();

        RowSelection selected = cache.Select(QuerySegments.Source(segment, 3), Below(10), new RowBitmap());

        Assert.That(Ordinals(selected), Is.EqualTo([0, 1, 4, 6, 7, 9]));
        Assert.That(cache.SizeBytes, Is.Zero);
        Assert.That(cache.SegmentCount, Is.Zero);
    }

    [Test]
    public void Select_WhileSegmentsAreClosed_KeepsNothingOfThem()
    {
        var cache = new FilterCache(1 << 20);
        for (int round = 0; round < 300; round++)
        {
            SegmentHandle segment = QuerySegments.Open(30);
            Parallel.For(0, 4, user =>
            {
                if (user == 1)
                {
                    segment.Unpin();
                    return;
                }

                for (int filter = 0; filter < 5; filter++)
                {
                    cache.Select(QuerySegments.Source(segment, user), Below(filter), new RowBitmap());
                }
            });

            Assert.That(cache.SizeBytes, Is.Zero);
            Assert.That(cache.SegmentCount, Is.Zero);
        }
    }

    [Test]
    public void Select_AfterManyDeletes_KeepsTheLivingRowsOfTheNewestSourceOnly()
    {
        var cache = new FilterCache(1 << 20);
        SegmentHandle segment = QuerySegments.Open(300);
        cache.Select(QuerySegments.Source(segment, 0), Below(10), new RowBitmap());
        long sizeBytes = cache.SizeBytes;

        for (int last = 1; last < 100; last++)
        {
            cache.Select(
                QuerySegments.Source(segment, [.. Enumerable.Range(0, last)]), Below(10), new RowBitmap());
        }

        Assert.That(cache.SizeBytes, Is.EqualTo(sizeBytes));
    }

    [Test]
    public void Select_OfAnOlderSnapshot_LeavesWhatIsKeptOfTheNewest()
    {
        var cache = new FilterCache(1 << 20);
        SegmentHandle segment = QuerySegments.Open(300);
        SnapshotSource older = QuerySegments.Source(segment, 3);
        SnapshotSource newest = QuerySegments.Source(segment, 3, 6);
        RowSelection first = cache.Select(newest, Below(10), new RowBitmap());
        var scratch = new RowBitmap(300);

        RowSelection selected = cache.Select(older, Below(10), scratch);

        Assert.That(Ordinals(selected), Is.EqualTo([0, 1, 4, 6, 7, 9]));
        Assert.That(selected.Count, Is.EqualTo(6));
        Assert.That(selected.Words.Span.Overlaps(scratch.Words), Is.True, "it was not");
        RowSelection again = cache.Select(newest, Below(10), new RowBitmap());
        Assert.That(again.Words.Span.Overlaps(first.Words.Span), Is.True, "it was kept");
    }

    [Test]
    public void Select_ByManyThreads_IsAlwaysRight()
    {
        var cache = new FilterCache(capacityBytes: 3_000);
        SegmentHandle segment = QuerySegments.Open(300);
        Parallel.For(0, 2_000, i =>
        {
            int below = i % 30;
            int dead = i % 7;
            RowSelection selected = cache.Select(
                QuerySegments.Source(segment, dead), Below(below), new RowBitmap());

            int[] expected = [.. Enumerable.Range(0, below).Where(row => row % 3 != 2 && row != dead)];
            Assert.That(Ordinals(selected), Is.EqualTo(expected));
            Assert.That(selected.Count, Is.EqualTo(expected.Length));
        });
        Assert.That(cache.SizeBytes, Is.LessThanOrEqualTo(3_000));
    }

    private static Predicate Below(long value) => Predicate.Less("value", ColumnValue.FromInt64(value));

    private static List<int> Ordinals(RowSelection selection)
    {
        List<int> ordinals = [];
        foreach (int ordinal in selection)
        {
            ordinals.Add(ordinal);
        }

        return ordinals;
    }
}
