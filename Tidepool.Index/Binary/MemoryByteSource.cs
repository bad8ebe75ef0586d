namespace Tidepool.Index.Binary;

/// <summary>Bytes in memory as a source.</summary>
internal sealed class MemoryByteSource(ReadOnlyMemory<byte> bytes) : IByteSource
{
    private readonly ReadOnlyMemory<byte> _bytes = bytes;

    public long Length => _bytes.Length;

    public ReadOnlyMemory<byte> Read(long offset, int length) => _bytes.Slice(checked((int)offset), length);
}
