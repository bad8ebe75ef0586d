namespace Tidepool.Manifests;

/// <summary>An object that lists consumed batches, too many for the manifest itself.</summary>
/// <param name="Id">Names the object.</param>
/// <param name="SizeBytes">Its size.</param>
/// <param name="Count">How many batches it lists.</param>
/// <param name="FirstSequence">The lowest sequence among them.</param>
/// <param name="LastSequence">The highest one.</param>
/// <param name="Time">A store time not before the last of them was consumed; null if the store does not tell.</param>
internal sealed record LedgerEntry(
    Guid Id, long SizeBytes, int Count, long FirstSequence, long LastSequence, DateTimeOffset? Time);
