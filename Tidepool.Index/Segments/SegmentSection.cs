namespace Tidepool.Index.Segments;

/// <summary>An entry of a segment's directory.</summary>
/// <param name="Kind">What the section holds; may be unknown to this version when skippable.</param>
/// <param name="IsSkippable">Whether a reader that does not know the kind may ignore it.</param>
/// <param name="Field">Number of the vector field it belongs to, or <see cref="SegmentFormat.NoField"/>.</param>
/// <param name="Offset">First byte, from the start of the object; aligned.</param>
/// <param name="Length">Size in bytes, at least 1.</param>
internal readonly record struct SegmentSection(
    SectionKind Kind, bool IsSkippable, int Field, long Offset, long Length)
{
    internal long End => Offset + Length;
}
