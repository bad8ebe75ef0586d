using Tidepool.Index.Attributes;
using Tidepool.Index.Binary;
using Tidepool.Index.Rows;

namespace Tidepool.Model;

/// <summary>Reads the effects of a batch from hostile bytes, in place: nothing is allocated for a document.</summary>
/// <remarks>
/// <c>while (reader.Read())</c>, then by <see cref="Kind"/> take <see cref="Key"/> and, of an upsert, every
/// <see cref="ReadVector"/> and then every <see cref="ReadAttribute"/>; what is not taken is checked and skipped. Every
/// fault is a <see cref="SegmentFormatException"/>. What <see cref="Read"/> has returned true for may be applied only
/// once the whole batch was read without one: read it twice, or trust its checksum.
/// </remarks>
internal ref struct BatchReader
{
    private SpanReader _reader;
    private int[] _vectorOrdinals = []; // The batch's number of a field to its ordinal in the schema.
    private int[] _attributeOrdinals = [];
    private int _vectorCount;
    private int _attributeCount;
    private int _vectorsLeft;
    private int _attributesLeft; // -1: how many there are stands behind the vectors.
    private int _lastNumber;
    private int _upserts;
    private int _deletes;

    /// <param name="payload">The batch.</param>
    /// <param name="schema">The fields that the namespace had before it.</param>
    /// <param name="baseOffset">Where the batch lies in its object, for messages.</param>
    internal BatchReader(ReadOnlySpan<byte> payload, NamespaceSchema schema, long baseOffset = 0)
    {
        _reader = new SpanReader(payload, baseOffset);
        Schema = schema;
        byte version = _reader.ReadByte();
        if (version != BatchFormat.Version)
        {
            throw new SegmentFormatException(
                $"the batch has version {version}, but this reader knows {BatchFormat.Version}", baseOffset);
        }
    }

    /// <summary>The fields of the namespace with those of the batch so far; after the end, with all of them.</summary>
    internal NamespaceSchema Schema { get; private set; }

    /// <summary><see cref="BatchRecordKind.Upsert"/> or <see cref="BatchRecordKind.Delete"/>.</summary>
    internal BatchRecordKind Kind { get; private set; }

    internal DocumentKey Key { get; private set; }

    /// <summary>Goes to the next upsert or delete; false at the end.</summary>
    internal bool Read()
    {
        while (ReadVector(out _))
        {
        }

        while (ReadAttribute(out _))
        {
        }

        while (true)
        {
            long start = _reader.Offset;
            Kind = (BatchRecordKind)_reader.ReadByte();
            switch (Kind)
            {
                case BatchRecordKind.VectorField:
                    DefineVector();
                    break;
                case BatchRecordKind.Attribute:
                    DefineAttribute();
                    break;
                case BatchRecordKind.VectorIndex:
                    SetIndex();
                    break;
                case BatchRecordKind.Upsert:
                    Key = ReadKey();
                    _vectorsLeft = _reader.ReadVarInt32(_vectorCount, "the number of vectors");
                    _attributesLeft = -1;
                    _lastNumber = -1;
                    _upserts++;
                    return true;
                case BatchRecordKind.Delete:
                    Key = ReadKey();
                    _deletes++;
                    return true;
                case BatchRecordKind.End:
                    ReadEnd();
                    return false;
                default:
                    throw new SegmentFormatException($"{(byte)Kind} is not a kind of record", start);
            }
        }
    }

    /// <summary>Takes the next vector of an upsert; false when there is no more.</summary>
    internal bool ReadVector(out BatchVector vector)
    {
        if (_vectorsLeft == 0)
        {
            vector = default;
            return false;
        }

        _vectorsLeft--;
        int ordinal = _vectorOrdinals[ReadNumber(_vectorCount)];
        VectorField field = Schema.Vectors[ordinal];
        vector = new BatchVector(ordinal, field, _reader.ReadBytes(field.Dimensions * sizeof(float)));
        return true;
    }

    /// <summary>Takes the next attribute of an upsert; false when there is no more.</summary>
    internal bool ReadAttribute(out BatchAttribute attribute)
    {
        if (_attributesLeft < 0)
        {
            while (ReadVector(out _))
            {
            }

            _attributesLeft = _reader.ReadVarInt32(_attributeCount, "the number of attributes");
            _lastNumber = -1;
        }

        if (_attributesLeft == 0)
        {
            attribute = default;
            return false;
        }

        _attributesLeft--;
        int ordinal = _attributeOrdinals[ReadNumber(_attributeCount)];
        AttributeField field = Schema.Attributes[ordinal];
        attribute = new BatchAttribute(ordinal, field, BatchValue.Read(ref _reader, field.Type));
        return true;
    }

    private int ReadNumber(int count)
    {
        long start = _reader.Offset;
        int number = _reader.ReadVarInt32(count - 1, "the number of a field");
        if (number <= _lastNumber)
        {
            throw new SegmentFormatException($"field {number} follows field {_lastNumber}", start);
        }

        _lastNumber = number;
        return number;
    }

    private DocumentKey ReadKey()
    {
        long start = _reader.Offset;
        int sizeBytes = _reader.ReadVarInt32(DocumentIdCodec.MaxTextSizeBytes, "the size of an id");
        if (sizeBytes == (int)BatchFormat.IntegerKeyMark)
        {
            return new DocumentKey(_reader.ReadUInt64(), default);
        }

        ReadOnlySpan<byte> text = _reader.ReadBytes(sizeBytes);
        return DocumentIdCodec.IsValidText(text)
            ? DocumentIdCodec.FromText(text)
            : throw new SegmentFormatException($"an id of {sizeBytes} bytes is not well-formed", start);
    }

    private void DefineVector()
    {
        long start = _reader.Offset;
        string name = ReadName(minLength: 0);
        int dimensions = _reader.ReadVarInt32(VectorFieldOptions.MaxDimensions, "the number of dimensions");
        byte code = _reader.ReadByte();
        if (dimensions == 0 || !MetricMap.TryFromCode(code, out DistanceMetric metric))
        {
            throw new SegmentFormatException(
                $"the vector field '{name}' has {dimensions} dimensions and metric {code}", start);
        }

        var field = new VectorField(name, dimensions, metric) { Index = IndexPolicyCodec.Decode(ref _reader) };
        int ordinal = Schema.FindVector(name);
        if (ordinal < 0)
        {
            ordinal = Schema.Vectors.Length;
            Merge([field], [], start);
        }
        else if (!Schema.Vectors[ordinal].HasShapeOf(field))
        {
            throw new SegmentFormatException($"{field} is {Schema.Vectors[ordinal]} in the namespace", start);
        }

        Define(ref _vectorOrdinals, ref _vectorCount, ordinal, start);
    }

    private void SetIndex()
    {
        long start = _reader.Offset;
        string name = ReadName(minLength: 0);
        IndexPolicy policy = IndexPolicyCodec.Decode(ref _reader);
        int ordinal = Schema.FindVector(name);
        if (ordinal < 0)
        {
            throw new SegmentFormatException($"there is no vector field '{name}' to index", start);
        }

        Schema = SchemaRules.WithIndexes(Schema, [Schema.Vectors[ordinal] with { Index = policy }]);
    }

    private void DefineAttribute()
    {
        long start = _reader.Offset;
        string name = ReadName(minLength: 1);
        var type = (ColumnType)_reader.ReadByte();
        if (!Enum.IsDefined(type) || type == ColumnType.Null)
        {
            throw new SegmentFormatException($"the attribute '{name}' has the unknown type {(byte)type}", start);
        }

        var field = new AttributeField(name, type);
        int ordinal = Schema.FindAttribute(name);
        if (ordinal < 0)
        {
            ordinal = Schema.Attributes.Length;
            Merge([], [field], start);
        }
        else if (Schema.Attributes[ordinal] != field)
        {
            throw new SegmentFormatException($"{field} is {Schema.Attributes[ordinal]} in the namespace", start);
        }

        Define(ref _attributeOrdinals, ref _attributeCount, ordinal, start);
    }

    private string ReadName(int minLength)
    {
        long start = _reader.Offset;
        string name = _reader.ReadString("the name of a field");
        return name.Length >= minLength && name.Length <= FieldName.MaxLength
            ? name
            : throw new SegmentFormatException($"the name of a field has {name.Length} characters", start);
    }

    private void Merge(VectorField[] vectors, AttributeField[] attributes, long start)
    {
        try
        {
            Schema = SchemaRules.Merge(Schema, [.. vectors], [.. attributes]);
        }
        catch (SchemaConflictException inner)
        {
            throw new SegmentFormatException("a field does not fit the namespace", start, inner);
        }
    }

    private static void Define(ref int[] ordinals, ref int count, int ordinal, long start)
    {
        if (ordinals.AsSpan(0, count).Contains(ordinal))
        {
            throw new SegmentFormatException("a field is defined twice", start);
        }

        if (count == ordinals.Length)
        {
            Array.Resize(ref ordinals, Math.Max(4, count * 2));
        }

        ordinals[count++] = ordinal;
    }

    private void ReadEnd()
    {
        long start = _reader.Offset;
        ulong upserts = _reader.ReadVarUInt64();
        ulong deletes = _reader.ReadVarUInt64();
        if (upserts != (ulong)_upserts || deletes != (ulong)_deletes)
        {
            throw new SegmentFormatException(
                $"the batch has {_upserts} upserts and {_deletes} deletes, but says {upserts} and {deletes}", start);
        }

        _reader.ExpectEnd();
    }
}
