using Tidepool.Index.Binary;

namespace Tidepool.Index.Attributes;

/// <summary>The attributes of a segment, read in place; a column is checked when it is first asked for.</summary>
/// <remarks>For any number of threads. It and its columns are valid as long as the source is open.</remarks>
internal sealed class AttributeSection : IColumnLookup
{
    private readonly IByteSource _source;
    private readonly long _baseOffset;
    private readonly Dictionary<string, int> _indices = [];
    private readonly StoredColumn[] _stored;
    private readonly AttributeColumn?[] _columns;

    private AttributeSection(IByteSource source, long baseOffset, int rowCount, StoredColumn[] stored)
    {
        _source = source;
        _baseOffset = baseOffset;
        RowCount = rowCount;
        _stored = stored;
        _columns = new AttributeColumn?[stored.Length];
        for (int i = 0; i < stored.Length; i++)
        {
            if (!_indices.TryAdd(stored[i].Name, i))
            {
                throw new SegmentFormatException($"There are two columns '{stored[i].Name}'", baseOffset);
            }
        }
    }

    internal int RowCount { get; }

    /// <summary>The columns that some row has a value in.</summary>
    internal IEnumerable<ColumnDefinition> Columns =>
        _stored.Select(column => new ColumnDefinition(column.Name, column.Type));

    /// <summary>Opens a section.</summary>
    /// <param name="source">The section's bytes, and no others.</param>
    /// <param name="baseOffset">Where the section starts in its object, for messages.</param>
    /// <exception cref="SegmentFormatException">The bytes are no attributes section.</exception>
    internal static AttributeSection Open(IByteSource source, long baseOffset = 0)
    {
        if (!BitConverter.IsLittleEndian)
        {
            throw new PlatformNotSupportedException("Segments are read in place, which takes a little-endian machine.");
        }

        if (source.Length < AttributeFormat.HeaderSizeBytes)
        {
            throw new SegmentFormatException($"The section has only {source.Length} bytes", baseOffset);
        }

        var header = new SpanReader(source.Read(0, AttributeFormat.HeaderSizeBytes).Span, baseOffset);
        Expect(header.Offset, "magic", header.ReadUInt32(), AttributeFormat.Magic);
        Expect(header.Offset, "version", header.ReadUInt16(), AttributeFormat.Version);
        Expect(header.Offset, "reserved field", header.ReadUInt16(), 0);
        int rowCount = header.ReadInt32();
        int columnCount = header.ReadInt32();
        Expect(header.Offset, "section size", header.ReadInt64(), source.Length);
        int namesLength = header.ReadInt32();
        Expect(header.Offset, "reserved field", header.ReadUInt32(), 0);
        long entriesLength = (long)columnCount * AttributeFormat.EntrySizeBytes;
        long end = AttributeFormat.HeaderSizeBytes + entriesLength + namesLength;
        if (rowCount < 0 || columnCount < 0 || namesLength < 0 || end > source.Length || end > int.MaxValue)
        {
            throw new SegmentFormatException(
                $"{rowCount} rows, {columnCount} columns and {namesLength} bytes of names do not fit " +
                $"{source.Length} bytes",
                baseOffset);
        }

        ReadOnlySpan<byte> directory = source.Read(0, (int)end).Span;
        ReadOnlySpan<byte> names = directory[^namesLength..];
        var reader = new SpanReader(
            directory[AttributeFormat.HeaderSizeBytes..^namesLength], baseOffset + AttributeFormat.HeaderSizeBytes);
        var stored = new StoredColumn[columnCount];
        for (int i = 0; i < columnCount; i++)
        {
            stored[i] = StoredColumn.Read(ref reader, names);
        }

        return new AttributeSection(source, baseOffset, rowCount, stored);
    }

    /// <exception cref="SegmentFormatException">The column does not follow its format.</exception>
    public AttributeColumn? GetColumn(string name)
    {
        if (!_indices.TryGetValue(name, out int index))
        {
            return null;
        }

        AttributeColumn? column = Volatile.Read(ref _columns[index]);
        if (column is null)
        {
            column = new ColumnDecoder(_source, _baseOffset, RowCount, _stored[index]).Decode();
            column = Interlocked.CompareExchange(ref _columns[index], column, null) ?? column;
        }

        return column;
    }

    private static void Expect(long offset, string what, long found, long expected)
    {
        if (found != expected)
        {
            throw new SegmentFormatException($"The {what} is {found}, expected {expected}", offset);
        }
    }
}
