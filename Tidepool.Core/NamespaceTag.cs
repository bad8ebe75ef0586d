namespace Tidepool;

/// <summary>A state of a namespace that is kept under a name.</summary>
/// <param name="Name">The name.</param>
/// <param name="Sequence">The last write that the state has.</param>
/// <param name="Documents">How many documents it has.</param>
/// <param name="CreatedAt">When the tag was made, on the store's clock; null from a store that does not tell.</param>
public sealed record NamespaceTag(string Name, long Sequence, long Documents, DateTimeOffset? CreatedAt);
