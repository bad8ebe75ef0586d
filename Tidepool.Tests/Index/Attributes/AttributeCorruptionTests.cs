using NUnit.Framework;
using Tidepool.Index.Attributes;
using Tidepool.Index.Binary;
using Tidepool.Index.Bitmaps;

namespace Tidepool.Tests.Index.Attributes;

/// <summary>Checksums lie elsewhere: here a damaged section may open, but whatever opens stays in bounds.</summary>
public sealed class AttributeCorruptionTests
{
    private const int MaxAllocatedBytes = 1 << 20;

    private static readonly Predicate[] s_conditions = [.. RandomValues.AllTypes.SelectMany(CreateConditions)];

    [TestCaseSource(typeof(RandomValues), nameof(RandomValues.AllTypes))]
    public void Section_WithOneByteChanged_IsRefusedOrReadSafely(object columnType)
    {
        byte[] section = CreateSection((ColumnType)columnType);
        int refusedCount = 0;
        for (int i = 0; i < section.Length; i++)
        {
            foreach (byte change in (byte[])[0x01, 0x10, 0x80, 0xFF])
            {
                section[i] ^= change;
                refusedCount += ReadAll(section) ? 0 : 1;
                section[i] ^= change;
            }
        }

        Assert.That(refusedCount, Is.GreaterThan(4 * AttributeFormat.HeaderSizeBytes / 2));
        Assert.That(ReadAll(section), Is.True);
    }

    [TestCaseSource(typeof(RandomValues), nameof(RandomValues.AllTypes))]
    public void Section_CutShort_IsRefused(object columnType)
    {
        byte[] section = CreateSection((ColumnType)columnType);
        for (int length = 0; length < section.Length; length++)
        {
            Assert.That(ReadAll(section[..length]), Is.False, $"{length} of {section.Length} bytes");
        }
    }

    [Test]
    public void Section_WithManyBytesChanged_IsRefusedOrReadSafely([Range(1, 20)] int seed)
    {
        var random = new Random(seed);
        byte[] section = CreateSection(RandomValues.AllTypes);
        int directorySize = AttributeFormat.HeaderSizeBytes
            + (RandomValues.AllTypes.Length * AttributeFormat.EntrySizeBytes);
        for (int round = 0; round < 500; round++)
        {
            byte[] damaged = [.. section];
            for (int i = random.Next(1, 5); i > 0; i--)
            {
                // Mostly counts and offsets of the directory; mostly small or extreme numbers.
                int position = random.Next(2) == 0 ? random.Next(damaged.Length)
                    : AttributeFormat.HeaderSizeBytes + random.Next(directorySize - AttributeFormat.HeaderSizeBytes);
                damaged[position] = (byte)(random.Next(3) switch
                {
                    0 => random.Next(4),
                    1 => 255 - random.Next(4),
                    _ => random.Next(256),
                });
            }

            ReadAll(damaged);
        }
    }

    /// <summary>Reads every value and evaluates conditions of every kind; false when the section is refused.</summary>
    private static bool ReadAll(byte[] bytes)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            AttributeSection section = SectionCases.Open(bytes);
            var result = new RowBitmap();
            foreach (ColumnDefinition definition in section.Columns)
            {
                AttributeColumn column = section.GetColumn(definition.Name)!;
                for (int ordinal = 0; ordinal < column.RowCount; ordinal++)
                {
                    _ = column.GetValue(ordinal);
                }

            }

            foreach (Predicate predicate in s_conditions)
            {
                PredicateEvaluator.Evaluate(predicate, section, section.RowCount, result);
            }

            return true;
        }
        catch (SegmentFormatException refused)
        {
            Assert.That(refused.Offset, Is.InRange(0, bytes.Length));
            return false;
        }
        finally
        {
            Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(MaxAllocatedBytes));
        }
    }

    private static IEnumerable<Predicate> CreateConditions(ColumnType column)
    {
        string name = column.ToString();
        yield return Predicate.IsNull(name);
        yield return Predicate.StartsWith(name, "a");
        yield return Predicate.Glob(name, "*b?");
        var values = new RandomValues(new Random(7));
        foreach (ColumnType type in RandomValues.AllTypes)
        {
            ColumnValue value = values.Next(type);
            yield return Predicate.In(name, value, values.Next(type), values.Next(type));
            yield return Predicate.LessOrEqual(name, value);
            yield return Predicate.ContainsAny(name, value, values.Next(type));
        }
    }

    private static byte[] CreateSection(params ColumnType[] types)
    {
        var values = new RandomValues(new Random(5));
        (string, ColumnType, ColumnValue[])[] columns = [.. types.Select(type => (
            type.ToString(),
            type,
            Enumerable.Range(0, 70).Select(i => i % 5 == 3 ? default : values.Next(type)).ToArray()))];
        return SectionCases.Encode(new TestTable(70, columns));
    }
}
