using Tidepool.Index.Binary;

namespace Tidepool.Tests.Index.Attributes;

/// <summary>Bytes in memory that start at an odd address, and a record of what was read.</summary>
internal sealed class ArraySource : IByteSource
{
    private readonly byte[] _bytes;

    internal ArraySource(ReadOnlySpan<byte> bytes)
    {
        _bytes = new byte[bytes.Length + 1];
        bytes.CopyTo(_bytes.AsSpan(1));
    }

    public long Length => _bytes.Length - 1;

    internal List<(long Offset, int Length)> Reads { get; } = [];

    internal bool IsRecording { get; set; }

    public ReadOnlyMemory<byte> Read(long offset, int length)
    {
        if (offset < 0 || length < 0 || offset + length > Length)
        {
            throw new InvalidOperationException($"[{offset}, +{length}) of {Length} bytes was asked for.");
        }

        if (IsRecording)
        {
            Reads.Add((offset, length));
        }

        return _bytes.AsMemory(1 + (int)offset, length);
    }
}
