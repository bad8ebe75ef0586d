namespace Tidepool.Manifests;

/// <summary>What a graveyard entry names. Persisted: never renumber.</summary>
internal enum GraveKind : byte
{
    Segment = 1,
    Deletions = 2,
    Ledger = 3,
}
