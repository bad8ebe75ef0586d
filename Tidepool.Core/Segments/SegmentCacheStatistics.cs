namespace Tidepool.Segments;

/// <summary>What a <see cref="SegmentDiskCache"/> did since it was made.</summary>
/// <param name="Hits">Segments that were found on disk, or open already.</param>
/// <param name="Misses">Segments that had to be fetched.</param>
/// <param name="DamagedFiles">Files found damaged; each was deleted, and its segment fetched again.</param>
/// <param name="BytesFetched">Bytes read from stores.</param>
internal readonly record struct SegmentCacheStatistics(long Hits, long Misses, long DamagedFiles, long BytesFetched);
