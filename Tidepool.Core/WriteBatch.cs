namespace Tidepool;

/// <summary>Writes and conditions that are applied together or not at all.</summary>
/// <remarks>
/// Conditions are tested against the state before the batch, whatever their place in it; then the writes are applied
/// in order, so the last one on an id wins. Documents are not copied: leave them unchanged until the batch is written.
/// A batch may be written several times. Not thread-safe.
/// </remarks>
public sealed class WriteBatch
{
    private readonly List<WriteOperation> _operations = [];

    /// <summary>How many writes and conditions there are.</summary>
    public int Count => _operations.Count;

    internal IReadOnlyList<WriteOperation> Operations => _operations;

    /// <summary>Writes a document, replacing the one with the same id if there is one.</summary>
    public WriteBatch Upsert(Document document)
    {
        ArgumentNullException.ThrowIfNull(document);
        return Add(WriteOperation.ForUpsert(document));
    }

    /// <summary>Deletes a document if it exists.</summary>
    public WriteBatch Delete(DocumentId id) => Add(WriteOperation.For(WriteOperationKind.Delete, Check(id)));

    /// <summary>Sets attributes of a document and leaves its others and its vectors as they are; a null value removes
    /// an attribute. If there is no such document, the write fails with
    /// <see cref="PreconditionFailedException"/>.</summary>
    public WriteBatch Patch(DocumentId id, IReadOnlyDictionary<string, AttributeValue> attributes)
    {
        ArgumentNullException.ThrowIfNull(attributes);
        var copy = new FieldMap<AttributeValue>(attributes.Count);
        foreach ((string name, AttributeValue value) in attributes)
        {
            copy[FieldName.Check(name, isEmptyAllowed: false, nameof(attributes))] = value;
        }

        return Add(WriteOperation.ForPatch(Check(id), copy));
    }

    /// <summary>Requires that there is no document with this id.</summary>
    /// <remarks>If there is one, the write fails with <see cref="PreconditionFailedException"/>.</remarks>
    public WriteBatch RequireAbsent(DocumentId id) =>
        Add(WriteOperation.For(WriteOperationKind.RequireAbsent, Check(id)));

    /// <summary>Requires that there is a document with this id and that it matches a filter.</summary>
    /// <remarks>If not, the write fails with <see cref="PreconditionFailedException"/>.</remarks>
    public WriteBatch RequireMatch(DocumentId id, Filter condition)
    {
        ArgumentNullException.ThrowIfNull(condition);
        return Add(WriteOperation.For(WriteOperationKind.RequireMatch, Check(id), condition));
    }

    /// <summary>Deletes every document that matches a filter.</summary>
    internal WriteBatch DeleteWhere(Filter filter)
    {
        ArgumentNullException.ThrowIfNull(filter);
        return Add(WriteOperation.For(WriteOperationKind.DeleteWhere, default, filter));
    }

    private static DocumentId Check(DocumentId id) => !id.IsDefault
        ? id
        : throw new ArgumentException(
            "The id is default(DocumentId); expected a string, a 64-bit integer or a Guid.", nameof(id));

    private WriteBatch Add(WriteOperation operation)
    {
        _operations.Add(operation);
        return this;
    }
}
