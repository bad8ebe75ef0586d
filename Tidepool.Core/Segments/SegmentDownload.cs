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
    private const int MaxParallelParts = 8;

    /// <summary>Fills a file with an object; false when there is no such object.</summary>
    /// <param name="store">Where from.</param>
    /// <param name="key">The object.</param>
    /// <param name="length">Its size in bytes.</param>
    /// <param name="file">Where to, from the start.</param>
    /// <param name="onFetched">Told the size of each part that was fetched; by several threads at once.</param>
    /// <param name="cancellationToken">Stops fetching.</param>
    /// <exception cref="SegmentFormatException">The object is shorter.</exception>
    internal static async Task<bool> RunAsync(
        IObjectStore store,
        string key,
        long length,
        SafeFileHandle file,
        Action<int> onFetched,
        CancellationToken cancellationToken)
    {
        int partCount = (int)((length + PartSizeBytes - 1) / PartSizeBytes);
        ParallelOptions options = new()
        {
            MaxDegreeOfParallelism = MaxParallelParts,
            CancellationToken = cancellationToken,
        };
        int missingParts = 0;
        await Parallel.ForAsync(0, partCount, options, FetchPartAsync).ConfigureAwait(false);
        return missingParts == 0;

        async ValueTask FetchPartAsync(int part, CancellationToken cancellation)
        {
            long offset = (long)part * PartSizeBytes;
            int size = (int)Math.Min(PartSizeBytes, length - offset);

            // Returned on success only: after a failure the store may still be writing into it.
            byte[] rented = ArrayPool<byte>.Shared.Rent(size);
            Memory<byte> buffer = rented.AsMemory(0, size);
            ReadResult result = await store.ReadAsync(key, offset, buffer, cancellation).ConfigureAwait(false);
            if (!result.Found)
            {
                Interlocked.Increment(ref missingParts);
            }
            else
            {
                onFetched(result.BytesRead);
                if (result.BytesRead != size)
                {
                    long end = offset + result.BytesRead;
                    throw new SegmentFormatException($"the object ends at {end}, expected {length} bytes", end);
                }

                await RandomAccess.WriteAsync(file, buffer, offset, cancellation).ConfigureAwait(false);
            }

            ArrayPool<byte>.Shared.Return(rented);
        }
    }
}
