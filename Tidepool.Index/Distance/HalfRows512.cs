using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Tidepool.Index.Distance;

/// <summary>Half-precision rows in 512-bit registers, for 16 dimensions and more.</summary>
internal static class HalfRows512
{
    private const int Lanes = 16;

    /// <summary>Rounds as many numbers as fill registers, and returns how many those are.</summary>
    internal static int Encode(ref float values, ref ushort halves, int count)
    {
        nuint i = 0;

        // In bounds: i + 32 is at most count.
        for (; i + (2 * Lanes) <= (nuint)count; i += 2 * Lanes)
        {
            Vector512<uint> low = Encode(Vector512.LoadUnsafe(ref values, i));
            Vector512<uint> high = Encode(Vector512.LoadUnsafe(ref values, i + Lanes));
            Vector512.Narrow(low, high).StoreUnsafe(ref halves, i);
        }

        return (int)i;
    }

    /// <summary>The sum of the terms of a query and a row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static float Compute<TTerm>(ref float query, ref short row, int dimensions)
        where TTerm : struct, ITerm
    {
        Debug.Assert(dimensions >= Lanes);
        Vector512<float> even = Vector512<float>.Zero;
        Vector512<float> odd = Vector512<float>.Zero;
        nuint end = (nuint)dimensions;
        nuint i = 0;

        // Every load ends at or before dimension end: the loop's at i + 32, the next at i + 16, the last at end itself.
        for (; i + (2 * Lanes) <= end; i += 2 * Lanes)
        {
            even = TTerm.Add(even, Vector512.LoadUnsafe(ref query, i), Load(ref row, i));
            odd = TTerm.Add(odd, Vector512.LoadUnsafe(ref query, i + Lanes), Load(ref row, i + Lanes));
        }

        if (i + Lanes <= end)
        {
            even = TTerm.Add(even, Vector512.LoadUnsafe(ref query, i), Load(ref row, i));
            i += Lanes;
        }

        if (i < end)
        {
            // The last register overlaps dimensions that were added: its lanes below Lanes - (end - i) become zero.
            nuint last = end - Lanes;
            Vector512<float> fresh = Vector512.GreaterThanOrEqual(
                Vector512<int>.Indices, Vector512.Create((int)(i - last))).AsSingle();
            odd = TTerm.Add(odd, Vector512.LoadUnsafe(ref query, last) & fresh, Load(ref row, last) & fresh);
        }

        return Vector512.Sum(even + odd);
    }

    /// <summary>16 halves as floats.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Load(ref short row, nuint i)
    {
        Vector512<int> bits = Avx512F.ConvertToVector512Int32(Vector256.LoadUnsafe(ref row, i));
        return ((bits << HalfRows.Shift) & Vector512.Create(HalfRows.Mask)).AsSingle() * HalfRows.Scale;
    }

    /// <summary>The bits of the nearest halves.</summary>
    /// <remarks>After Fabian Giesen, "float->half variants": the exponent is rebased by an integer addition that also
    /// rounds; where a half is subnormal, adding ½ to the float leaves the half's bits at the low end.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> Encode(Vector512<float> values)
    {
        Vector512<float> sizes = Vector512.MinNative(Vector512.Abs(values), Vector512.Create(65504f));
        Vector512<uint> bits = sizes.AsUInt32();
        Vector512<uint> isOdd = (bits >> HalfRows.Shift) & Vector512<uint>.One;
        Vector512<uint> normal = (bits - Vector512.Create((112u << 23) - 0xFFF) + isOdd) >> HalfRows.Shift;
        Vector512<uint> subnormal = (sizes + Vector512.Create(0.5f)).AsUInt32() - Vector512.Create(0.5f).AsUInt32();
        Vector512<uint> isSmall = Vector512.LessThan(bits, Vector512.Create(113u << 23));
        Vector512<uint> signs = (values.AsUInt32() >> 16) & Vector512.Create(0x8000u);
        return Vector512.ConditionalSelect(isSmall, subnormal, normal) | signs;
    }
}
