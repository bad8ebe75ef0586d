namespace Tidepool.Tests.Simulation;

/// <summary>Writes, and what their callers are told about them, held to the history.</summary>
internal sealed class ClientWrites(
    SimulationWorld world, SimulatedNamespace target, SimulationRandom random, WorkloadDocuments workload)
{
    private readonly List<WriteIntent> _unknown = [];
    private WriteIntent? _repeatable;

    private SimulationHistory History => target.History;

    internal Task WriteAsync(CancellationToken cancellation) => WriteAsync(NextIntent(), cancellation);

    internal async Task WriteAsync(WriteIntent intent, CancellationToken cancellation)
    {
        int from = History.Head;
        try
        {
            WriteOptions? options = intent.IsKeyed ? new WriteOptions { IdempotencyKey = intent.Id } : null;
            intent.HasFailed = false;
            if (intent.IsKeyed)
            {
                History.Announce(intent);
            }

            target.Process.Ids.TakeLastBatchId();
            Task<WriteResult> writing = target.Documents.WriteAsync(intent.ToBatch(), options, cancellation);
            if (!intent.IsKeyed)
            {
                // Drawn before the call came back, and before anything was sent.
                intent.Id = target.Process.Ids.TakeLastBatchId();
                History.Announce(intent);
            }

            CheckAcknowledged(intent, await writing, from);
        }
        catch (CommitOutcomeUnknownException unknown)
        {
            if (unknown.BatchId != intent.Id)
            {
                world.Violate($"the unknown outcome of {intent} bears the id {unknown.BatchId}");
            }

            intent.IsInDoubt = true;
            Remember(intent);
            if (world.Settings.Mutant == ProtocolMutant.UnknownWrittenAgain && !intent.IsKeyed)
            {
                target.Process.Ids.TakeLastBatchId();
                Task<WriteResult> again = target.Documents.WriteAsync(
                    intent.ToBatch(), cancellationToken: cancellation);
                intent.Id = target.Process.Ids.TakeLastBatchId();
                History.Announce(intent);
                await again;
            }

            throw;
        }
        catch (PreconditionFailedException refusal)
        {
            Fail(intent);
            if (History.FindFirst(from, History.Head, documents => intent.Apply(documents) is null) < 0)
            {
                world.Violate(
                    $"refused although its conditions held from {from} to {History.Head}: {intent}: {refusal}");
            }
        }
        catch (Exception)
        {
            Fail(intent);
            throw;
        }
    }

    internal Task ResolveAsync(CancellationToken cancellation) =>
        _unknown.Count == 0 ? Task.CompletedTask : ResolveAsync(random.Pick(_unknown), cancellation);

    /// <summary>Asks what became of a batch whose outcome is unknown.</summary>
    internal async Task ResolveAsync(WriteIntent intent, CancellationToken cancellation)
    {
        Guid asked = intent.Id;
        await target.Documents.EnsureExistsAsync(cancellation);
        WriteResult? found = await target.Documents.ResolveAsync(asked, cancellation);
        int position = History.Find(asked);
        if (found is null)
        {
            // It never will be, in the incarnation that was asked; what was dropped with its namespace is gone anyway.
            intent.HasFailed = position < 0 && !intent.IsKeyed;
            if (position >= 0 && History.IsLiving(position))
            {
                world.Violate($"said to be not committed, but it is at {position}: {intent}");
            }
        }
        else if (position < 0 || History.At(position).Sequence != found.Sequence)
        {
            world.Violate($"said to be committed at {found.Sequence}, but it is not: {intent}");
        }
    }

    private WriteIntent NextIntent()
    {
        if (_repeatable is { } again && random.IsOneIn(2))
        {
            _repeatable = null;
            return again;
        }

        bool isKeyed = random.IsOneIn(4);
        return new WriteIntent(isKeyed ? random.NextGuid() : Guid.Empty, isKeyed, workload.NextWrite());
    }

    private void Fail(WriteIntent intent)
    {
        Remember(intent);
        if (intent.Id == Guid.Empty)
        {
            return; // It did not come so far as to have a batch.
        }

        intent.HasFailed = !intent.IsInDoubt; // An earlier attempt with the same key may still succeed.
        if (History.Find(intent.Id) is >= 0 and var position && !intent.IsKeyed)
        {
            world.Violate($"its caller was told that it had failed, but it is at {position}: {intent}");
        }
    }

    private void Remember(WriteIntent intent)
    {
        _repeatable = intent.IsKeyed ? intent : null;
        if (intent.Id != Guid.Empty && !_unknown.Contains(intent))
        {
            _unknown.Add(intent);
        }
    }

    private void CheckAcknowledged(WriteIntent intent, WriteResult result, int from)
    {
        world.Trace.Add(target.Process.Host.Name, "acknowledged", "", result.Sequence);
        int position = History.Find(intent.Id);
        if (position < 0)
        {
            world.Violate($"acknowledged, but it is not in the log: {intent}");
            return;
        }

        HistoryPosition at = History.At(position);
        bool isRepeated = position <= from;
        if (at.Sequence != result.Sequence || (isRepeated && !intent.IsKeyed))
        {
            world.Violate($"acknowledged at {result.Sequence}, but it is at {at.Sequence}: {intent}");
        }

        if (result.Upserted != intent.Upserts && !intent.IsKeyed)
        {
            world.Violate($"acknowledged with {result.Upserted} upserts: {intent}");
        }

        target.Observed = Math.Max(target.Observed, position);
        target.LastWrite = (at.Incarnation, at.Sequence);
    }
}
