using Tidepool.Manifests;
using static Tidepool.Tests.Crashes.CrashSteps;

namespace Tidepool.Tests.Crashes;

/// <summary>What a process can die of when there are more batches than a manifest lists, so that they go into a ledger.
/// </summary>
/// <remarks>Their batches take longer than all else, each time: few scenarios, which do much.</remarks>
internal static class LedgerCrashScenarios
{
    private const int DocumentCount = 10;
    private static readonly Guid s_key = new("5eed5eed-0000-4000-8000-000000000002");

    internal static IReadOnlyList<CrashScenario> All { get; } =
    [
        new("batch with a key in a ledger", static async actor =>
        {
            await actor.FlushAsync();
            CheckLedgers(actor, count: 1);
            await actor.WriteKeyedAsync(s_key, Put(2, 1991));
            await actor.WriteAsync(Put(3, 1991));
            await actor.FlushAsync();
        })
        {
            Before = FillAsync,
        },
        new("forget a ledger", static async actor =>
        {
            await actor.WriteAsync(Put(3, 1991));
            await actor.FlushAsync();
            CheckLedgers(actor, count: 0);
            await actor.AgeAsync();
            await actor.CompactAsync();
        })
        {
            Before = static async actor =>
            {
                await FillAsync(actor);
                await actor.FlushAsync();
                CheckLedgers(actor, count: 1);
                await actor.OutliveBatchesAsync();
            },
        },
    ];

    /// <summary>The scenario is of nothing if there is no ledger.</summary>
    private static void CheckLedgers(CrashActor actor, int count)
    {
        int found = actor.History.Living!.Manifests[^1].Manifest.Batches.Ledgers.Length;
        if (found != count)
        {
            actor.World.Violate($"the newest manifest refers to {found} ledgers; expected {count}");
        }
    }

    /// <summary>A batch with a key, what undoes it, and so many more that the next flush moves them into a ledger.
    /// </summary>
    private static async Task FillAsync(CrashActor actor)
    {
        await actor.WriteKeyedAsync(s_key, Put(2, 1991));
        await actor.WriteAsync(Delete(2));
        await Task.WhenAll(Enumerable.Range(0, BatchHistory.MaxRecent)
            .Select(i => actor.WriteAsync(Put(100 + (i % DocumentCount), 1990))));
    }
}
