using Tidepool.Model;
using Tidepool.Snapshots;
using Tidepool.Wal;

namespace Tidepool.Writing;

/// <summary>The writes that share a log entry, as far as they do not depend on each other.</summary>
/// <remarks>All are resolved against the state before the entry. So a write joins only if nothing that it depends on is
/// written by those that joined before; otherwise it waits for the next group.</remarks>
internal sealed class CommitGroup(WriteResolver resolver, Snapshot snapshot)
{
    /// <summary>Writes of more operations are not looked through for what they touch.</summary>
    private const int MaxTrackedOperations = 64;

    private readonly HashSet<DocumentId> _touched = [];
    private readonly HashSet<Guid> _keys = [];
    private bool _touchesMany;

    internal List<PendingWrite> Accepted { get; } = [];

    /// <summary>The fields after the writes accepted so far.</summary>
    internal NamespaceSchema Schema { get; private set; } = snapshot.Schema;

    internal IReadOnlyList<WalBatch> Batches => Accepted.ConvertAll(write => new WalBatch(
        write.BatchId, write.IsKeyed ? WriteFlags.Keyed : WriteFlags.None, write.Payload));

    /// <summary>Adds a write, or leaves it for a later group.</summary>
    /// <param name="write">The write.</param>
    /// <param name="refusal">Why it cannot be written in this state; null otherwise.</param>
    internal bool TryAccept(PendingWrite write, out Exception? refusal)
    {
        refusal = null;
        if (!CanJoin(write))
        {
            return false;
        }

        try
        {
            Prepare(write);
        }
        catch (Exception exception) when (
            exception is PreconditionFailedException or SchemaConflictException or ArgumentException)
        {
            refusal = exception;
            return false;
        }

        Accepted.Add(write);
        Track(write);
        return true;
    }

    private bool CanJoin(PendingWrite write)
    {
        if (write.Kind != PendingWriteKind.Batch || (write.IsKeyed && _keys.Contains(write.BatchId)))
        {
            return false;
        }

        if (!write.DependsOnState || Accepted.Count == 0)
        {
            return true;
        }

        return !write.DependsOnAll && !_touchesMany &&
            !write.Operations.Any(operation => _touched.Contains(operation.Id));
    }

    private void Prepare(PendingWrite write)
    {
        SchemaRules.CheckDeclared(Schema, write.Declared);
        if (write.DependsOnState)
        {
            resolver.Resolve(write, snapshot, Schema);
            Schema = SchemaRules.WithIndexes(Schema, write.Indexes);
        }
        else if (write.Encoded is null)
        {
            resolver.EncodePlain(write, Schema);
        }

        try
        {
            Schema = SchemaRules.Merge(Schema, write.Encoded!.Vectors, write.Encoded.Attributes);
        }
        catch (SchemaConflictException) when (!write.DependsOnState)
        {
            // Another write came first and gave a field another type, which the values may still fit.
            resolver.EncodePlain(write, Schema);
            Schema = SchemaRules.Merge(Schema, write.Encoded!.Vectors, write.Encoded.Attributes);
        }
    }

    private void Track(PendingWrite write)
    {
        if (write.IsKeyed)
        {
            _keys.Add(write.BatchId);
        }

        if (write.DependsOnAll || write.Operations.Count > MaxTrackedOperations)
        {
            _touchesMany = true;
            return;
        }

        foreach (WriteOperation operation in write.Operations)
        {
            _touched.Add(operation.Id);
        }
    }
}
