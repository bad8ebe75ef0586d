using Tidepool.Model;
using Tidepool.Writing;

namespace Tidepool.Engine;

/// <summary>The writes of a namespace: validated and encoded on the caller's thread, then committed in
/// groups.</summary>
internal sealed class NamespaceWrites(
    GroupCommit commits, Func<NamespaceSchema> currentSchema, NamespaceServices services)
{
    internal async Task<WriteResult> WriteAsync(
        WriteBatch batch, WriteOptions? writeOptions, NamespaceOptions? declared, CancellationToken cancellationToken)
    {
        if (services.Options.ReadOnly)
        {
            throw new InvalidOperationException(
                "The database was opened with ReadOnly = true; open it without to write.");
        }

        cancellationToken.ThrowIfCancellationRequested();
        var write = new PendingWrite(
            writeOptions?.IdempotencyKey ?? services.NewBatchId(),
            isKeyed: writeOptions?.IdempotencyKey is not null,
            batch,
            SchemaRules.FromOptions(declared));
        if (write.Operations.Count == 0)
        {
            return new WriteResult(Sequence: 0, Upserted: 0, Deleted: 0);
        }

        using var operation = new MeasuredOperation(services.Metrics, "write", services.Name);
        return await operation.RunAsync(CommitAsync(write, cancellationToken)).ConfigureAwait(false);
    }

    internal async Task<WriteResult> ImportAsync(
        IAsyncEnumerable<Document> documents,
        ImportOptions importOptions,
        NamespaceOptions? declared,
        IProgress<OperationProgress>? progress,
        CancellationToken cancellationToken)
    {
        var underWay = new Queue<Task<WriteResult>>();
        var total = new WriteResult(Sequence: 0, Upserted: 0, Deleted: 0);
        var batch = new WriteBatch();
        try
        {
            await foreach (Document document in documents.WithCancellation(cancellationToken).ConfigureAwait(false))
            {
                batch.Upsert(document);
                if (batch.Count < importOptions.BatchSize)
                {
                    continue;
                }

                if (underWay.Count >= importOptions.MaxConcurrency)
                {
                    await TakeOldestAsync().ConfigureAwait(false);
                }

                underWay.Enqueue(WriteAsync(batch, writeOptions: null, declared, cancellationToken));
                batch = new WriteBatch();
            }

            if (batch.Count > 0)
            {
                underWay.Enqueue(WriteAsync(batch, writeOptions: null, declared, cancellationToken));
            }

            while (underWay.Count > 0)
            {
                await TakeOldestAsync().ConfigureAwait(false);
            }

            return total;
        }
        finally
        {
            // After a failure the other batches may still be stored; nothing may be left running behind the caller.
            await ((Task)Task.WhenAll(underWay))
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        async Task TakeOldestAsync()
        {
            WriteResult result = await underWay.Dequeue().ConfigureAwait(false);
            total = new WriteResult(
                Math.Max(total.Sequence, result.Sequence),
                total.Upserted + result.Upserted,
                total.Deleted + result.Deleted);
            progress?.Report(new OperationProgress("import", total.Upserted, Total: null, Bytes: 0));
        }
    }

    private async ValueTask<WriteResult> CommitAsync(PendingWrite write, CancellationToken cancellationToken)
    {
        try
        {
            Prepare(write);
        }
        catch
        {
            write.Dispose();
            throw;
        }

        try
        {
            return await commits.CommitAsync(write, cancellationToken).ConfigureAwait(false);
        }
        catch (CommitOutcomeUnknownException unknown)
        {
            LogMessages.OutcomeUnknown(services.Logger, services.Name, write.BatchId, unknown);
            throw;
        }
    }

    private void Prepare(PendingWrite write)
    {
        if (write.DependsOnState)
        {
            foreach (WriteOperation operation in write.Operations)
            {
                if (operation.Document is { } document)
                {
                    DocumentValidator.Check(document);
                }
            }

            return;
        }

        try
        {
            commits.EncodeAhead(write, currentSchema());
        }
        catch (SchemaConflictException)
        {
            // What this process knows may be out of date: the commit loop encodes it again, and knows for certain.
        }
    }
}
