using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Tidepool.Index.Distance;

/// <summary>Half-precision rows in 128-bit registers (Arm, or old x86), for 4 dimensions and more.</summary>
internal static class HalfRows128
{
    private const int Lanes = 4;

    /// <summary>Rounds as many numbers as fill registers, and returns how many those are.</summary>
    internal static int Encode(ref float values, ref ushort halves, int count)
    {
        nuint i = 0;

        // In bounds: i + 8 is at most count.
        for (; i + (2 * Lanes) <= (nuint)count; i += 2 * Lanes)
        {
            Vector128<uint> low = Encode(Vector128.LoadUnsafe(ref values, i));
            Vector128<uint> high = Encode(Vector128.LoadUnsafe(ref values, i + Lanes));
            Vector128.Narrow(low, high).StoreUnsafe(ref halves, i);
        }

        return (int)i;
    }

    /// <summary>The sum of the terms of a query and a row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static float Compute<TTerm>(ref float query, ref short row, int dimensions)
        where TTerm : struct, ITerm
    {
        Debug.Assert(dimensions >= Lanes);
        Vector128<float> even = Vector128<float>.Zero;
        Vector128<float> odd = Vector128<float>.Zero;
        nuint end = (nuint)dimensions;
        nuint i = 0;

        // Every load ends at or before dimension end: the loop's at i + 8, the next at i + 4, the last at end itself.
        for (; i + (2 * Lanes) <= end; i += 2 * Lanes)
        {
            even = TTerm.Add(even, Vector128.LoadUnsafe(ref query, i), Load(ref row, i));
            odd = TTerm.Add(odd, Vector128.LoadUnsafe(ref query, i + Lanes), Load(ref row, i + Lanes));
        }

        if (i + Lanes <= end)
        {
            even = TTerm.Add(even, Vector128.LoadUnsafe(ref query, i), Load(ref row, i));
            i += Lanes;
        }

        if (i < end)
        {
            // The last register overlaps dimensions that were added: its lanes below Lanes - (end - i) become zero.
            nuint last = end - Lanes;
            Vector128<float> fresh = Vector128.GreaterThanOrEqual(
                Vector128<int>.Indices, Vector128.Create((int)(i - last))).AsSingle();
            odd = TTerm.Add(odd, Vector128.LoadUnsafe(ref query, last) & fresh, Load(ref row, last) & fresh);
        }

        return Vector128.Sum(even + odd);
    }

    /// <summary>4 halves as floats.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Load(ref short row, nuint i)
    {
        Vector128<int> bits = Vector128.WidenLower(Vector128.CreateScalarUnsafe(
            Unsafe.ReadUnaligned<ulong>(ref Unsafe.As<short, byte>(ref Unsafe.Add(ref row, i)))).AsInt16());
        return ((bits << HalfRows.Shift) & Vector128.Create(HalfRows.Mask)).AsSingle() * HalfRows.Scale;
    }

    /// <summary>The bits of the nearest halves.</summary>
    /// <remarks>After Fabian Giesen, "float->half variants": the exponent is rebased by an integer addition that also
    /// rounds; where a half is subnormal, adding ½ to the float leaves the half's bits at the low end.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<uint> Encode(Vector128<float> values)
    {
        Vector128<float> sizes = Vector128.MinNative(Vector128.Abs(values), Vector128.Create(65504f));
        Vector128<uint> bits = sizes.AsUInt32();
        Vector128<uint> isOdd = (bits >> HalfRows.Shift) & Vector128<uint>.One;
        Vector128<uint> normal = (bits - Vector128.Create((112u << 23) - 0xFFF) + isOdd) >> HalfRows.Shift;
        Vector128<uint> subnormal = (sizes + Vector128.Create(0.5f)).AsUInt32() - Vector128.Create(0.5f).AsUInt32();
        Vector128<uint> isSmall = Vector128.LessThan(bits, Vector128.Create(113u << 23));
        Vector128<uint> signs = (values.AsUInt32() >> 16) & Vector128.Create(0x8000u);
        return Vector128.ConditionalSelect(isSmall, subnormal, normal) | signs;
    }
}
