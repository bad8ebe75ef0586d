namespace Tidepool.Tests.Torture;

/// <summary>All documents of a state that the database names: of a tag, a copy, a backup or a position of the log.
/// </summary>
/// <param name="Sequence">The last write that the state has, as the database says.</param>
/// <param name="Documents">What was found.</param>
internal sealed record NamedState(long Sequence, Dictionary<string, Observation> Documents)
{
    internal bool HasSame(Dictionary<string, Observation> documents) =>
        Documents.Count == documents.Count && Documents.All(
            found => documents.TryGetValue(found.Key, out Observation other) && other == found.Value);
}
