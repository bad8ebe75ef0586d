namespace Tidepool.Manifests;

/// <summary>A copy of a manifest that was the newest once, to open a namespace quickly. Never trusted.</summary>
/// <param name="RecordNumber">The record of the namespace that began the incarnation.</param>
/// <param name="Manifest">The manifest.</param>
internal sealed record Hint(long RecordNumber, Manifest Manifest);
