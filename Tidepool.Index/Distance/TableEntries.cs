using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Tidepool.Index.Distance;

/// <summary>Rounding of the floats of a table to bytes.</summary>
internal static class TableEntries
{
    private const int Multiple = 64;

    /// <summary>⌊value · inverse + ½⌋ of each value.</summary>
    /// <param name="values">A multiple of 64, none negative, none beyond 255 / <paramref name="inverse"/>.</param>
    /// <param name="inverse">Positive.</param>
    /// <param name="entries">Takes as many bytes.</param>
    internal static void Round(ReadOnlySpan<float> values, float inverse, Span<byte> entries)
    {
        // What makes every raw reference below safe: as many bytes as floats, a multiple of each step.
        ArgumentOutOfRangeException.ThrowIfNotEqual(values.Length % Multiple, 0);
        ArgumentOutOfRangeException.ThrowIfNotEqual(entries.Length, values.Length);
        ref float first = ref MemoryMarshal.GetReference(values);
        ref byte bytes = ref MemoryMarshal.GetReference(entries);
        if (KernelWidth.HasVector512)
        {
            Round512(ref first, inverse, ref bytes, values.Length);
        }
        else if (KernelWidth.HasVector256)
        {
            Round256(ref first, inverse, ref bytes, values.Length);
        }
        else if (KernelWidth.HasVector128)
        {
            Round128(ref first, inverse, ref bytes, values.Length);
        }
        else
        {
            RoundScalar(values, inverse, entries);
        }
    }

    internal static void RoundScalar(ReadOnlySpan<float> values, float inverse, Span<byte> entries)
    {
        for (int i = 0; i < values.Length; i++)
        {
            entries[i] = (byte)((values[i] * inverse) + 0.5f);
        }
    }

    // Below: a step reads and writes as many numbers as it counts, and count is a multiple of each step.

    private static void Round512(ref float values, float inverse, ref byte entries, int count)
    {
        for (nuint i = 0; i < (nuint)count; i += 64)
        {
            Vector512<ushort> low = Vector512.Narrow(
                Round(Vector512.LoadUnsafe(ref values, i), inverse),
                Round(Vector512.LoadUnsafe(ref values, i + 16), inverse));
            Vector512<ushort> high = Vector512.Narrow(
                Round(Vector512.LoadUnsafe(ref values, i + 32), inverse),
                Round(Vector512.LoadUnsafe(ref values, i + 48), inverse));
            Vector512.Narrow(low, high).StoreUnsafe(ref entries, i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> Round(Vector512<float> values, float inverse) =>
        Vector512.ConvertToInt32Native((values * inverse) + Vector512.Create(0.5f)).AsUInt32();

    private static void Round256(ref float values, float inverse, ref byte entries, int count)
    {
        for (nuint i = 0; i < (nuint)count; i += 32)
        {
            Vector256<ushort> low = Vector256.Narrow(
                Round(Vector256.LoadUnsafe(ref values, i), inverse),
                Round(Vector256.LoadUnsafe(ref values, i + 8), inverse));
            Vector256<ushort> high = Vector256.Narrow(
                Round(Vector256.LoadUnsafe(ref values, i + 16), inverse),
                Round(Vector256.LoadUnsafe(ref values, i + 24), inverse));
            Vector256.Narrow(low, high).StoreUnsafe(ref entries, i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Round(Vector256<float> values, float inverse) =>
        Vector256.ConvertToInt32Native((values * inverse) + Vector256.Create(0.5f)).AsUInt32();

    private static void Round128(ref float values, float inverse, ref byte entries, int count)
    {
        for (nuint i = 0; i < (nuint)count; i += 16)
        {
            Vector128<ushort> low = Vector128.Narrow(
                Round(Vector128.LoadUnsafe(ref values, i), inverse),
                Round(Vector128.LoadUnsafe(ref values, i + 4), inverse));
            Vector128<ushort> high = Vector128.Narrow(
                Round(Vector128.LoadUnsafe(ref values, i + 8), inverse),
                Round(Vector128.LoadUnsafe(ref values, i + 12), inverse));
            Vector128.Narrow(low, high).StoreUnsafe(ref entries, i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<uint> Round(Vector128<float> values, float inverse) =>
        Vector128.ConvertToInt32Native((values * inverse) + Vector128.Create(0.5f)).AsUInt32();
}
