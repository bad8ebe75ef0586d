namespace Tidepool;

/// <summary>One write or condition of a batch.</summary>
internal readonly struct WriteOperation
{
    private WriteOperation(
        WriteOperationKind kind, DocumentId id, Document? document, FieldMap<AttributeValue>? patch, Filter? filter)
    {
        Kind = kind;
        Id = id;
        Document = document;
        Patch = patch;
        Filter = filter;
    }

    internal WriteOperationKind Kind { get; }

    /// <summary>The document's id; default for <see cref="WriteOperationKind.DeleteWhere"/>.</summary>
    internal DocumentId Id { get; }

    /// <summary>What to write; for <see cref="WriteOperationKind.Upsert"/>.</summary>
    internal Document? Document { get; }

    /// <summary>The attributes to set, null to remove; for <see cref="WriteOperationKind.Patch"/>.</summary>
    internal FieldMap<AttributeValue>? Patch { get; }

    /// <summary>For <see cref="WriteOperationKind.RequireMatch"/> and
    /// <see cref="WriteOperationKind.DeleteWhere"/>.</summary>
    internal Filter? Filter { get; }

    internal static WriteOperation ForUpsert(Document document) =>
        new(WriteOperationKind.Upsert, document.Id, document, null, null);

    internal static WriteOperation ForPatch(DocumentId id, FieldMap<AttributeValue> patch) =>
        new(WriteOperationKind.Patch, id, null, patch, null);

    internal static WriteOperation For(WriteOperationKind kind, DocumentId id, Filter? filter = null) =>
        new(kind, id, null, null, filter);
}
