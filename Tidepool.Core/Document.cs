namespace Tidepool;

/// <summary>A document: <c>new Document("42") { Vector = v, ["year"] = 2026, ["tags"] = new[] { "a", "b" }
/// }</c>.</summary>
/// <remarks>
/// <para>An id, any number of vectors and any number of attributes. Writing a document replaces the whole of one with
/// the same id. The first write of a field fixes its type (and a vector's dimensions) for the namespace.</para>
/// <para>Vectors and arrays are wrapped, not copied: leave them, and the document, unchanged until the write has
/// completed. Not thread-safe.</para>
/// </remarks>
public sealed class Document
{
    private FieldMap<VectorValue>? _vectors;
    private FieldMap<AttributeValue>? _attributes;

    /// <summary>Makes a document with an id and nothing else.</summary>
    /// <exception cref="ArgumentException">The id is the default value.</exception>
    public Document(DocumentId id)
    {
        if (id.IsDefault)
        {
            throw new ArgumentException("The id of a document is default(DocumentId); expected a string, a 64-bit " +
                "integer or a Guid.", nameof(id));
        }

        Id = id;
    }

    /// <summary>The id.</summary>
    public DocumentId Id { get; }

    /// <summary>The unnamed vector; empty when there is none.</summary>
    public VectorValue Vector { get; set; }

    /// <summary>The named vectors, in the order in which they were added.</summary>
    public IDictionary<string, VectorValue> Vectors => _vectors ??= new FieldMap<VectorValue>();

    /// <summary>The attributes, in the order in which they were added. A null value is the same as none.</summary>
    public IDictionary<string, AttributeValue> Attributes => AttributeMap;

    internal ReadOnlySpan<FieldEntry<VectorValue>> VectorEntries => _vectors is null ? [] : _vectors.Entries;

    internal ReadOnlySpan<FieldEntry<AttributeValue>> AttributeEntries =>
        _attributes is null ? [] : _attributes.Entries;

    private FieldMap<AttributeValue> AttributeMap => _attributes ??= new FieldMap<AttributeValue>();

    /// <summary>An attribute; null when the document does not have it.</summary>
    public AttributeValue this[string name]
    {
        get
        {
            ArgumentNullException.ThrowIfNull(name);
            return _attributes is not null && _attributes.TryGetValue(name, out AttributeValue value) ? value : default;
        }
        set => AttributeMap[name] = value;
    }
}
