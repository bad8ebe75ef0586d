using System.Buffers;
using Microsoft.Win32.SafeHandles;
using Tidepool.Index.Binary;
using Tidepool.Index.Segments;
using Tidepool.Storage;

namespace Tidepool.Segments;

/// <summary>The local copy of a remote segment of which only some blocks are there so far; the others are fetched when
/// they are needed, or all of them.</summary>
/// <remarks>Thread-safe. A block is checked before it is put in its place, and counts as there only then. Two that
/// need a block at the same time may both fetch it.</remarks>
internal sealed class PartialSegment : IDisposable
{
    /// <summary>Parts of a part that is needed now; they are small, and what counts is their time to first
    /// byte.</summary>
    private const int MaxParallelParts = 256;

    /// <summary>So many blocks are sooner fetched than a request made.</summary>
    private const int MaxGapBlocks = 2;

    private const int MaxBlocksPerSmallPart = 1024 * 1024 / SegmentFormat.BlockSizeBytes;
    private const int MaxBlocksPerPart = SegmentDownload.PartSizeBytes / SegmentFormat.BlockSizeBytes;
    private const int MaxAttempts = 2;

    private readonly IObjectStore _store;
    private readonly BlockVerifier _blocks;
    private readonly SafeFileHandle _file;
    private readonly Action<int> _onFetched;
    private readonly Action _publish;
    private readonly string _path;
    private readonly CancellationTokenSource _abandoned = new();
    private readonly CancellationToken _isAbandoned;
    private readonly Lock _gate = new();
    private Task<bool>? _completing;
    private volatile bool _isComplete;

    /// <param name="store">Where the segment is.</param>
    /// <param name="blocks">Which blocks are there.</param>
    /// <param name="file">The copy, in its full size.</param>
    /// <param name="onFetched">Told the size of each part that was fetched; by several threads at once.</param>
    /// <param name="publish">Called once all blocks are there.</param>
    /// <param name="path">Where the copy is until then.</param>
    internal PartialSegment(
        IObjectStore store,
        BlockVerifier blocks,
        SafeFileHandle file,
        Action<int> onFetched,
        Action publish,
        string path)
    {
        _store = store;
        _blocks = blocks;
        _file = file;
        _onFetched = onFetched;
        _publish = publish;
        _path = path;
        _isAbandoned = _abandoned.Token;
    }

    internal bool IsComplete => _isComplete;

    /// <summary>Fetches the blocks of some ranges, as far as they are not there yet.</summary>
    /// <returns>False when there is no such object any more.</returns>
    /// <exception cref="SegmentFormatException">A block is damaged.</exception>
    internal Task<bool> FetchAsync(IEnumerable<ByteRange> ranges, CancellationToken cancellationToken)
    {
        var wanted = new SortedSet<int>();
        foreach (ByteRange range in ranges)
        {
            int last = (int)((range.End - 1) / SegmentFormat.BlockSizeBytes);
            for (int block = (int)(range.Offset / SegmentFormat.BlockSizeBytes); block <= last; block++)
            {
                wanted.Add(block);
            }
        }

        return FetchAsync(wanted, MaxBlocksPerSmallPart, MaxParallelParts, cancellationToken);
    }

    /// <summary>Fetches every block that is not there yet; all who wait for it share one download, which goes on when
    /// they stop waiting.</summary>
    /// <returns>False when there is no such object any more.</returns>
    internal Task<bool> CompleteAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_completing is null or { IsFaulted: true } or { IsCompletedSuccessfully: true, Result: false })
            {
                _completing = Task.Run(CompleteAsync);
            }

            return _completing.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Stops fetching, when nobody uses the segment any more.</summary>
    public void Dispose()
    {
        _abandoned.Cancel();
        _abandoned.Dispose();
        _file.Dispose(); // What is still being written fails, and nobody waits for it.
        CacheDirectory.TryDelete(_path); // Not there any more once it is published.
    }

    private async Task<bool> CompleteAsync()
    {
        if (!await FetchAsync(
            Enumerable.Range(0, _blocks.BlockCount),
            MaxBlocksPerPart,
            SegmentDownload.MaxParallelParts,
            _isAbandoned)
            .ConfigureAwait(false))
        {
            return false;
        }

        _publish();
        _isComplete = true;
        return true;
    }

    private async Task<bool> FetchAsync(
        IEnumerable<int> blocks, int maxBlocksPerPart, int maxParallelParts, CancellationToken cancellationToken)
    {
        ParallelOptions options = new()
        {
            MaxDegreeOfParallelism = maxParallelParts,
            CancellationToken = cancellationToken,
        };
        int missingParts = 0;
        await Parallel.ForEachAsync(MakeParts(blocks, maxBlocksPerPart), options, FetchPartAsync).ConfigureAwait(false);
        return missingParts == 0;

        async ValueTask FetchPartAsync((int First, int Count) part, CancellationToken cancellation)
        {
            if (!await FetchAsync(part.First, part.Count, cancellation).ConfigureAwait(false))
            {
                Interlocked.Increment(ref missingParts);
            }
        }
    }

    /// <summary>Joins the blocks that are not there, in ascending order, to parts of neighbours; a few that nobody
    /// asked for, or that are there, may lie between.</summary>
    private IEnumerable<(int First, int Count)> MakeParts(IEnumerable<int> blocks, int maxCount)
    {
        (int first, int count) = (0, 0);
        foreach (int block in blocks)
        {
            if (_blocks.IsVerified(block * SegmentFormat.BlockSizeBytes))
            {
                continue;
            }

            if (count > 0 && (block - first - count > MaxGapBlocks || block - first >= maxCount))
            {
                yield return (first, count);
                count = 0;
            }

            first = count == 0 ? block : first;
            count = block - first + 1;
        }

        if (count > 0)
        {
            yield return (first, count);
        }
    }

    private async ValueTask<bool> FetchAsync(int first, int count, CancellationToken cancellationToken)
    {
        int last = first + count - 1;
        int size = ((count - 1) * SegmentFormat.BlockSizeBytes) + _blocks.GetLength(last);
        long offset = (long)first * SegmentFormat.BlockSizeBytes;

        // Returned on success only: after a failure the store may still be writing into it.
        byte[] rented = ArrayPool<byte>.Shared.Rent(size);
        Memory<byte> buffer = rented.AsMemory(0, size);
        for (int attempt = 1; ; attempt++)
        {
            ReadResult result = await _store.ReadAsync(_blocks.ObjectKey, offset, buffer, cancellationToken)
                .ConfigureAwait(false);
            if (!result.Found)
            {
                ArrayPool<byte>.Shared.Return(rented);
                return false;
            }

            _onFetched(result.BytesRead);
            try
            {
                Check(first, buffer.Span, offset + result.BytesRead);
                break;
            }
            catch (SegmentFormatException) when (attempt < MaxAttempts)
            {
                // Damaged on its way; if in the store, the next attempt says so.
            }
        }

        await RandomAccess.WriteAsync(_file, buffer, offset, cancellationToken).ConfigureAwait(false);
        ArrayPool<byte>.Shared.Return(rented);
        for (int block = first; block <= last; block++)
        {
            _blocks.MarkVerified(block);
        }

        return true;
    }

    /// <summary>Checks blocks that were read, as far as the object went.</summary>
    private void Check(int first, ReadOnlySpan<byte> bytes, long end)
    {
        long expectedEnd = ((long)first * SegmentFormat.BlockSizeBytes) + bytes.Length;
        if (end != expectedEnd)
        {
            throw new SegmentFormatException($"the object ends at {end}, expected {expectedEnd} bytes or more", end);
        }

        for (int block = first; bytes.Length > 0; block++)
        {
            int length = _blocks.GetLength(block);
            _blocks.Check(block, bytes[..length]);
            bytes = bytes[length..];
        }
    }
}
