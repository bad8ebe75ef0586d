using Tidepool.Model;

namespace Tidepool.Manifests;

/// <summary>A state as a pin is made of it.</summary>
/// <param name="Manifest">The newest manifest.</param>
/// <param name="Position">A position of the log, at the manifest's floor or behind it.</param>
/// <param name="Rows">All live documents there.</param>
/// <param name="SeenAt">A store time that was seen before it was found that no manifest is newer; null if the store
/// does not tell.</param>
internal readonly record struct PinnedState(
    Manifest Manifest, LogPosition Position, RowSum Rows, DateTimeOffset? SeenAt);
