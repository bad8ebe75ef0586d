using Tidepool.Model;
using Tidepool.Snapshots;
using Tidepool.Wal;

namespace Tidepool.Writing;

/// <summary>Commits the writes of one namespace: what arrives while an entry is being stored shares the next
/// one.</summary>
/// <remarks>Thread-safe. One loop runs while writes are waiting, and only it appends to the log. A write is refused
/// only in a state that was the newest at some moment after the write arrived.</remarks>
internal sealed class GroupCommit(IWriteTarget target, TidepoolOptions options) : IAsyncDisposable
{
    private readonly EncoderPool _encoders = new();
    private readonly Lock _gate = new();
    private readonly LinkedList<PendingWrite> _waiting = new();
    private readonly CancellationTokenSource _stopping = new();
    private Task _loop = Task.CompletedTask;
    private bool _isRunning;
    private bool _isStopped;

    /// <summary>Encodes a write that needs no state on the calling thread, so that the loop has less to do.</summary>
    internal void EncodeAhead(PendingWrite write, NamespaceSchema schema)
    {
        if (!write.DependsOnState)
        {
            new WriteResolver(_encoders).EncodePlain(write, schema);
        }
    }

    /// <summary>Commits a write.</summary>
    /// <exception cref="CommitOutcomeUnknownException">Neither success nor failure is certain.</exception>
    internal async Task<WriteResult> CommitAsync(PendingWrite write, CancellationToken cancellationToken)
    {
        Enqueue(write);
        try
        {
            return await write.Completion.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested && !write.TryWithdraw())
        {
            write.Abandon();
            if (write.Completion.IsCompleted)
            {
                return await write.Completion.ConfigureAwait(false);
            }

            throw new CommitOutcomeUnknownException(
                $"Batch {write.BatchId} was being stored when its caller stopped waiting; ask ResolveAsync for it.")
            {
                BatchId = write.BatchId,
            };
        }
    }

    /// <summary>Refuses new writes and waits for those under way, except that none waits for room in the log.</summary>
    public async ValueTask DisposeAsync()
    {
        Task loop;
        lock (_gate)
        {
            _isStopped = true;
            loop = _loop;
        }

        await _stopping.CancelAsync().ConfigureAwait(false);
        await loop.ConfigureAwait(false);
    }

    private void Enqueue(PendingWrite write)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isStopped, typeof(TidepoolDatabase));
            _waiting.AddLast(write);
            if (!_isRunning)
            {
                _isRunning = true;
                _loop = Task.Run(RunAsync);
            }
        }
    }

    private async Task RunAsync()
    {
        if (options.GroupCommitLinger > TimeSpan.Zero)
        {
            await Task.Delay(options.GroupCommitLinger, options.TimeProvider, _stopping.Token)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        while (TakeGroup() is { } group)
        {
            try
            {
                await CommitAllAsync(group).ConfigureAwait(false);
            }
            catch (Exception exception)
            {
                FailAll(group, exception);
            }
        }
    }

    /// <summary>The next writes to commit together; null when none waits, and the loop ends.</summary>
    private List<PendingWrite>? TakeGroup()
    {
        lock (_gate)
        {
            var group = new List<PendingWrite>();
            long bytes = 0;
            while (_waiting.First is { } first && (group.Count == 0 || bytes < options.MaxGroupCommitBytes))
            {
                if (group.Count > 0 && bytes + first.Value.SizeBytes > options.MaxGroupCommitBytes)
                {
                    break;
                }

                _waiting.RemoveFirst();
                if (first.Value.TryStart())
                {
                    bytes += first.Value.SizeBytes;
                    group.Add(first.Value);
                }
                else
                {
                    first.Value.Dispose();
                }
            }

            _isRunning = group.Count > 0;
            return _isRunning ? group : null;
        }
    }

    private async Task CommitAllAsync(List<PendingWrite> writes)
    {
        bool isHeadProven = false;
        while (writes.Count > 0)
        {
            if (writes[0].Kind != PendingWriteKind.Batch)
            {
                await CommitAloneAsync(writes[0]).ConfigureAwait(false);
                writes.RemoveAt(0);
                continue;
            }

            IWriteSession? session = await target.OpenForWriteAsync(writes[0].Declared, CancellationToken.None)
                .ConfigureAwait(false);
            try
            {
                isHeadProven = await CommitSomeAsync(writes, session!, isHeadProven).ConfigureAwait(false);
            }
            catch (Exception) when (session!.IsOver)
            {
                isHeadProven = false; // Dropped or closed meanwhile; what is left was certainly not written.
            }
            catch (Exception exception)
            {
                // Theirs alone: a drop behind them does not depend on what they met.
                int other = writes.FindIndex(write => write.Kind != PendingWriteKind.Batch);
                List<PendingWrite> failed = writes.GetRange(0, other < 0 ? writes.Count : other);
                writes.RemoveRange(0, failed.Count);
                FailAll(failed, exception);
            }
        }
    }

    /// <summary>Goes one step towards an end of all the writes: logs some, refuses one, or looks at the newest state.
    /// </summary>
    /// <param name="writes">The writes; those that come to an end are removed.</param>
    /// <param name="session">What to write to.</param>
    /// <param name="isHeadProven">Whether its state was the newest after the writes had arrived.</param>
    /// <returns>Whether it is now.</returns>
    private async Task<bool> CommitSomeAsync(List<PendingWrite> writes, IWriteSession session, bool isHeadProven)
    {
        await session.CatchUpIfStaleAsync(CancellationToken.None).ConfigureAwait(false);
        await WaitForRoomAsync(session).ConfigureAwait(false);
        Snapshot snapshot = session.PinCurrent();
        CommitGroup group;
        Exception? refusal;
        try
        {
            await CompleteRepeatedAsync(writes, session).ConfigureAwait(false);
            RemoveAbandoned(writes);
            group = Gather(writes, snapshot, out refusal);
        }
        finally
        {
            snapshot.Unpin();
        }

        if (group.Accepted.Count > 0)
        {
            return await AppendAsync(group, writes, snapshot.Head, session).ConfigureAwait(false);
        }

        if (refusal is not null && isHeadProven)
        {
            writes[0].Fail(refusal);
            writes.RemoveAt(0);
        }
        else if (writes.Count > 0)
        {
            await session.Log.CatchUpAsync(CancellationToken.None).ConfigureAwait(false);
        }

        return true;
    }

    private async ValueTask WaitForRoomAsync(IWriteSession session)
    {
        try
        {
            await session.WaitForRoomAsync(_stopping.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            throw new ObjectDisposedException(nameof(TidepoolDatabase));
        }
    }

    /// <summary>Logs an entry without a batch. There is nothing to do where there is no namespace.</summary>
    private async Task CommitAloneAsync(PendingWrite write)
    {
        try
        {
            // What was dropped by others may have been created anew before the caller asked.
            AppendResult result = AppendResult.Dropped;
            while (result.Status != AppendStatus.Committed &&
                await target.OpenForWriteAsync(createWith: null, CancellationToken.None).ConfigureAwait(false)
                    is { } session)
            {
                if (write.IsAbandoned)
                {
                    throw new OperationCanceledException();
                }

                result = await AppendAloneAsync(write.Kind, session).ConfigureAwait(false);
            }

            write.Succeed(new WriteResult(result.Sequence, Upserted: 0, Deleted: 0));
        }
        catch (Exception exception)
        {
            write.Fail(exception); // Its own: the writes behind it may fare better.
        }
    }

    private static async Task<AppendResult> AppendAloneAsync(PendingWriteKind kind, IWriteSession session)
    {
        WalEntryKind entryKind = kind == PendingWriteKind.Drop ? WalEntryKind.Drop : WalEntryKind.Data;
        try
        {
            await session.CatchUpIfStaleAsync(CancellationToken.None).ConfigureAwait(false);
            Snapshot snapshot = session.PinCurrent();
            snapshot.Unpin();
            return await session.Log.AppendAsync(entryKind, [], snapshot.Head, CancellationToken.None)
                .ConfigureAwait(false);
        }
        catch (Exception exception) when (session.IsOver && exception is not CommitOutcomeUnknownException)
        {
            return AppendResult.Superseded; // Closed meanwhile: what is there now decides.
        }
    }

    /// <summary>Completes the writes that were logged before: earlier under the same key, or by an attempt that seemed
    /// to come too late. They change nothing.</summary>
    private static async ValueTask CompleteRepeatedAsync(List<PendingWrite> writes, IWriteSession session)
    {
        foreach (PendingWrite write in writes)
        {
            if ((write.IsKeyed || write.IsInDoubt) &&
                await session.FindBatchAsync(write.BatchId, CancellationToken.None).ConfigureAwait(false)
                    is { } sequence)
            {
                EncodedBatch? logged = write.IsKeyed ? null : write.Encoded;
                write.Succeed(new WriteResult(sequence, logged?.Upserts ?? 0, logged?.Deletes ?? 0));
            }
        }

        writes.RemoveAll(write => write.Completion.IsCompleted);
    }

    /// <summary>Lets go of the writes whose callers no longer wait, before another attempt.</summary>
    private static void RemoveAbandoned(List<PendingWrite> writes)
    {
        foreach (PendingWrite write in writes)
        {
            if (write.IsAbandoned)
            {
                write.Fail(new OperationCanceledException());
            }
        }

        writes.RemoveAll(write => write.Completion.IsCompleted);
    }

    /// <summary>Takes what can be logged in one entry, in order.</summary>
    private CommitGroup Gather(List<PendingWrite> writes, Snapshot snapshot, out Exception? firstRefusal)
    {
        var group = new CommitGroup(new WriteResolver(_encoders), snapshot);
        firstRefusal = null;
        foreach (PendingWrite write in writes)
        {
            if (!group.TryAccept(write, out Exception? refusal) && group.Accepted.Count == 0)
            {
                firstRefusal = refusal;
                break; // Whether it is really refused must be proven before anything overtakes it.
            }
        }

        return group;
    }

    /// <summary>Logs a group. True when it is committed; false when another writer came first, or the namespace was
    /// dropped, and everything has to be looked at again.</summary>
    private static async Task<bool> AppendAsync(
        CommitGroup group, List<PendingWrite> writes, LogPosition head, IWriteSession session)
    {
        IReadOnlyList<WalBatch> batches = group.Batches;
        session.Expect(batches);
        AppendResult result = AppendResult.Superseded;
        try
        {
            result = await session.Log
                .AppendAsync(WalEntryKind.Data, batches, head, CancellationToken.None).ConfigureAwait(false);
        }
        catch (CommitOutcomeUnknownException exception)
        {
            foreach (PendingWrite write in group.Accepted)
            {
                write.Fail(new CommitOutcomeUnknownException(
                    $"Batch {write.BatchId}: {exception.Message}", exception)
                {
                    BatchId = write.BatchId,
                });
            }
        }
        finally
        {
            foreach (PendingWrite write in group.Accepted)
            {
                WriteResult? done = session.TakeResult(write.BatchId);
                write.IsInDoubt = result.Status == AppendStatus.Overtaken;
                if (result.Status == AppendStatus.Committed)
                {
                    write.Succeed(
                        done ?? new WriteResult(result.Sequence, write.Encoded!.Upserts, write.Encoded.Deletes));
                }
            }

            writes.RemoveAll(write => write.Completion.IsCompleted);
        }

        return result.Status == AppendStatus.Committed;
    }

    private static void FailAll(List<PendingWrite> writes, Exception exception)
    {
        foreach (PendingWrite write in writes)
        {
            write.Fail(exception);
        }
    }
}
