using System.Buffers;
using System.Buffers.Binary;
using Tidepool.Index.Binary;
using Tidepool.Index.Segments;
using Tidepool.Storage;

namespace Tidepool.Segments;

/// <summary>Copies a segment to where an incarnation of a namespace will find it, perhaps another incarnation than its
/// own. Every byte is checked on its way.</summary>
/// <remarks>The incarnation stands in the head; so for another one the head, its checksum and those of its blocks
/// change, and nothing else does.</remarks>
internal sealed class SegmentCopy
{
    private readonly SegmentReader _source;
    private readonly byte[] _head;
    private readonly byte[] _table;

    /// <param name="source">The segment, all of which is there, and stays until the copy is made.</param>
    /// <param name="namespaceId">The incarnation that the copy is for.</param>
    /// <exception cref="SegmentFormatException">The head is damaged.</exception>
    internal SegmentCopy(SegmentReader source, Guid namespaceId)
    {
        _source = source;
        ReadOnlySpan<byte> bytes = source.ObjectBytes.Span;
        int headSizeBytes = (int)source.Header.Sections[0].Offset; // The first section follows the head.
        for (int block = 0; block < SegmentFormat.CountBlocks(headSizeBytes); block++)
        {
            source.Blocks.Recheck(block);
        }

        _head = SegmentHeadCodec.WithNamespace(bytes[..headSizeBytes], namespaceId);
        _table = bytes[(int)source.Header.BlockTableOffset..].ToArray();
        FinishTable();
    }

    /// <summary>Size of the copy, and of the segment.</summary>
    internal long SizeBytes => _source.ObjectBytes.Length;

    /// <summary>Whether the copy is there already: the object has the size, and in its last bytes the checksums of all
    /// the others.</summary>
    internal async ValueTask<bool> IsStoredAsync(
        IObjectStore store, string key, CancellationToken cancellationToken)
    {
        byte[] found = new byte[_table.Length + 1]; // One more than there should be.
        ReadResult read = await store.ReadAsync(key, SizeBytes - _table.Length, found, cancellationToken)
            .ConfigureAwait(false);
        return read.Found && found.AsSpan(0, read.BytesRead).SequenceEqual(_table);
    }

    /// <summary>Stores the copy.</summary>
    /// <exception cref="SegmentFormatException">The segment is damaged; nothing is stored.</exception>
    internal ValueTask<PutResult> UploadAsync(
        IObjectStore store, string key, CancellationToken cancellationToken) =>
        store.UploadAsync(key, WriteAsync, cancellationToken);

    private async ValueTask WriteAsync(Stream stream, CancellationToken cancellationToken)
    {
        byte[] rented = ArrayPool<byte>.Shared.Rent(SegmentFormat.BlockSizeBytes);
        try
        {
            for (int block = 0; block < _source.Blocks.BlockCount; block++)
            {
                // Checked where nobody can change it any more, a mapped file included.
                Memory<byte> bytes = rented.AsMemory(0, _source.Blocks.GetLength(block));
                Read(block, bytes.Span);
                await stream.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
            }

            await stream.WriteAsync(_table, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    /// <summary>A block of the copy.</summary>
    private void Read(int block, Span<byte> destination)
    {
        int offset = block * SegmentFormat.BlockSizeBytes;
        _source.ObjectBytes.Span.Slice(offset, destination.Length).CopyTo(destination);
        _source.Blocks.Check(block, destination);
        if (offset < _head.Length)
        {
            ReadOnlySpan<byte> head = _head.AsSpan(offset);
            head[..Math.Min(head.Length, destination.Length)].CopyTo(destination);
        }
    }

    /// <summary>Makes the segment's block table that of the copy.</summary>
    private void FinishTable()
    {
        Span<byte> entries = _table.AsSpan(0, _table.Length - SegmentFormat.ChecksumSizeBytes);
        Span<byte> checksum = _table.AsSpan(entries.Length);
        if (BinaryPrimitives.ReadUInt32LittleEndian(checksum) != Crc32C.Compute(entries))
        {
            throw new SegmentFormatException(
                "the block table has changed since it was checked", _source.Header.BlockTableOffset)
            {
                ObjectKey = _source.Blocks.ObjectKey,
            };
        }

        byte[] block = new byte[SegmentFormat.BlockSizeBytes];
        for (int i = 0; i < SegmentFormat.CountBlocks(_head.Length); i++)
        {
            Span<byte> content = block.AsSpan(0, _source.Blocks.GetLength(i));
            Read(i, content);
            BinaryPrimitives.WriteUInt32LittleEndian(
                entries[(i * SegmentFormat.ChecksumSizeBytes)..], Crc32C.Compute(content));
        }

        BinaryPrimitives.WriteUInt32LittleEndian(checksum, Crc32C.Compute(entries));
    }
}
