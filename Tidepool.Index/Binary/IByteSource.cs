namespace Tidepool.Index.Binary;

/// <summary>Bytes that can be read at an offset without copying: a memory map or an array.</summary>
/// <remarks>What <see cref="Read"/> returns stays valid as long as its owner is open. Whether it has passed a checksum
/// is the source's own affair: a section of a segment has, a mapped file has not.</remarks>
internal interface IByteSource
{
    /// <summary>Total size in bytes.</summary>
    long Length { get; }

    /// <summary>The bytes [offset, offset + length).</summary>
    ReadOnlyMemory<byte> Read(long offset, int length);
}
