namespace Tidepool.Index.Binary;

/// <summary>Bytes that can be read at an offset without copying: a memory map or an array.</summary>
/// <remarks>What <see cref="Read"/> returns has passed its checksums, and stays valid as long as its owner is
/// open.</remarks>
internal interface IByteSource
{
    /// <summary>Total size in bytes.</summary>
    long Length { get; }

    /// <summary>The bytes [offset, offset + length).</summary>
    ReadOnlyMemory<byte> Read(long offset, int length);
}
