using NUnit.Framework;
using Tidepool.Index.Bitmaps;

namespace Tidepool.Tests.Index.Bitmaps;

public sealed class RowBitmapTests
{
    private static readonly int[] s_sizes = [0, 1, 63, 64, 65, 127, 128, 1_000, 1_024, 4_097];

    [TestCaseSource(nameof(s_sizes))]
    public void Operations_OfRandomSets_AgreeWithHashSets(int rowCount)
    {
        var random = new Random(rowCount + 1);
        (RowBitmap left, HashSet<int> leftSet) = CreateRandom(random, rowCount);
        (RowBitmap right, HashSet<int> rightSet) = CreateRandom(random, rowCount);

        AssertIsSet(Apply(left, bitmap => bitmap.And(right)), leftSet.Intersect(rightSet), rowCount);
        AssertIsSet(Apply(left, bitmap => bitmap.AndNot(right)), leftSet.Except(rightSet), rowCount);
        AssertIsSet(Apply(left, bitmap => bitmap.Or(right)), leftSet.Union(rightSet), rowCount);
        AssertIsSet(Apply(left, bitmap => bitmap.Not()), Enumerable.Range(0, rowCount).Except(leftSet), rowCount);
        AssertIsSet(Apply(left, bitmap => bitmap.SetAll()), Enumerable.Range(0, rowCount), rowCount);
        AssertIsSet(left, leftSet, rowCount);
    }

    [Test]
    public void Reset_ToFewerAndMoreRows_LeavesNoBits()
    {
        var bitmap = new RowBitmap(200);
        bitmap.SetAll();

        bitmap.Reset(100);
        AssertIsSet(bitmap, [], 100);

        bitmap.SetAll();
        bitmap.Reset(150);
        AssertIsSet(bitmap, [], 150);
    }

    [Test]
    public void Reset_WithinTheMemoryOfBefore_AllocatesNothing()
    {
        var bitmap = new RowBitmap(10_000);
        long before = GC.GetAllocatedBytesForCurrentThread();

        for (int rowCount = 10_000; rowCount > 0; rowCount -= 1_000)
        {
            bitmap.Reset(rowCount);
            bitmap.SetAll();
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    [Test]
    public void Clear_OfOneOrdinal_LeavesTheOthers()
    {
        var bitmap = new RowBitmap(130);
        bitmap.SetAll();

        bitmap.Clear(64);

        AssertIsSet(bitmap, Enumerable.Range(0, 130).Where(ordinal => ordinal != 64), 130);
    }

    [TestCase(-1)]
    [TestCase(100)]
    [TestCase(127)]
    [TestCase(int.MaxValue)]
    public void Access_OutsideTheRows_Throws(int ordinal)
    {
        var bitmap = new RowBitmap(100);

        Assert.That(() => bitmap.Set(ordinal), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => bitmap.Clear(ordinal), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => bitmap[ordinal], Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void And_OfAnotherSize_Throws()
    {
        var bitmap = new RowBitmap(100);

        Assert.That(() => bitmap.And(new RowBitmap(101)), Throws.ArgumentException);
        Assert.That(() => bitmap.AndNot(new RowBitmap(101)), Throws.ArgumentException);
        Assert.That(() => bitmap.Or(new RowBitmap(101)), Throws.ArgumentException);
    }

    private static void AssertIsSet(RowBitmap bitmap, IEnumerable<int> expected, int rowCount)
    {
        int[] ordinals = [.. expected.Order()];
        var found = new List<int>();
        foreach (int ordinal in bitmap)
        {
            found.Add(ordinal);
        }

        Assert.That(found, Is.EqualTo(ordinals));
        Assert.That(bitmap.RowCount, Is.EqualTo(rowCount));
        Assert.That(bitmap.Count(), Is.EqualTo(ordinals.Length)); // Also: no bit past the rows.
        Assert.That(bitmap.Words.Length, Is.EqualTo((rowCount + 63) / 64));
        foreach (int ordinal in Enumerable.Range(0, rowCount))
        {
            Assert.That(bitmap[ordinal], Is.EqualTo(Array.BinarySearch(ordinals, ordinal) >= 0));
        }
    }

    private static (RowBitmap Bitmap, HashSet<int> Set) CreateRandom(Random random, int rowCount)
    {
        var bitmap = new RowBitmap(rowCount);
        var set = new HashSet<int>();
        for (int i = 0; i < rowCount / 2; i++)
        {
            int ordinal = random.Next(rowCount);
            bitmap.Set(ordinal);
            set.Add(ordinal);
        }

        return (bitmap, set);
    }

    private static RowBitmap Apply(RowBitmap bitmap, Action<RowBitmap> operation)
    {
        var copy = new RowBitmap();
        copy.CopyFrom(bitmap);
        operation(copy);
        return copy;
    }
}
