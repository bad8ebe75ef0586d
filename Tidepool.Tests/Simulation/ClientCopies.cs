namespace Tidepool.Tests.Simulation;

/// <summary>Copies a namespace, brings it back, and uses the copy, each answer held to both histories.</summary>
internal sealed class ClientCopies
{
    private const string CopyName = "c";

    private readonly SimulationWorld _world;
    private readonly SimulatedNamespace _main;
    private readonly SimulatedNamespace _copy;
    private readonly SimulationRandom _random;
    private readonly ClientReads _reads;
    private readonly ClientWrites _writes;
    private readonly ClientTags _tags;

    internal ClientCopies(SimulationWorld world, SimulatedProcess process, SimulationRandom random)
    {
        _world = world;
        _main = process.Main;
        _copy = process.Get(CopyName);
        _random = random;
        var workload = new WorkloadDocuments(random.Fork());
        _reads = new ClientReads(world, _copy, random.Fork(), workload);
        _writes = new ClientWrites(world, _copy, random.Fork(), workload);
        _tags = new ClientTags(world, _copy, random.Fork());
    }

    private TidepoolDatabase Database => _main.Process.Database;

    internal Task StepAsync(CancellationToken cancellation) => _random.Next(24) switch
    {
        < 4 => CopyAsync(_main, _copy, cancellation),
        4 => CopyAsync(_copy, _main, cancellation),
        < 7 => UndeleteAsync(_main, cancellation),
        7 => UndeleteAsync(_copy, cancellation),
        8 => _main.Documents.EnsureDeletedAsync(cancellation),
        9 => _copy.Documents.EnsureDeletedAsync(cancellation),
        < 14 => _writes.WriteAsync(cancellation),
        14 => _writes.ResolveAsync(cancellation),
        < 18 => _reads.ReadAsync(cancellation),
        18 => _reads.VerifyAsync(cancellation),
        < 21 => _tags.StepAsync(cancellation),
        21 => _copy.Documents.WaitForIndexingAsync(cancellation),
        _ => _copy.Documents.CompactAsync(cancellationToken: cancellation),
    };

    /// <summary>Whether an incarnation began as a state that a namespace had from a position on.</summary>
    internal static bool IsState(SimulationHistory history, int from, IncarnationHistory copy) =>
        Enumerable.Range(from, history.Head - from + 1).Any(
            position => history.At(position).Sequence == copy.Start.Sequence
                && history[position] == copy.DocumentsAt(copy.Start.Sequence));

    private async Task CopyAsync(
        SimulatedNamespace source, SimulatedNamespace destination, CancellationToken cancellation)
    {
        int from = source.History.Head;
        int before = destination.History.Incarnations;
        bool couldRefuse = source.History.Living is null
            || destination.History.AllIncarnations is [.., { DropRecordedAt: null }];
        try
        {
            await Database.CopyNamespaceAsync(source.History.Name, destination.History.Name, cancellation);
        }
        catch (Exception refusal) when (refusal is ArgumentException or InvalidOperationException)
        {
            bool canRefuse = couldRefuse || source.History.Head > from || destination.History.Incarnations > before;
            if (!canRefuse)
            {
                _world.Violate($"{source.Process.Host.Name}: refused to copy: {refusal}");
            }

            return;
        }

        if (!destination.History.AllIncarnations.Skip(before).Any(made => IsState(source.History, from, made)))
        {
            _world.Violate($"{source.Process.Host.Name}: no copy is of a state from {from} to {source.History.Head}");
        }
    }

    private async Task UndeleteAsync(SimulatedNamespace target, CancellationToken cancellation)
    {
        int before = target.History.Incarnations;
        IncarnationHistory? last = target.History.AllIncarnations is [.., var newest] ? newest : null;
        DateTimeOffset? droppedAt = last?.DropRecordedAt;
        try
        {
            await Database.UndeleteNamespaceAsync(target.History.Name, cancellation);
        }
        catch (Exception refusal) when (refusal is ArgumentException or InvalidOperationException)
        {
            bool isInTime = _world.Store.Now - droppedAt < _world.Window / 4;
            bool isListed = _world.Faults[FaultKind.ListingStale] + _world.Faults[FaultKind.ListingPartial] == 0;
            if (isInTime && isListed && target.History.Incarnations == before && last!.Head.Sequence > 1)
            {
                _world.Violate($"{target.Process.Host.Name}: refused to undelete in time: {refusal}");
            }

            return;
        }

        if (!target.History.AllIncarnations.Skip(before).Any(
            back => back.Source is (var source, _) && source.IsDropped && source.Number < back.Number
                && back.Start.Sequence == source.Head.Sequence - 1))
        {
            _world.Violate($"{target.Process.Host.Name}: the namespace is not back as it was before its drop");
        }
    }
}
