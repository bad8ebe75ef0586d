namespace Tidepool.Tests.Torture;

/// <summary>Has one keeper after the other keep states, read them and give them up, and go on where its predecessor was
/// killed.</summary>
/// <param name="pool">The keepers.</param>
/// <param name="record">What they were told.</param>
/// <param name="store">The store of the run.</param>
/// <param name="worker">Which keeper: it alone makes and ends the tags and copies whose names begin so.</param>
/// <param name="random">Of all choices.</param>
internal sealed class KeeperDriver(
    ChildPool pool, RunRecord record, TortureStore store, int worker, Random random)
{
    internal const string Role = "keeper";

    private const int TagCount = 4;
    private const int CopyCount = 2;
    private const int MaxPastDistance = 150;
    private const int MaxBatch = 6;

    /// <summary>Writes to copies are not those of writers.</summary>
    private const long FirstOperation = 1L << 50;
    private static readonly TimeSpan s_pauseWithoutKeeper = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan s_maxPause = TimeSpan.FromMilliseconds(50);

    private readonly int[] _copies = [.. Enumerable.Range(0, CopyCount)];
    private int _copyNames = CopyCount;
    private long _operations = FirstOperation * (worker + 1);
    private int _restorations;
    private Restoration? _restoration;

    /// <summary>Where a restoration was under way when the round ended, to be wiped; null for none.</summary>
    internal string? TakeLeftover()
    {
        string? place = _restoration?.Place;
        _restoration = null;
        return place;
    }

    /// <summary>Keeps on and on: first one of each kind, then by chance.</summary>
    internal async Task DriveAsync(int round, CancellationToken stop)
    {
        Queue<int> kinds = new([0, 0, 7, 7, 12, 14]);
        while (!stop.IsCancellationRequested)
        {
            ChildProcess? keeper = pool.Children.FirstOrDefault(child => child.Role == Role && child.Worker == worker);
            if (keeper is null || record.Ledger.Head == 0) // There must be something to keep.
            {
                await Task.Delay(s_pauseWithoutKeeper, CancellationToken.None);
                continue;
            }

            KeeperSteps steps = new(record, keeper);
            while (!stop.IsCancellationRequested && !keeper.Ended.IsCompleted)
            {
                int kind = kinds.TryDequeue(out int first) ? first : random.Next(15);
                await StepAsync(steps, kind, store.VaultOf(round));
                await Task.Delay(s_maxPause * random.NextDouble(), CancellationToken.None);
            }
        }
    }

    private Task StepAsync(KeeperSteps steps, int kind, string vault) => kind switch
    {
        < 3 => StepTagAsync(steps),
        < 5 => ReadTagAsync(steps),
        < 7 => steps.ReadPastAsync(
            Math.Max(0, record.Ledger.Head - random.Next(1 + random.Next(MaxPastDistance))), NextBool()),
        < 12 => StepCopyAsync(steps),
        < 14 => steps.BackUpAsync(vault, isOfAll: random.Next(3) == 0),
        _ => StepRestorationAsync(steps, vault),
    };

    /// <summary>Goes on with a tag of its own.</summary>
    private Task<bool> StepTagAsync(KeeperSteps steps)
    {
        TagHistory tag = record.Kept.GetTag($"t{worker}.{random.Next(TagCount)}");
        return tag.State switch
        {
            LifeState.Absent or LifeState.Beginning => steps.MakeTagAsync(tag),
            LifeState.There when random.Next(3) != 0 => steps.ReadTagAsync(tag, isHeld: !tag.IsKnown || NextBool()),
            _ => steps.DeleteTagAsync(tag),
        };
    }

    /// <summary>Reads the past at any tag, its own or not, there or not.</summary>
    private Task ReadTagAsync(KeeperSteps steps)
    {
        TagHistory[] tags;
        lock (record.Gate)
        {
            tags = [.. record.Kept.Tags];
        }

        return tags.Length == 0 ? Task.CompletedTask
            : steps.ReadTagAsync(tags[random.Next(tags.Length)], isHeld: true);
    }

    private async Task StepCopyAsync(KeeperSteps steps)
    {
        int number = random.Next(CopyCount);
        CopyHistory copy = record.Kept.GetCopy($"c{worker}.{_copies[number]}");
        switch (copy.State)
        {
            case LifeState.Absent when copy.IsKnown && NextBool():
                await steps.UndeleteAsync(copy);
                break;
            case LifeState.Beginning when copy.IsBeingUndeleted:
                if (await steps.ReadCopyAsync(copy) && copy.State == LifeState.Beginning)
                {
                    _copies[number] = _copyNames++; // Whether it comes back after all is never known.
                }

                break;
            case LifeState.Absent or LifeState.Beginning:
                await steps.CopyAsync(copy);
                break;
            case LifeState.There when !copy.IsKnown || random.Next(4) == 0:
                await steps.ReadCopyAsync(copy);
                break;
            case LifeState.There when random.Next(3) != 0:
                await steps.WriteAsync(copy, _operations++, PickWrites(copy));
                break;
            default:
                await steps.DropAsync(copy);
                break;
        }
    }

    /// <summary>Some documents of the copy, replaced or deleted, and some that are new.</summary>
    private (string Key, bool IsDelete)[] PickWrites(CopyHistory copy)
    {
        string[] known = [.. copy.Keys];
        return
        [
            .. Enumerable.Range(0, 1 + random.Next(MaxBatch))
                .Select(_ => known.Length > 0 && NextBool()
                    ? known[random.Next(known.Length)] : $"{(char)KeyKind.Owned}{worker}.{random.Next(MaxBatch)}")
                .Distinct().Select(key => (key, random.Next(5) == 0)),
        ];
    }

    /// <summary>Restores a backup elsewhere, reads it and clears it away; repeats what its predecessor did not
    /// finish.</summary>
    private async Task StepRestorationAsync(KeeperSteps steps, string vault)
    {
        if (_restoration is null)
        {
            string[] ids;
            lock (record.Gate)
            {
                ids = [.. record.Kept.Backups.Known];
            }

            if (ids.Length == 0)
            {
                return;
            }

            _restoration = new Restoration(
                ids[random.Next(ids.Length)], store.PlaceOf($"restored{worker}.{_restorations++}"));
        }

        if (await _restoration.RunAsync(steps, vault))
        {
            _restoration = null;
        }
    }

    private bool NextBool() => random.Next(2) == 0;
}
