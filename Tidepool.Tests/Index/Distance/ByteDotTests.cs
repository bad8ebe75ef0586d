using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using NUnit.Framework;
using Tidepool.Index.Distance;
using Tidepool.Tests.Support;

namespace Tidepool.Tests.Index.Distance;

public sealed class ByteDotTests
{
    private const int MaxRows = 9; // Two groups of four and one left over.

    private static readonly int[] s_lengths = [0, 16, 32, 48, 64, 80, 112, 128, 192, 336, 768, 1536, 4096];

    private delegate void RowsKernel(ref sbyte query, ref byte rows, int length, int count, ref int sums);

    private delegate int Kernel(ref sbyte query, ref byte row, int length);

    [TestCase("Vnni")]
    [TestCase("512")]
    [TestCase("256")]
    [TestCase("128")]
    public void Path_GivesTheNumbersOfTheDefinition(string name)
    {
        (bool isSupported, Kernel one, RowsKernel many) = FindPath(name);
        Assume.That(isSupported);
        var random = new Random(5);
        foreach (int length in s_lengths.Where(length => length > 0))
        {
            byte[] rows = new byte[MaxRows * length];
            byte[] queryBytes = new byte[length];
            random.NextBytes(rows);
            random.NextBytes(queryBytes);
            sbyte[] query = [.. queryBytes.Select(value => (sbyte)value)];
            int[] sums = new int[MaxRows];

            many(ref query[0], ref rows[0], length, MaxRows, ref sums[0]);

            int[] expected = Define(query, rows, MaxRows);
            Assert.That(sums, Is.EqualTo(expected), $"{length} dimensions");
            Assert.That(one(ref query[0], ref rows[0], length), Is.EqualTo(expected[0]));
        }
    }

    [Test]
    public void Rows_BetweenGuardPages_AreTheDefinition()
    {
        var random = new Random(6);
        using var queryMemory = new GuardedMemory(1024);
        using var rowMemory = new GuardedMemory(1024 * MaxRows);
        using var sumMemory = new GuardedMemory(MaxRows);
        foreach (int length in s_lengths)
        {
            for (int count = 0; count <= MaxRows; count++)
            {
                Span<sbyte> query = MemoryMarshal.Cast<float, sbyte>(queryMemory.AtEnd(length / 4));
                Span<byte> rows = MemoryMarshal.AsBytes(rowMemory.AtEnd(length / 4 * count));
                Span<int> sums = MemoryMarshal.Cast<float, int>(sumMemory.AtEnd(count));
                random.NextBytes(MemoryMarshal.AsBytes(query));
                random.NextBytes(rows);

                ByteDot.Compute(query, rows, sums);

                Assert.That(sums.ToArray(), Is.EqualTo(Define(query, rows, count)), $"{length} dimensions");
                if (count > 0)
                {
                    Assert.That(ByteDot.Compute(query, rows[..length]), Is.EqualTo(sums[0]));
                }
            }
        }
    }

    [Test]
    public void ChosenRows_BetweenGuardPages_AreTheDefinition([Values(0, 1, 3, 4, 5, 9)] int count)
    {
        var random = new Random(7);
        using var queryMemory = new GuardedMemory(1024);
        using var rowMemory = new GuardedMemory(1024 * MaxRows);
        using var sumMemory = new GuardedMemory(MaxRows);
        foreach (int length in s_lengths.Where(length => length > 0))
        {
            Span<sbyte> query = MemoryMarshal.Cast<float, sbyte>(queryMemory.AtEnd(length / 4));
            Span<byte> rows = MemoryMarshal.AsBytes(rowMemory.AtEnd(length / 4 * MaxRows));
            Span<int> sums = MemoryMarshal.Cast<float, int>(sumMemory.AtEnd(count));
            random.NextBytes(MemoryMarshal.AsBytes(query));
            random.NextBytes(rows);
            int[] chosen = [.. Enumerable.Range(0, count).Select(i => MaxRows - 1 - (i * 4 % MaxRows))];

            ByteDot.Compute(query, rows, chosen, sums);

            int[] all = Define(query, rows, MaxRows);
            Assert.That(sums.ToArray(), Is.EqualTo(chosen.Select(row => all[row])), $"{length} dimensions");
        }
    }

    [TestCase(9)]
    [TestCase(-1)]
    [TestCase(int.MaxValue)]
    public void ChosenRows_ThatDoNotExist_AreRefused(int row)
    {
        foreach (int count in new[] { 1, 4 })
        {
            int[] chosen = [.. Enumerable.Repeat(0, count - 1), row];
            Assert.That(
                () => ByteDot.Compute(new sbyte[64], new byte[64 * MaxRows], chosen, new int[count]),
                Throws.InstanceOf<ArgumentOutOfRangeException>());
        }

        Assert.That(
            () => ByteDot.Compute(new sbyte[64], new byte[64 * MaxRows], new int[4], new int[3]),
            Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [TestCase("512")]
    [TestCase("256")]
    [TestCase("chosen")]
    public void SmallPath_GivesTheNumbersOfTheDefinition(string name)
    {
        Assume.That(name != "512" || (KernelWidth.HasVector512 && Avx512BW.IsSupported));
        Assume.That(name != "256" || KernelWidth.HasVector256);
        var random = new Random(7);
        using var queryMemory = new GuardedMemory(1024);
        using var rowMemory = new GuardedMemory(1024 * MaxRows);
        using var sumMemory = new GuardedMemory(MaxRows);
        foreach (int length in s_lengths.Where(length => length > 0))
        {
            for (int count = 1; count <= MaxRows; count++)
            {
                Span<sbyte> query = MemoryMarshal.Cast<float, sbyte>(queryMemory.AtEnd(length / 4));
                Span<byte> rows = MemoryMarshal.AsBytes(rowMemory.AtEnd(length / 4 * count));
                Span<int> sums = MemoryMarshal.Cast<float, int>(sumMemory.AtEnd(count));
                random.NextBytes(rows);
                rows[..length].Fill(255);
                for (int i = 0; i < length; i++)
                {
                    // The largest sum there can be, the smallest, and others.
                    query[i] = (sbyte)(count == 4 ? 64 : count == 5 ? -64 : random.Next(-64, 65));
                }

                switch (name)
                {
                    case "512":
                        ByteDotPairs512.Compute(ref query[0], ref rows[0], length, count, ref sums[0]);
                        break;
                    case "256":
                        ByteDotPairs256.Compute(ref query[0], ref rows[0], length, count, ref sums[0]);
                        break;
                    default:
                        ByteDot.ComputeSmall(query, rows, sums);
                        break;
                }

                Assert.That(sums.ToArray(), Is.EqualTo(Define(query, rows, count)), $"{length} dimensions");
            }
        }
    }

    [TestCase(127)]
    [TestCase(-128)]
    public void Compute_AtTheExtremes_DoesNotSaturate(int extreme)
    {
        sbyte[] query = new sbyte[ByteDot.MaxLength];
        byte[] row = new byte[ByteDot.MaxLength];
        Array.Fill(query, (sbyte)extreme);
        Array.Fill(row, (byte)255);

        Assert.That(ByteDot.Compute(query, row), Is.EqualTo(255 * extreme * ByteDot.MaxLength));
    }

    [Test]
    public void Compute_OfLengthsThatDoNotFit_IsRefused()
    {
        Assert.That(
            () => ByteDot.Compute(new sbyte[64], new byte[128]), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(
            () => ByteDot.Compute(new sbyte[24], new byte[24]), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(
            () => ByteDot.Compute(new sbyte[64], new byte[127], new int[2]),
            Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(
            () => ByteDot.Compute(new sbyte[ByteDot.MaxLength + 16], new byte[ByteDot.MaxLength + 16]),
            Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    private static (bool IsSupported, Kernel One, RowsKernel Many) FindPath(string name) => name switch
    {
        "Vnni" => (AvxVnni.IsSupported, ByteDotVnni.Compute, ByteDotVnni.Compute),
        "512" => (KernelWidth.HasVector512 && Avx512BW.IsSupported, ByteDot512.Compute, ByteDot512.Compute),
        "256" => (KernelWidth.HasVector256, ByteDot256.Compute, ByteDot256.Compute),
        _ => (KernelWidth.HasVector128, ByteDot128.Compute, ByteDot128.Compute),
    };

    private static int[] Define(ReadOnlySpan<sbyte> query, ReadOnlySpan<byte> rows, int count)
    {
        int[] sums = new int[count];
        for (int row = 0; row < count; row++)
        {
            sums[row] = ByteDot.ComputeScalar(query, rows.Slice(row * query.Length, query.Length));
        }

        return sums;
    }
}
