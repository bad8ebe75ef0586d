using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Tidepool.Index.Distance;

/// <summary>The nearest of 8 centers at a time for 4 rows, in 128-bit registers: 8 sums stay in registers.</summary>
internal static class NearestPanel128
{
    private const int Rows = 4;
    private const int Width = NearestPanel.PanelCenters;
    private const int Lanes = 4;

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

        // In bounds: t < dimensions, so t + 3 * dimensions lies in the rows and 32 * t + 31 in the panel.
        ref float row = ref MemoryMarshal.GetReference(rows);
        ref float center = ref MemoryMarshal.GetReference(panel);
        nint stride = dimensions;
        Vector128<float> low0 = Vector128<float>.Zero, high0 = Vector128<float>.Zero;
        Vector128<float> low1 = Vector128<float>.Zero, high1 = Vector128<float>.Zero;
        Vector128<float> low2 = Vector128<float>.Zero, high2 = Vector128<float>.Zero;
        Vector128<float> low3 = Vector128<float>.Zero, high3 = Vector128<float>.Zero;
        for (nint t = 0; t < stride; t++)
        {
            Vector128<float> low = Vector128.LoadUnsafe(ref center, (nuint)((t * Width) + first));
            Vector128<float> high = Vector128.LoadUnsafe(ref center, (nuint)((t * Width) + first) + Lanes);
            Vector128<float> x0 = Vector128.Create(Unsafe.Add(ref row, t));
            low0 = Vector128.MultiplyAddEstimate(x0, low, low0);
            high0 = Vector128.MultiplyAddEstimate(x0, high, high0);
            Vector128<float> x1 = Vector128.Create(Unsafe.Add(ref row, t + stride));
            low1 = Vector128.MultiplyAddEstimate(x1, low, low1);
            high1 = Vector128.MultiplyAddEstimate(x1, high, high1);
            Vector128<float> x2 = Vector128.Create(Unsafe.Add(ref row, t + (2 * stride)));
            low2 = Vector128.MultiplyAddEstimate(x2, low, low2);
            high2 = Vector128.MultiplyAddEstimate(x2, high, high2);
            Vector128<float> x3 = Vector128.Create(Unsafe.Add(ref row, t + (3 * stride)));
            low3 = Vector128.MultiplyAddEstimate(x3, low, low3);
            high3 = Vector128.MultiplyAddEstimate(x3, high, high3);
        }

        // In bounds: 4 rows of 16 slots; the centers' slots are their numbers modulo 16.
        ref float values = ref MemoryMarshal.GetReference(bestValues);
        ref int centers = ref MemoryMarshal.GetReference(bestCenters);
        ref float norm = ref MemoryMarshal.GetReference(norms);
        Vector128<float> lowNorms = Vector128.LoadUnsafe(ref norm, (nuint)first);
        Vector128<float> highNorms = Vector128.LoadUnsafe(ref norm, (nuint)first + Lanes);
        Vector128<int> indices = Vector128<int>.Indices + Vector128.Create(firstCenter + first);
        nuint slot = (nuint)first % NearestPanel.Slots;
        Keep(low0, lowNorms, indices, ref values, ref centers, slot);
        Keep(low1, lowNorms, indices, ref values, ref centers, slot + (1 * NearestPanel.Slots));
        Keep(low2, lowNorms, indices, ref values, ref centers, slot + (2 * NearestPanel.Slots));
        Keep(low3, lowNorms, indices, ref values, ref centers, slot + (3 * NearestPanel.Slots));
        indices += Vector128.Create(Lanes);
        slot += Lanes;
        Keep(high0, highNorms, indices, ref values, ref centers, slot);
        Keep(high1, highNorms, indices, ref values, ref centers, slot + (1 * NearestPanel.Slots));
        Keep(high2, highNorms, indices, ref values, ref centers, slot + (2 * NearestPanel.Slots));
        Keep(high3, highNorms, indices, ref values, ref centers, slot + (3 * NearestPanel.Slots));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Keep(
        Vector128<float> products,
        Vector128<float> norms,
        Vector128<int> indices,
        ref float bestValues,
        ref int bestCenters,
        nuint slot)
    {
        Vector128<float> best = Vector128.LoadUnsafe(ref bestValues, slot);
        Vector128<int> centers = Vector128.LoadUnsafe(ref bestCenters, slot);
        Vector128<float> value = Vector128.MultiplyAddEstimate(products, Vector128.Create(-2f), norms);
        Vector128<float> isNearer = Vector128.LessThan(value, best);
        Vector128.ConditionalSelect(isNearer, value, best).StoreUnsafe(ref bestValues, slot);
        Vector128.ConditionalSelect(isNearer.AsInt32(), indices, centers).StoreUnsafe(ref bestCenters, slot);
    }
}
