using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Tidepool.Index.Distance;

/// <summary>Coded centers in 256-bit registers: the 12 sums of 6 rows and 16 centers stay in registers.</summary>
internal static class CodedPanel256
{
    private const int Rows = 6;
    private const int Width = CodedPanel.PanelCenters;
    private const int Lanes = 8;
    private const int Step = CodedPanel.Multiple;

    /// <inheritdoc cref="CodedPanel.Compare"/>
    internal static void Compare(
        ReadOnlySpan<byte> tile,
        ReadOnlySpan<float> factors,
        ReadOnlySpan<sbyte> panel,
        ReadOnlySpan<short> starts,
        ReadOnlySpan<float> norms,
        int firstCenter,
        Span<float> bestValues,
        Span<int> bestCenters)
    {
        int dimensions = panel.Length / Width;
        for (int row = 0; row < CodedPanel.TileRows; row += Rows)
        {
            for (int center = 0; center < Width; center += 2 * Lanes)
            {
                Compare(
                    tile.Slice(row * dimensions, Rows * dimensions),
                    factors.Slice(row, Rows),
                    panel,
                    starts,
                    norms,
                    center,
                    firstCenter,
                    bestValues.Slice(row * CodedPanel.Slots, Rows * CodedPanel.Slots),
                    bestCenters.Slice(row * CodedPanel.Slots, Rows * CodedPanel.Slots));
            }
        }
    }

    /// <summary>Compares the rows with the centers [first, first + 2 * Lanes) of the panel.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Compare(
        ReadOnlySpan<byte> rows,
        ReadOnlySpan<float> factors,
        ReadOnlySpan<sbyte> panel,
        ReadOnlySpan<short> starts,
        ReadOnlySpan<float> norms,
        int first,
        int firstCenter,
        Span<float> bestValues,
        Span<int> bestCenters)
    {
        int dimensions = panel.Length / Width;
        Debug.Assert(rows.Length == Rows * dimensions && dimensions % Step == 0 && factors.Length == Rows);
        Debug.Assert(starts.Length == 2 * Width && norms.Length == Width && first + (2 * Lanes) <= Width);
        Debug.Assert(bestValues.Length == Rows * CodedPanel.Slots && bestCenters.Length == bestValues.Length);

        // In bounds: t + 4 <= dimensions, so t + 3 + 5 * dimensions lies in the rows and 32 * (t + 3) + 31 in the
        // panel; first + 15 < 32.
        ref byte row = ref MemoryMarshal.GetReference(rows);
        ref sbyte center = ref Unsafe.Add(ref MemoryMarshal.GetReference(panel), Step * first);
        ref short start = ref Unsafe.Add(ref MemoryMarshal.GetReference(starts), 2 * first);
        nint stride = dimensions;
        Vector256<short> low0 = Vector256.LoadUnsafe(ref start), high0 = Vector256.LoadUnsafe(ref start, 2 * Lanes);
        Vector256<short> low1 = low0, high1 = high0;
        Vector256<short> low2 = low0, high2 = high0;
        Vector256<short> low3 = low0, high3 = high0;
        Vector256<short> low4 = low0, high4 = high0;
        Vector256<short> low5 = low0, high5 = high0;
        for (nint t = 0; t < stride; t += Step)
        {
            Vector256<sbyte> low = Vector256.LoadUnsafe(ref center, (nuint)(t * Width));
            Vector256<sbyte> high = Vector256.LoadUnsafe(ref center, (nuint)(t * Width) + (Step * Lanes));
            Vector256<byte> x0 = Load(ref Unsafe.Add(ref row, t));
            low0 += Avx2.MultiplyAddAdjacent(x0, low);
            high0 += Avx2.MultiplyAddAdjacent(x0, high);
            Vector256<byte> x1 = Load(ref Unsafe.Add(ref row, t + stride));
            low1 += Avx2.MultiplyAddAdjacent(x1, low);
            high1 += Avx2.MultiplyAddAdjacent(x1, high);
            Vector256<byte> x2 = Load(ref Unsafe.Add(ref row, t + (2 * stride)));
            low2 += Avx2.MultiplyAddAdjacent(x2, low);
            high2 += Avx2.MultiplyAddAdjacent(x2, high);
            Vector256<byte> x3 = Load(ref Unsafe.Add(ref row, t + (3 * stride)));
            low3 += Avx2.MultiplyAddAdjacent(x3, low);
            high3 += Avx2.MultiplyAddAdjacent(x3, high);
            Vector256<byte> x4 = Load(ref Unsafe.Add(ref row, t + (4 * stride)));
            low4 += Avx2.MultiplyAddAdjacent(x4, low);
            high4 += Avx2.MultiplyAddAdjacent(x4, high);
            Vector256<byte> x5 = Load(ref Unsafe.Add(ref row, t + (5 * stride)));
            low5 += Avx2.MultiplyAddAdjacent(x5, low);
            high5 += Avx2.MultiplyAddAdjacent(x5, high);
        }

        // In bounds: 6 rows of 16 slots; the centers' slots are their numbers modulo 16.
        ref float values = ref MemoryMarshal.GetReference(bestValues);
        ref int centers = ref MemoryMarshal.GetReference(bestCenters);
        ref float norm = ref MemoryMarshal.GetReference(norms);
        Vector256<float> lowNorms = Vector256.LoadUnsafe(ref norm, (nuint)first);
        Vector256<float> highNorms = Vector256.LoadUnsafe(ref norm, (nuint)first + Lanes);
        Vector256<int> indices = Vector256<int>.Indices + Vector256.Create(firstCenter + first);
        nuint slot = (nuint)first % CodedPanel.Slots;
        Keep(low0, factors[0], lowNorms, indices, ref values, ref centers, slot);
        Keep(low1, factors[1], lowNorms, indices, ref values, ref centers, slot + (1 * CodedPanel.Slots));
        Keep(low2, factors[2], lowNorms, indices, ref values, ref centers, slot + (2 * CodedPanel.Slots));
        Keep(low3, factors[3], lowNorms, indices, ref values, ref centers, slot + (3 * CodedPanel.Slots));
        Keep(low4, factors[4], lowNorms, indices, ref values, ref centers, slot + (4 * CodedPanel.Slots));
        Keep(low5, factors[5], lowNorms, indices, ref values, ref centers, slot + (5 * CodedPanel.Slots));
        indices += Vector256.Create(Lanes);
        slot += Lanes;
        Keep(high0, factors[0], highNorms, indices, ref values, ref centers, slot);
        Keep(high1, factors[1], highNorms, indices, ref values, ref centers, slot + (1 * CodedPanel.Slots));
        Keep(high2, factors[2], highNorms, indices, ref values, ref centers, slot + (2 * CodedPanel.Slots));
        Keep(high3, factors[3], highNorms, indices, ref values, ref centers, slot + (3 * CodedPanel.Slots));
        Keep(high4, factors[4], highNorms, indices, ref values, ref centers, slot + (4 * CodedPanel.Slots));
        Keep(high5, factors[5], highNorms, indices, ref values, ref centers, slot + (5 * CodedPanel.Slots));
    }

    /// <summary>Four dimensions of a row, eight times.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<byte> Load(ref byte row) =>
        Vector256.Create(Unsafe.ReadUnaligned<int>(ref row)).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Keep(
        Vector256<short> sums,
        float factor,
        Vector256<float> norms,
        Vector256<int> indices,
        ref float bestValues,
        ref int bestCenters,
        nuint slot)
    {
        Vector256<float> best = Vector256.LoadUnsafe(ref bestValues, slot);
        Vector256<int> centers = Vector256.LoadUnsafe(ref bestCenters, slot);
        Vector256<float> products = Vector256.ConvertToSingle(
            Avx2.MultiplyAddAdjacent(sums, Vector256<short>.One));
        Vector256<float> value = Vector256.FusedMultiplyAdd(products, Vector256.Create(factor), norms);
        Vector256<float> isNearer = Vector256.LessThan(value, best);
        Vector256.ConditionalSelect(isNearer, value, best).StoreUnsafe(ref bestValues, slot);
        Vector256.ConditionalSelect(isNearer.AsInt32(), indices, centers).StoreUnsafe(ref bestCenters, slot);
    }
}
