using Tidepool.Index.Attributes;
using Tidepool.Index.Bitmaps;
using Tidepool.Index.Rows;
using Tidepool.Model;
using Tidepool.Snapshots;

namespace Tidepool.Writing;

/// <summary>Turns a write into what is logged, given the state that it is applied to: tests its conditions, completes
/// patches, finds the documents that a filter deletes.</summary>
internal sealed class WriteResolver(EncoderPool encoders)
{
    /// <summary>Encodes a write that does not depend on state.</summary>
    internal void EncodePlain(PendingWrite write, NamespaceSchema schema) => Encode(write, schema, encoder =>
    {
        foreach (WriteOperation operation in write.Operations)
        {
            if (operation.Kind == WriteOperationKind.Upsert)
            {
                encoder.Upsert(operation.Document!);
            }
            else
            {
                encoder.Delete(operation.Id);
            }
        }
    });

    /// <summary>Tests the conditions of a write and encodes its effects.</summary>
    /// <param name="write">The write.</param>
    /// <param name="snapshot">The state right before it; pinned by the caller.</param>
    /// <param name="schema">The fields right before it.</param>
    /// <exception cref="PreconditionFailedException">A condition does not hold.</exception>
    /// <exception cref="SchemaConflictException">A field does not fit the namespace.</exception>
    internal void Resolve(PendingWrite write, Snapshot snapshot, NamespaceSchema schema)
    {
        foreach (WriteOperation operation in write.Operations)
        {
            Test(operation, snapshot, schema);
        }

        // What earlier operations of the same batch made of a document, so that patches build on it.
        var changed = new Dictionary<DocumentId, Document?>();
        Encode(write, schema, encoder =>
        {
            foreach (VectorField field in write.Indexes)
            {
                if (schema.FindVector(field.Name) is >= 0 and int known && schema.Vectors[known].Index != field.Index)
                {
                    encoder.SetIndex(field);
                }
            }

            foreach (WriteOperation operation in write.Operations)
            {
                Apply(operation, snapshot, schema, encoder, changed);
            }
        });
    }

    private static void Test(WriteOperation operation, Snapshot snapshot, NamespaceSchema schema)
    {
        if (operation.Kind is not (WriteOperationKind.RequireAbsent or WriteOperationKind.RequireMatch))
        {
            return;
        }

        bool exists = TryFind(snapshot, operation.Id, out int source, out int ordinal);
        if (operation.Kind == WriteOperationKind.RequireAbsent)
        {
            if (exists)
            {
                throw Failed(operation.Id, "exists; expected none");
            }

            return;
        }

        if (!exists)
        {
            throw Failed(operation.Id, $"does not exist; expected one that matches {operation.Filter}");
        }

        Predicate predicate = FilterTranslator.Translate(operation.Filter!, schema);
        if (!PredicateEvaluator.Matches(predicate, new RowValues(snapshot.Sources[source].Rows, ordinal)))
        {
            throw Failed(operation.Id, $"does not match {operation.Filter}; expected that it does");
        }
    }

    private static void Apply(
        WriteOperation operation,
        Snapshot snapshot,
        NamespaceSchema schema,
        BatchEncoder encoder,
        Dictionary<DocumentId, Document?> changed)
    {
        switch (operation.Kind)
        {
            case WriteOperationKind.Upsert:
                encoder.Upsert(operation.Document!);
                changed[operation.Id] = operation.Document;
                break;
            case WriteOperationKind.Delete:
                encoder.Delete(operation.Id);
                changed[operation.Id] = null;
                break;
            case WriteOperationKind.Patch:
                Document patched = Patch(operation, snapshot, schema, changed);
                encoder.Upsert(patched);
                changed[operation.Id] = patched;
                break;
            case WriteOperationKind.DeleteWhere:
                DeleteMatches(operation.Filter!, snapshot, schema, encoder);
                break;
            default:
                break; // A condition: tested already.
        }
    }

    private static Document Patch(
        WriteOperation operation, Snapshot snapshot, NamespaceSchema schema, Dictionary<DocumentId, Document?> changed)
    {
        if (!changed.TryGetValue(operation.Id, out Document? before) &&
            TryFind(snapshot, operation.Id, out int source, out int ordinal))
        {
            before = DocumentReader.Read(
                snapshot.Sources[source].Rows, ordinal, schema, includeVectors: true, includeAttributes: true);
        }

        if (before is null)
        {
            throw Failed(operation.Id, "does not exist; expected one to patch");
        }

        var patched = new Document(before.Id) { Vector = before.Vector };
        foreach (FieldEntry<VectorValue> vector in before.VectorEntries)
        {
            patched.Vectors[vector.Name] = vector.Value;
        }

        foreach (FieldEntry<AttributeValue> attribute in before.AttributeEntries)
        {
            patched[attribute.Name] = attribute.Value;
        }

        foreach (FieldEntry<AttributeValue> attribute in operation.Patch!.Entries)
        {
            patched[attribute.Name] = attribute.Value;
        }

        return patched;
    }

    private static void DeleteMatches(
        Filter filter, Snapshot snapshot, NamespaceSchema schema, BatchEncoder encoder)
    {
        Predicate predicate = FilterTranslator.Translate(filter, schema);
        var scratch = new RowBitmap();
        foreach (SnapshotSource source in snapshot.Sources)
        {
            RowSelection selected = RowSelection.Of(source, predicate, scratch);
            foreach (int ordinal in selected)
            {
                encoder.Delete(source.Rows.GetKey(ordinal));
            }
        }
    }

    private static PreconditionFailedException Failed(DocumentId id, string fact) =>
        new($"{DocumentValidator.Describe(id)} {fact}.") { DocumentId = id };

    private static bool TryFind(Snapshot snapshot, DocumentId id, out int source, out int ordinal)
    {
        Span<byte> scratch = stackalloc byte[DocumentIdCodec.MaxTextSizeBytes];
        DocumentKey key = DocumentIdCodec.ToKey(id, scratch);
        return snapshot.TryFind(key, out source, out ordinal);
    }

    private void Encode(PendingWrite write, NamespaceSchema schema, Action<BatchEncoder> addAll)
    {
        BatchEncoder encoder = encoders.Rent();
        write.Encode(encoder, schema, addAll);
        encoders.Return(encoder);
    }
}
