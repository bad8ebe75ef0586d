namespace Tidepool.Segments;

/// <summary>A segment that somebody uses, or waits for, in a <see cref="SegmentDiskCache"/>.</summary>
/// <remarks>What changes belongs to the cache's lock.</remarks>
internal sealed class CachedSegment(string fileName)
{
    internal string FileName { get; } = fileName;

    /// <summary>How many use it or wait for it.</summary>
    internal int UserCount { get; set; }

    /// <summary>Ends the loading when nobody waits any more.</summary>
    internal CancellationTokenSource Abandoned { get; } = new();

    /// <summary>Gives the mapped and checked segment; null when there is no such object.</summary>
    internal Task<LoadedSegment?> Loading { get; set; } = Task.FromResult<LoadedSegment?>(null);

    /// <summary>The mapped segment, which the last user closes.</summary>
    internal LoadedSegment? Loaded { get; set; }
}
