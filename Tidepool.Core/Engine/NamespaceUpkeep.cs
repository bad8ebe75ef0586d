using Tidepool.Manifests;
using Tidepool.Model;
using Tidepool.Recovery;
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

    internal async Task EnsureExistsAsync(NamespaceOptions? options, CancellationToken cancellationToken)
    {
        RefuseIfReadOnly();
        NamespaceSchema declared = SchemaRules.FromOptions(options);
        OpenNamespace? open = await engine.GetOpenAsync(declared, cancellationToken).ConfigureAwait(false);
        await open!.Log.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        SchemaRules.CheckDeclared(open.State.Current.Schema, declared);
    }

    internal async Task DropAsync(CancellationToken cancellationToken)
    {
        RefuseIfReadOnly();
        await commits.CommitAsync(PendingWrite.ForDrop(), cancellationToken).ConfigureAwait(false);
        await engine.GetOpenAsync(createWith: null, cancellationToken).ConfigureAwait(false); // Records the drop.
        if (services.RunsInBackground)
        {
            await database.Collector.RunAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>What became of a batch; null when it is not in the log and never will be.</summary>
    internal async Task<WriteResult?> ResolveAsync(Guid batchId, CancellationToken cancellationToken)
    {
        if (await engine.GetOpenAsync(createWith: null, cancellationToken).ConfigureAwait(false) is not { } open)
        {
            return null;
        }

        BatchLookup lookup = await open.Batches!.ResolveAsync(batchId, fence: 0, cancellationToken)
            .ConfigureAwait(false);
        if (lookup.Outcome == BatchOutcome.StillOpen)
        {
            RefuseIfReadOnly();
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

    internal async Task WarmUpAsync(IProgress<OperationProgress>? progress, CancellationToken cancellationToken)
    {
        using PinnedSnapshot pin = await engine.PinAsync(ReadConsistency.Strong, cancellationToken)
            .ConfigureAwait(false);
        if (pin.Snapshot is not { } snapshot)
        {
            return;
        }

        for (int i = 0; i < snapshot.Segments.Handles.Length; i++)
        {
            Verification.ReadWhole(snapshot.Segments.Handles[i].Reader, cancellationToken);
            progress?.Report(new OperationProgress(
                "warm up", i + 1, snapshot.Segments.Handles.Length, snapshot.Segments.Manifest.Segments[i].SizeBytes));
        }
    }

    /// <summary>Flushes, so that segments hold every write acknowledged so far.</summary>
    internal async Task FlushAsync(IProgress<OperationProgress>? progress, CancellationToken cancellationToken)
    {
        RefuseIfReadOnly();
        if (await engine.GetOpenAsync(createWith: null, cancellationToken).ConfigureAwait(false) is { } open)
        {
            await open.Log.CatchUpAsync(cancellationToken).ConfigureAwait(false);
            await open.Maintenance.Flushing
                .FlushThroughAsync(open.State.Current.Head.Sequence, progress, cancellationToken)
                .ConfigureAwait(false);
        }
    }

    internal async Task CompactAsync(IProgress<OperationProgress>? progress, CancellationToken cancellationToken)
    {
        await FlushAsync(progress, cancellationToken).ConfigureAwait(false);
        if (await engine.GetOpenAsync(createWith: null, cancellationToken).ConfigureAwait(false) is { } open)
        {
            await open.Maintenance.Compacting.CompactFullyAsync(progress, cancellationToken).ConfigureAwait(false);
            await open.Maintenance.Collecting.CollectAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    internal async Task<VerificationReport> VerifyAsync(
        IProgress<OperationProgress>? progress, CancellationToken cancellationToken)
    {
        OpenNamespace? open = await engine.GetOpenAsync(createWith: null, cancellationToken).ConfigureAwait(false);
        return open is null
            ? new VerificationReport()
            : await new Verification(open, progress).RunAsync(cancellationToken).ConfigureAwait(false);
    }

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

    private void RefuseIfReadOnly()
    {
        if (services.Options.ReadOnly)
        {
            throw new InvalidOperationException(
                "The database was opened with ReadOnly = true; open it without to change anything.");
        }
    }
}
