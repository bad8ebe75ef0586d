using Tidepool.Index.Binary;

namespace Tidepool.Index.Segments;

/// <summary>Bytes of a segment are needed that were not fetched yet. Whoever opened it in part fetches them, and tries
/// again.</summary>
internal sealed class AbsentBytesException(BlockVerifier blocks, ByteRange range)
    : Exception($"Bytes {range.Offset} to {range.End} of {blocks.ObjectKey} were not fetched yet.")
{
    /// <summary>Those of the segment.</summary>
    internal BlockVerifier Blocks { get; } = blocks;

    internal ByteRange Range { get; } = range;
}
