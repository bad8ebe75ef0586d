using System.Collections.Immutable;
using Tidepool.Model;

namespace Tidepool.Manifests;

/// <summary>Which batches the log held below the floor: what recognises a repeated write.</summary>
/// <param name="CompleteSince">Batches of entries after this one are all here; earlier ones may be forgotten.</param>
/// <param name="Ledgers">Lists kept in objects of their own, oldest first.</param>
/// <param name="Recent">The newest batches, in order.</param>
internal sealed record BatchHistory(
    long CompleteSince, ImmutableArray<LedgerEntry> Ledgers, ImmutableArray<ConsumedBatch> Recent)
{
    /// <summary>The most batches that a manifest lists itself.</summary>
    internal const int MaxRecent = 4_096;

    /// <summary>The most batches that are kept in all; the oldest are forgotten before their time if there are more.
    /// </summary>
    internal const int MaxCount = 1 << 20;

    internal static BatchHistory Empty { get; } = new(0, [], []);

    internal bool NeedsLedger => Recent.Length > MaxRecent;

    internal long Count => Ledgers.Sum(ledger => (long)ledger.Count) + Recent.Length;

    /// <summary>Adds what a flush consumed, and forgets what is too old.</summary>
    /// <param name="consumed">Batches of the entries between the old and the new floor, in order.</param>
    /// <param name="now">The store's time, or null.</param>
    /// <param name="retention">How long a batch is kept.</param>
    internal BatchHistory Record(IEnumerable<BatchRecord> consumed, DateTimeOffset? now, TimeSpan retention)
    {
        ImmutableArray<ConsumedBatch> recent =
            Recent.AddRange(consumed.Select(batch => new ConsumedBatch(batch.Id, batch.Sequence, now)));
        return (this with { Recent = recent }).Forget(now - retention);
    }

    /// <summary>Moves the recent batches into a ledger that lists them.</summary>
    internal BatchHistory MoveTo(LedgerEntry ledger) => this with { Ledgers = Ledgers.Add(ledger), Recent = [] };

    private BatchHistory Forget(DateTimeOffset? horizon)
    {
        long completeSince = CompleteSince;
        long count = Count;
        int ledgers = 0;
        while (ledgers < Ledgers.Length && (Ledgers[ledgers].Time < horizon || count > MaxCount))
        {
            count -= Ledgers[ledgers].Count;
            completeSince = Ledgers[ledgers].LastSequence;
            ledgers++;
        }

        int batches = 0;
        while (ledgers == Ledgers.Length && batches < Recent.Length && Recent[batches].Time < horizon)
        {
            completeSince = Recent[batches].Sequence;
            batches++;
        }

        // An entry is forgotten whole, so that the bound between what is complete and what is not falls between two.
        while (batches > 0 && batches < Recent.Length && Recent[batches].Sequence == completeSince)
        {
            batches++;
        }

        return new BatchHistory(completeSince, Ledgers.RemoveRange(0, ledgers), Recent.RemoveRange(0, batches));
    }
}
