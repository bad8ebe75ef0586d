using System.Runtime.InteropServices;

namespace Tidepool.Index.Segments;

/// <summary>Values that are ready in memory, as section content.</summary>
internal sealed class ArrayContent<T>(T[] values) : SectionContent
    where T : unmanaged
{
    private readonly T[] _values = values;
    private int _position;

    internal override long Length => MemoryMarshal.AsBytes(_values.AsSpan()).Length;

    internal override void Read(Span<byte> destination)
    {
        MemoryMarshal.AsBytes(_values.AsSpan()).Slice(_position, destination.Length).CopyTo(destination);
        _position += destination.Length;
    }
}
