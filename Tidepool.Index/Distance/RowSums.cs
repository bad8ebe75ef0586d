using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Tidepool.Index.Distance;

/// <summary>Sums of terms of a query against rows, in the widest registers that a row fills.</summary>
/// <remarks>
/// On one machine a row's sum has one value, bit for bit, alone or among others: a distance that a query returned
/// must pass as the threshold of the next one, whichever path that takes.
/// </remarks>
internal static class RowSums
{
    /// <summary>One sum for each of the rows, which lie side by side.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Compute<TTerm>(ReadOnlySpan<float> query, ReadOnlySpan<float> rows, Span<float> sums)
        where TTerm : struct, ITerm
    {
        // What makes every raw reference below safe: the kernels touch query[0, dimensions) and as much of each row.
        ArgumentOutOfRangeException.ThrowIfNotEqual((long)rows.Length, (long)query.Length * sums.Length);
        ref float queryStart = ref MemoryMarshal.GetReference(query);
        ref float rowStart = ref MemoryMarshal.GetReference(rows);
        ref float sumStart = ref MemoryMarshal.GetReference(sums);
        int dimensions = query.Length;
        if (KernelWidth.HasVector512 && dimensions >= 16)
        {
            RowSums512.Compute<TTerm>(ref queryStart, ref rowStart, dimensions, sums.Length, ref sumStart);
        }
        else if (KernelWidth.HasVector256 && dimensions >= 8)
        {
            RowSums256.Compute<TTerm>(ref queryStart, ref rowStart, dimensions, sums.Length, ref sumStart);
        }
        else if (KernelWidth.HasVector128 && dimensions >= 4)
        {
            RowSums128.Compute<TTerm>(ref queryStart, ref rowStart, dimensions, sums.Length, ref sumStart);
        }
        else
        {
            for (int row = 0; row < sums.Length; row++)
            {
                sums[row] = ComputeScalar<TTerm>(query, rows.Slice(row * dimensions, dimensions));
            }
        }
    }

    /// <summary>The sum of one row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static float Compute<TTerm>(ReadOnlySpan<float> query, ReadOnlySpan<float> row)
        where TTerm : struct, ITerm
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(row.Length, query.Length);
        ref float queryStart = ref MemoryMarshal.GetReference(query);
        ref float rowStart = ref MemoryMarshal.GetReference(row);
        int dimensions = query.Length;
        if (KernelWidth.HasVector512 && dimensions >= 16)
        {
            return RowSums512.Compute<TTerm>(ref queryStart, ref rowStart, dimensions);
        }

        if (KernelWidth.HasVector256 && dimensions >= 8)
        {
            return RowSums256.Compute<TTerm>(ref queryStart, ref rowStart, dimensions);
        }

        if (KernelWidth.HasVector128 && dimensions >= 4)
        {
            return RowSums128.Compute<TTerm>(ref queryStart, ref rowStart, dimensions);
        }

        return ComputeScalar<TTerm>(query, row);
    }

    private static float ComputeScalar<TTerm>(ReadOnlySpan<float> query, ReadOnlySpan<float> row)
        where TTerm : struct, ITerm
    {
        float sum = 0;
        for (int i = 0; i < query.Length; i++)
        {
            sum = TTerm.Add(sum, query[i], row[i]);
        }

        return sum;
    }
}
