using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Tidepool.Index.Distance;

/// <summary>Half-precision rows in 256-bit registers, for 8 dimensions and more.</summary>
internal static class HalfRows256
{
    private const int Lanes = 8;

    /// <summary>Rounds as many numbers as fill registers, and returns how many those are.</summary>
    internal static int Encode(ref float values, ref ushort halves, int count)
    {
        nuint i = 0;

        // In bounds: i + 16 is at most count.
        for (; i + (2 * Lanes) <= (nuint)count; i += 2 * Lanes)
        {
            Vector256<uint> low = Encode(Vector256.LoadUnsafe(ref values, i));
            Vector256<uint> high = Encode(Vector256.LoadUnsafe(ref values, i + Lanes));
            Vector256.Narrow(low, high).StoreUnsafe(ref halves, i);
        }

        return (int)i;
    }

    /// <summary>The sum of the terms of a query and a row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static float Compute<TTerm>(ref float query, ref short row, int dimensions)
        where TTerm : struct, ITerm
    {
        Debug.Assert(dimensions >= Lanes);
        Vector256<float> even = Vector256<float>.Zero;
        Vector256<float> odd = Vector256<float>.Zero;
        nuint end = (nuint)dimensions;
        nuint i = 0;

        // Every load ends at or before dimension end: the loop's at i + 16, the next at i + 8, the last at end itself.
        for (; i + (2 * Lanes) <= end; i += 2 * Lanes)
        {
            even = TTerm.Add(even, Vector256.LoadUnsafe(ref query, i), Load(ref row, i));
            odd = TTerm.Add(odd, Vector256.LoadUnsafe(ref query, i + Lanes), Load(ref row, i + Lanes));
        }

        if (i + Lanes <= end)
        {
            even = TTerm.Add(even, Vector256.LoadUnsafe(ref query, i), Load(ref row, i));
            i += Lanes;
        }

        if (i < end)
        {
            // The last register overlaps dimensions that were added: its lanes below Lanes - (end - i) become zero.
            nuint last = end - Lanes;
            Vector256<float> fresh = Vector256.GreaterThanOrEqual(
                Vector256<int>.Indices, Vector256.Create((int)(i - last))).AsSingle();
            odd = TTerm.Add(odd, Vector256.LoadUnsafe(ref query, last) & fresh, Load(ref row, last) & fresh);
        }

        return Vector256.Sum(even + odd);
    }

    /// <summary>8 halves as floats.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Load(ref short row, nuint i)
    {
        Vector256<int> bits = Avx2.ConvertToVector256Int32(Vector128.LoadUnsafe(ref row, i));
        return ((bits << HalfRows.Shift) & Vector256.Create(HalfRows.Mask)).AsSingle() * HalfRows.Scale;
    }

    /// <summary>The bits of the nearest halves.</summary>
    /// <remarks>After Fabian Giesen, "float->half variants": the exponent is rebased by an integer addition that also
    /// rounds; where a half is subnormal, adding ½ to the float leaves the half's bits at the low end.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Encode(Vector256<float> values)
    {
        Vector256<float> sizes = Vector256.MinNative(Vector256.Abs(values), Vector256.Create(65504f));
        Vector256<uint> bits = sizes.AsUInt32();
        Vector256<uint> isOdd = (bits >> HalfRows.Shift) & Vector256<uint>.One;
        Vector256<uint> normal = (bits - Vector256.Create((112u << 23) - 0xFFF) + isOdd) >> HalfRows.Shift;
        Vector256<uint> subnormal = (sizes + Vector256.Create(0.5f)).AsUInt32() - Vector256.Create(0.5f).AsUInt32();
        Vector256<uint> isSmall = Vector256.LessThan(bits, Vector256.Create(113u << 23));
        Vector256<uint> signs = (values.AsUInt32() >> 16) & Vector256.Create(0x8000u);
        return Vector256.ConditionalSelect(isSmall, subnormal, normal) | signs;
    }
}
