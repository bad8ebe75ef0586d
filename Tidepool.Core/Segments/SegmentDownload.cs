using System.Buffers;
using Microsoft.Win32.SafeHandles;
using Tidepool.Index.Binary;
using Tidepool.Storage;

namespace Tidepool.Segments;

/// <summary>Fetches an object into a file, in parts, several at a time.</summary>
internal static class SegmentDownload
{
    internal const int PartSizeBytes = 8 * 1024 * 1024;

    /// <summary>Covers a part's time to first byte; more gains nothing on one connection pool, and costs
    /// memory.</summary>
    internal const int MaxParallelParts = 8;

    /// <summary>Fills ranges of a file with those of an object; false when there is no such object.</summary>
    /// <param name="store">Where from.</param>
    /// <param name="key">The object.</param>
    /// <param name="ranges">What of it.</param>
    /// <param name="file">Where to, at the same offsets.</param>
    /// <param name="onFetched">Told the size of each part that was fetched; by several threads at once.</param>
    /// <param name="cancellationToken">Stops fetching.</param>
    /// <exception cref="SegmentFormatException">The object is shorter.</exception>
    internal static async Task<bool> RunAsync(
        IObjectStore store,
        string key,
        IEnumerable<ByteRange> ranges,
        SafeFileHandle file,
        Action<int> onFetched,
        CancellationToken cancellationToken)
    {
        ParallelOptions options = new()
        {
            MaxDegreeOfParallelism = MaxParallelParts,
            CancellationToken = cancellationToken,
        };
        int missingParts = 0;
        await Parallel.ForEachAsync(ranges.SelectMany(Divide), options, FetchPartAsync).ConfigureAwait(false);
        return missingParts == 0;

        async ValueTask FetchPartAsync(ByteRange part, CancellationToken cancellation)
        {
            int size = (int)part.Length;

            // Returned on success only: after a failure the store may still be writing into it.
            byte[] rented = ArrayPool<byte>.Shared.Rent(size);
            Memory<byte> buffer = rented.AsMemory(0, size);
            ReadResult result = await store.ReadAsync(key, part.Offset, buffer, cancellation).ConfigureAwait(false);
            if (!result.Found)
            {
                Interlocked.Increment(ref missingParts);
            }
            else
            {
                onFetched(result.BytesRead);
                if (result.BytesRead != size)
                {
                    long end = part.Offset + result.BytesRead;
                    throw new SegmentFormatException($"the object ends at {end}, expected {part.End} bytes", end);
                }

                await RandomAccess.WriteAsync(file, buffer, part.Offset, cancellation).ConfigureAwait(false);
            }

            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private static IEnumerable<ByteRange> Divide(ByteRange range)
    {
        for (long offset = range.Offset; offset < range.End; offset += PartSizeBytes)
        {
            yield return new ByteRange(offset, Math.Min(PartSizeBytes, range.End - offset));
        }
    }
}
