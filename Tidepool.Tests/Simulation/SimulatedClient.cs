using System.Collections.Immutable;
using Tidepool.Storage;
using Tidepool.Tests.Properties;

namespace Tidepool.Tests.Simulation;

/// <summary>Somebody who uses the database in one process: one call after the other, each held to the history.
/// </summary>
internal sealed class SimulatedClient
{
    private readonly SimulationWorld _world;
    private readonly SimulatedProcess _process;
    private readonly SimulationRandom _random;
    private readonly WorkloadDocuments _workload;
    private readonly ClientReads _reads;
    private readonly ClientWrites _writes;
    private readonly ClientTags _tags;
    private readonly ClientCopies? _copies;
    private readonly int _role;

    internal SimulatedClient(SimulationWorld world, SimulatedProcess process)
    {
        _world = world;
        _process = process;
        _random = world.Random.Fork();
        _workload = new WorkloadDocuments(_random.Fork());
        _reads = new ClientReads(world, process.Main, _random.Fork(), _workload);
        _writes = new ClientWrites(world, process.Main, _random.Fork(), _workload);
        _role = _random.Next(4);
        _tags = new ClientTags(world, process.Main, _random.Fork());
        _copies = world.Settings.HasCopies ? new ClientCopies(world, process, _random.Fork()) : null;
    }

    /// <summary>What it is doing, for reports of a run that does not come to an end.</summary>
    internal string Doing { get; private set; } = "";

    internal SimulatedProcess Process => _process;

    internal async Task RunAsync(Action<SimulatedProcess> onStep)
    {
        while (_world.StepsLeft > 0 && _world.Violations.Count == 0)
        {
            _world.StepsLeft--;
            onStep(_process);
            await _process.DelayAsync(NextPause());
#pragma warning disable CA2000 // An event may still cancel it, whenever that comes.
            var cancellation = new CancellationTokenSource();
#pragma warning restore CA2000
            CancelSometime(cancellation);
            try
            {
                await StepAsync(cancellation.Token);
            }
            catch (Exception failure)
            {
                Judge(failure, cancellation.Token);
            }

            Doing = "";
        }
    }

    private Task StepAsync(CancellationToken cancellation)
    {
        if (_copies is not null && _random.IsOneIn(3))
        {
            return Do("copy", _copies.StepAsync(cancellation));
        }

        int choice = _random.Next(100);
        int writes = _role switch { 0 => 15, 1 => 40, _ => 70 };
        if (choice < writes)
        {
            return Do("write", _writes.WriteAsync(cancellation));
        }

        return choice < 82 ? Do("read", _reads.ReadAsync(cancellation))
            : choice < 88 ? Do("tag", _tags.StepAsync(cancellation)) : _random.Next(14) switch
            {
                < 5 => Do("compact", _process.Documents.CompactAsync(cancellationToken: cancellation)),
                < 8 => Do("index", _process.Documents.WaitForIndexingAsync(cancellation)),
                < 10 => Do("verify", _reads.VerifyAsync(cancellation)),
                < 12 => Do("resolve", _writes.ResolveAsync(cancellation)),
                12 => Do("drop", _process.Documents.EnsureDeletedAsync(cancellation)),
                _ => Do("ensure", _process.Documents.EnsureExistsAsync(cancellation)),
            };
    }

    private Task Do(string what, Task call)
    {
        Doing = what;
        return call;
    }

    private TimeSpan NextPause() => _random.Next(40) switch
    {
        0 => _random.NextTime(2 * _world.Window),
        < 4 => _random.NextTime(TimeSpan.FromMinutes(1)),
        _ => _random.NextTime(_world.Latency),
    };

    private void CancelSometime(CancellationTokenSource cancellation)
    {
        if (_world.Plan.Happens(FaultKind.CallCancelled, oneIn: 12))
        {
            TimeSpan when = _random.IsOneIn(4) ? TimeSpan.Zero : _random.NextTime(8 * _world.Latency);
            _world.Loop.After(when, () => _process.Host.Deliver(() =>
            {
                if (Doing.Length > 0)
                {
                    _world.Count(FaultKind.CallCancelled);
                    cancellation.Cancel();
                }
            }));
        }
    }

    /// <summary>What a caller may be told when things go wrong.</summary>
    private void Judge(Exception failure, CancellationToken cancellation)
    {
        _world.Trace.Add(_process.Host.Name, "fails", Doing + " " + failure.GetType().Name, 0);
        bool isFair = failure switch
        {
            OperationCanceledException => cancellation.IsCancellationRequested,
            DataCorruptionException => _world.Faults[FaultKind.BitFlipped] + _world.Faults[FaultKind.BodyTruncated] > 0,
            StorageException tooSlow when tooSlow.Message.Contains("of the grace window") => true,
            TidepoolException => !_world.Plan.IsFaultless,
            InvalidOperationException => failure.Message.Contains("asked for") &&
                _world.Witness.Histories.Any(history => history.Incarnations > 1),
            _ => false,
        };
        if (!isFair)
        {
            _world.Violate($"{_process.Host.Name}: {Doing} failed: {failure}");
        }
    }
}
