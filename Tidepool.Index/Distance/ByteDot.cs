using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Tidepool.Index.Distance;

/// <summary>Dot products of a query of signed bytes with rows of unsigned ones; exact, on every path.</summary>
internal static class ByteDot
{
    /// <summary>What the length of a row is a multiple of.</summary>
    internal const int Multiple = 16;

    /// <summary>The longest row: 65,536 products of at most 255 · 128 cannot overflow their sum.</summary>
    internal const int MaxLength = 65_536;

    /// <summary>The largest number of a query, without its sign, of which two products with 255 fit 16 bits.</summary>
    internal const int SmallLevels = 64;

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

    /// <summary>The dot product with some of the rows that lie side by side.</summary>
    /// <param name="query">The query.</param>
    /// <param name="rows">All rows.</param>
    /// <param name="chosen">Which of them.</param>
    /// <param name="sums">Takes as many sums.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Compute(
        ReadOnlySpan<sbyte> query, ReadOnlySpan<byte> rows, ReadOnlySpan<int> chosen, Span<int> sums)
    {
        // What makes every raw reference below safe: the kernels touch query[0, length), and as much of each row from
        // where Find has it.
        ArgumentOutOfRangeException.ThrowIfNotEqual(sums.Length, chosen.Length);
        CheckLength(query.Length);
        int length = query.Length;
        ref sbyte queryStart = ref MemoryMarshal.GetReference(query);
        int i = 0;
        for (; i + 4 <= chosen.Length && KernelWidth.HasVector128; i += 4)
        {
            ref byte a = ref Find(rows, chosen[i], length);
            ref byte b = ref Find(rows, chosen[i + 1], length);
            ref byte c = ref Find(rows, chosen[i + 2], length);
            ref byte d = ref Find(rows, chosen[i + 3], length);
            Vector128<int> four =
                AvxVnni.IsSupported ? ByteDotVnni.Compute(ref queryStart, ref a, ref b, ref c, ref d, length)
                : KernelWidth.HasVector512 && Avx512BW.IsSupported
                    ? ByteDot512.Compute(ref queryStart, ref a, ref b, ref c, ref d, length)
                : KernelWidth.HasVector256
                    ? ByteDot256.Compute(ref queryStart, ref a, ref b, ref c, ref d, length)
                    : ByteDot128.Compute(ref queryStart, ref a, ref b, ref c, ref d, length);
            four.CopyTo(sums[i..]);
        }

        for (; i < chosen.Length; i++)
        {
            sums[i] = Compute(query, rows.Slice(chosen[i] * length, length));
        }
    }

    /// <summary>The same for a query whose numbers are at most <see cref="SmallLevels"/>, at twice the speed.</summary>
    internal static void ComputeSmall(ReadOnlySpan<sbyte> query, ReadOnlySpan<byte> rows, Span<int> sums)
    {
        if (AvxVnni.IsSupported || !KernelWidth.HasVector256)
        {
            Compute(query, rows, sums);
            return;
        }

        // What makes every raw reference below safe: the kernels touch query[0, length) and as much of each row.
        ArgumentOutOfRangeException.ThrowIfNotEqual((long)rows.Length, (long)query.Length * sums.Length);
        CheckLength(query.Length);
        ref sbyte queryStart = ref MemoryMarshal.GetReference(query);
        ref byte rowStart = ref MemoryMarshal.GetReference(rows);
        ref int sumStart = ref MemoryMarshal.GetReference(sums);
        if (KernelWidth.HasVector512 && Avx512BW.IsSupported)
        {
            ByteDotPairs512.Compute(ref queryStart, ref rowStart, query.Length, sums.Length, ref sumStart);
        }
        else
        {
            ByteDotPairs256.Compute(ref queryStart, ref rowStart, query.Length, sums.Length, ref sumStart);
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

    /// <summary>Where a row begins that all of is there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ref byte Find(ReadOnlySpan<byte> rows, int row, int length) =>
        ref MemoryMarshal.GetReference(rows.Slice(row * length, length));

    private static void CheckLength(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(length % Multiple, 0);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, MaxLength);
    }
}
