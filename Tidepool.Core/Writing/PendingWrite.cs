using System.Collections.Immutable;
using CommunityToolkit.HighPerformance.Buffers;
using Tidepool.Model;

namespace Tidepool.Writing;

/// <summary>A write that waits to be committed.</summary>
/// <remarks>Made by its caller, then owned by the commit loop, which completes it exactly once.</remarks>
internal sealed class PendingWrite : IDisposable
{
    private const int Waiting = 0;
    private const int Started = 1;
    private const int Withdrawn = 2;

    private readonly TaskCompletionSource<WriteResult> _completion =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    private readonly ArrayPoolBufferWriter<byte> _payload = new();
    private int _phase;
    private volatile bool _isAbandoned;

    internal PendingWrite(Guid batchId, bool isKeyed, WriteBatch batch, NamespaceSchema declared)
    {
        BatchId = batchId;
        IsKeyed = isKeyed;
        Operations = batch.Operations;
        Declared = declared;
        foreach (WriteOperation operation in Operations)
        {
            DependsOnState |= operation.Kind is not (WriteOperationKind.Upsert or WriteOperationKind.Delete);
            DependsOnAll |= operation.Kind is WriteOperationKind.DeleteWhere;
        }
    }

    private PendingWrite(PendingWriteKind kind)
    {
        Kind = kind;
        Operations = [];
        Declared = NamespaceSchema.Empty;
    }

    private PendingWrite(Guid batchId, NamespaceSchema declared, ImmutableArray<VectorField> indexes)
    {
        BatchId = batchId;
        Operations = [];
        Declared = declared;
        Indexes = indexes;
        DependsOnState = true;
    }

    internal PendingWriteKind Kind { get; }

    internal Guid BatchId { get; }

    /// <summary>Whether the caller chose the batch's id, so that a repetition must change nothing.</summary>
    internal bool IsKeyed { get; }

    internal IReadOnlyList<WriteOperation> Operations { get; }

    /// <summary>The fields that the caller's options describe.</summary>
    internal NamespaceSchema Declared { get; }

    /// <summary>Vector fields that are to have the index that is given with them.</summary>
    internal ImmutableArray<VectorField> Indexes { get; } = [];

    /// <summary>Whether what is logged depends on the documents that are there: conditions, patches.</summary>
    internal bool DependsOnState { get; }

    /// <summary>Whether it depends on any document, not only on those it names.</summary>
    internal bool DependsOnAll { get; }

    /// <summary>Whether the last attempt may have logged it after all.</summary>
    internal bool IsInDoubt { get; set; }

    /// <summary>What its payload holds; null until it is encoded.</summary>
    internal EncodedBatch? Encoded { get; private set; }

    internal ReadOnlyMemory<byte> Payload => _payload.WrittenMemory;

    internal long SizeBytes => Encoded?.SizeBytes ?? 0;

    internal Task<WriteResult> Completion => _completion.Task;

    /// <summary>Whether its caller was told that its outcome is unknown. It must not be tried once more then: whoever
    /// asks what became of it relies on its being in the slot that it was tried for, or nowhere.</summary>
    internal bool IsAbandoned => _isAbandoned;

    internal static PendingWrite ForFence() => new(PendingWriteKind.Fence);

    internal static PendingWrite ForDrop() => new(PendingWriteKind.Drop);

    /// <summary>A batch that changes what index vector fields are to have.</summary>
    internal static PendingWrite ForIndexes(
        Guid batchId, NamespaceSchema declared, ImmutableArray<VectorField> indexes) =>
        new(batchId, declared, indexes);

    /// <summary>Encodes what is to be logged, in place of anything encoded before.</summary>
    internal void Encode(BatchEncoder encoder, NamespaceSchema schema, Action<BatchEncoder> addAll)
    {
        _payload.Clear();
        Encoded = null;
        encoder.Begin(schema, Declared, _payload);
        addAll(encoder);
        Encoded = encoder.Complete();
    }

    /// <summary>Claims the write for committing; false when its caller has withdrawn it.</summary>
    internal bool TryStart() =>
        Interlocked.CompareExchange(ref _phase, Started, Waiting) is Waiting or Started;

    /// <summary>Withdraws the write; false when committing it has begun.</summary>
    internal bool TryWithdraw() => Interlocked.CompareExchange(ref _phase, Withdrawn, Waiting) == Waiting;

    /// <summary>Ends it with the attempt that is under way.</summary>
    internal void Abandon() => _isAbandoned = true;

    internal void Succeed(WriteResult result)
    {
        Dispose();
        _completion.TrySetResult(result);
    }

    internal void Fail(Exception exception)
    {
        if (exception is not CommitOutcomeUnknownException)
        {
            Dispose(); // Otherwise a request that is still under way may read the payload: leave it to the collector.
        }

        _completion.TrySetException(exception);
    }

    public void Dispose() => _payload.Dispose();
}
