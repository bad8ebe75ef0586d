using System.Collections.Immutable;
using Tidepool.Manifests;
using Tidepool.Model;
using Tidepool.Recovery;
using Tidepool.Segments;
using Tidepool.Snapshots;
using Tidepool.Writing;

namespace Tidepool.Engine;

/// <summary>What is done to a namespace as a whole: creating, dropping, compacting, checking, describing it.</summary>
internal sealed class NamespaceUpkeep(
    NamespaceEngine engine, DatabaseEngine database, NamespaceServices services, GroupCommit commits)
{
    internal async Task<bool> ExistsAsync(CancellationToken cancellationToken)
    {
        using PinnedSnapshot pin = await engine.PinAsync(ReadConsistency.Strong, cancellationToken)
            .ConfigureAwait(false);
        return pin.Snapshot is not null;
    }

    internal Task EnsureExistsAsync(NamespaceOptions? options, CancellationToken cancellationToken)
    {
        services.RefuseIfReadOnly();
        NamespaceSchema declared = SchemaRules.FromOptions(options);
        ImmutableArray<VectorField> indexes = SchemaRules.GetNamedIndexes(options);
        return engine.UseAsync(declared, missing: true, CheckAsync, cancellationToken);

        async Task<bool> CheckAsync(OpenNamespace open)
        {
            await open.Log.CatchUpAsync(cancellationToken).ConfigureAwait(false);
            NamespaceSchema schema = open.State.Current.Schema;
            SchemaRules.CheckDeclared(schema, declared);
            if (SchemaRules.WithIndexes(schema, indexes) != schema)
            {
                var write = PendingWrite.ForIndexes(services.NewBatchId(), declared, indexes);
                await commits.CommitAsync(write, cancellationToken).ConfigureAwait(false);
                open.Maintenance.Compacting.Wake();
            }

            return true;
        }
    }

    internal async Task DropAsync(CancellationToken cancellationToken)
    {
        services.RefuseIfReadOnly();
        await FaultTranslation.AwaitAsync(commits.CommitAsync(PendingWrite.ForDrop(), cancellationToken))
            .ConfigureAwait(false);
        await engine.GetOpenAsync(createWith: null, cancellationToken).ConfigureAwait(false); // Records the drop.
    }

    /// <summary>What became of a batch; null when it is not in the log and never will be.</summary>
    internal Task<WriteResult?> ResolveAsync(Guid batchId, CancellationToken cancellationToken) => engine.UseAsync(
        createWith: null, missing: null, open => ResolveAsync(open, batchId, cancellationToken), cancellationToken);

    internal async Task WarmUpAsync(IProgress<OperationProgress>? progress, CancellationToken cancellationToken)
    {
        using PinnedSnapshot pin = await engine.PinWholeAsync(ReadConsistency.Strong, cancellationToken)
            .ConfigureAwait(false);
        if (pin.Snapshot is not { } snapshot)
        {
            return;
        }

        for (int i = 0; i < snapshot.Segments.Handles.Length; i++)
        {
            SegmentHandle segment = snapshot.Segments.Handles[i];
            Verification.ReadWhole(segment.Reader, cancellationToken);
            foreach (VectorField field in snapshot.Schema.Vectors)
            {
                segment.FindIndex(field.Name);
            }

            progress?.Report(new OperationProgress(
                "warm up", i + 1, snapshot.Segments.Handles.Length, snapshot.Segments.Manifest.Segments[i].SizeBytes));
        }
    }

    /// <summary>Flushes, and builds every index that segments are to have.</summary>
    internal Task IndexAsync(CancellationToken cancellationToken)
    {
        services.RefuseIfReadOnly();
        return RunAsync(IndexAsync, missing: true, cancellationToken);

        static async Task<bool> IndexAsync(OpenNamespace open, CancellationToken token)
        {
            await FlushAsync(open, progress: null, token).ConfigureAwait(false);
            await open.Maintenance.Compacting.IndexAllAsync(token).ConfigureAwait(false);
            return true;
        }
    }

    internal Task CompactAsync(IProgress<OperationProgress>? progress, CancellationToken cancellationToken)
    {
        services.RefuseIfReadOnly();
        return RunAsync(CompactAsync, missing: true, cancellationToken);

        async Task<bool> CompactAsync(OpenNamespace open, CancellationToken token)
        {
            // A merge in the background would only make, with its indexes, what this one makes again.
            using IDisposable pause = open.Maintenance.Compacting.PauseBackground();
            await FlushAsync(open, progress, token).ConfigureAwait(false);
            await open.Maintenance.Compacting.CompactFullyAsync(progress, token).ConfigureAwait(false);
            await open.Maintenance.Collecting.CollectAsync(token).ConfigureAwait(false);
            return services.RunsInBackground || await database.CollectDroppedAsync(token).ConfigureAwait(false);
        }
    }

    internal Task<VerificationReport> VerifyAsync(
        IProgress<OperationProgress>? progress, CancellationToken cancellationToken) => RunAsync(
        (open, token) => new Verification(open, services.Policy, progress).RunAsync(token),
        new VerificationReport(),
        cancellationToken);

    internal async Task<NamespaceStatistics> GetStatisticsAsync(CancellationToken cancellationToken)
    {
        using PinnedSnapshot pin = await engine.PinAsync(ReadConsistency.Strong, cancellationToken)
            .ConfigureAwait(false);
        if (pin.Snapshot is not { } snapshot || engine.Open is not { } open)
        {
            return new NamespaceStatistics();
        }

        Manifest manifest = snapshot.Segments.Manifest;
        long unindexed = 0;
        long deleted = 0;
        foreach (SnapshotSource source in snapshot.Sources)
        {
            unindexed += source.IsSegment ? 0 : source.LiveCount;
            deleted += source.IsSegment ? source.Dead.Count : 0;
        }

        return new NamespaceStatistics
        {
            Documents = snapshot.DocumentCount,
            UnindexedDocuments = unindexed,
            DeletedDocuments = deleted,
            Segments = manifest.Segments.Length,
            StoredBytes = manifest.Segments.Sum(segment => segment.SizeBytes + (segment.Deletions?.SizeBytes ?? 0)) +
                open.State.UnindexedBytes,
            CachedBytes = services.Cache?.GetCachedBytes(open.Keys.NamespaceId) ?? 0,
            LastSequence = snapshot.Head.Sequence,
            LastCompaction = open.Maintenance.LastCommittedAt ?? manifest.ParentTime,
        };
    }

    /// <summary>Runs a job that closing the database ends and waits for.</summary>
    internal Task<TResult> RunAsync<TResult>(
        Func<OpenNamespace, CancellationToken, Task<TResult>> job,
        TResult missing,
        CancellationToken cancellationToken) => engine.UseAsync(
        createWith: null,
        missing,
        open => open.Callers.RunAsync(token => job(open, token), cancellationToken),
        cancellationToken);

    private static async Task<bool> FlushAsync(
        OpenNamespace open, IProgress<OperationProgress>? progress, CancellationToken cancellationToken)
    {
        await open.Log.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        await open.Maintenance.Flushing
            .FlushThroughAsync(open.State.Current.Head.Sequence, progress, cancellationToken)
            .ConfigureAwait(false);
        return true;
    }

    private async Task<WriteResult?> ResolveAsync(
        OpenNamespace open, Guid batchId, CancellationToken cancellationToken)
    {
        BatchLookup lookup = await open.Batches!.ResolveAsync(batchId, fence: 0, cancellationToken)
            .ConfigureAwait(false);
        if (lookup.Outcome == BatchOutcome.StillOpen)
        {
            services.RefuseIfReadOnly();
            WriteResult fence = await commits.CommitAsync(PendingWrite.ForFence(), cancellationToken)
                .ConfigureAwait(false);
            lookup = await open.Batches.ResolveAsync(batchId, fence.Sequence, cancellationToken).ConfigureAwait(false);
        }

        return lookup.Outcome switch
        {
            BatchOutcome.Committed => new WriteResult(lookup.Sequence, Upserted: 0, Deleted: 0),
            BatchOutcome.NotCommitted => null,
            _ => throw new CommitOutcomeUnknownException(
                $"Batch {batchId} is not among those that namespace '{services.Name}' still remembers.")
            {
                BatchId = batchId,
                Namespace = services.Name,
            },
        };
    }
}
