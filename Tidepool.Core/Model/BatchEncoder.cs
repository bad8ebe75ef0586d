using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Tidepool.Index.Attributes;
using Tidepool.Index.Binary;
using Tidepool.Index.Rows;

namespace Tidepool.Model;

/// <summary>Validates the effects of a write and encodes them as the payload of a log entry, in one pass.</summary>
/// <remarks>Reusable, not thread-safe. If a method throws, nothing of the output may be used: call
/// <see cref="Begin"/> again with a new or cleared one.</remarks>
internal sealed class BatchEncoder
{
    private const int UnnamedVector = -1;

    private readonly FieldTable<VectorField> _vectors = new();
    private readonly FieldTable<AttributeField> _attributes = new();
    private readonly byte[] _keyScratch = new byte[DocumentIdCodec.MaxTextSizeBytes];
    private FieldUse[] _vectorUses = new FieldUse[4];
    private FieldUse[] _attributeUses = new FieldUse[16];
    private NamespaceSchema _schema = NamespaceSchema.Empty;
    private NamespaceSchema _declared = NamespaceSchema.Empty;
    private IBufferWriter<byte>? _output;
    private int _newVectorCount;
    private int _newAttributeCount;
    private int _upserts;
    private int _deletes;
    private long _sizeBytes;

    /// <summary>Starts a batch.</summary>
    /// <param name="schema">The fields that the namespace has.</param>
    /// <param name="declared">The fields that the writer's options describe: they count for vector fields that the
    /// namespace does not have yet.</param>
    /// <param name="output">Where the payload goes.</param>
    internal void Begin(NamespaceSchema schema, NamespaceSchema declared, IBufferWriter<byte> output)
    {
        _vectors.Clear();
        _attributes.Clear();
        _schema = schema;
        _declared = declared;
        _output = output;
        _newVectorCount = 0;
        _newAttributeCount = 0;
        _upserts = 0;
        _deletes = 0;
        _sizeBytes = 0;
        SpanWriter writer = new(output);
        writer.WriteByte(BatchFormat.Version);
        Finish(ref writer);
    }

    /// <summary>Adds a document that replaces any with its id.</summary>
    /// <exception cref="ArgumentException">The document is not allowed, or the batch is too large.</exception>
    /// <exception cref="SchemaConflictException">A field does not fit the namespace.</exception>
    internal void Upsert(Document document)
    {
        DocumentValidator.Check(document);
        SpanWriter writer = Continue();
        ReadOnlySpan<FieldUse> vectorUses = NumberVectors(document, ref writer);
        ReadOnlySpan<FieldUse> attributeUses = NumberAttributes(document, ref writer);

        writer.WriteByte((byte)BatchRecordKind.Upsert);
        WriteKey(document.Id, ref writer);
        writer.WriteVarUInt64((ulong)vectorUses.Length);
        foreach (FieldUse use in vectorUses)
        {
            VectorValue vector = use.Entry == UnnamedVector
                ? document.Vector
                : document.VectorEntries[use.Entry].Value;
            writer.WriteVarUInt64((ulong)use.Ordinal);
            writer.WriteBytes(MemoryMarshal.AsBytes(vector.Span));
        }

        writer.WriteVarUInt64((ulong)attributeUses.Length);
        foreach (FieldUse use in attributeUses)
        {
            writer.WriteVarUInt64((ulong)use.Ordinal);
            BatchValueCodec.Write(
                ref writer, _attributes[use.Ordinal].Type, document.AttributeEntries[use.Entry].Value.Value);
        }

        _upserts++;
        Finish(ref writer);
    }

    /// <summary>Adds the delete of an id.</summary>
    /// <exception cref="ArgumentException">The batch is too large.</exception>
    internal void Delete(DocumentId id)
    {
        SpanWriter writer = Continue();
        writer.WriteByte((byte)BatchRecordKind.Delete);
        WriteKey(id, ref writer);
        _deletes++;
        Finish(ref writer);
    }

    /// <summary>Adds the delete of a stored id.</summary>
    /// <exception cref="ArgumentException">The batch is too large.</exception>
    internal void Delete(DocumentKey key)
    {
        SpanWriter writer = Continue();
        writer.WriteByte((byte)BatchRecordKind.Delete);
        if (key.Text.IsEmpty)
        {
            WriteIntegerKey((long)key.Hash, ref writer);
        }
        else
        {
            writer.WriteLengthPrefixed(key.Text);
        }

        _deletes++;
        Finish(ref writer);
    }

    /// <summary>Says what index a vector field of the namespace is to have.</summary>
    internal void SetIndex(VectorField field)
    {
        SpanWriter writer = Continue();
        writer.WriteByte((byte)BatchRecordKind.VectorIndex);
        writer.WriteString(field.Name);
        IndexPolicyCodec.Encode(ref writer, field.Index);
        Finish(ref writer);
    }

    /// <summary>Ends the batch.</summary>
    internal EncodedBatch Complete()
    {
        SpanWriter writer = Continue();
        writer.WriteByte((byte)BatchRecordKind.End);
        writer.WriteVarUInt64((ulong)_upserts);
        writer.WriteVarUInt64((ulong)_deletes);
        Finish(ref writer);
        _output = null;
        return new EncodedBatch([.. _vectors.Fields], [.. _attributes.Fields], _upserts, _deletes, _sizeBytes);
    }

    private SpanWriter Continue() =>
        new(_output ?? throw new UnreachableException("A batch is added to before it has begun."));

    private void Finish(ref SpanWriter writer)
    {
        writer.Flush();
        _sizeBytes += writer.Position;
        if (_sizeBytes > BatchFormat.MaxSizeBytes)
        {
            throw new ArgumentException(string.Create(
                CultureInfo.InvariantCulture,
                $"The batch takes more than {BatchFormat.MaxSizeBytes} bytes; expected at most that: split it."));
        }
    }

    private void WriteKey(DocumentId id, ref SpanWriter writer)
    {
        if (id.TryGetInt64(out long number))
        {
            WriteIntegerKey(number, ref writer);
            return;
        }

        int sizeBytes = DocumentIdCodec.WriteText(id, _keyScratch);
        writer.WriteLengthPrefixed(_keyScratch.AsSpan(0, sizeBytes));
    }

    private static void WriteIntegerKey(long number, ref SpanWriter writer)
    {
        writer.WriteVarUInt64(BatchFormat.IntegerKeyMark);
        writer.WriteInt64(number);
    }

    private ReadOnlySpan<FieldUse> NumberVectors(Document document, ref SpanWriter writer)
    {
        ReadOnlySpan<FieldEntry<VectorValue>> entries = document.VectorEntries;
        if (_vectorUses.Length <= entries.Length)
        {
            _vectorUses = new FieldUse[entries.Length + 1];
        }

        int count = 0;
        if (!document.Vector.IsEmpty)
        {
            int ordinal = NumberVector(document.Id, "", document.Vector.Dimensions, count, ref writer);
            _vectorUses[count++] = new FieldUse(ordinal, UnnamedVector);
        }

        for (int i = 0; i < entries.Length; i++)
        {
            if (!entries[i].Value.IsEmpty)
            {
                int ordinal = NumberVector(
                    document.Id, entries[i].Name, entries[i].Value.Dimensions, count, ref writer);
                _vectorUses[count++] = new FieldUse(ordinal, i);
            }
        }

        return Sort(_vectorUses.AsSpan(0, count));
    }

    private int NumberVector(DocumentId id, string name, int dimensions, int expected, ref SpanWriter writer)
    {
        int ordinal = _vectors.Find(name, expected);
        if (ordinal < 0)
        {
            ordinal = AddVector(name, dimensions, ref writer);
        }

        VectorField field = _vectors[ordinal];
        return field.Dimensions == dimensions
            ? ordinal
            : throw SchemaRules.Conflict(
                $"{DocumentValidator.Describe(id)}: the number of dimensions of the vector '{name}'",
                name,
                dimensions,
                field.Dimensions);
    }

    private int AddVector(string name, int dimensions, ref SpanWriter writer)
    {
        int known = _schema.FindVector(name);
        VectorField field;
        if (known >= 0)
        {
            field = _schema.Vectors[known];
        }
        else
        {
            field = SchemaRules.NewVector(name, dimensions, _declared);
            SchemaRules.CheckVectorCount(_schema.Vectors.Length + ++_newVectorCount);
        }

        writer.WriteByte((byte)BatchRecordKind.VectorField);
        writer.WriteString(field.Name);
        writer.WriteVarUInt64((ulong)field.Dimensions);
        writer.WriteByte(MetricMap.ToCode(field.Metric));
        IndexPolicyCodec.Encode(ref writer, field.Index);
        return _vectors.Add(field.Name, field);
    }

    private ReadOnlySpan<FieldUse> NumberAttributes(Document document, ref SpanWriter writer)
    {
        ReadOnlySpan<FieldEntry<AttributeValue>> entries = document.AttributeEntries;
        if (_attributeUses.Length < entries.Length)
        {
            _attributeUses = new FieldUse[entries.Length];
        }

        int count = 0;
        for (int i = 0; i < entries.Length; i++)
        {
            ref readonly FieldEntry<AttributeValue> entry = ref entries[i];
            if (entry.Value.IsNull)
            {
                continue;
            }

            int ordinal = _attributes.Find(entry.Name, count);
            if (ordinal < 0)
            {
                ordinal = AddAttribute(entry.Name, entry.Value.Type, ref writer);
            }

            ColumnType type = _attributes[ordinal].Type;
            if (type != entry.Value.Type && !BatchValueCodec.CanWriteAs(type, entry.Value.Value))
            {
                throw SchemaRules.Conflict(
                    $"{DocumentValidator.Describe(document.Id)}: the attribute '{entry.Name}'",
                    entry.Name,
                    $"{entry.Value.Type} {DocumentValidator.Shorten(entry.Value.ToString())}",
                    type);
            }

            _attributeUses[count++] = new FieldUse(ordinal, i);
        }

        return Sort(_attributeUses.AsSpan(0, count));
    }

    private int AddAttribute(string name, ColumnType type, ref SpanWriter writer)
    {
        int known = _schema.FindAttribute(name);
        AttributeField field;
        if (known >= 0)
        {
            field = _schema.Attributes[known];
        }
        else
        {
            field = SchemaRules.NewAttribute(name, type);
            SchemaRules.CheckAttributeCount(_schema.Attributes.Length + ++_newAttributeCount);
        }

        writer.WriteByte((byte)BatchRecordKind.Attribute);
        writer.WriteString(field.Name);
        writer.WriteByte((byte)field.Type);
        return _attributes.Add(field.Name, field);
    }

    /// <summary>Puts uses in the order of their numbers, which they mostly are in.</summary>
    private static ReadOnlySpan<FieldUse> Sort(Span<FieldUse> uses)
    {
        for (int i = 1; i < uses.Length; i++)
        {
            if (uses[i].Ordinal < uses[i - 1].Ordinal)
            {
                uses.Sort();
                break;
            }
        }

        return uses;
    }
}
