using NUnit.Framework;
using Tidepool.Index.Binary;
using Tidepool.Index.Distance;

namespace Tidepool.Tests.Index.Binary;

internal sealed class NativeArrayTests
{
    /// <summary>On either side of each way to come by memory.</summary>
    private static readonly int[] s_lengths =
    [
        0, 1, (1 << 18) - 1, 1 << 18, (1 << 18) + 1, 1 << 23, (1 << 23) + 1,
    ];

    [TestCaseSource(nameof(s_lengths))]
    public void GetSpan_OfAnyLength_HoldsWhatIsWritten(int length)
    {
        using var array = new NativeArray<int>(length);
        using var other = new NativeArray<int>(length);

        Fill(array.GetSpan(), 3);
        Fill(other.GetSpan(), 5);

        Assert.That(array.Length, Is.EqualTo(length));
        Assert.That(FindOther(array.GetSpan(), 3), Is.EqualTo(-1));
        Assert.That(FindOther(array.Memory.Span, 3), Is.EqualTo(-1));
        Assert.That(FindOther(other.GetSpan(), 5), Is.EqualTo(-1));
    }

    [TestCaseSource(nameof(s_lengths))]
    public void GetSpan_OfAnyLength_BeginsAtACacheLine(int length)
    {
        using var array = new NativeArray<float>(length + CacheLine.Floats);

        Span<float> aligned = CacheLine.Align(array.GetSpan(), length + 1);

        Assert.That(array.GetSpan().Overlaps(aligned, out int offset), Is.True);
        Assert.That(offset, Is.Zero);
    }

    [TestCaseSource(nameof(s_lengths))]
    public void GetSpan_AfterFree_Throws(int length)
    {
        var array = new NativeArray<int>(length);
        Memory<int> memory = array.Memory;

        array.Free();
        array.Free();

        Assert.That(() => array.GetSpan().Length, Throws.InstanceOf<ObjectDisposedException>());
        Assert.That(() => memory.Span.Length, Throws.InstanceOf<ObjectDisposedException>());
    }

    [TestCase(8 << 20, Description = "a chunk of a memtable")]
    [TestCase(64 << 20, Description = "the codes of an index")]
    [Platform("Linux")]
    public void Free_OfMuch_GivesTheMemoryToTheSystem(int sizeBytes)
    {
        const long TotalBytes = 256L << 20;
        NativeArray<byte>[] arrays = [.. Enumerable.Range(0, (int)(TotalBytes / sizeBytes))
            .Select(_ => new NativeArray<byte>(sizeBytes))];
        NativeArray<byte> last = arrays[^1];
        Array.ForEach(arrays, array => array.GetSpan().Fill(1));
        long before = Environment.WorkingSet;

        // The last one stays, as the newest chunk does.
        Array.ForEach(arrays[..^1], array => array.Free());

        // Other tests may take some meanwhile.
        Assert.That(Environment.WorkingSet, Is.LessThan(before - (TotalBytes / 2)));
        Assert.That(last.GetSpan()[^1], Is.EqualTo(1));
        last.Free();
    }

    [Test]
    public void Add_Value_FillsWithIt()
    {
        using var arrays = new NativeArrays();

        NativeArray<int> array = arrays.Add(100_000, -1);

        Assert.That(array.GetSpan().ContainsAnyExcept(-1), Is.False);
    }

    [Test]
    public void Dispose_OfSeveral_FreesEach()
    {
        var arrays = new NativeArrays();
        NativeArray<byte> one = arrays.Add(10, (byte)0);
        NativeArray<byte> other = arrays.Add(1 << 20, (byte)0);

        arrays.Dispose();

        Assert.That(() => one.GetSpan().Length, Throws.InstanceOf<ObjectDisposedException>());
        Assert.That(() => other.GetSpan().Length, Throws.InstanceOf<ObjectDisposedException>());
    }

    private static void Fill(Span<int> values, int step)
    {
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = unchecked(i * step);
        }
    }

    private static int FindOther(ReadOnlySpan<int> values, int step)
    {
        for (int i = 0; i < values.Length; i++)
        {
            if (values[i] != unchecked(i * step))
            {
                return i;
            }
        }

        return -1;
    }
}
