using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace Tidepool.Index.Distance;

/// <summary>Asks the processor for memory that is read soon. Only a hint, and nothing where there is none.</summary>
/// <remarks>A prefetch never faults, so that a collection which moves an array meanwhile costs speed only.</remarks>
internal static class Prefetch
{
    private const int LineSizeBytes = 64;

    /// <summary>Asks for some bytes, to be read at once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static unsafe void Read(ReadOnlySpan<byte> bytes)
    {
        if (!Sse.IsSupported)
        {
            return;
        }

        var address = (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(bytes));
        for (nint offset = 0; offset < bytes.Length; offset += LineSizeBytes)
        {
            Sse.Prefetch0(address + offset);
        }
    }

    /// <summary>Asks for some values, to be read at once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Read<T>(ReadOnlySpan<T> values)
        where T : struct => Read(MemoryMarshal.AsBytes(values));
}
