using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Tidepool.Index.Distance;

/// <summary>Where cache lines begin.</summary>
internal static class CacheLine
{
    /// <summary>How many floats a line holds.</summary>
    internal const int Floats = 16;

    /// <summary>The part of a buffer from its first line boundary on, of the given length.</summary>
    /// <remarks>
    /// The buffer must be <see cref="Floats"/> - 1 longer than that. A collection may move an array off the boundary
    /// later, which costs speed only: a 512-bit load across two lines takes twice as long.
    /// </remarks>
    internal static Span<float> Align(Span<float> buffer, int length)
    {
        // An address to compute with, never to read from.
        nint address = Unsafe.ByteOffset(ref Unsafe.NullRef<float>(), ref MemoryMarshal.GetReference(buffer));
        int lineBytes = Floats * sizeof(float);
        int skippedBytes = (int)(-address & (lineBytes - 1));
        return buffer.Slice(skippedBytes / sizeof(float), length);
    }
}
