using Tidepool.Storage;
using Tidepool.Tests.Simulation;
using static Tidepool.Tests.Crashes.CrashSteps;

namespace Tidepool.Tests.Crashes;

/// <summary>Everything that a process can die of.</summary>
internal static class CrashScenarios
{
    private static readonly Guid s_key = new("5eed5eed-0000-4000-8000-000000000001");

    internal static IReadOnlyList<CrashScenario> All { get; } =
    [
        .. Writes(), .. Upkeep(), .. Cleanup(), .. Together(),
        .. TagCrashScenarios.All, .. CopyCrashScenarios.All, .. LedgerCrashScenarios.All,
    ];

    private static IEnumerable<CrashScenario> Writes() =>
    [
        new("create by a write", static actor => actor.WriteAsync(Put(1, 1990)))
        {
            Before = static _ => Task.CompletedTask,
        },
        new("create", static actor => actor.Documents.EnsureExistsAsync())
        {
            Before = static _ => Task.CompletedTask,
        },
        new("write", static actor => actor.WriteAsync(Put(2, 1991), Delete(1))),
        new("group of writes", static async actor =>
        {
            await Task.WhenAll(Enumerable.Range(0, 5).Select(id => actor.WriteAsync(Put(id, 1991))));
            await Task.WhenAll(Enumerable.Range(3, 4).Select(id => actor.WriteAsync(Delete(id), Put(id + 9, 1992))));
        }),
        new("conditional write", static async actor =>
        {
            await actor.WriteAsync(RequireYear(1, 1990), Put(1, 1991));
            await actor.WriteAsync(RequireAbsent(2), Put(2, 1990));
            await actor.WriteAsync(RequireAbsent(2), Put(3, 1990));
        }),
        new("patch", static async actor =>
        {
            await actor.WriteAsync(Patch(1, 1993));
            await actor.WriteAsync(Patch(1, 1994), Put(4, 1990));
        }),
        new("delete by filter", static async actor =>
        {
            await actor.WriteAsync(DeleteYear(1990));
            await actor.WriteAsync(PutMany(1, 4, 1990));
        })
        {
            Before = static actor => Tail(actor),
        },
        new("batch with a key", static async actor =>
        {
            await actor.WriteKeyedAsync(s_key, Put(2, 1991));
            await actor.WriteAsync(Delete(2));
            await actor.WriteKeyedAsync(s_key, Put(2, 1991));
        }),
        new("import", static actor => actor.ImportAsync(batches: 4, batchSize: 3, 1992)),
        new("new fields", static async actor =>
        {
            await actor.WriteAsync(Put(9, 1992));
            await actor.AskForGraphsAsync();
            await actor.WriteAsync(Put(10, 1992));
        })
        {
            Before = static actor => actor.WriteAsync(new WriteStep(
                WriteStepKind.Upsert, 1, 0, new(1, Vector: null, Year: null, Topic: null))),
        },
        new("write after a pause over the window", static async actor =>
        {
            await actor.WriteAsync(Put(2, 1991));
            await actor.AgeAsync();
            await actor.WriteAsync(Put(3, 1991));
            await actor.ScanAsync();
        })
        {
            Beside = static async actor =>
            {
                await actor.DelayAsync(TimeSpan.FromMinutes(1));
                await actor.CompactAsync();
                await actor.AgeAsync();
                await actor.CompactAsync();
            },
        },
    ];

    private static IEnumerable<CrashScenario> Upkeep() =>
    [
        new("flush", static actor => actor.FlushAsync()) { Before = static actor => Tail(actor) },
        new("flush with deletions", static actor => actor.FlushAsync())
        {
            Before = static async actor =>
            {
                await Segments(actor, count: 2);
                await actor.WriteAsync(Delete(1), Delete(11), Put(2, 1995));
            },
        },
        new("write and flush, twice", static async actor =>
        {
            await actor.WriteAsync(PutMany(1, 3, 1991));
            await actor.FlushAsync();
            await actor.WriteAsync(Delete(2), Put(5, 1992));
            await actor.FlushAsync();
        }),
        new("compaction", static actor => actor.CompactAsync())
        {
            Before = static actor => Segments(actor, count: 3),
        },
        new("compaction of dead rows", static actor => actor.CompactAsync())
        {
            Before = static async actor =>
            {
                await Segments(actor, count: 2);
                await actor.WriteAsync(PutMany(1, 3, 1993));
                await actor.WriteAsync(DeleteYear(1991));
                await actor.FlushAsync();
            },
        },
        new("compaction of nothing that lives", static actor => actor.CompactAsync())
        {
            Before = static async actor =>
            {
                await actor.WriteAsync(PutMany(1, 4, 1990));
                await actor.FlushAsync();
                await actor.WriteAsync(DeleteYear(1990));
            },
        },
        new("index build", static actor => actor.FlushAsync())
        {
            Before = static async actor =>
            {
                await actor.AskForGraphsAsync();
                await actor.WriteAsync(PutMany(1, 12, 1990));
            },
            Configure = static options => options.Compaction.IndexedFromRows = 8,
        },
        new("other index", static async actor =>
        {
            await actor.AskForGraphsAsync();
            await actor.FlushAsync();
        })
        {
            Before = static async actor =>
            {
                await actor.WriteAsync(PutMany(1, 20, 1990));
                await actor.FlushAsync();
            },
            Configure = static options => options.Compaction.IndexedFromRows = 8,
        },
        new("verify", static actor => actor.VerifyAsync())
        {
            Before = static async actor =>
            {
                await Segments(actor, count: 2);
                await Tail(actor);
            },
        },
        new("warm up", static actor => actor.Documents.WarmUpAsync())
        {
            Before = static actor => Segments(actor, count: 2),
        },
        new("snapshot", ReadSnapshotAsync) { Before = static actor => Segments(actor, count: 2) },
        new("cold search", static async actor =>
        {
            await actor.Documents.SearchAsync(new float[] { 1, 2, 3 }, 3);
            await actor.ScanAsync();
        })
        {
            Before = static actor => Segments(actor, count: 2),
            Configure = static options => options.Cache.PartialFromBytes = 1,
        },
        new("cache reused", static async actor =>
        {
            await actor.ScanAsync();
            await actor.CompactAsync();
            await actor.ScanAsync();
        })
        {
            Before = static actor => Segments(actor, count: 2),
            SharesCache = true,
            Stores = [ObjectStoreSharing.Network],
        },
        new("background", static async actor =>
        {
            await actor.WriteAsync(PutMany(20, 3, 1992));
            await actor.DelayAsync(TimeSpan.FromMinutes(1));
            await actor.WriteAsync(Delete(20), Put(2, 1993));
            await actor.AgeAsync();
            await actor.AgeAsync();
        })
        {
            Before = static actor => Segments(actor, count: 1),
            Configure = static options =>
            {
                options.Compaction.Enabled = true;
                options.Compaction.IdleDelay = TimeSpan.FromSeconds(1);
            },
        },
    ];

    private static IEnumerable<CrashScenario> Cleanup() =>
    [
        new("collect the log", static actor => actor.CompactAsync())
        {
            Before = static async actor =>
            {
                await Tail(actor);
                await actor.FlushAsync();
                await actor.AgeAsync();
            },
        },
        new("collect the graveyard", static actor => actor.CompactAsync())
        {
            Before = static async actor =>
            {
                await Segments(actor, count: 2);
                await actor.CompactAsync();
                await actor.AgeAsync();
            },
        },
        new("collect orphans", static actor => actor.CompactAsync())
        {
            Before = static async actor =>
            {
                await Segments(actor, count: 1);
                CrashStore.AddOrphans(actor.World);
                await actor.DelayAsync(2 * actor.World.OrphanAge);
            },
        },
        new("collect manifests", static async actor =>
        {
            await actor.CompactAsync();
            await actor.AgeAsync();
            await actor.CompactAsync();
        })
        {
            Before = static async actor =>
            {
                await Segments(actor, count: 3);
                await actor.AgeAsync();
            },
        },
        new("drop", static actor => actor.DropAsync()) { Before = static actor => Segments(actor, count: 1) },
        new("drop and create", static async actor =>
        {
            await actor.DropAsync();
            await actor.WriteAsync(Put(3, 1994));
            await actor.ScanAsync();
        })
        {
            Before = static actor => Segments(actor, count: 1),
        },
        new("collect a dropped namespace", static async actor =>
        {
            await actor.WriteAsync(Put(3, 1994));
            await actor.CompactAsync();
        })
        {
            Before = static async actor =>
            {
                await Segments(actor, count: 1);
                await Tail(actor);
                await actor.DropAsync();
                await actor.AgeAsync();
            },
        },
        new("open with a stale hint", static actor => actor.ScanAsync())
        {
            Before = static async actor =>
            {
                await Segments(actor, count: 1);
                byte[] stale = CrashStore.ReadHint(actor.World);
                await actor.WriteAsync(Put(2, 1993));
                await actor.CompactAsync();
                await actor.AgeAsync();
                await actor.CompactAsync();
                CrashStore.WriteHint(actor.World, stale);
            },
        },
        new("open without a hint", static actor => actor.ScanAsync())
        {
            Before = static async actor =>
            {
                await Segments(actor, count: 2);
                CrashStore.WriteHint(actor.World, content: null);
            },
        },
    ];

    private static IEnumerable<CrashScenario> Together() =>
    [
        new("two writers", static actor => WriteSomeAsync(actor, first: 20, count: 4))
        {
            Beside = static actor => WriteSomeAsync(actor, first: 22, count: 4),
        },
        new("compactor beside a writer", static async actor =>
        {
            await actor.CompactAsync();
            await actor.CompactAsync();
        })
        {
            Before = static actor => Segments(actor, count: 2),
            Beside = static actor => WriteSomeAsync(actor, first: 9, count: 6),
        },
        new("writer beside a compactor", static actor => WriteSomeAsync(actor, first: 9, count: 5))
        {
            Before = static actor => Segments(actor, count: 2),
            Beside = static async actor =>
            {
                await actor.CompactAsync();
                await actor.CompactAsync();
            },
        },
        new("two compactors", static actor => actor.CompactAsync())
        {
            Before = static actor => Segments(actor, count: 2),
            Beside = static actor => actor.CompactAsync(),
        },
        new("two collectors", static actor => actor.CompactAsync())
        {
            Before = static async actor =>
            {
                await Segments(actor, count: 2);
                await actor.CompactAsync();
                await actor.AgeAsync();
            },
            Beside = static actor => actor.CompactAsync(),
        },
        new("writer beside a drop", static actor => WriteSomeAsync(actor, first: 9, count: 3))
        {
            Beside = static actor => actor.DropAsync(),
        },
    ];

    private static async Task ReadSnapshotAsync(CrashActor actor)
    {
        await using NamespaceSnapshot snapshot = await actor.Documents.CreateSnapshotAsync();
        long count = await snapshot.CountAsync();
        await actor.WriteAsync(DeleteYear(1991));
        await actor.CompactAsync();
        if (await snapshot.CountAsync() != count)
        {
            actor.World.Violate("a snapshot has changed");
        }
    }

    private static async Task WriteSomeAsync(CrashActor actor, long first, int count)
    {
        for (int i = 0; i < count; i++)
        {
            await actor.WriteAsync(Put(first + i, 1992), Delete(first + i - 1));
        }
    }

    /// <summary>A few entries that no segment holds yet.</summary>
    internal static async Task Tail(CrashActor actor)
    {
        await actor.WriteAsync(PutMany(1, 3, 1990));
        await actor.WriteAsync(PutMany(3, 3, 1991));
        await actor.WriteAsync(Delete(2), Patch(1, 1992));
    }

    /// <summary>Some segments, the first with ids from 1 on, the next from 11 on.</summary>
    internal static async Task Segments(CrashActor actor, int count)
    {
        for (int i = 0; i < count; i++)
        {
            await actor.WriteAsync(PutMany(1 + (10 * i), 4, 1990 + i));
            await actor.FlushAsync();
        }
    }
}
