using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace Tidepool.Index.Distance;

/// <summary>Dot products of a query of signed bytes with rows of unsigned ones; exact, on every path.</summary>
internal static class ByteDot
{
    /// <summary>What the length of a row is a multiple of.</summary>
    internal const int Multiple = 16;

    /// <summary>The longest row: 65,536 products of at most 255 · 128 cannot overflow their sum.</summary>
    internal const int MaxLength = 65_536;

    /// <summary>The dot product with one row.</summary>
    internal static int Compute(ReadOnlySpan<sbyte> query, ReadOnlySpan<byte> row)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(row.Length, query.Length);
        CheckLength(query.Length);
        ref sbyte queryStart = ref MemoryMarshal.GetReference(query);
        ref byte rowStart = ref MemoryMarshal.GetReference(row);
        if (AvxVnni.IsSupported)
        {
            return ByteDotVnni.Compute(ref queryStart, ref rowStart, query.Length);
        }

        if (KernelWidth.HasVector512 && Avx512BW.IsSupported)
        {
            return ByteDot512.Compute(ref queryStart, ref rowStart, query.Length);
        }

        if (KernelWidth.HasVector256)
        {
            return ByteDot256.Compute(ref queryStart, ref rowStart, query.Length);
        }

        return KernelWidth.HasVector128
            ? ByteDot128.Compute(ref queryStart, ref rowStart, query.Length)
            : ComputeScalar(query, row);
    }

    /// <summary>The dot product with each of the rows, which lie side by side.</summary>
    internal static void Compute(ReadOnlySpan<sbyte> query, ReadOnlySpan<byte> rows, Span<int> sums)
    {
        // What makes every raw reference below safe: the kernels touch query[0, length) and as much of each row.
        ArgumentOutOfRangeException.ThrowIfNotEqual((long)rows.Length, (long)query.Length * sums.Length);
        CheckLength(query.Length);
        ref sbyte queryStart = ref MemoryMarshal.GetReference(query);
        ref byte rowStart = ref MemoryMarshal.GetReference(rows);
        ref int sumStart = ref MemoryMarshal.GetReference(sums);
        int length = query.Length;
        if (AvxVnni.IsSupported)
        {
            ByteDotVnni.Compute(ref queryStart, ref rowStart, length, sums.Length, ref sumStart);
        }
        else if (KernelWidth.HasVector512 && Avx512BW.IsSupported)
        {
            ByteDot512.Compute(ref queryStart, ref rowStart, length, sums.Length, ref sumStart);
        }
        else if (KernelWidth.HasVector256)
        {
            ByteDot256.Compute(ref queryStart, ref rowStart, length, sums.Length, ref sumStart);
        }
        else if (KernelWidth.HasVector128)
        {
            ByteDot128.Compute(ref queryStart, ref rowStart, length, sums.Length, ref sumStart);
        }
        else
        {
            for (int row = 0; row < sums.Length; row++)
            {
                sums[row] = ComputeScalar(query, rows.Slice(row * length, length));
            }
        }
    }

    internal static int ComputeScalar(ReadOnlySpan<sbyte> query, ReadOnlySpan<byte> row)
    {
        int sum = 0;
        for (int i = 0; i < query.Length; i++)
        {
            sum += query[i] * row[i];
        }

        return sum;
    }

    private static void CheckLength(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(length % Multiple, 0);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, MaxLength);
    }
}
