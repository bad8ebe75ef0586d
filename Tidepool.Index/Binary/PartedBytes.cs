namespace Tidepool.Index.Binary;

/// <summary>Bytes in arrays of their own, as a source of what lies within one of them.</summary>
/// <remarks>A collector finds room for many small arrays where one large one needs new memory.</remarks>
internal sealed class PartedBytes : IByteSource
{
    private readonly byte[][] _parts;
    private readonly long[] _starts;

    internal PartedBytes(byte[][] parts)
    {
        _parts = parts;
        _starts = new long[parts.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            _starts[i] = Length;
            Length += parts[i].Length;
        }
    }

    public long Length { get; }

    internal byte[][] Parts => _parts;

    /// <summary>The bytes [offset, offset + length), which no border of parts divides.</summary>
    public ReadOnlyMemory<byte> Read(long offset, int length)
    {
        int part = Array.BinarySearch(_starts, offset);
        part = part < 0 ? ~part - 1 : part;
        return _parts[part].AsMemory((int)(offset - _starts[part]), length);
    }
}
