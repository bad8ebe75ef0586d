using NUnit.Framework;
using Tidepool.Index.Attributes;
using Tidepool.Index.Binary;

namespace Tidepool.Tests.Index.Attributes;

/// <summary>Checksums lie elsewhere: here a damaged section may open, but whatever opens stays in bounds.</summary>
public sealed class AttributeCorruptionTests
{
    private const int MaxAllocatedBytes = 1 << 20;

    [TestCaseSource(typeof(RandomValues), nameof(RandomValues.AllTypes))]
    public void Section_WithOneByteChanged_IsRefusedOrReadSafely(object columnType)
    {
        byte[] section = AttributeReading.MakeSection([(ColumnType)columnType], 70);
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
        byte[] section = AttributeReading.MakeSection([(ColumnType)columnType], 70);
        for (int length = 0; length < section.Length; length++)
        {
            Assert.That(ReadAll(section[..length]), Is.False, $"{length} of {section.Length} bytes");
        }
    }

    [Test]
    public void Section_WithManyBytesChanged_IsRefusedOrReadSafely([Range(1, 20)] int seed)
    {
        var random = new Random(seed);
        byte[] section = AttributeReading.MakeSection(RandomValues.AllTypes, 70);
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
            AttributeReading.ReadAll(bytes);
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
}
