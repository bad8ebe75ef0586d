using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Tidepool.Index.Distance;

/// <summary>Coded centers in 512-bit registers: the 24 sums of 12 rows and 32 centers stay in registers.</summary>
internal static class CodedPanel512
{
    private const int Rows = CodedPanel.TileRows;
    private const int Width = CodedPanel.PanelCenters;
    private const int Lanes = CodedPanel.Slots;
    private const int Step = CodedPanel.Multiple;

    /// <inheritdoc cref="CodedPanel.Compare"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
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
        Debug.Assert(tile.Length == Rows * dimensions && dimensions % Step == 0 && factors.Length == Rows);
        Debug.Assert(starts.Length == 2 * Width && norms.Length == Width);
        Debug.Assert(bestValues.Length == Rows * Lanes && bestCenters.Length == Rows * Lanes);

        // In bounds: t + 4 <= dimensions, so t + 3 + 11 * dimensions lies in the tile and 32 * (t + 3) + 31 in the
        // panel.
        ref byte row = ref MemoryMarshal.GetReference(tile);
        ref sbyte center = ref MemoryMarshal.GetReference(panel);
        ref short start = ref MemoryMarshal.GetReference(starts);
        nint stride = dimensions;
        Vector512<short> low0 = Vector512.LoadUnsafe(ref start), high0 = Vector512.LoadUnsafe(ref start, 2 * Lanes);
        Vector512<short> low1 = low0, high1 = high0;
        Vector512<short> low2 = low0, high2 = high0;
        Vector512<short> low3 = low0, high3 = high0;
        Vector512<short> low4 = low0, high4 = high0;
        Vector512<short> low5 = low0, high5 = high0;
        Vector512<short> low6 = low0, high6 = high0;
        Vector512<short> low7 = low0, high7 = high0;
        Vector512<short> low8 = low0, high8 = high0;
        Vector512<short> low9 = low0, high9 = high0;
        Vector512<short> low10 = low0, high10 = high0;
        Vector512<short> low11 = low0, high11 = high0;
        for (nint t = 0; t < stride; t += Step)
        {
            Vector512<sbyte> low = Vector512.LoadUnsafe(ref center, (nuint)(t * Width));
            Vector512<sbyte> high = Vector512.LoadUnsafe(ref center, (nuint)(t * Width) + (Step * Lanes));
            Vector512<byte> x0 = Load(ref Unsafe.Add(ref row, t));
            low0 += Avx512BW.MultiplyAddAdjacent(x0, low);
            high0 += Avx512BW.MultiplyAddAdjacent(x0, high);
            Vector512<byte> x1 = Load(ref Unsafe.Add(ref row, t + stride));
            low1 += Avx512BW.MultiplyAddAdjacent(x1, low);
            high1 += Avx512BW.MultiplyAddAdjacent(x1, high);
            Vector512<byte> x2 = Load(ref Unsafe.Add(ref row, t + (2 * stride)));
            low2 += Avx512BW.MultiplyAddAdjacent(x2, low);
            high2 += Avx512BW.MultiplyAddAdjacent(x2, high);
            Vector512<byte> x3 = Load(ref Unsafe.Add(ref row, t + (3 * stride)));
            low3 += Avx512BW.MultiplyAddAdjacent(x3, low);
            high3 += Avx512BW.MultiplyAddAdjacent(x3, high);
            Vector512<byte> x4 = Load(ref Unsafe.Add(ref row, t + (4 * stride)));
            low4 += Avx512BW.MultiplyAddAdjacent(x4, low);
            high4 += Avx512BW.MultiplyAddAdjacent(x4, high);
            Vector512<byte> x5 = Load(ref Unsafe.Add(ref row, t + (5 * stride)));
            low5 += Avx512BW.MultiplyAddAdjacent(x5, low);
            high5 += Avx512BW.MultiplyAddAdjacent(x5, high);
            Vector512<byte> x6 = Load(ref Unsafe.Add(ref row, t + (6 * stride)));
            low6 += Avx512BW.MultiplyAddAdjacent(x6, low);
            high6 += Avx512BW.MultiplyAddAdjacent(x6, high);
            Vector512<byte> x7 = Load(ref Unsafe.Add(ref row, t + (7 * stride)));
            low7 += Avx512BW.MultiplyAddAdjacent(x7, low);
            high7 += Avx512BW.MultiplyAddAdjacent(x7, high);
            Vector512<byte> x8 = Load(ref Unsafe.Add(ref row, t + (8 * stride)));
            low8 += Avx512BW.MultiplyAddAdjacent(x8, low);
            high8 += Avx512BW.MultiplyAddAdjacent(x8, high);
            Vector512<byte> x9 = Load(ref Unsafe.Add(ref row, t + (9 * stride)));
            low9 += Avx512BW.MultiplyAddAdjacent(x9, low);
            high9 += Avx512BW.MultiplyAddAdjacent(x9, high);
            Vector512<byte> x10 = Load(ref Unsafe.Add(ref row, t + (10 * stride)));
            low10 += Avx512BW.MultiplyAddAdjacent(x10, low);
            high10 += Avx512BW.MultiplyAddAdjacent(x10, high);
            Vector512<byte> x11 = Load(ref Unsafe.Add(ref row, t + (11 * stride)));
            low11 += Avx512BW.MultiplyAddAdjacent(x11, low);
            high11 += Avx512BW.MultiplyAddAdjacent(x11, high);
        }

        // In bounds: 12 rows of 16 slots.
        ref float values = ref MemoryMarshal.GetReference(bestValues);
        ref int centers = ref MemoryMarshal.GetReference(bestCenters);
        ref float norm = ref MemoryMarshal.GetReference(norms);
        Vector512<float> lowNorms = Vector512.LoadUnsafe(ref norm);
        Vector512<float> highNorms = Vector512.LoadUnsafe(ref norm, Lanes);
        Vector512<int> first = Vector512<int>.Indices + Vector512.Create(firstCenter);
        Keep(low0, high0, factors[0], lowNorms, highNorms, first, ref values, ref centers, 0 * Lanes);
        Keep(low1, high1, factors[1], lowNorms, highNorms, first, ref values, ref centers, 1 * Lanes);
        Keep(low2, high2, factors[2], lowNorms, highNorms, first, ref values, ref centers, 2 * Lanes);
        Keep(low3, high3, factors[3], lowNorms, highNorms, first, ref values, ref centers, 3 * Lanes);
        Keep(low4, high4, factors[4], lowNorms, highNorms, first, ref values, ref centers, 4 * Lanes);
        Keep(low5, high5, factors[5], lowNorms, highNorms, first, ref values, ref centers, 5 * Lanes);
        Keep(low6, high6, factors[6], lowNorms, highNorms, first, ref values, ref centers, 6 * Lanes);
        Keep(low7, high7, factors[7], lowNorms, highNorms, first, ref values, ref centers, 7 * Lanes);
        Keep(low8, high8, factors[8], lowNorms, highNorms, first, ref values, ref centers, 8 * Lanes);
        Keep(low9, high9, factors[9], lowNorms, highNorms, first, ref values, ref centers, 9 * Lanes);
        Keep(low10, high10, factors[10], lowNorms, highNorms, first, ref values, ref centers, 10 * Lanes);
        Keep(low11, high11, factors[11], lowNorms, highNorms, first, ref values, ref centers, 11 * Lanes);
    }

    /// <summary>Four dimensions of a row, sixteen times.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<byte> Load(ref byte row) =>
        Vector512.Create(Unsafe.ReadUnaligned<int>(ref row)).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Keep(
        Vector512<short> low,
        Vector512<short> high,
        float factor,
        Vector512<float> lowNorms,
        Vector512<float> highNorms,
        Vector512<int> first,
        ref float bestValues,
        ref int bestCenters,
        nuint slot)
    {
        Vector512<float> best = Vector512.LoadUnsafe(ref bestValues, slot);
        Vector512<int> centers = Vector512.LoadUnsafe(ref bestCenters, slot);
        Vector512<float> value = Measure(low, factor, lowNorms);
        Vector512<float> isNearer = Vector512.LessThan(value, best);
        best = Vector512.ConditionalSelect(isNearer, value, best);
        centers = Vector512.ConditionalSelect(isNearer.AsInt32(), first, centers);
        value = Measure(high, factor, highNorms);
        isNearer = Vector512.LessThan(value, best);
        best = Vector512.ConditionalSelect(isNearer, value, best);
        centers = Vector512.ConditionalSelect(isNearer.AsInt32(), first + Vector512.Create(Lanes), centers);
        best.StoreUnsafe(ref bestValues, slot);
        centers.StoreUnsafe(ref bestCenters, slot);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Measure(Vector512<short> sums, float factor, Vector512<float> norms)
    {
        Vector512<int> products = Avx512BW.MultiplyAddAdjacent(sums, Vector512<short>.One);
        return Vector512.FusedMultiplyAdd(Vector512.ConvertToSingle(products), Vector512.Create(factor), norms);
    }
}
