namespace Tidepool.Index.Binary;

/// <summary>The bytes [Offset, Offset + Length) of an object or a part of one.</summary>
internal readonly record struct ByteRange(long Offset, long Length)
{
    internal long End => Offset + Length;
}
