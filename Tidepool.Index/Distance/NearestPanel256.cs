using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Tidepool.Index.Distance;

/// <summary>The nearest of 16 centers at a time for 6 rows, in 256-bit registers: 12 sums stay in registers.</summary>
internal static class NearestPanel256
{
    private const int Rows = 6;
    private const int Width = NearestPanel.PanelCenters;
    private const int Lanes = 8;

    /// <inheritdoc cref="NearestPanel.Compare"/>
    internal static void Compare(
        ReadOnlySpan<float> tile,
        ReadOnlySpan<float> panel,
        ReadOnlySpan<float> norms,
        int firstCenter,
        Span<float> bestValues,
        Span<int> bestCenters)
    {
        int dimensions = panel.Length / Width;
        int slots = NearestPanel.Slots;
        for (int row = 0; row < NearestPanel.TileRows; row += Rows)
        {
            ReadOnlySpan<float> rows = tile.Slice(row * dimensions, Rows * dimensions);
            Span<float> values = bestValues.Slice(row * slots, Rows * slots);
            Span<int> centers = bestCenters.Slice(row * slots, Rows * slots);
            for (int center = 0; center < Width; center += 2 * Lanes)
            {
                Compare(rows, panel, norms, dimensions, center, firstCenter, values, centers);
            }
        }
    }

    /// <summary>Compares the rows with the centers [first, first + 2 * Lanes) of the panel.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Compare(
        ReadOnlySpan<float> rows,
        ReadOnlySpan<float> panel,
        ReadOnlySpan<float> norms,
        int dimensions,
        int first,
        int firstCenter,
        Span<float> bestValues,
        Span<int> bestCenters)
    {
        Debug.Assert(rows.Length == Rows * dimensions && panel.Length == Width * dimensions && norms.Length == Width);
        Debug.Assert(bestValues.Length == Rows * NearestPanel.Slots && bestCenters.Length == bestValues.Length);
        Debug.Assert(first + (2 * Lanes) <= Width);

        // In bounds: t < dimensions, so t + 5 * dimensions lies in the rows and 32 * t + 31 in the panel.
        ref float row = ref MemoryMarshal.GetReference(rows);
        ref float center = ref MemoryMarshal.GetReference(panel);
        nint stride = dimensions;
        Vector256<float> low0 = Vector256<float>.Zero, high0 = Vector256<float>.Zero;
        Vector256<float> low1 = Vector256<float>.Zero, high1 = Vector256<float>.Zero;
        Vector256<float> low2 = Vector256<float>.Zero, high2 = Vector256<float>.Zero;
        Vector256<float> low3 = Vector256<float>.Zero, high3 = Vector256<float>.Zero;
        Vector256<float> low4 = Vector256<float>.Zero, high4 = Vector256<float>.Zero;
        Vector256<float> low5 = Vector256<float>.Zero, high5 = Vector256<float>.Zero;
        for (nint t = 0; t < stride; t++)
        {
            Vector256<float> low = Vector256.LoadUnsafe(ref center, (nuint)((t * Width) + first));
            Vector256<float> high = Vector256.LoadUnsafe(ref center, (nuint)((t * Width) + first) + Lanes);
            Vector256<float> x0 = Vector256.Create(Unsafe.Add(ref row, t));
            low0 = Vector256.FusedMultiplyAdd(x0, low, low0);
            high0 = Vector256.FusedMultiplyAdd(x0, high, high0);
            Vector256<float> x1 = Vector256.Create(Unsafe.Add(ref row, t + stride));
            low1 = Vector256.FusedMultiplyAdd(x1, low, low1);
            high1 = Vector256.FusedMultiplyAdd(x1, high, high1);
            Vector256<float> x2 = Vector256.Create(Unsafe.Add(ref row, t + (2 * stride)));
            low2 = Vector256.FusedMultiplyAdd(x2, low, low2);
            high2 = Vector256.FusedMultiplyAdd(x2, high, high2);
            Vector256<float> x3 = Vector256.Create(Unsafe.Add(ref row, t + (3 * stride)));
            low3 = Vector256.FusedMultiplyAdd(x3, low, low3);
            high3 = Vector256.FusedMultiplyAdd(x3, high, high3);
            Vector256<float> x4 = Vector256.Create(Unsafe.Add(ref row, t + (4 * stride)));
            low4 = Vector256.FusedMultiplyAdd(x4, low, low4);
            high4 = Vector256.FusedMultiplyAdd(x4, high, high4);
            Vector256<float> x5 = Vector256.Create(Unsafe.Add(ref row, t + (5 * stride)));
            low5 = Vector256.FusedMultiplyAdd(x5, low, low5);
            high5 = Vector256.FusedMultiplyAdd(x5, high, high5);
        }

        // In bounds: 6 rows of 16 slots; the centers' slots are their numbers modulo 16.
        ref float values = ref MemoryMarshal.GetReference(bestValues);
        ref int centers = ref MemoryMarshal.GetReference(bestCenters);
        ref float norm = ref MemoryMarshal.GetReference(norms);
        Vector256<float> lowNorms = Vector256.LoadUnsafe(ref norm, (nuint)first);
        Vector256<float> highNorms = Vector256.LoadUnsafe(ref norm, (nuint)first + Lanes);
        Vector256<int> indices = Vector256<int>.Indices + Vector256.Create(firstCenter + first);
        nuint slot = (nuint)first % NearestPanel.Slots;
        Keep(low0, lowNorms, indices, ref values, ref centers, slot);
        Keep(low1, lowNorms, indices, ref values, ref centers, slot + (1 * NearestPanel.Slots));
        Keep(low2, lowNorms, indices, ref values, ref centers, slot + (2 * NearestPanel.Slots));
        Keep(low3, lowNorms, indices, ref values, ref centers, slot + (3 * NearestPanel.Slots));
        Keep(low4, lowNorms, indices, ref values, ref centers, slot + (4 * NearestPanel.Slots));
        Keep(low5, lowNorms, indices, ref values, ref centers, slot + (5 * NearestPanel.Slots));
        indices += Vector256.Create(Lanes);
        slot += Lanes;
        Keep(high0, highNorms, indices, ref values, ref centers, slot);
        Keep(high1, highNorms, indices, ref values, ref centers, slot + (1 * NearestPanel.Slots));
        Keep(high2, highNorms, indices, ref values, ref centers, slot + (2 * NearestPanel.Slots));
        Keep(high3, highNorms, indices, ref values, ref centers, slot + (3 * NearestPanel.Slots));
        Keep(high4, highNorms, indices, ref values, ref centers, slot + (4 * NearestPanel.Slots));
        Keep(high5, highNorms, indices, ref values, ref centers, slot + (5 * NearestPanel.Slots));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Keep(
        Vector256<float> products,
        Vector256<float> norms,
        Vector256<int> indices,
        ref float bestValues,
        ref int bestCenters,
        nuint slot)
    {
        Vector256<float> best = Vector256.LoadUnsafe(ref bestValues, slot);
        Vector256<int> centers = Vector256.LoadUnsafe(ref bestCenters, slot);
        Vector256<float> value = Vector256.FusedMultiplyAdd(products, Vector256.Create(-2f), norms);
        Vector256<float> isNearer = Vector256.LessThan(value, best);
        Vector256.ConditionalSelect(isNearer, value, best).StoreUnsafe(ref bestValues, slot);
        Vector256.ConditionalSelect(isNearer.AsInt32(), indices, centers).StoreUnsafe(ref bestCenters, slot);
    }
}
