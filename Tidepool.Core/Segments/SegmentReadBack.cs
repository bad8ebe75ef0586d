using System.Buffers;
using Tidepool.Index.Binary;
using Tidepool.Index.Segments;
using Tidepool.Storage;

namespace Tidepool.Segments;

/// <summary>Reads back a segment that was just written, and checks every checksum.</summary>
internal static class SegmentReadBack
{
    // Few requests, and little enough to be checked while it is in the cache.
    private const int PieceBlocks = (1 << 20) / SegmentFormat.BlockSizeBytes;

    /// <summary>Checks a segment.</summary>
    /// <param name="store">Where it was written to.</param>
    /// <param name="segment">What was opened of it.</param>
    /// <param name="cancellationToken">Stops the check.</param>
    /// <remarks>A local file is read in pieces: if it was checked in its map, all of it would be memory of this
    /// process, beside the segments that it was made of.</remarks>
    /// <exception cref="SegmentFormatException">A block is damaged, or missing.</exception>
    internal static async ValueTask VerifyAsync(
        IObjectStore store, SegmentReader segment, CancellationToken cancellationToken)
    {
        string key = segment.Blocks.ObjectKey;
        if ((store as ILocalObjects)?.GetLocalPath(key) is null)
        {
            SegmentVerifier.VerifyChecksums(segment, cancellationToken);
            return;
        }

        byte[] piece = ArrayPool<byte>.Shared.Rent(PieceBlocks * SegmentFormat.BlockSizeBytes);
        try
        {
            for (int first = 0; first < segment.Blocks.BlockCount; first += PieceBlocks)
            {
                int end = Math.Min(segment.Blocks.BlockCount, first + PieceBlocks);
                long offset = (long)first * SegmentFormat.BlockSizeBytes;
                int length = (((end - 1) - first) * SegmentFormat.BlockSizeBytes) + segment.Blocks.GetLength(end - 1);
                ReadResult read = await store.ReadAsync(key, offset, piece.AsMemory(0, length), cancellationToken)
                    .ConfigureAwait(false);
                if (read.BytesRead < length)
                {
                    throw new SegmentFormatException($"{read.BytesRead} of {length} bytes are there", offset)
                    {
                        ObjectKey = key,
                    };
                }

                CheckPiece(segment.Blocks, first, end, piece.AsSpan(0, length));
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
        }
    }

    private static void CheckPiece(BlockVerifier blocks, int first, int end, ReadOnlySpan<byte> piece)
    {
        for (int block = first; block < end; block++)
        {
            blocks.Check(block, piece.Slice((block - first) * SegmentFormat.BlockSizeBytes, blocks.GetLength(block)));
        }
    }
}
