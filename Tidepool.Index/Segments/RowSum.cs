namespace Tidepool.Index.Segments;

/// <summary>An order-independent sum over documents, by which a flush or a compaction proves that it lost
/// none.</summary>
/// <remarks>
/// A document counts as a 128-bit hash of its id's hash and its sequence; sums wrap at 2^128. Rows may thus move
/// between segments in any order, and the sum of the outputs plus that of the dropped rows equals that of the inputs.
/// </remarks>
internal static class RowSum
{
    internal static UInt128 Of(ulong keyHash, long sequence)
    {
        ulong low = HashMix.Apply(keyHash + 0x9E3779B97F4A7C15);
        low = HashMix.Apply(low ^ (ulong)sequence);
        ulong high = HashMix.Apply(low + keyHash + 0xC2B2AE3D27D4EB4F);
        return new UInt128(high, low);
    }
}
