using Tidepool.Index.Attributes;
using Tidepool.Index.Binary;
using Tidepool.Index.Bitmaps;
using Tidepool.Index.Rows;
using Tidepool.Index.Vectors;

namespace Tidepool.Index.Segments;

/// <summary>A segment, read in place from a memory map or an array.</summary>
/// <remarks>
/// <para>Any number of threads. Opening checks the head and the block table; every other byte is checked with its block
/// before it is first handed out, so any member may throw <see cref="SegmentFormatException"/>.</para>
/// <para>Spans and keys handed out stay valid as long as the byte source does; lookups allocate nothing.</para>
/// </remarks>
internal sealed class SegmentReader : IRowSource
{
    private readonly SectionBytes _ids;
    private readonly SectionBytes _sequences;
    private readonly SectionBytes _slots;
    private readonly SectionBytes? _strings;
    private readonly SectionBytes? _padding;
    private readonly SectionBytes? _attributeBytes;
    private readonly SegmentVectorColumn[] _vectors;
    private readonly IdIndex _index;
    private readonly IVectorIndex?[] _indexes;
    private AttributeSection? _attributes;

    private SegmentReader(ReadOnlyMemory<byte> objectBytes, SegmentHeader header, bool isPartial)
    {
        Header = header;
        ObjectBytes = objectBytes;
        Blocks = new BlockVerifier(objectBytes, header, isPartial);
        _ids = GetSection(objectBytes, SectionKind.Ids)!;
        _sequences = GetSection(objectBytes, SectionKind.Sequences)!;
        _slots = GetSection(objectBytes, SectionKind.IdIndex)!;
        _strings = GetSection(objectBytes, SectionKind.StringTable);
        _padding = GetSection(objectBytes, SectionKind.Padding);
        _index = new IdIndex(header.Identity.SegmentId, _slots.Length / sizeof(uint), header.RowCount);
        _attributeBytes = GetSection(objectBytes, SectionKind.Attributes);
        _vectors = new SegmentVectorColumn[header.Fields.Length];
        _indexes = new IVectorIndex?[header.Fields.Length];
        for (int field = 0; field < _vectors.Length; field++)
        {
            _vectors[field] = new SegmentVectorColumn(
                header.Fields[field].Dimensions,
                header.RowCount,
                GetSection(objectBytes, SectionKind.Vectors, field)!,
                GetSection(objectBytes, SectionKind.Norms, field)!,
                GetSection(objectBytes, SectionKind.Presence, field));
        }
    }

    internal SegmentHeader Header { get; }

    internal BlockVerifier Blocks { get; }

    /// <summary>The whole object, not checked by any checksum.</summary>
    internal ReadOnlyMemory<byte> ObjectBytes { get; }

    public int RowCount => Header.RowCount;

    /// <summary>Number of ordinals that hold a document.</summary>
    internal int DocumentCount => Header.DocumentCount;

    /// <summary>Attributes that some document has.</summary>
    internal IEnumerable<ColumnDefinition> Columns => Attributes?.Columns ?? [];

    /// <summary>A bit per ordinal that holds no document; empty when every ordinal holds one.</summary>
    internal ReadOnlySpan<ulong> PaddingWords =>
        _padding is null ? default : _padding.GetUInt64s(0, BitWords.CountFor(RowCount));

    /// <summary>The id index.</summary>
    internal ReadOnlySpan<uint> Slots => _slots.GetUInt32s(0, _slots.Length / sizeof(uint));

    /// <summary>The attributes, opened when they are first asked for: two threads may both do it, and either will
    /// do.</summary>
    private AttributeSection? Attributes
    {
        get
        {
            if (_attributeBytes is { } bytes && Volatile.Read(ref _attributes) is null)
            {
                Volatile.Write(ref _attributes, OpenAttributes(bytes));
            }

            return _attributes;
        }
    }

    /// <summary>Opens a segment.</summary>
    /// <param name="source">The object's bytes as stored; nothing of them is trusted.</param>
    /// <param name="expected">Which object it must be; null to accept any.</param>
    /// <param name="isPartial">Whether only its head and block table are there so far: members throw
    /// <see cref="AbsentBytesException"/> as long as what they need was not marked as verified.</param>
    /// <exception cref="SegmentFormatException">The object is damaged, another one, or of an unknown
    /// version.</exception>
    internal static SegmentReader Open(
        IByteSource source, SegmentIdentity? expected = null, bool isPartial = false)
    {
        if (!BitConverter.IsLittleEndian)
        {
            throw new PlatformNotSupportedException("Segments are read in place, which needs a little-endian machine.");
        }

        if (source.Length > SegmentFormat.MaxObjectSizeBytes)
        {
            throw new SegmentFormatException(
                $"the object has {source.Length} bytes; this program reads segments of at most "
                + $"{SegmentFormat.MaxObjectSizeBytes}", 0);
        }

        ReadOnlyMemory<byte> objectBytes = source.Read(0, (int)source.Length);
        SegmentHeader header = SegmentHeadCodec.Decode(objectBytes.Span);
        if (expected is null)
        {
            return new SegmentReader(objectBytes, header, isPartial);
        }

        return expected.Matches(header.Identity)
            ? new SegmentReader(objectBytes, header with { Identity = expected }, isPartial)
            : throw new SegmentFormatException($"the object is {header.Identity}, expected {expected}", 0);
    }

    public bool IsPadding(int ordinal)
    {
        CheckOrdinal(ordinal);
        return _padding is not null && (_padding.GetUInt64(ordinal >> 6) >> (ordinal & 63) & 1) != 0;
    }

    public DocumentKey GetKey(int ordinal)
    {
        CheckOrdinal(ordinal);
        return new DocumentKey(_ids.GetUInt64(ordinal), GetText(ordinal));
    }

    public long GetSequence(int ordinal)
    {
        CheckOrdinal(ordinal);
        return (long)_sequences.GetUInt64(ordinal);
    }

    public VectorColumn? GetVectors(string field)
    {
        for (int number = 0; number < _vectors.Length; number++)
        {
            if (Header.Fields[number].Name == field)
            {
                return _vectors[number];
            }
        }

        return null;
    }

    public AttributeColumn? GetColumn(string name)
    {
        try
        {
            return Attributes?.GetColumn(name);
        }
        catch (SegmentFormatException inner) when (inner.ObjectKey is null)
        {
            throw Fault(inner.Offset, inner.Message, inner);
        }
    }

    /// <summary>The index of a vector field, or null when it has none.</summary>
    /// <exception cref="SegmentFormatException">The index is damaged; the segment's rows may be sound.</exception>
    internal IVectorIndex? FindIndex(string field)
    {
        for (int number = 0; number < _vectors.Length; number++)
        {
            if (Header.Fields[number].Name == field)
            {
                return Volatile.Read(ref _indexes[number]) ?? OpenIndex(number);
            }
        }

        return null;
    }

    /// <summary>All ordinals whose document has an id, in no order; more than one only if all but one are
    /// dead.</summary>
    internal KeyMatches FindOrdinals(DocumentKey key) => CanHold(key) ? new KeyMatches(this, key, _index) : default;

    /// <summary>An ordinal whose document has an id.</summary>
    internal bool TryFind(DocumentKey key, out int ordinal)
    {
        KeyMatches matches = FindOrdinals(key);
        bool isFound = matches.MoveNext();
        ordinal = isFound ? matches.Current : -1;
        return isFound;
    }

    /// <summary>The next match from a slot on, or -1.</summary>
    internal int FindNext(DocumentKey key, ulong mixedHash, ref int slot, ref int slotsLeft)
    {
        uint tag = _index.GetTag(mixedHash);
        while (slotsLeft > 0)
        {
            uint value = _slots.GetUInt32(slot);
            if (value == 0)
            {
                slotsLeft = 0;
                break;
            }

            int ordinal = _index.HasTag(value, tag) ? GetOrdinal(value, slot) : -1;
            slot = _index.GetNextSlot(slot);
            slotsLeft--;
            if (ordinal >= 0 && _ids.GetUInt64(ordinal) == key.Hash && GetText(ordinal).SequenceEqual(key.Text))
            {
                return ordinal;
            }
        }

        return -1;
    }

    /// <summary>A fault in this segment, to be thrown.</summary>
    internal SegmentFormatException Fault(long offset, string message, Exception? inner = null) =>
        new(message, offset, inner) { ObjectKey = Header.Identity.ObjectKey };

    private SectionBytes? GetSection(
        ReadOnlyMemory<byte> objectBytes, SectionKind kind, int field = SegmentFormat.NoField) =>
        Header.Find(kind, field) is { } section ? new SectionBytes(Blocks, objectBytes, section) : null;

    /// <summary>Opens the index of a field; two threads may both do it, and either index will do.</summary>
    private IVectorIndex? OpenIndex(int field)
    {
        try
        {
            IVectorIndex? index = IndexOpener.Open(
                Header, field, _vectors[field], kind => GetSection(ObjectBytes, kind, field));
            Volatile.Write(ref _indexes[field], index);
            return index;
        }
        catch (SegmentFormatException inner) when (inner.ObjectKey is null)
        {
            throw Fault(inner.Offset, $"the index of field '{Header.Fields[field].Name}': {inner.Message}", inner);
        }
    }

    private AttributeSection OpenAttributes(SectionBytes section)
    {
        AttributeSection attributes;
        try
        {
            attributes = AttributeSection.Open(section, section.ToObjectOffset(0));
        }
        catch (SegmentFormatException inner) when (inner.ObjectKey is null)
        {
            throw Fault(inner.Offset, inner.Message, inner);
        }

        return attributes.RowCount == RowCount
            ? attributes
            : throw Fault(section, 0, $"attributes are those of {attributes.RowCount} rows, not of {RowCount}");
    }

    private void CheckOrdinal(int ordinal) =>
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)ordinal, (uint)RowCount, nameof(ordinal));

    /// <summary>Whether the head leaves it open that an id is here; most new integer ids are ruled out by their
    /// range.</summary>
    internal bool CanHold(DocumentKey key) => key.Text.IsEmpty
        ? Header.Flags.HasFlag(SegmentFlags.IntegerIds)
            && (long)key.Hash >= Header.MinIntegerId && (long)key.Hash <= Header.MaxIntegerId
        : _strings is not null;

    private int GetOrdinal(uint slotValue, int slot)
    {
        int ordinal = _index.GetOrdinal(slotValue);
        return (uint)ordinal < (uint)RowCount
            ? ordinal
            : throw Fault(_slots, slot * sizeof(uint), $"slot {slot} of the id index holds ordinal {ordinal}");
    }

    /// <summary>The text of an id; empty for an integer and for padding.</summary>
    private ReadOnlySpan<byte> GetText(int ordinal)
    {
        if (_strings is null)
        {
            return default;
        }

        ReadOnlySpan<uint> offsets = _strings.GetUInt32s(ordinal, 2);
        int textStart = (RowCount + 1) * sizeof(uint);
        if (offsets[0] > offsets[1] || offsets[1] > (uint)(_strings.Length - textStart))
        {
            throw Fault(
                _strings, ordinal * sizeof(uint), $"the text of ordinal {ordinal} is at {offsets[0]} to {offsets[1]}");
        }

        return _strings.Get(textStart + (int)offsets[0], (int)(offsets[1] - offsets[0]));
    }

    private SegmentFormatException Fault(SectionBytes section, int offset, string message) =>
        Fault(section.ToObjectOffset(offset), message);
}
