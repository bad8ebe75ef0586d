using NUnit.Framework;
using Tidepool.Index.Bitmaps;

namespace Tidepool.Tests.Index.Bitmaps;

public sealed class PagedBitmapTests
{
    private const int Rows = (3 * PagedBitmap.PageBits) + 1_000;

    [Test]
    public void Edits_OfManyVersions_LeaveEveryVersionAsItWas([Range(1, 10)] int seed)
    {
        var random = new Random(seed);
        int rowCount = random.Next(0, Rows);
        var versions = new List<(PagedBitmap Bitmap, SortedSet<int> Set)> { (PagedBitmap.Empty(rowCount), []) };
        for (int step = 0; step < 30; step++)
        {
            (PagedBitmap start, SortedSet<int> startSet) = versions[random.Next(versions.Count)];
            PagedBitmapBuilder builder = start.Edit();
            SortedSet<int> set = [.. startSet];
            if (random.Next(3) == 0)
            {
                builder.Grow(builder.RowCount + random.Next(0, PagedBitmap.PageBits));
            }

            for (int change = random.Next(0, 20); change > 0 && builder.RowCount > 0; change--)
            {
                int ordinal = random.Next(builder.RowCount);
                Assert.That(builder[ordinal], Is.EqualTo(set.Contains(ordinal)));
                bool isChanged = random.Next(4) == 0
                    ? builder.Clear(ordinal) == set.Remove(ordinal)
                    : builder.Set(ordinal) == set.Add(ordinal);
                Assert.That(isChanged);
                Assert.That(builder.Count, Is.EqualTo(set.Count));
                if (random.Next(5) == 0)
                {
                    versions.Add((builder.Freeze(), [.. set]));
                }
            }

            versions.Add((builder.Freeze(), set));
        }

        foreach ((PagedBitmap bitmap, SortedSet<int> set) in versions)
        {
            AssertIsSet(bitmap, set);
        }
    }

    [Test]
    public void Set_OfSeveralOrdinalsOfOnePage_CopiesThePageOnce()
    {
        PagedBitmapBuilder first = PagedBitmap.Empty(Rows).Edit();
        first.Set(1);
        first.Set(PagedBitmap.PageBits + 1);
        PagedBitmap start = first.Freeze();
        PagedBitmapBuilder builder = start.Edit();
        builder.Set(2);
        long before = GC.GetAllocatedBytesForCurrentThread();
        builder.Set(3);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        PagedBitmap result = builder.Freeze();

        Assert.That(allocated, Is.Zero);
        Assert.That(result.Pages[0], Is.Not.SameAs(start.Pages[0]));
        Assert.That(result.Pages[1], Is.SameAs(start.Pages[1]));
    }

    [Test]
    public void Freeze_WithoutChange_GivesTheSameBitmap()
    {
        PagedBitmap bitmap = PagedBitmap.FromWords([5], 64);

        PagedBitmapBuilder builder = bitmap.Edit();
        builder.Set(0);
        builder.Clear(1);

        Assert.That(builder.Freeze(), Is.SameAs(bitmap));
    }

    [Test]
    public void Empty_OfManyRows_HasNoPages()
    {
        PagedBitmap bitmap = PagedBitmap.Empty(int.MaxValue);

        Assert.That(bitmap.Pages.Length, Is.Zero);
        Assert.That(bitmap[int.MaxValue - 1], Is.False);
        Assert.That(bitmap.Count, Is.Zero);
    }

    [Test]
    public void FromWords_WithBitsPastTheRows_IgnoresThem()
    {
        PagedBitmap bitmap = PagedBitmap.FromWords([ulong.MaxValue, ulong.MaxValue], 70);

        AssertIsSet(bitmap, [.. Enumerable.Range(0, 70)]);
    }

    [Test]
    public void AndNotInto_ShorterAndLongerWords_ClearsTheRowsTheyHold([Values(1, 513, 1_600)] int wordCount)
    {
        PagedBitmapBuilder builder = PagedBitmap.Empty(Rows).Edit();
        for (int ordinal = 0; ordinal < Rows; ordinal += 7)
        {
            builder.Set(ordinal);
        }

        var words = new ulong[wordCount];
        Array.Fill(words, ulong.MaxValue);
        builder.Freeze().AndNotInto(words);

        for (int bit = 0; bit < words.Length * 64; bit++)
        {
            Assert.That(BitWords.Test(words, bit), Is.EqualTo(bit >= Rows || bit % 7 != 0), $"bit {bit}");
        }
    }

    [TestCase(-1)]
    [TestCase(70)]
    public void Access_OutsideTheRows_Throws(int ordinal)
    {
        PagedBitmap bitmap = PagedBitmap.Empty(70);

        Assert.That(() => bitmap[ordinal], Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => bitmap.Edit().Set(ordinal), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => bitmap.Edit().Clear(ordinal), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    private static void AssertIsSet(PagedBitmap bitmap, SortedSet<int> set)
    {
        RowBitmap rows = bitmap.ToRowBitmap();
        var found = new List<int>();
        foreach (int ordinal in rows)
        {
            found.Add(ordinal);
        }

        Assert.That(found, Is.EqualTo(set));
        Assert.That(bitmap.Count, Is.EqualTo(set.Count));
        Assert.That(rows.RowCount, Is.EqualTo(bitmap.RowCount));
        Assert.That(set.All(ordinal => bitmap[ordinal]));
        PagedBitmap copy = PagedBitmap.FromWords(rows.Words, rows.RowCount);
        Assert.That(copy.ToRowBitmap().Words.SequenceEqual(rows.Words));
        Assert.That(copy.Count, Is.EqualTo(set.Count));
    }
}
