using System.Buffers.Binary;
using Tidepool.Index.Binary;

namespace Tidepool.Index.Segments;

/// <summary>The checksums of the blocks of a segment to be built, gathered as the blocks are written.</summary>
/// <param name="offset">Where the table starts, and the blocks end.</param>
internal sealed class BlockTableContent(long offset) : SectionContent
{
    private readonly long _offset = offset;
    private readonly byte[] _table = new byte[SegmentFormat.GetBlockTableSizeBytes(offset)];
    private long _position;
    private uint _blockChecksum;
    private int _readPosition;

    internal override long Length => _table.Length;

    /// <summary>Takes the bytes that follow those of the last call; none may reach beyond its block.</summary>
    internal void Add(ReadOnlySpan<byte> bytes)
    {
        if (_position >= _offset)
        {
            return; // The table does not cover itself.
        }

        _blockChecksum = Crc32C.Append(_blockChecksum, bytes);
        int block = (int)(_position / SegmentFormat.BlockSizeBytes);
        _position += bytes.Length;
        if (_position % SegmentFormat.BlockSizeBytes == 0 || _position == _offset)
        {
            Span<byte> entry = _table.AsSpan(block * SegmentFormat.ChecksumSizeBytes);
            BinaryPrimitives.WriteUInt32LittleEndian(entry, _blockChecksum);
            _blockChecksum = 0;
        }
    }

    internal override void Read(Span<byte> destination)
    {
        if (_readPosition == 0)
        {
            Span<byte> last = _table.AsSpan(_table.Length - SegmentFormat.ChecksumSizeBytes);
            uint checksum = Crc32C.Compute(_table.AsSpan(0, _table.Length - SegmentFormat.ChecksumSizeBytes));
            BinaryPrimitives.WriteUInt32LittleEndian(last, checksum);
        }

        _table.AsSpan(_readPosition, destination.Length).CopyTo(destination);
        _readPosition += destination.Length;
    }
}
