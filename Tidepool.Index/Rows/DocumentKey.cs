namespace Tidepool.Index.Rows;

/// <summary>A document's id inside the engine: 64 bits that find it and the bytes that tell it from a
/// collision.</summary>
/// <remarks>
/// A 64-bit integer id has no text and its own value as <see cref="Hash"/>. A string or Guid id has as text one kind
/// byte (1 string, 2 Guid) and its payload (UTF-8; 16 big-endian bytes), and as hash the XxHash64 (seed 0) of the text.
/// Order: integers by value, then texts in byte order.
/// </remarks>
internal readonly ref struct DocumentKey
{
    internal DocumentKey(ulong hash, ReadOnlySpan<byte> text)
    {
        Hash = hash;
        Text = text;
    }

    internal ulong Hash { get; }

    internal ReadOnlySpan<byte> Text { get; }

    internal bool Equals(DocumentKey other) => Hash == other.Hash && Text.SequenceEqual(other.Text);

    internal int CompareTo(DocumentKey other)
    {
        if (Text.IsEmpty && other.Text.IsEmpty)
        {
            return ((long)Hash).CompareTo((long)other.Hash);
        }

        return Text.SequenceCompareTo(other.Text);
    }
}
