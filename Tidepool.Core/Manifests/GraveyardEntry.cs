using Tidepool.Model;

namespace Tidepool.Manifests;

/// <summary>An object that the manifest no longer needs, but readers of an older one may.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Id">The segment or ledger; for deletions, the segment they belong to.</param>
/// <param name="DeletionsId">The deletion bitmap; empty for other kinds.</param>
/// <param name="SinceGeneration">The first manifest that did not need it.</param>
/// <param name="Since">A store time at which that manifest was certainly there; null until a later one notes it.
/// </param>
internal readonly record struct GraveyardEntry(
    GraveKind Kind, Guid Id, Guid DeletionsId, long SinceGeneration, DateTimeOffset? Since)
{
    internal string GetKey(NamespaceKeys keys) => Kind switch
    {
        GraveKind.Segment => keys.Segment(Id),
        GraveKind.Deletions => keys.Deletions(Id, DeletionsId),
        _ => keys.Ledger(Id),
    };
}
