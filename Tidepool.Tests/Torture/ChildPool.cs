namespace Tidepool.Tests.Torture;

/// <summary>The processes that work at one time: starts, kills and replaces them, and ends them at last.</summary>
internal sealed class ChildPool(TortureOptions options, RunRecord record, Random random)
{
    /// <summary>Who is not ready by then may be stopped, or the server away: good moments, too.</summary>
    private static readonly TimeSpan s_readiness = TimeSpan.FromSeconds(10);

    private readonly List<ChildProcess> _children = [];
    private long _incarnations;

    /// <summary>The children of the moment; readers are never killed, so that a request always has an answer.</summary>
    internal ChildProcess[] Children
    {
        get
        {
            lock (_children)
            {
                return [.. _children];
            }
        }
    }

    internal ChildProcess[] Readers => [.. Children.Where(child => child.Role == "reader")];

    internal void StartAll()
    {
        foreach ((string role, int count) in (ReadOnlySpan<(string, int)>)
            [
                ("writer", options.Writers), ("compactor", options.Compactors),
                ("collector", options.Collectors), (KeeperDriver.Role, options.Keepers), ("reader", options.Readers),
            ])
        {
            for (int worker = 0; worker < count; worker++)
            {
                Add(Start(role, worker));
            }
        }
    }

    /// <summary>A child beside the others; a writer is told what its predecessors left in doubt.</summary>
    internal ChildProcess Start(string role, int worker)
    {
        ChildProcess child = ChildProcess.Start(
            role, options.Store, Interlocked.Increment(ref _incarnations), worker, NextSeed(), record.OnLines);
        if (role == "writer")
        {
            Operation[] inDoubt;
            lock (record.Gate)
            {
                inDoubt = record.Ledger.FindInDoubt(worker);
            }

            foreach (Operation operation in inDoubt)
            {
                child.Send(operation.ToRequest());
            }

            child.Send("begin");
        }

        return child;
    }

    /// <summary>Kills and replaces one. Most are at work; one in five has perhaps not opened the database yet.
    /// </summary>
    internal async Task KillOneAsync(Random chance)
    {
        ChildProcess child = TakeVictim(chance);
        if (chance.Next(5) != 0)
        {
            await Task.WhenAny(child.Ready, Task.Delay(s_readiness));
        }

        await Task.Delay(options.MaxPause * chance.NextDouble());
        if (await EndAsync(child, "killed"))
        {
            record.OnKilled();
        }
        else
        {
            record.Accuse($"{child} ended by itself, with status {await child.Ended}: {child.Errors}");
        }

        Add(Start(child.Role, child.Worker));
    }

    /// <summary>Asks all to end, and holds them to that.</summary>
    internal async Task StopAllAsync()
    {
        ChildProcess[] children = Children;
        await Patience.WaitAsync(Task.WhenAll(children.Select(child => child.Ready)));
        await Task.WhenAll(children.Select(StopAsync));
    }

    /// <summary>Asks a child to end, and holds it to that.</summary>
    internal async Task StopAsync(ChildProcess child)
    {
        child.Send("stop");
        string? wrong = !await Patience.TryWaitAsync(child.Ended) ? $"did not end within {Patience.Longest}"
            : await child.Ended != 0 ? $"ended with status {await child.Ended}: {child.Errors}"
            : null;
        await EndAsync(child, "stopped");
        if (wrong is not null)
        {
            record.Accuse($"{child} {wrong}");
        }
    }

    internal Task AbandonAsync() => Task.WhenAll(Children.Select(child => EndAsync(child, "abandoned")));

    /// <summary>Kills a child, reads what it still said, and doubts what it left open; false if it had ended before.
    /// </summary>
    private async Task<bool> EndAsync(ChildProcess child, string why)
    {
        bool wasAlive = child.Kill();
        await child.Ended;
        record.OnEnded(child, why);
        child.Dispose();
        lock (_children)
        {
            _children.Remove(child);
        }

        return wasAlive;
    }

    /// <summary>Takes one from the list, so that nobody else kills it.</summary>
    private ChildProcess TakeVictim(Random chance)
    {
        lock (_children)
        {
            ChildProcess[] victims = [.. _children.Where(child => child.Role != "reader")];
            ChildProcess victim = victims[chance.Next(victims.Length)];
            _children.Remove(victim);
            return victim;
        }
    }

    private int NextSeed()
    {
        lock (_children)
        {
            return random.Next();
        }
    }

    private void Add(ChildProcess child)
    {
        lock (_children)
        {
            _children.Add(child);
        }
    }
}
