using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Tidepool.Index.Distance;

/// <summary>The nearest of 32 centers for each of 12 rows, in 512-bit registers: 24 sums stay in registers.</summary>
internal static class NearestPanel512
{
    private const int Rows = NearestPanel.TileRows;
    private const int Width = NearestPanel.PanelCenters;
    private const int Lanes = NearestPanel.Slots;

    /// <inheritdoc cref="NearestPanel.Compare"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Compare(
        ReadOnlySpan<float> tile,
        ReadOnlySpan<float> panel,
        ReadOnlySpan<float> norms,
        int firstCenter,
        Span<float> bestValues,
        Span<int> bestCenters)
    {
        int dimensions = panel.Length / Width;
        Debug.Assert(tile.Length == Rows * dimensions && panel.Length == Width * dimensions && norms.Length == Width);
        Debug.Assert(bestValues.Length == Rows * Lanes && bestCenters.Length == Rows * Lanes);

        // In bounds: t < dimensions, so t + 11 * dimensions lies in the tile and 32 * t + 31 in the panel.
        ref float row = ref MemoryMarshal.GetReference(tile);
        ref float center = ref MemoryMarshal.GetReference(panel);
        nint stride = dimensions;
        Vector512<float> low0 = Vector512<float>.Zero, high0 = Vector512<float>.Zero;
        Vector512<float> low1 = Vector512<float>.Zero, high1 = Vector512<float>.Zero;
        Vector512<float> low2 = Vector512<float>.Zero, high2 = Vector512<float>.Zero;
        Vector512<float> low3 = Vector512<float>.Zero, high3 = Vector512<float>.Zero;
        Vector512<float> low4 = Vector512<float>.Zero, high4 = Vector512<float>.Zero;
        Vector512<float> low5 = Vector512<float>.Zero, high5 = Vector512<float>.Zero;
        Vector512<float> low6 = Vector512<float>.Zero, high6 = Vector512<float>.Zero;
        Vector512<float> low7 = Vector512<float>.Zero, high7 = Vector512<float>.Zero;
        Vector512<float> low8 = Vector512<float>.Zero, high8 = Vector512<float>.Zero;
        Vector512<float> low9 = Vector512<float>.Zero, high9 = Vector512<float>.Zero;
        Vector512<float> low10 = Vector512<float>.Zero, high10 = Vector512<float>.Zero;
        Vector512<float> low11 = Vector512<float>.Zero, high11 = Vector512<float>.Zero;
        for (nint t = 0; t < stride; t++)
        {
            Vector512<float> low = Vector512.LoadUnsafe(ref center, (nuint)(t * Width));
            Vector512<float> high = Vector512.LoadUnsafe(ref center, (nuint)(t * Width) + Lanes);
            Vector512<float> x0 = Vector512.Create(Unsafe.Add(ref row, t));
            low0 = Vector512.FusedMultiplyAdd(x0, low, low0);
            high0 = Vector512.FusedMultiplyAdd(x0, high, high0);
            Vector512<float> x1 = Vector512.Create(Unsafe.Add(ref row, t + stride));
            low1 = Vector512.FusedMultiplyAdd(x1, low, low1);
            high1 = Vector512.FusedMultiplyAdd(x1, high, high1);
            Vector512<float> x2 = Vector512.Create(Unsafe.Add(ref row, t + (2 * stride)));
            low2 = Vector512.FusedMultiplyAdd(x2, low, low2);
            high2 = Vector512.FusedMultiplyAdd(x2, high, high2);
            Vector512<float> x3 = Vector512.Create(Unsafe.Add(ref row, t + (3 * stride)));
            low3 = Vector512.FusedMultiplyAdd(x3, low, low3);
            high3 = Vector512.FusedMultiplyAdd(x3, high, high3);
            Vector512<float> x4 = Vector512.Create(Unsafe.Add(ref row, t + (4 * stride)));
            low4 = Vector512.FusedMultiplyAdd(x4, low, low4);
            high4 = Vector512.FusedMultiplyAdd(x4, high, high4);
            Vector512<float> x5 = Vector512.Create(Unsafe.Add(ref row, t + (5 * stride)));
            low5 = Vector512.FusedMultiplyAdd(x5, low, low5);
            high5 = Vector512.FusedMultiplyAdd(x5, high, high5);
            Vector512<float> x6 = Vector512.Create(Unsafe.Add(ref row, t + (6 * stride)));
            low6 = Vector512.FusedMultiplyAdd(x6, low, low6);
            high6 = Vector512.FusedMultiplyAdd(x6, high, high6);
            Vector512<float> x7 = Vector512.Create(Unsafe.Add(ref row, t + (7 * stride)));
            low7 = Vector512.FusedMultiplyAdd(x7, low, low7);
            high7 = Vector512.FusedMultiplyAdd(x7, high, high7);
            Vector512<float> x8 = Vector512.Create(Unsafe.Add(ref row, t + (8 * stride)));
            low8 = Vector512.FusedMultiplyAdd(x8, low, low8);
            high8 = Vector512.FusedMultiplyAdd(x8, high, high8);
            Vector512<float> x9 = Vector512.Create(Unsafe.Add(ref row, t + (9 * stride)));
            low9 = Vector512.FusedMultiplyAdd(x9, low, low9);
            high9 = Vector512.FusedMultiplyAdd(x9, high, high9);
            Vector512<float> x10 = Vector512.Create(Unsafe.Add(ref row, t + (10 * stride)));
            low10 = Vector512.FusedMultiplyAdd(x10, low, low10);
            high10 = Vector512.FusedMultiplyAdd(x10, high, high10);
            Vector512<float> x11 = Vector512.Create(Unsafe.Add(ref row, t + (11 * stride)));
            low11 = Vector512.FusedMultiplyAdd(x11, low, low11);
            high11 = Vector512.FusedMultiplyAdd(x11, high, high11);
        }

        // In bounds: 12 rows of 16 slots.
        ref float values = ref MemoryMarshal.GetReference(bestValues);
        ref int centers = ref MemoryMarshal.GetReference(bestCenters);
        ref float norm = ref MemoryMarshal.GetReference(norms);
        Vector512<float> lowNorms = Vector512.LoadUnsafe(ref norm);
        Vector512<float> highNorms = Vector512.LoadUnsafe(ref norm, Lanes);
        Vector512<int> first = Vector512<int>.Indices + Vector512.Create(firstCenter);
        Keep(low0, high0, lowNorms, highNorms, first, ref values, ref centers, 0 * Lanes);
        Keep(low1, high1, lowNorms, highNorms, first, ref values, ref centers, 1 * Lanes);
        Keep(low2, high2, lowNorms, highNorms, first, ref values, ref centers, 2 * Lanes);
        Keep(low3, high3, lowNorms, highNorms, first, ref values, ref centers, 3 * Lanes);
        Keep(low4, high4, lowNorms, highNorms, first, ref values, ref centers, 4 * Lanes);
        Keep(low5, high5, lowNorms, highNorms, first, ref values, ref centers, 5 * Lanes);
        Keep(low6, high6, lowNorms, highNorms, first, ref values, ref centers, 6 * Lanes);
        Keep(low7, high7, lowNorms, highNorms, first, ref values, ref centers, 7 * Lanes);
        Keep(low8, high8, lowNorms, highNorms, first, ref values, ref centers, 8 * Lanes);
        Keep(low9, high9, lowNorms, highNorms, first, ref values, ref centers, 9 * Lanes);
        Keep(low10, high10, lowNorms, highNorms, first, ref values, ref centers, 10 * Lanes);
        Keep(low11, high11, lowNorms, highNorms, first, ref values, ref centers, 11 * Lanes);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Keep(
        Vector512<float> low,
        Vector512<float> high,
        Vector512<float> lowNorms,
        Vector512<float> highNorms,
        Vector512<int> first,
        ref float bestValues,
        ref int bestCenters,
        nuint slot)
    {
        Vector512<float> best = Vector512.LoadUnsafe(ref bestValues, slot);
        Vector512<int> centers = Vector512.LoadUnsafe(ref bestCenters, slot);
        Vector512<float> value = Vector512.FusedMultiplyAdd(low, Vector512.Create(-2f), lowNorms);
        Vector512<float> isNearer = Vector512.LessThan(value, best);
        best = Vector512.ConditionalSelect(isNearer, value, best);
        centers = Vector512.ConditionalSelect(isNearer.AsInt32(), first, centers);
        value = Vector512.FusedMultiplyAdd(high, Vector512.Create(-2f), highNorms);
        isNearer = Vector512.LessThan(value, best);
        best = Vector512.ConditionalSelect(isNearer, value, best);
        centers = Vector512.ConditionalSelect(isNearer.AsInt32(), first + Vector512.Create(Lanes), centers);
        best.StoreUnsafe(ref bestValues, slot);
        centers.StoreUnsafe(ref bestCenters, slot);
    }
}
