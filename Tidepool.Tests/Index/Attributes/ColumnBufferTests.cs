using NUnit.Framework;
using Tidepool.Index.Attributes;
using Tidepool.Index.Bitmaps;

namespace Tidepool.Tests.Index.Attributes;

public sealed class ColumnBufferTests
{
    [TestCaseSource(typeof(RandomValues), nameof(RandomValues.AllTypes))]
    public void View_AfterEverySet_KeepsItsRowsForGood(object columnType)
    {
        var type = (ColumnType)columnType;
        var random = new Random(1);
        ColumnValue[] values = TestTable.CreateValues(new RandomValues(random), type, 700);
        var buffer = new ColumnBuffer(type);
        var views = new List<AttributeColumn>();
        for (int ordinal = 0; ordinal < values.Length; ordinal++)
        {
            if (random.Next(2) == 0 || !values[ordinal].IsNull)
            {
                buffer.Set(ordinal, values[ordinal]);
            }

            if (ordinal % 13 == 0)
            {
                views.Add(buffer.View(ordinal + 1));
            }
        }

        views.Add(buffer.View(values.Length));
        foreach (AttributeColumn view in views)
        {
            Assert.That(view.Type, Is.EqualTo(type));
            for (int ordinal = 0; ordinal < view.RowCount; ordinal++)
            {
                Assert.That(view.GetValue(ordinal), Is.EqualTo(values[ordinal]), $"row {ordinal} of {view.RowCount}");
                Assert.That(view.IsNull(ordinal), Is.EqualTo(values[ordinal].IsNull));
            }

            Assert.That(() => view.GetValue(view.RowCount), Throws.TypeOf<ArgumentOutOfRangeException>());
        }
    }

    [Test]
    public void View_OfFewerRows_HidesTheOthers()
    {
        var buffer = new ColumnBuffer(ColumnType.Boolean);
        for (int ordinal = 0; ordinal < 100; ordinal++)
        {
            buffer.SetBoolean(ordinal, true);
        }

        var result = new RowBitmap();
        var columns = new TestColumns { ["f"] = buffer.View(70) };
        PredicateEvaluator.Evaluate(Predicate.Exists("f"), columns, 70, result);

        Assert.That(result.Count(), Is.EqualTo(70));
    }

    [Test]
    public void View_OfTheSameRows_IsMadeOnce()
    {
        var buffer = new ColumnBuffer(ColumnType.Int64);
        buffer.SetInt64(0, 1);
        AttributeColumn view = buffer.View(1);

        Assert.That(buffer.View(1), Is.SameAs(view));
        buffer.SetInt64(1, 2);
        Assert.That(buffer.View(1), Is.SameAs(view), "Row 1 is no part of it.");
        Assert.That(buffer.View(2).GetValue(1), Is.EqualTo(ColumnValue.FromInt64(2)));
    }

    [Test]
    public void Set_OutOfOrderOrOfAnotherType_ThrowsAndChangesNothing()
    {
        var buffer = new ColumnBuffer(ColumnType.Int64);
        buffer.SetInt64(3, 7);

        Assert.That(() => buffer.SetInt64(3, 8), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => buffer.SetInt64(-1, 8), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => buffer.Set(4, ColumnValue.FromDouble(8)), Throws.ArgumentException);
        Assert.That(() => buffer.Set(4, ColumnValue.FromArray([8L])), Throws.ArgumentException);
        Assert.That(() => buffer.BeginArray(4), Throws.ArgumentException);
        Assert.That(buffer.Count, Is.EqualTo(4));
        Assert.That(buffer.View(4).GetValue(3), Is.EqualTo(ColumnValue.FromInt64(7)));
    }

    [Test]
    public void Set_TextThatIsNoUnicode_ThrowsAndLeavesNoTrace()
    {
        var buffer = new ColumnBuffer(ColumnType.String);
        buffer.SetString(0, "a");
        Assert.That(() => buffer.SetString(1, "b\uD800"), Throws.InstanceOf<ArgumentException>());
        Assert.That(() => buffer.SetString(1, new string('c', 300) + "\uDC00"), Throws.InstanceOf<ArgumentException>());
        Assert.That(() => buffer.SetUtf8(1, [0xC3]), Throws.InstanceOf<ArgumentException>());
        buffer.SetString(2, "d");

        AttributeColumn view = buffer.View(3);
        Assert.That(Values(view), Is.EqualTo([ColumnValue.FromString("a"), default, ColumnValue.FromString("d")]));
    }

    [Test]
    public void SetArray_WithABadElement_ThrowsAndLeavesNoTrace()
    {
        var buffer = new ColumnBuffer(ColumnType.StringArray);
        buffer.Set(0, ColumnValue.FromArray(["a", "b"]));
        foreach (string?[] bad in (string?[][])[["c", "\uD800"], ["c", null]])
        {
            Assert.That(() => buffer.Set(1, ColumnValue.FromArray(bad!)), Throws.InstanceOf<ArgumentException>());
        }

        buffer.BeginArray(1).SetUtf8(2, "never ended"u8);
        buffer.Set(2, ColumnValue.FromArray(["d"]));

        ColumnValue[] expected = [ColumnValue.FromArray(["a", "b"]), default, ColumnValue.FromArray(["d"])];
        Assert.That(Values(buffer.View(3)), Is.EqualTo(expected));
    }

    [Test]
    public void BeginArray_OfTypedElements_MakesTheArray()
    {
        var buffer = new ColumnBuffer(ColumnType.TimestampArray);
        ColumnBuffer elements = buffer.BeginArray(1);
        elements.SetTimestamp(elements.Count, 5);
        elements.SetTimestamp(elements.Count, 6);
        Assert.That(buffer.Count, Is.Zero, "The row is there when the array ends.");
        buffer.EndArray();

        DateTimeOffset[] expected = [new(5, TimeSpan.Zero), new(6, TimeSpan.Zero)];
        Assert.That(Values(buffer.View(2)), Is.EqualTo([default, ColumnValue.FromArray(expected)]));
        Assert.That(buffer.EndArray, Throws.InvalidOperationException);
    }

    [Test]
    public void Set_ScalarsWithinCapacity_AllocatesNothing()
    {
        var integers = new ColumnBuffer(ColumnType.Int64);
        var texts = new ColumnBuffer(ColumnType.String);
        Fill(0, 600); // 1,024 integers and 4 KiB of text fit from here on.
        long before = GC.GetAllocatedBytesForCurrentThread();

        Fill(600, 1_000);

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);

        void Fill(int first, int end)
        {
            for (int ordinal = first; ordinal < end; ordinal++)
            {
                integers.SetInt64(ordinal, ordinal);
                texts.SetUtf8(ordinal, "text"u8);
            }
        }
    }

    [TestCaseSource(typeof(RandomValues), nameof(RandomValues.AllTypes))]
    public void View_WhileTheWriterGoesOn_ShowsWholeRows(object columnType)
    {
        var type = (ColumnType)columnType;
        ColumnValue[] values = TestTable.CreateValues(new RandomValues(new Random(2)), type, 20_000);
        var buffer = new ColumnBuffer(type);
        int visible = 0;
        int passCount = 0;
        Task reader = Task.Run(() =>
        {
            var random = new Random(3);
            int rowCount;
            do
            {
                rowCount = Volatile.Read(ref visible);
                AttributeColumn view = buffer.View(rowCount);
                for (int i = 0; i < 200 && rowCount > 0; i++)
                {
                    // Mostly the last rows: those are written next to what the writer writes now.
                    int last = rowCount - 1 - random.Next(Math.Min(rowCount, 70));
                    int ordinal = random.Next(2) == 0 ? random.Next(rowCount) : last;
                    Assert.That(view.GetValue(ordinal), Is.EqualTo(values[ordinal]), $"row {ordinal} of {rowCount}");
                }

                Interlocked.Increment(ref passCount);
            }
            while (rowCount < values.Length);
        });

        for (int ordinal = 0; ordinal < values.Length && !reader.IsCompleted; ordinal++)
        {
            buffer.Set(ordinal, values[ordinal]);
            Volatile.Write(ref visible, ordinal + 1);
            int expectedPassCount = ordinal / 100; // The writer waits, so that neither runs without the other.
            SpinWait.SpinUntil(() => Volatile.Read(ref passCount) >= expectedPassCount || reader.IsCompleted);
        }

        Assert.That(reader.GetAwaiter().GetResult, Throws.Nothing);
    }

    private static ColumnValue[] Values(AttributeColumn column) =>
        [.. Enumerable.Range(0, column.RowCount).Select(column.GetValue)];
}
