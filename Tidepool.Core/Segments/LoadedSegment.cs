using Tidepool.Index.Segments;

namespace Tidepool.Segments;

/// <summary>A segment whose file is mapped.</summary>
internal sealed record LoadedSegment(MappedFile File, SegmentReader Reader);
