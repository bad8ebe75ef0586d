using Tidepool.Index.Segments;

namespace Tidepool.Segments;

/// <summary>A segment whose file is mapped.</summary>
/// <param name="File">The map.</param>
/// <param name="Reader">Reads from it.</param>
/// <param name="Partial">Fetches what is not there yet; null when all of it always was.</param>
internal sealed record LoadedSegment(MappedFile File, SegmentReader Reader, PartialSegment? Partial)
{
    internal void Close()
    {
        Partial?.Dispose();
        File.Close();
    }
}
