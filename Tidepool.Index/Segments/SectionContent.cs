namespace Tidepool.Index.Segments;

/// <summary>The bytes of a section to be written, pulled from front to back.</summary>
internal abstract class SectionContent
{
    /// <summary>Size in bytes.</summary>
    internal abstract long Length { get; }

    /// <summary>Fills all of <paramref name="destination"/> with the bytes that follow those of the last
    /// call.</summary>
    internal abstract void Read(Span<byte> destination);

    /// <summary>Called once, when no more is read.</summary>
    internal virtual void Close()
    {
    }
}
