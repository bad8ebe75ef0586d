namespace Tidepool.Index.Segments;

/// <summary>Section content that another writer gives in chunks, each valid until the next one.</summary>
internal sealed class ChunkedContent(long length, IEnumerable<ReadOnlyMemory<byte>> chunks) : SectionContent
{
    private readonly IEnumerable<ReadOnlyMemory<byte>> _chunks = chunks;
    private IEnumerator<ReadOnlyMemory<byte>>? _enumerator;
    private ReadOnlyMemory<byte> _chunk;

    internal override long Length => length;

    internal override void Read(Span<byte> destination)
    {
        _enumerator ??= _chunks.GetEnumerator();
        while (!destination.IsEmpty)
        {
            if (_chunk.IsEmpty)
            {
                Advance();
            }

            int count = Math.Min(_chunk.Length, destination.Length);
            _chunk.Span[..count].CopyTo(destination);
            destination = destination[count..];
            _chunk = _chunk[count..];
        }
    }

    /// <summary>Lets the writer give back what it has rented, also when not all was read.</summary>
    internal override void Close() => _enumerator?.Dispose();

    private void Advance() => _chunk = _enumerator!.MoveNext()
        ? _enumerator.Current
        : throw new InvalidOperationException($"A section of {length} bytes ended early.");
}
