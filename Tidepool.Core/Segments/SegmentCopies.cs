using Microsoft.Win32.SafeHandles;
using Tidepool.Index.Binary;
using Tidepool.Index.Segments;
using Tidepool.Storage;

namespace Tidepool.Segments;

/// <summary>Local copies of remote segments: finds one in a folder, or fetches it there, and checks all of
/// it.</summary>
/// <param name="directory">The folder.</param>
/// <param name="capacityBytes">How much the files may take.</param>
/// <param name="partialFromBytes">From which size on segments may be opened in part.</param>
/// <param name="isInUse">Whether a file is in use, and must stay.</param>
internal sealed class SegmentCopies(
    CacheDirectory directory, long capacityBytes, long partialFromBytes, Func<string, bool> isInUse)
{
    private const int MaxAttempts = 2;

    private readonly CacheDirectory _directory = directory;
    private readonly long _capacityBytes = capacityBytes;
    private readonly long _partialFromBytes = partialFromBytes;
    private readonly Func<string, bool> _isInUse = isInUse;
    private long _reservedBytes;
    private long _hits;
    private long _misses;
    private long _damagedFiles;
    private long _bytesFetched;

    internal SegmentCacheStatistics GetStatistics() => new(
        Volatile.Read(ref _hits),
        Volatile.Read(ref _misses),
        Volatile.Read(ref _damagedFiles),
        Volatile.Read(ref _bytesFetched));

    internal void CountHit() => Interlocked.Increment(ref _hits);

    /// <summary>Deletes files beyond the capacity and what is being fetched, the longest unused first.</summary>
    internal void Shrink() =>
        _directory.ShrinkTo(Math.Max(0, _capacityBytes - Volatile.Read(ref _reservedBytes)), _isInUse);

    /// <summary>Maps the copy of a segment, fetched if need be; null when there is no such object.</summary>
    /// <param name="fileName">Its name in the folder.</param>
    /// <param name="store">Where the segment is.</param>
    /// <param name="identity">Which segment.</param>
    /// <param name="length">Its size in bytes.</param>
    /// <param name="opening">What to begin with where the rest may come later; null for all at once.</param>
    /// <param name="cancellationToken">Stops fetching.</param>
    internal async Task<LoadedSegment?> LoadAsync(
        string fileName,
        IObjectStore store,
        SegmentIdentity identity,
        long length,
        SegmentOpening? opening,
        CancellationToken cancellationToken)
    {
        if (TryOpen(fileName, identity, length) is { } found)
        {
            return found;
        }

        Interlocked.Add(ref _reservedBytes, length);
        try
        {
            Shrink();
            for (int attempt = 1; ; attempt++)
            {
                try
                {
                    return await (opening is { } first && length >= _partialFromBytes
                        ? FetchPartAsync(fileName, store, identity, length, first, cancellationToken)
                        : FetchAsync(fileName, store, identity, length, cancellationToken)).ConfigureAwait(false);
                }
                catch (SegmentFormatException) when (attempt < MaxAttempts)
                {
                    // Damaged on its way, or on the local disk; if in the store, the next attempt says so.
                }
            }
        }
        finally
        {
            Interlocked.Add(ref _reservedBytes, -length);
        }
    }

    /// <summary>Maps the copy in the folder; null when there is none, or none that is sound.</summary>
    private LoadedSegment? TryOpen(string fileName, SegmentIdentity identity, long length)
    {
        try
        {
            LoadedSegment loaded = Map(_directory.GetPath(fileName), identity, length);
            CountHit();
            _directory.Touch(fileName);
            return loaded;
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            Interlocked.Increment(ref _misses);
        }
        catch (SegmentFormatException)
        {
            Interlocked.Increment(ref _misses);
            Interlocked.Increment(ref _damagedFiles);
            _directory.Delete(fileName);
        }

        return null;
    }

    private async Task<LoadedSegment?> FetchAsync(
        string fileName,
        IObjectStore store,
        SegmentIdentity identity,
        long length,
        CancellationToken cancellationToken)
    {
        using SafeFileHandle file = _directory.CreateTemporary(fileName, preallocate: length, out string temporaryPath);
        try
        {
            bool isFound = await SegmentDownload.RunAsync(
                store, identity.ObjectKey, [new ByteRange(0, length)], file, CountFetched, cancellationToken)
                .ConfigureAwait(false);
            if (!isFound)
            {
                return null;
            }

            LoadedSegment loaded = Map(temporaryPath, identity, length);
            _directory.Publish(temporaryPath, fileName);
            _directory.Touch(fileName);
            return loaded;
        }
        finally
        {
            CacheDirectory.TryDelete(temporaryPath); // Not there any more once it is published.
        }
    }

    /// <summary>Maps a file of the segment's size that holds its beginning so far.</summary>
    private async Task<LoadedSegment?> FetchPartAsync(
        string fileName,
        IObjectStore store,
        SegmentIdentity identity,
        long length,
        SegmentOpening opening,
        CancellationToken cancellationToken)
    {
        SafeFileHandle file = _directory.CreateTemporary(fileName, preallocate: 0, out string temporaryPath);
        LoadedSegment? loaded = null;
        try
        {
            RandomAccess.SetLength(file, length);
            bool isFound = await SegmentDownload.RunAsync(
                store, identity.ObjectKey, GetRanges(opening, length), file, CountFetched, cancellationToken)
                .ConfigureAwait(false);
            if (isFound)
            {
                loaded = MapPart(temporaryPath, file, store, identity, opening, Publish);
            }

            return loaded;
        }
        finally
        {
            if (loaded is null)
            {
                file.Dispose();
                CacheDirectory.TryDelete(temporaryPath);
            }
        }

        void Publish()
        {
            _directory.Publish(temporaryPath, fileName);
            _directory.Touch(fileName);
            Shrink();
        }
    }

    /// <summary>The first block, which holds the head, the block table, and what a search begins with, in whole
    /// blocks.</summary>
    private static IEnumerable<ByteRange> GetRanges(SegmentOpening opening, long length)
    {
        long table = SegmentFormat.FindBlockTable(length);
        if (table < 0)
        {
            throw new SegmentFormatException($"no segment has {length} bytes", 0);
        }

        yield return new ByteRange(0, Math.Min(SegmentFormat.BlockSizeBytes, table));
        yield return new ByteRange(table, length - table);
        foreach (ByteRange range in new[] { opening.Padding, opening.Cells })
        {
            long start = range.Offset / SegmentFormat.BlockSizeBytes * SegmentFormat.BlockSizeBytes;
            long end = Math.Min(SegmentFormat.CountBlocks(range.End) * (long)SegmentFormat.BlockSizeBytes, table);
            if (start < end)
            {
                yield return new ByteRange(start, end - start);
            }
        }
    }

    private LoadedSegment MapPart(
        string path,
        SafeFileHandle file,
        IObjectStore store,
        SegmentIdentity identity,
        SegmentOpening opening,
        Action publish)
    {
        MappedFile map = MappedFile.Open(path);
        try
        {
            SegmentReader reader = SegmentReader.Open(map, identity, isPartial: true);
            long table = reader.Header.BlockTableOffset;
            foreach (ByteRange range in GetRanges(opening, map.Length).Where(range => range.Offset < table))
            {
                int end = SegmentFormat.CountBlocks(range.End);
                for (int block = (int)(range.Offset / SegmentFormat.BlockSizeBytes); block < end; block++)
                {
                    reader.Blocks.Recheck(block);
                    reader.Blocks.MarkVerified(block);
                }
            }

            return new LoadedSegment(
                map, reader, new PartialSegment(store, reader.Blocks, file, CountFetched, publish, path));
        }
        catch
        {
            map.Close();
            throw;
        }
    }

    /// <summary>Maps a file and checks all of it.</summary>
    private static LoadedSegment Map(string path, SegmentIdentity identity, long length)
    {
        MappedFile file = MappedFile.Open(path);
        try
        {
            if (file.Length != length)
            {
                throw new SegmentFormatException($"the copy has {file.Length} bytes, the segment {length}", 0);
            }

            SegmentReader reader = SegmentReader.Open(file, identity);
            reader.Blocks.Verify(0, (int)reader.Header.BlockTableOffset);
            return new LoadedSegment(file, reader, Partial: null);
        }
        catch
        {
            file.Close();
            throw;
        }
    }

    private void CountFetched(int sizeBytes) => Interlocked.Add(ref _bytesFetched, sizeBytes);
}
